/**
 * Golden images: what each example of each operation made when somebody last looked at it.
 *
 * They lie in fixtures/golden as lossless WebP, named for the operation and the number of its example. Machines differ
 * by a value here and there, so pictures are compared by colour distance.
 */
import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { type OperationInput, operations } from '@fovea/core/model'
import { labOf } from '../raster/lab.ts'
import { sharp } from '../sharp/setup.ts'
import { outputOf, transform } from './request.ts'
import { besideScene, scene } from './scene.ts'

export const goldenDir = fileURLToPath(new URL('../../../../fixtures/golden/', import.meta.url))

export interface GoldenCase {
  /** `blur-1`: the first example of blur. */
  readonly name: string
  readonly operation: OperationInput
}

/** Not of those that work with models: which ones are here is not said. */
export const goldenCases: readonly GoldenCase[] = operations
  .filter(({ models, mustSee }) => models === undefined && mustSee === undefined)
  .flatMap(({ op, examples }) =>
    examples.map((example, index) => ({
      name: `${op}-${index + 1}`,
      operation: { op, ...example } as OperationInput,
    })),
  )

/** The example on the drawn scene, as it is kept. */
export async function renderGolden({ operation }: GoldenCase): Promise<Uint8Array> {
  const { bytes } = await transform(
    { bytes: await scene() },
    [operation],
    outputOf('webp', { lossless: true }),
    { pictures: besideScene },
  )
  return bytes
}

/** `undefined` when there is none. */
export async function readGolden({ name }: GoldenCase): Promise<Uint8Array | undefined> {
  const names = await readdir(goldenDir)
  return names.includes(`${name}.webp`) ? readFile(`${goldenDir}${name}.webp`) : undefined
}

/** Largest differences that still count as the same: in CIE LAB units, 1 of which an eye can just see. */
const meanTolerance = 0.4
const p99Tolerance = 4

/** What tells two pictures apart; `undefined` when an eye sees the same. */
export async function differenceSeen(golden: Uint8Array, made: Uint8Array): Promise<string | undefined> {
  const [a, b] = await Promise.all([pixelsOf(golden), pixelsOf(made)])
  if (a.width !== b.width || a.height !== b.height) {
    return `${b.width}×${b.height} px instead of ${a.width}×${a.height} px`
  }
  const distances = new Float64Array(a.data.length / 4)
  for (let pixel = 0; pixel < distances.length; pixel++) {
    distances[pixel] = distance(a.data, b.data, pixel * 4)
  }
  distances.sort()
  const mean = distances.reduce((sum, one) => sum + one, 0) / distances.length
  const p99 = distances[Math.floor(distances.length * 0.99)] ?? 0
  if (mean <= meanTolerance && p99 <= p99Tolerance) return undefined
  return `mean ΔE ${mean.toFixed(2)} (at most ${meanTolerance}), 99th percentile ${p99.toFixed(1)} (at most ${p99Tolerance})`
}

async function pixelsOf(bytes: Uint8Array) {
  const { data, info } = await sharp(bytes)
    .toColourspace('srgb')
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { data, width: info.width, height: info.height }
}

/** ΔE of CIE 1976, on black and on white: the larger of both, so that a change of alpha shows too. */
function distance(a: Uint8Array, b: Uint8Array, at: number): number {
  if ([0, 1, 2, 3].every((channel) => a[at + channel] === b[at + channel])) return 0
  const on = (data: Uint8Array, ground: number) => {
    const alpha = (data[at + 3] ?? 0) / 255
    const over = (channel: number) => ((data[at + channel] ?? 0) / 255) * alpha + ground * (1 - alpha)
    return labOf([over(0), over(1), over(2)])
  }
  return Math.max(
    ...[0, 1].map((ground) => {
      const [left, right] = [on(a, ground), on(b, ground)]
      return Math.hypot(left[0] - right[0], left[1] - right[1], left[2] - right[2])
    }),
  )
}
