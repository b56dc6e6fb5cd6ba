/** Holds the pure geometry of core to what sharp really does, on random sizes. A failure prints its case. */
import {
  cutOffset,
  type Fit,
  type FitOptions,
  fitSizes,
  fits,
  type Gravity,
  gravities,
  orientationOf,
  orientedSize,
  placeOffset,
  rotatedSize,
  type Size,
} from '@fovea/core'
import sharp, { type Sharp } from 'sharp'
import { describe, expect, it } from 'vitest'
import { pickFrom } from '../../../fixtures/random.ts'

const seed = Number(process.env.FOVEA_TEST_SEED ?? 20_261_121)

/** Whole numbers from `low` to `high`. */
function sidesFrom(start: number): (low: number, high: number) => number {
  const pick = pickFrom(start)
  return (low, high) => low + pick(high - low + 1)
}

function blank({ width, height }: Size) {
  return sharp({ create: { width, height, channels: 3, background: '#808080' } })
}

/** One band whose value tells the place: column + 16 × row; sides up to 16. */
function numbered({ width, height }: Size) {
  const pixels = Uint8Array.from(
    { length: width * height },
    (_, at) => (at % width) + 16 * Math.floor(at / width),
  )
  return { raw: { width, height, channels: 1 as const }, pixels }
}

async function sizeOf(image: Sharp): Promise<Size> {
  const { info } = await image.raw().toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height }
}

describe(`fit sizes agree with sharp (seed ${seed})`, () => {
  const random = sidesFrom(seed)
  const sharpFit = (fit: Fit, { upscale, downscale }: FitOptions) => ({
    fit,
    withoutEnlargement: !upscale,
    withoutReduction: !downscale,
  })
  const switches = [
    { upscale: true, downscale: true },
    { upscale: false, downscale: true },
    { upscale: true, downscale: false },
  ]

  for (const fit of fits) {
    for (const scale of switches) {
      if (fit === 'cover' && !scale.upscale) continue
      it(`${fit}, upscale ${scale.upscale}, downscale ${scale.downscale}`, async () => {
        for (let run = 0; run < 40; run++) {
          const source = { width: random(1, 300), height: random(1, 300) }
          const box = { width: random(1, 300), height: random(1, 300) }
          const options = { fit, ...scale }
          const actual = await sizeOf(blank(source).resize({ ...box, ...sharpFit(fit, options) }))
          const { result } = fitSizes(source, box, options)
          expect({ source, box, ...result }).toEqual({ source, box, ...actual })
        }
      })
    }
  }

  it('one given side keeps the ratio as in sharp', async () => {
    for (let run = 0; run < 80; run++) {
      const source = { width: random(1, 300), height: random(1, 300) }
      const box = run % 2 === 0 ? { width: random(1, 300) } : { height: random(1, 300) }
      for (const scale of switches) {
        const options = { fit: 'inside' as const, ...scale }
        const actual = await sizeOf(blank(source).resize({ ...box, ...sharpFit('inside', options) }))
        expect({ source, box, ...fitSizes(source, box, options).result }).toEqual({ source, box, ...actual })
      }
    }
  })
})

describe('gravity agrees with sharp', () => {
  const names: Record<Gravity, string> = {
    center: 'centre',
    top: 'north',
    bottom: 'south',
    left: 'west',
    right: 'east',
    'top-left': 'northwest',
    'top-right': 'northeast',
    'bottom-left': 'southwest',
    'bottom-right': 'southeast',
  }
  const random = sidesFrom(seed + 1)

  it.each(gravities)('cuts at %s', async (gravity) => {
    for (let run = 0; run < 12; run++) {
      const tall = run % 2 === 0
      const outer = tall ? { width: 9, height: random(10, 15) } : { width: random(10, 15), height: 9 }
      const inner = tall ? { width: 9, height: random(1, 8) } : { width: random(1, 8), height: 9 }
      const { pixels, raw } = numbered(outer)
      const cover = { ...inner, fit: 'cover', position: names[gravity], kernel: 'nearest' } as const
      const bytes = await sharp(pixels, { raw }).resize(cover).extractChannel(0).raw().toBuffer()
      const { left, top } = cutOffset(outer, inner, gravity)
      expect({ outer, inner, first: bytes[0] }).toEqual({ outer, inner, first: left + 16 * top })
    }
  })

  it.each(gravities)('places at %s', async (gravity) => {
    for (let run = 0; run < 12; run++) {
      const inner = { width: random(1, 9), height: random(1, 9) }
      const outer = run % 2 === 0 ? { ...inner, height: random(10, 15) } : { ...inner, width: random(10, 15) }
      const contain = { ...outer, fit: 'contain', position: names[gravity], background: '#000000' } as const
      const bytes = await sharp({ create: { ...inner, channels: 3, background: '#ffffff' } })
        .resize(contain)
        .extractChannel(0)
        .raw()
        .toBuffer()
      const { left, top } = placeOffset(outer, inner, gravity)
      expect({ outer, inner, first: bytes.indexOf(255) }).toEqual({
        outer,
        inner,
        first: left + outer.width * top,
      })
    }
  })
})

describe('turns agree with sharp', () => {
  it('free rotation makes a canvas of the same size', async () => {
    const random = sidesFrom(seed + 2)
    for (let run = 0; run < 150; run++) {
      const source = { width: random(1, 400), height: random(1, 400) }
      const angle = random(1, 3_599_999) / 10_000
      if (angle % 90 === 0) continue
      const actual = await sizeOf(blank(source).rotate(angle))
      expect({ source, angle, ...rotatedSize(source, angle) }).toEqual({ source, angle, ...actual })
    }
  })

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('EXIF orientation %i moves pixels the same way', async (tag) => {
    const stored = { width: 5, height: 3 }
    const { pixels, raw } = numbered(stored)
    const tagged = await sharp(pixels, { raw })
      .withMetadata({ orientation: tag })
      .tiff({ compression: 'none' })
      .toBuffer()
    const expected = await sharp(tagged).autoOrient().raw().toBuffer({ resolveWithObject: true })
    const { quarters, flop } = orientationOf(tag)
    const turned = await sharp(pixels, { raw })
      .rotate(quarters * 90)
      .raw()
      .toBuffer({ resolveWithObject: true })
    const { width, height, channels } = turned.info
    const moved = await sharp(turned.data, { raw: { width, height, channels } })
      .flop(flop)
      .raw()
      .toBuffer({ resolveWithObject: true })
    expect(orientedSize(stored, tag)).toEqual({ width: expected.info.width, height: expected.info.height })
    expect([...moved.data]).toEqual([...expected.data])
  })
})
