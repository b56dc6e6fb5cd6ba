/**
 * How well `removeBackground` parts photos whose points were marked by hand as subject or background, and what it takes
 * at 1024 px: the look and the refined edge, weights loaded. The weights are those in `FOVEA_MODEL_DIR`, else those
 * beside the photos.
 */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defaultLimits } from '@fovea/core/model'
import * as z from 'zod'
import { cutOutFrames } from '../packages/engine/src/cut-out.ts'
import { execute } from '../packages/engine/src/execute.ts'
import type { Raster } from '../packages/engine/src/image.ts'
import { open } from '../packages/engine/src/open.ts'
import { type Figure, report } from './lib/report.ts'
import { medianInterval } from './lib/statistics.ts'

const shared = fileURLToPath(new URL('../../shared/', import.meta.url))
const photos = join(shared, 'images/dev/photos')
const side = 1024

const points = z.array(z.tuple([z.number(), z.number()])).default([])
const labels = z.array(
  z.looseObject({
    file: z.string(),
    width: z.number(),
    height: z.number(),
    fgPoints: points,
    bgPoints: points,
  }),
)
type Label = z.output<typeof labels>[number]

async function smallCopy({ file }: Label): Promise<Raster> {
  const image = await open({ path: join(photos, file) }, defaultLimits)
  const { width, height } = image.facts
  const scale = side / Math.max(width, height)
  const size = { width: Math.round(width * scale), height: Math.round(height * scale) }
  return execute([{ step: 'resize', ...size, kernel: 'cubic' }], image)
}

const marked = existsSync(photos)
  ? labels
      .parse(JSON.parse(await readFile(join(photos, 'MANIFEST.json'), 'utf8')))
      .filter(({ fgPoints, bgPoints }) => fgPoints.length + bgPoints.length > 0)
  : []
process.env.FOVEA_WORKER_MODELS = process.env.FOVEA_MODEL_DIR ?? join(shared, 'models')

const costs: number[] = []
const wrong = new Map<string, number>()
let [right, count] = [0, 0]
for (const label of marked) {
  const copy = await smallCopy(label)
  if (costs.length === 0) await cutOutFrames({ step: 'cutOut' }, copy)
  const before = process.cpuUsage()
  const { data, width, height } = await cutOutFrames({ step: 'cutOut' }, copy)
  const { user, system } = process.cpuUsage(before)
  costs.push((user + system) / 1_000)
  const isOpaque = ([x, y]: readonly [number, number]) => {
    const pixel = Math.floor((y / label.height) * height) * width + Math.floor((x / label.width) * width)
    return (data[pixel * 4 + 3] ?? 0) > 127
  }
  const good =
    label.fgPoints.filter(isOpaque).length + label.bgPoints.filter((point) => !isOpaque(point)).length
  const all = label.fgPoints.length + label.bgPoints.length
  right += good
  count += all
  if (good < all) wrong.set(label.file, all - good)
}

const cpuMs = medianInterval(costs)
const figures: Figure[] = [
  {
    name: 'marked points of subjects that are opaque, and of backgrounds that are clear',
    target: '≥ 0.95',
    reached: right >= 0.95 * count,
    measured: {
      photos: marked.length,
      points: count,
      share: right / count,
      wrong: Object.fromEntries(wrong),
    },
  },
  {
    name: `CPU ms of a cut-out of ${side} px, refined edge and all`,
    target: '≤ 2000',
    reached: cpuMs.median <= 2000,
    measured: cpuMs,
  },
]
await report('matte-score', marked.length === 0 ? [] : figures, [
  marked.length === 0
    ? 'no marked photos beside the checkout: nothing was measured'
    : `${marked.length} photos`,
])
