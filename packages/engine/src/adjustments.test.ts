/**
 * What every adjusting operation must keep, whatever it does to colours: alpha, the depth of 16 bit, grey pictures
 * and animations. The operations come from the registry, their parameters from its examples and from seeded draws.
 */
import { defaultLimits, type OperationInput, operations, parsePipeline } from '@fovea/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arbitraryOperations } from '../../../fixtures/arbitrary-operation.ts'
import { execute } from './execute.ts'
import type { Raster } from './image.ts'
import { animate, open } from './open.ts'
import { animation, frameSize } from './testing/animation.ts'
import { oneStepPerPass } from './testing/one-step-per-pass.ts'
import { outputOf, transform } from './testing/request.ts'
import { noise, pixelAt, type Sample, through } from './testing/samples.ts'

const drawn = 3
const adjusting = operations.filter(({ category }) => category === 'adjust')
const cases = adjusting.map(({ op, examples }) => {
  const draws = fc.sample(arbitraryOperations[op] as fc.Arbitrary<OperationInput>, {
    seed: 7,
    numRuns: drawn,
  })
  const written = examples.map((example) => ({ op, ...example }) as OperationInput)
  return [op, [...written, ...draws]] as const
})

/** Operations that are about transparency, or that mix neighbours of which some are more transparent. */
const touchesAlpha: ReadonlySet<string> = new Set([
  'blur',
  // Formats without alpha.
  'convert',
  'flatten',
  'invert',
  'median',
  'opacity',
  'pixelate',
])
/** Operations that leave few values by intention, or make leaps of small differences. */
const leavesFewValues: ReadonlySet<string> = new Set(['threshold', 'halftone', 'pixelate'])
/** Operations that look at all frames together, so that none flickers. */
const looksAtAllFrames: ReadonlySet<string> = new Set(['normalize', 'autoEnhance'])

describe.each(cases)('%s', (op, inputs) => {
  const keepsAlpha = async () => {
    const sample = noise(4)
    for (const operation of inputs) {
      const made = await through(sample, [operation])
      for (let at = 3; at < sample.data.length; at += 4) {
        if (made.data[at] !== sample.data[at]) expect.fail(`${JSON.stringify(operation)} changes alpha`)
      }
    }
  }
  if (!touchesAlpha.has(op)) it('keeps alpha', keepsAlpha)

  it('gives 16-bit pictures what it gives 8-bit ones, only finer', async () => {
    const deep = smooth(16)
    const flat = smooth(8)
    for (const operation of inputs) {
      const [fine, coarse] = await Promise.all([through(deep, [operation]), through(flat, [operation])])
      const about = JSON.stringify(operation)
      expect([fine.width, fine.height, hasAlpha(fine)], about).toEqual([
        coarse.width,
        coarse.height,
        hasAlpha(coarse),
      ])
      if (leavesFewValues.has(op)) continue
      const values = new Set(fine.data)
      const flatValues = new Set(coarse.data)
      // Rounding to 8 bit, strengthened by what strengthens contrast.
      expect(meanDifference(fine, coarse), about).toBeLessThanOrEqual(3)
      // Values in between those that 8 bit knows.
      if (flatValues.size > 40) expect(values.size, about).toBeGreaterThan(2 * flatValues.size)
    }
  })

  it('gives a grey picture what it gives the same picture in three channels', async () => {
    const grey = noise(1)
    const data = Uint8Array.from(
      { length: grey.data.length * 3 },
      (_, at) => grey.data[Math.floor(at / 3)] ?? 0,
    )
    const colour: Sample = { ...grey, data, channels: 3 }
    for (const operation of inputs) {
      const [one, three] = await Promise.all([through(grey, [operation]), through(colour, [operation])])
      expect(meanDifference(one, three), JSON.stringify(operation)).toBeLessThanOrEqual(1.5)
    }
  })

  it(`does to frames of an animation what it does to a ${looksAtAllFrames.has(op) ? 'roll' : 'still'}`, async () => {
    const source = await animation('webp')
    const roll = await execute([], animate(await open({ bytes: source }, defaultLimits)))
    for (const operation of inputs) {
      const output = outputOf('webp', { lossless: true })
      const moving = await transform({ bytes: source }, [operation], output)
      expect(moving).toMatchObject({ ...frameSize, pages: 3 })
      const made = await execute([], animate(await open({ bytes: moving.bytes }, defaultLimits)))
      const wanted = await Promise.all(
        stillsOf(roll, looksAtAllFrames.has(op)).map((still) =>
          oneStepPerPass(parsePipeline([operation], defaultLimits), still),
        ),
      )
      // WebP keeps one of frames that are all alike.
      const tall = joined(made.pages === 1 ? wanted.slice(0, 1) : wanted)
      const got: Sample = { ...made, height: made.height * made.pages }
      expect(meanDifference(got, tall), JSON.stringify(operation)).toBeLessThanOrEqual(1)
    }
  })
})

/** Each frame as a picture of its own, or all of them as one tall picture. */
function stillsOf(roll: Raster, together: boolean): readonly Raster[] {
  if (together) return [{ ...roll, height: roll.height * roll.pages, pages: 1 }]
  const length = roll.data.length / roll.pages
  return Array.from({ length: roll.pages }, (_, page) => ({
    ...roll,
    data: roll.data.subarray(page * length, (page + 1) * length),
    pages: 1,
  }))
}

function joined(frames: readonly Raster[]): Sample {
  const [first] = frames
  if (first === undefined) throw new TypeError('no frames')
  const data = Uint8Array.from(frames.flatMap((frame) => [...frame.data]))
  return {
    data,
    width: first.width,
    height: frames.reduce((sum, { height }) => sum + height, 0),
    channels: first.channels,
  }
}

function hasAlpha({ channels }: Sample): boolean {
  return channels === 2 || channels === 4
}

/** Soft waves of colour in `depth` bits; the 8-bit picture is the 16-bit one rounded. */
function smooth(depth: 8 | 16): Sample {
  const [width, height] = [60, 45]
  const full = depth === 16 ? 65_535 : 255
  const data = depth === 16 ? new Uint16Array(width * height * 3) : new Uint8Array(width * height * 3)
  for (let at = 0; at < data.length; at++) {
    const [x, y] = [Math.floor(at / 3) % width, Math.floor(at / 3 / width)]
    const wave = Math.sin(x / 11 + (at % 3)) * Math.cos(y / 13 - (at % 3) / 2)
    data[at] = Math.round((0.5 + 0.4 * wave) * full)
  }
  return { data, width, height, channels: 3 }
}

/** Mean difference of a colour channel, 0–255, weighed by alpha. */
function meanDifference(a: Sample, b: Sample): number {
  const pixels = a.width * a.height
  expect([a.width, a.height]).toEqual([b.width, b.height])
  let sum = 0
  for (let pixel = 0; pixel < pixels; pixel++) {
    const [left, right] = [pixelAt(a, pixel), pixelAt(b, pixel)]
    for (const channel of [0, 1, 2] as const) {
      sum += Math.abs(left[channel] * left[3] - right[channel] * right[3])
    }
  }
  return (sum / pixels / 3) * 255
}
