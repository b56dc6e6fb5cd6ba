/**
 * What a byte budget and a perceptual quality cost: CPU of a search against one ordinary pass of the same picture.
 *
 * 12 MP JPEG to 1200 px in one process, both sides taking turns; the ordinary pass has the quality that the search
 * ended with, so both write the same file.
 */
import { readFile } from 'node:fs/promises'
import type { Format, ImageOutput, OperationInput } from '@fovea/core'
import { outputOf, transform } from '../packages/engine/src/testing/request.ts'
import { photo12 } from './lib/photos.ts'
import { type Figure, report } from './lib/report.ts'
import { removeDir, temporaryDir } from './lib/server.ts'
import { medianInterval } from './lib/statistics.ts'

const rounds = Number(process.env.BENCH_ROUNDS ?? 7)

/** Most that a search may cost, in ordinary passes; budgets in bytes. */
const formats: readonly (readonly [Format, number, readonly number[]])[] = [
  ['jpeg', 1.5, [60_000, 150_000]],
  ['webp', 2.5, [40_000, 120_000]],
  ['avif', 2.9, [30_000, 90_000]],
]
const to1200: readonly OperationInput[] = [{ op: 'resize', width: 1200 }]

const workDir = await temporaryDir()
const photo = await photo12(workDir)
const bytes = await readFile(photo.path)

/** CPU milliseconds of all threads of this process, and what was made. */
async function costOf(output: ImageOutput) {
  const before = process.cpuUsage()
  const made = await transform({ bytes }, to1200, output)
  const { user, system } = process.cpuUsage(before)
  return { ms: (user + system) / 1_000, made }
}

const figures: Figure[] = []
for (const [format, most, budgets] of formats) {
  const ratios: number[] = []
  const encodes: number[] = []
  const fills: number[] = []
  for (let round = -1; round < rounds; round++) {
    for (const maxBytes of budgets) {
      const search = await costOf(outputOf(format, { quality: 95, maxBytes }))
      const plain = await costOf(outputOf(format, { quality: search.made.quality ?? 80 }))
      if (round < 0) continue
      ratios.push(search.ms / plain.ms)
      encodes.push(search.made.encodes ?? 1)
      fills.push(search.made.bytes.length / maxBytes)
    }
  }
  const ratio = medianInterval(ratios)
  figures.push({
    name: `byte budget, ${format}: CPU of the search / one ordinary pass`,
    target: `≤ ${most}`,
    reached: ratio.median <= most,
    measured: { ratio, encodes: Math.max(...encodes), leastFill: Math.min(...fills), samples: ratios.length },
  })
  const targets: number[] = []
  for (let round = -1; round < rounds; round++) {
    const search = await costOf(outputOf(format, { target: 70 }))
    const plain = await costOf(outputOf(format, { quality: search.made.quality ?? 80 }))
    if (round >= 0) targets.push(search.ms / plain.ms)
  }
  figures.push({
    name: `perceptual quality, ${format}: CPU of the search / one ordinary pass`,
    target: 'none',
    reached: true,
    measured: { ratio: medianInterval(targets), samples: targets.length },
  })
}
await report('compress-to-size', figures, [
  `source: ${photo.origin} photo, ${photo.megapixels.toFixed(1)} MP`,
])
await removeDir(workDir)
