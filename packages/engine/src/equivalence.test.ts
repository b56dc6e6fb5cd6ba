/**
 * The promise of the planner: a packed plan gives the picture that one step per pass gives.
 *
 * Runs the real sharp on seeded random pipelines of every operation. FOVEA_EQUIVALENCE_PIPELINES raises the count,
 * FOVEA_EQUIVALENCE_SEED starts elsewhere; a failure prints seed, picture and pipeline.
 *
 * Some operations make a leap of a difference of one value: black or white, another whole percentile. Both sides give
 * them the same picture: up to there the packed plan is held to the tolerance, and from there on the reference goes
 * on with what the packed plan had. What follows the leap is held to the tolerance again.
 */
import {
  defaultLimits,
  type OperationInput,
  Problem,
  parsePipeline,
  operations as registry,
} from '@fovea/core'
import { describe, expect, it } from 'vitest'
import { randomFrom } from '../../../fixtures/random.ts'
import { execute } from './execute.ts'
import type { Raster } from './image.ts'
import { open } from './open.ts'
import { openPictures } from './pictures.ts'
import { differenceOf } from './testing/difference.ts'
import { oneStepPerPass } from './testing/one-step-per-pass.ts'
import { logo, pictures } from './testing/pictures.ts'
import { randomPipeline } from './testing/random-pipeline.ts'
import { outputOf, transform } from './testing/request.ts'

const count = Number(process.env.FOVEA_EQUIVALENCE_PIPELINES ?? 500)
const firstSeed = Number(process.env.FOVEA_EQUIVALENCE_SEED ?? 20_261)
const batches = 8
const leaping: ReadonlySet<string> = new Set(['threshold', 'normalize'])

describe('a packed plan and one step per pass', () => {
  it('are compared on every operation that needs no model', () => {
    const seen = new Set<string>()
    for (let seed = 0; seed < 2000; seed++) {
      for (const { op } of randomPipeline(randomFrom(seed))) seen.add(op)
    }
    const compared = registry.filter(({ models, mustSee }) => models === undefined && mustSee === undefined)
    expect([...seen].sort()).toEqual(compared.map(({ op }) => op).sort())
  })

  for (let batch = 0; batch < batches; batch++) {
    it(`give the same picture (batch ${batch + 1} of ${batches})`, {
      timeout: 20_000 + count * 500,
    }, async () => {
      const images = await pictures()
      const complaints: string[] = []
      for (let index = batch; index < count; index += batches) {
        const complaint = await compare(firstSeed + index, images[index % images.length] ?? images[0])
        if (complaint !== undefined) complaints.push(complaint)
      }
      expect(complaints).toEqual([])
    })
  }
})

/** What is wrong with the pipeline of this seed; undefined when all is well. */
async function compare(
  seed: number,
  picture: { name: string; png: Uint8Array },
): Promise<string | undefined> {
  const operations = randomPipeline(randomFrom(seed))
  let start = await decoded(picture.png)
  let from = 0
  for (const to of stretchEnds(operations)) {
    const pipeline = parsePipeline(operations.slice(from, to), defaultLimits)
    const reference = await orProblem(oneStepPerPass(pipeline, start))
    const packed = await orProblem(packedRun(picture.png, operations.slice(0, to)))
    const about = `seed ${seed}, ${picture.name}, up to ${to}: ${JSON.stringify(operations)}`
    if (reference instanceof Problem || packed instanceof Problem) {
      const same = reference instanceof Problem && packed instanceof Problem && reference.code === packed.code
      return same ? undefined : `${about}\n  ${told(reference)} against ${told(packed)}`
    }
    const difference = differenceOf(reference, packed)
    if (!difference.isSame) return `${about}\n  ${JSON.stringify(difference)}`
    start = packed
    from = to
  }
  return undefined
}

/** Before each operation that leaps, and at the end. */
function stretchEnds(operations: readonly OperationInput[]): readonly number[] {
  const leaps = operations.flatMap(({ op }, index) => (index > 0 && leaping.has(op) ? [index] : []))
  return [...leaps, operations.length]
}

async function packedRun(png: Uint8Array, operations: readonly OperationInput[]): Promise<Raster> {
  const made = await transform({ bytes: png }, operations, outputOf('png'), { pictures: await logo() })
  const raster = await decoded(made.bytes)
  // What the run says of its output must be what the file is.
  expect([raster.width, raster.height]).toEqual([made.width, made.height])
  return raster
}

/** Pixels with a picture beside them. */
async function decoded(png: Uint8Array): Promise<Raster> {
  const pictures = await openPictures(await logo(), defaultLimits)
  return execute([], { ...(await open({ bytes: png }, defaultLimits)), pictures })
}

async function orProblem<T>(work: Promise<T>): Promise<T | Problem> {
  try {
    return await work
  } catch (error) {
    if (error instanceof Problem) return error
    throw error
  }
}

function told(result: Raster | Problem): string {
  return result instanceof Problem ? result.code : `${result.width}×${result.height}`
}
