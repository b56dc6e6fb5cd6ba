import { hammingDistance } from '@fovea/core/model'
import { describe, expect, it } from 'vitest'
import { itWithShared, sharedDir } from '../../../../fixtures/shared.ts'
import { sharp } from '../sharp/setup.ts'
import { photoSample } from '../testing/photos.ts'
import { perceptualHash } from './perceptual-hash.ts'
import { sampleOf } from './sample.ts'

const names = [
  'red-car-12mp.jpg',
  'dahlia.jpg',
  'katherine-maher.jpg',
  'stonehenge.jpg',
  'toucan.jpg',

  'kodim04.png',
  'kodim23.png',

  'frog.jpg',
] as const

async function hashOf(bytes: Uint8Array): Promise<string> {
  const { data, info } = await sharp(bytes)
    .toColourspace('srgb')
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  return perceptualHash(sampleOf({ data, width: info.width, height: info.height, channels: 4 }))
}

describe('perceptualHash', () => {
  itWithShared('stays near for the same picture re-encoded, resized and slightly adjusted', async () => {
    for (const name of names) {
      const original = perceptualHash(await photoSample(name))
      const file = await sharp(`${sharedDir}/images/dev/photos/${name}`)
        .autoOrient()
        .resize(600, 600, { fit: 'inside' })
        .png()
        .toBuffer()
      const copies = {
        poor: sharp(file).jpeg({ quality: 20 }),
        small: sharp(file).resize(100).webp(),
        squeezed: sharp(file).resize(300, 200, { fit: 'fill' }).png(),
        brighter: sharp(file).modulate({ brightness: 1.12 }).jpeg(),
        duller: sharp(file).modulate({ saturation: 0.7 }).jpeg(),
        softer: sharp(file).blur(2).jpeg(),
      }
      for (const [change, copy] of Object.entries(copies)) {
        const distance = hammingDistance(original, await hashOf(await copy.toBuffer()))
        expect(distance, `${name} ${change}`).toBeLessThanOrEqual(10)
      }
    }
  })

  itWithShared('is far for other pictures', async () => {
    const hashes = await Promise.all(names.map(async (name) => perceptualHash(await photoSample(name))))
    for (const [index, one] of hashes.entries()) {
      for (const [other, hash] of hashes.entries()) {
        if (index < other)
          expect(hammingDistance(one, hash), `${names[index]} ${names[other]}`).toBeGreaterThan(14)
      }
    }
  })

  it('is 0 for a flat picture, whatever its colour, and 16 digits for any', () => {
    const flat = (value: number) => ({ rgba: new Uint8Array(400).fill(value), width: 10, height: 10 })
    expect(perceptualHash(flat(255))).toBe('0000000000000000')
    expect(perceptualHash(flat(90))).toBe('0000000000000000')
    const rgba = Uint8Array.from({ length: 400 }, (_, at) => (at % 4 === 3 ? 255 : at % 256))
    expect(perceptualHash({ rgba, width: 10, height: 10 })).toMatch(/^[0-9a-f]{16}$/)
  })

  it('sees horizontal and vertical stripes', () => {
    const rgba = Uint8Array.from({ length: 32 * 32 * 4 }, (_, at) =>
      at % 4 === 3 || Math.floor(at / 128 / 8) % 2 === 0 ? 255 : 0,
    )
    expect(perceptualHash({ rgba, width: 32, height: 32 })).not.toBe('0000000000000000')
  })
})

describe('hammingDistance', () => {
  it('counts bits', () => {
    expect(hammingDistance('0000000000000000', 'ffffffffffffffff')).toBe(64)
    expect(hammingDistance('000000000000000f', '0000000000000001')).toBe(3)
    expect(hammingDistance('8000000000000000', '8000000000000000')).toBe(0)
  })
})
