/**
 * What `upscale` is worth: photos scaled down and enlarged again, against the same enlarged by the exact Lanczos-3
 * alone, and what it takes for each pixel of the source, weights loaded. The weights are those in `FOVEA_MODEL_DIR`,
 * else those beside the photos.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defaultLimits, type OperationInput, parsePipeline } from '@fovea/core'
import { run } from '../packages/engine/src/run.ts'
import { sharp } from '../packages/engine/src/sharp/setup.ts'
import { lightnessOf, psnr, ssim } from './lib/likeness.ts'
import { type Figure, report } from './lib/report.ts'
import { medianInterval } from './lib/statistics.ts'

const shared = fileURLToPath(new URL('../../shared/', import.meta.url))
const photos = join(shared, 'images/dev/photos')
/** Faces, fur, feathers, a crowd of edges, soft gradients. */
const names = [
  'kodim23.png',
  'kodim04.png',
  'astronaut.png',
  'katherine-maher.jpg',
  'toucan.jpg',
  'dog-sitting.jpg',
  'woman-red-background.jpg',
  'tourist-arches.jpg',
]
/** The true picture: a square of this side, px, out of the middle of a copy that is `copyWidth` wide at most. */
const side = 384
const copyWidth = 900
const detail = 0.3

async function truth(name: string): Promise<Uint8Array> {
  const copy = await sharp(join(photos, name))
    .autoOrient()
    .removeAlpha()
    .resize({ width: copyWidth, withoutEnlargement: true })
    .png()
    .toBuffer({ resolveWithObject: true })
  const [left, top] = [copy.info.width, copy.info.height].map((length) => (length - side) >> 1)
  return sharp(copy.data)
    .extract({ left: left ?? 0, top: top ?? 0, width: side, height: side })
    .png()
    .toBuffer()
}

async function make(bytes: Uint8Array, operation: OperationInput): Promise<Uint8Array> {
  const output = { kind: 'image', format: 'png', metadata: 'none', animated: false } as const
  const { outputs } = await run({
    kind: 'run',
    source: { bytes },
    decode: { orient: true },
    limits: defaultLimits,
    outputs: [{ pipeline: parsePipeline([operation], defaultLimits), output }],
  })
  return outputs[0]?.bytes ?? new Uint8Array()
}

const there = existsSync(photos) ? names : []
process.env.FOVEA_WORKER_MODELS = process.env.FOVEA_MODEL_DIR ?? join(shared, 'models')

const figures: Figure[] = []
for (const [factor, leastGain] of [
  [2, 0.5],
  [4, 0.4],
] as const) {
  const gains: { photo: string; db: number; ssim: number }[] = []
  const micros: number[] = []
  for (const photo of there) {
    const whole = await truth(photo)
    const small = await make(whole, { op: 'resize', width: side / factor })
    if (micros.length === 0) await make(small, { op: 'upscale', factor, detail })
    const before = process.cpuUsage()
    const drawn = await make(small, { op: 'upscale', factor, detail })
    const { user, system } = process.cpuUsage(before)
    micros.push((user + system) / (side / factor) ** 2)
    const exact = await make(small, { op: 'upscale', factor, detail: 0 })
    const [reference, one, other] = await Promise.all([whole, drawn, exact].map(lightnessOf))
    if (reference === undefined || one === undefined || other === undefined) continue
    gains.push({
      photo,
      db: psnr(one, reference) - psnr(other, reference),
      ssim: ssim(one, reference) - ssim(other, reference),
    })
    process.stderr.write(`\r${factor}× ${gains.length}/${there.length}  `)
  }
  process.stderr.write('\n')
  if (gains.length === 0) continue
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [db, likeness] = [mean(gains.map((gain) => gain.db)), mean(gains.map((gain) => gain.ssim))]
  const cpu = medianInterval(micros)
  figures.push(
    {
      name: `PSNR and SSIM at ${factor}× and detail ${detail}, beyond the exact enlargement`,
      target: `≥ +${leastGain} dB; > 0`,
      reached: db >= leastGain && likeness > 0,
      measured: { db, ssim: likeness, photos: gains },
    },
    {
      name: `CPU µs of a source pixel at ${factor}×`,
      target: '≤ 80',
      reached: cpu.median <= 80,
      measured: cpu,
    },
  )
}
await report('upscale-score', figures, [
  there.length === 0 ? 'no photos beside the checkout: nothing was measured' : `${there.length} photos`,
])
