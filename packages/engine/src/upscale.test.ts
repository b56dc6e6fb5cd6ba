/** Enlarging with and without the model that draws details; the model's own merit is bench/upscale-score.ts's. */
import { join } from 'node:path'
import { defaultLimits, type OperationInput, type Problem } from '@fovea/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { itWithShared, sharedDir } from '../../../fixtures/shared.ts'
import { run } from './run.ts'
import { sharp } from './sharp/setup.ts'
import { outputOf, transform, wanted } from './testing/request.ts'
import { inputs, pixelAt, pixelsOf, type Sample, through } from './testing/samples.ts'

const models = join(sharedDir ?? '', 'models')
const photo = join(sharedDir ?? '', 'images', 'dev', 'photos', 'chelsea.png')
const exact = (sample: Sample, factor: number): OperationInput => ({
  op: 'resize',
  width: sample.width * factor,
  height: sample.height * factor,
})

/** Without models, unless a test brings them. */
beforeEach(() => {
  process.env.FOVEA_WORKER_MODELS = ''
})
afterEach(() => {
  delete process.env.FOVEA_WORKER_MODELS
})

/** A part of a photo as pixels. */
async function part(width: number, height: number): Promise<Uint8Array> {
  return sharp(photo).extract({ left: 90, top: 30, width, height }).png().toBuffer()
}

async function enlarged(png: Uint8Array, operation: OperationInput): Promise<Sample> {
  const { bytes } = await transform({ bytes: png }, [operation], outputOf('png'))
  return pixelsOf(bytes, false)
}

/** Mean and greatest difference of red, green and blue, 0–255, in a box of two pictures of one size. */
function difference(a: Sample, b: Sample, box = { left: 0, top: 0, width: a.width, height: a.height }) {
  let [sum, greatest] = [0, 0]
  for (let y = box.top; y < box.top + box.height; y++) {
    for (let x = box.left; x < box.left + box.width; x++) {
      const [one, other] = [pixelAt(a, y * a.width + x), pixelAt(b, y * a.width + x)]
      for (const channel of [0, 1, 2] as const) {
        const apart = Math.abs(one[channel] - other[channel]) * 255
        sum += apart
        greatest = Math.max(greatest, apart)
      }
    }
  }
  return { mean: sum / (box.width * box.height * 3), greatest }
}

describe('upscale', () => {
  it.each(inputs())(
    'of %s without a model, or without details, is the exact enlargement',
    async (_, sample) => {
      for (const [factor, detail] of [
        [2, 0.5],
        [3, 0],
      ] as const) {
        const [made, expected] = await Promise.all([
          through(sample, [{ op: 'upscale', factor, detail }]),
          through(sample, [exact(sample, factor)]),
        ])
        expect([made.width, made.height]).toEqual([sample.width * factor, sample.height * factor])
        expect(Buffer.from(made.data.buffer).equals(Buffer.from(expected.data.buffer))).toBe(true)
      }
    },
  )

  it.each([
    ['a size over the limit', { maxOutputPixels: 1000 }, 'operation/too-large', /40×40/],
    ['what no request has time for', { deadlineMs: 20 }, 'operation/too-slow', /api\/v1\/jobs/],
  ])('refuses %s before any work', async (_, change, code, text) => {
    const png = await sharp({ create: { width: 20, height: 20, channels: 3, background: 'red' } })
      .png()
      .toBuffer()
    const limits = { ...defaultLimits, ...change }
    const refused = await transform({ bytes: png }, [{ op: 'upscale', factor: 2 }], outputOf('png'), {
      limits,
    }).catch((error: Problem) => error)
    expect(refused).toMatchObject({ code, detail: expect.stringMatching(text) })
  })
})

describe('upscale with its model', () => {
  beforeEach(() => {
    process.env.FOVEA_WORKER_MODELS = models
  })

  itWithShared.each([2, 3, 4] as const)(
    'to %i times draws what lies where it lies in the exact enlargement',
    async (factor) => {
      const png = await part(60, 44)
      const drawn = await enlarged(png, { op: 'upscale', factor, detail: 1 })
      const plain = await enlarged(png, { op: 'upscale', factor, detail: 0 })
      expect([drawn.width, drawn.height]).toEqual([60 * factor, 44 * factor])
      const shifted = (by: number): Sample => {
        const data = plain.data.slice()
        data.copyWithin(by * plain.channels, 0)
        return { ...plain, data }
      }
      const box = { left: 8, top: 8, width: 44 * factor, height: 28 * factor }
      const inPlace = difference(drawn, plain, box).mean
      expect(inPlace).toBeGreaterThan(0.3)
      expect(inPlace).toBeLessThan(difference(drawn, shifted(1), box).mean)
    },
  )

  itWithShared('tells how far it has come, tile by tile', async () => {
    const told: number[] = []
    const outputs = [wanted([{ op: 'upscale', factor: 2 }], outputOf('png'))]
    const source = { bytes: await part(230, 12) }
    await run(
      { kind: 'run', source, decode: { orient: true }, outputs, limits: defaultLimits },
      { onProgress: (fraction) => told.push(fraction) },
    )
    expect(told).toEqual([0.5, 1])
  })

  itWithShared('mixes as much of it as it was asked for', async () => {
    const png = await part(40, 40)
    const [none, some, all] = await Promise.all(
      [0, 0.3, 1].map((detail) => enlarged(png, { op: 'upscale', factor: 2, detail })),
    )
    if (none === undefined || some === undefined || all === undefined) throw new Error('nothing was made')
    const expected = none.data.map((value, at) => Math.round(value + ((all.data[at] ?? 0) - value) * 0.3))
    expect(difference(some, { ...none, data: expected }).greatest).toBeLessThan(1.01)
  })

  itWithShared('shows no seam where tiles meet', async () => {
    // Wider than a tile, and the same part of it in the middle of one.
    const wide = await enlarged(await part(232, 40), { op: 'upscale', factor: 2, detail: 1 })
    const shifted = await sharp(photo).extract({ left: 242, top: 30, width: 80, height: 40 }).png().toBuffer()
    const whole = await enlarged(shifted, { op: 'upscale', factor: 2, detail: 1 })
    // Columns 208 ± 8 of the wide one are 56 ± 8 of the other.
    let greatest = 0
    for (let y = 0; y < 80; y++) {
      for (let x = 400; x < 432; x++) {
        const [one, other] = [pixelAt(wide, y * wide.width + x), pixelAt(whole, y * whole.width + x - 304)]
        for (const channel of [0, 1, 2] as const)
          greatest = Math.max(greatest, Math.abs(one[channel] - other[channel]) * 255)
      }
    }
    expect(greatest).toBeLessThanOrEqual(4)
  })

  itWithShared(
    'keeps the alpha of the exact enlargement, and sees no black beside what is transparent',
    async () => {
      const { data, info } = await sharp(await part(48, 48))
        .ensureAlpha()
        .raw()
        .toBuffer({ resolveWithObject: true })
      for (let y = 0; y < 48; y++)
        for (let x = 24; x < 48; x++) data.fill(0, (y * 48 + x) * 4, (y * 48 + x + 1) * 4)
      const png = await sharp(data, { raw: info }).png().toBuffer()
      const drawn = await enlarged(png, { op: 'upscale', factor: 2, detail: 1 })
      const plain = await enlarged(png, { op: 'upscale', factor: 2, detail: 0 })
      let [lightness, reference] = [0, 0]
      for (let pixel = 0; pixel < drawn.width * drawn.height; pixel++) {
        expect(pixelAt(drawn, pixel)[3]).toBe(pixelAt(plain, pixel)[3])
        // The last two columns that can be seen.
        if (pixel % 96 < 45 || pixel % 96 > 46) continue
        lightness += pixelAt(drawn, pixel)[1]
        reference += pixelAt(plain, pixel)[1]
      }
      expect(lightness / reference).toBeGreaterThan(0.9)
    },
  )
})
