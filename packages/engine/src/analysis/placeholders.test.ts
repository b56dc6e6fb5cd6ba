import * as blurhashReference from 'blurhash'
import fc from 'fast-check'
import { rgbaToThumbHash, thumbHashToAverageRGBA, thumbHashToRGBA } from 'thumbhash'
import { describe, expect, it } from 'vitest'
import { itWithShared } from '../../../../fixtures/shared.ts'
import { sharp } from '../sharp/setup.ts'
import { photoSample } from '../testing/photos.ts'
import { blurHash, componentsFor } from './blur-hash.ts'
import { lqip } from './lqip.ts'
import { fitted, type Sample } from './sample.ts'
import { thumbHash } from './thumb-hash.ts'

const sampleOfAny = fc
  .record({ width: fc.integer({ min: 1, max: 24 }), height: fc.integer({ min: 1, max: 24 }) })
  .chain(({ width, height }) =>
    fc
      .uint8Array({ minLength: width * height * 4, maxLength: width * height * 4 })
      .map((rgba): Sample => ({ rgba, width, height })),
  )
const waves = fc.integer({ min: 1, max: 9 })

function opaque({ rgba, width, height }: Sample): Sample {
  return { rgba: rgba.map((value, at) => (at % 4 === 3 ? 255 : value)), width, height }
}

/** Four bits each. */
function levels(hash: Uint8Array): readonly number[] {
  return [...hash].flatMap((byte) => [byte & 15, byte >> 4])
}

const photos = [
  'red-car-12mp.jpg',
  'dahlia.jpg',
  'katherine-maher.jpg',
  'screenshot-ui.png',
  'gopher-alpha.png',
]

describe('BlurHash', () => {
  // The JavaScript reference scales by the largest positive wave only; the format says the largest of either sign.
  it('writes what the reference encoder writes wherever that scales by the strongest wave', () => {
    let same = 0
    fc.assert(
      fc.property(sampleOfAny, waves, waves, (given, x, y) => {
        const sample = opaque(given)
        const { rgba, width, height } = sample
        const reference = blurhashReference.encode(new Uint8ClampedArray(rgba), width, height, x, y)
        const hash = blurHash(sample, { x, y })
        expect([hash.length, hash[0], hash.slice(2, 6)]).toEqual([
          reference.length,
          reference[0],
          reference.slice(2, 6),
        ])
        if (hash[1] !== reference[1]) return
        same++
        expect(hash).toBe(reference)
      }),
      { numRuns: 60, seed: 1 },
    )
    expect(same).toBeGreaterThan(15)
  })

  itWithShared('decodes to the colours of the picture', async () => {
    const sample = await photoSample('woman-red-background.jpg')
    const [r = 0, g = 0, b = 0] = blurhashReference.decode(blurHash(sample, { x: 4, y: 4 }), 8, 8)
    expect(r).toBeGreaterThan(1.6 * g)
    expect(r).toBeGreaterThan(1.6 * b)
  })

  it('lays transparent parts over white', () => {
    const clear: Sample = { rgba: new Uint8Array(16), width: 2, height: 2 }
    expect([...blurhashReference.decode(blurHash(clear, { x: 1, y: 1 }), 1, 1)]).toEqual([255, 255, 255, 255])
  })

  it('takes more waves along the longer side', () => {
    expect(componentsFor({ width: 300, height: 200 })).toEqual({ x: 4, y: 3 })
    expect(componentsFor({ width: 200, height: 300 })).toEqual({ x: 3, y: 4 })
    expect(componentsFor({ width: 200, height: 200 })).toEqual({ x: 4, y: 4 })
  })
})

describe('ThumbHash', () => {
  it('writes what the reference encoder writes, with and without alpha', () => {
    fc.assert(
      fc.property(sampleOfAny, fc.boolean(), (given, hasAlpha) => {
        const sample = hasAlpha ? given : opaque(given)
        const { rgba, width, height } = sample
        const [hash, reference] = [thumbHash(sample), rgbaToThumbHash(width, height, rgba)]
        expect(hash.length).toBe(reference.length)
        // Sums in another order may fall on the other side of a half.
        const off = levels(hash).map((level, at) => Math.abs(level - (levels(reference)[at] ?? 0)))
        expect(off.filter((steps) => steps !== 0).length).toBeLessThanOrEqual(2)
        expect(Math.max(...off)).toBeLessThanOrEqual(1)
      }),
      { numRuns: 60, seed: 1 },
    )
  })

  it('is as the reference has it for a picture of nothing', () => {
    const rgba = new Uint8Array(3 * 5 * 4)
    expect([...thumbHash({ rgba, width: 3, height: 5 })]).toEqual([...rgbaToThumbHash(3, 5, rgba)])
  })

  itWithShared('decodes to a picture of the same colours and aspect', async () => {
    for (const name of photos) {
      const sample = await photoSample(name)
      const { rgba, width, height } = fitted(sample, 100)
      expect([...thumbHash(sample)]).toEqual([...rgbaToThumbHash(width, height, rgba)])
      const decoded = thumbHashToRGBA(thumbHash(sample))
      expect(decoded.w / decoded.h).toBeCloseTo(sample.width / sample.height, 0)
      const average = thumbHashToAverageRGBA(thumbHash(sample))
      const { data } = await sharp(sample.rgba, {
        raw: { width: sample.width, height: sample.height, channels: 4 },
      })
        .resize(1, 1, { fit: 'fill', kernel: 'linear' })
        .raw()
        .toBuffer({ resolveWithObject: true })
      expect(Math.abs(average.r * 255 - (data[0] ?? 0))).toBeLessThan(24)
      expect(Math.abs(average.b * 255 - (data[2] ?? 0))).toBeLessThan(24)
    }
  })
})

describe('lqip', () => {
  itWithShared('is a picture of the same aspect in at most 1 024 characters', async () => {
    for (const name of photos) {
      const sample = await photoSample(name)
      const uri = await lqip(sample)
      expect(uri.length).toBeLessThanOrEqual(1_024)
      const [, format, base64] = /^data:image\/(webp|avif|jpeg);base64,([A-Za-z0-9+/]+=*)$/.exec(uri) ?? []
      const { width = 0, height = 0, hasAlpha } = await sharp(Buffer.from(base64 ?? '', 'base64')).metadata()
      expect([format, Math.max(width, height)]).toEqual([format, 20])
      expect(Math.abs(width / height - sample.width / sample.height)).toBeLessThan(0.2)
      expect(hasAlpha).toBe(name.includes('alpha'))
    }
  })

  it('stays short for noise, which compresses worst, and for a single pixel', async () => {
    let seed = 1
    const noise = () => {
      seed = (seed * 48_271) % 2_147_483_647
      return seed % 256
    }
    const rgba = Uint8Array.from({ length: 20 * 20 * 4 }, noise)
    expect((await lqip({ rgba, width: 20, height: 20 })).length).toBeLessThanOrEqual(1_024)
    expect(await lqip({ rgba: Uint8Array.of(255, 0, 0, 255), width: 1, height: 1 })).toMatch(/^data:image\//)
  })
})
