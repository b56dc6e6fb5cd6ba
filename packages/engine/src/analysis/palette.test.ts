import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { itWithShared, sharedDir } from '../../../../fixtures/shared.ts'
import type { Pixels } from '../raster/pixels.ts'
import { sharp } from '../sharp/setup.ts'
import { okLabOf, type Rgb, rgbOfOkLab } from './oklab.ts'
import { coloursOf, dominantColour, type PaletteColour } from './palette.ts'
import { type Sample, sampleOf } from './sample.ts'

const paletteOf = (sample: Sample, count: number): readonly PaletteColour[] =>
  coloursOf(sample).palette(count)

/** Vertical stripes: colour and width in pixels each. */
function stripes(...of: readonly (readonly [Rgb, number, number?])[]): Pixels {
  const row = of.flatMap(([rgb, wide, alpha = 255]) =>
    Array.from({ length: wide }, () => [...rgb, alpha]).flat(),
  )
  const height = 20
  const data = Uint8Array.from(Array.from({ length: height }, () => row).flat())
  return { data, width: row.length / 4, height, channels: 4 }
}

async function photo(name: string): Promise<Pixels> {
  const { data, info } = await sharp(`${sharedDir}/images/dev/photos/${name}`)
    .autoOrient()
    .resize(256, 256, { fit: 'inside' })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { data, width: info.width, height: info.height, channels: info.channels as Pixels['channels'] }
}

const red: Rgb = [200, 20, 30]
const blue: Rgb = [20, 40, 180]
const green: Rgb = [30, 160, 60]

describe('OKLab', () => {
  it('gives back every colour it was given', () => {
    const channel = fc.integer({ min: 0, max: 255 })
    fc.assert(
      fc.property(channel, channel, channel, (r, g, b) => {
        expect(rgbOfOkLab(okLabOf(r, g, b))).toEqual([r, g, b])
      }),
    )
  })
})

describe('dominantColour', () => {
  it('is the colour of the largest area, not a mean', () => {
    expect(dominantColour(stripes([red, 60], [blue, 40]))).toEqual(red)
    expect(dominantColour(stripes([red, 40], [blue, 60]))).toEqual(blue)
  })

  it('is the colour of most shades together, although a single other colour is more frequent', () => {
    const shades = Array.from({ length: 30 }, (_, step): [Rgb, number] => [[190 + step, 20, 30], 2])
    const [r, g, b] = dominantColour(stripes([blue, 30], ...shades)) ?? [0, 0, 0]
    expect(r).toBeGreaterThan(180)
    expect(g + b).toBeLessThan(70)
  })

  it('lies in the first part of the palette', () => {
    const sky = Array.from({ length: 40 }, (_, step): [Rgb, number] => [
      [90 + 3 * step, 140 + 2 * step, 220],
      1,
    ])
    const colours = coloursOf(sampleOf(stripes([red, 25], ...sky, [green, 30])))
    const [r, g, b] = colours.dominant() ?? [0, 0, 0]
    const [first] = colours.palette(6)
    const near = (first?.rgb ?? [0, 0, 0]).map((channel, index) =>
      Math.abs(channel - ([r, g, b][index] ?? 0)),
    )
    expect(Math.max(...near)).toBeLessThan(40)
  })

  it('does not see transparent pixels', () => {
    expect(dominantColour(stripes([red, 90, 0], [blue, 10]))).toEqual(blue)
    expect(dominantColour(stripes([red, 90, 0]))).toBeUndefined()
  })

  it('reads grey, 16-bit and large pictures, and the first frame of an animation', () => {
    const grey: Pixels = { data: new Uint8Array(100).fill(77), width: 10, height: 10, channels: 1 }
    expect(dominantColour(grey)).toEqual([77, 77, 77])
    const wide: Pixels = { data: new Uint16Array(300).fill(77 * 257), width: 10, height: 10, channels: 3 }
    expect(dominantColour(wide)).toEqual([77, 77, 77])
    const large: Pixels = { data: new Uint8Array(900 * 700).fill(9), width: 900, height: 700, channels: 1 }
    expect(dominantColour(large)).toEqual([9, 9, 9])
    const roll: Pixels = {
      data: Uint8Array.from([...Array(4).fill(10), ...Array(8).fill(200)]),
      width: 2,
      height: 2,
      channels: 1,
    }
    expect(dominantColour(roll)).toEqual([10, 10, 10])
  })
})

describe('paletteOf', () => {
  it('finds the colours of flat areas, largest first, with their shares', () => {
    const palette = paletteOf(sampleOf(stripes([green, 20], [red, 50], [blue, 30])), 6)
    expect(palette.map(({ rgb }) => rgb)).toEqual([red, blue, green])
    expect(palette.map(({ share }) => Math.round(share * 100))).toEqual([50, 30, 20])
  })

  it('gives no more colours than asked for, and its shares are the whole picture', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 64 * 4, maxLength: 64 * 4 }),
        fc.integer({ min: 1, max: 16 }),
        (data, count) => {
          const palette = paletteOf(sampleOf({ data, width: 8, height: 8, channels: 4 }), count)
          expect(palette.length).toBeLessThanOrEqual(count)
          const total = palette.reduce((sum, { share }) => sum + share, 0)
          if (palette.length > 0) expect(total).toBeCloseTo(1, 2)
          for (const [index, { share }] of palette.entries())
            expect(share).toBeLessThanOrEqual(palette[index - 1]?.share ?? 1)
        },
      ),
      { numRuns: 40 },
    )
  })

  it('is empty for nothing and for no colours', () => {
    expect(paletteOf(sampleOf(stripes([red, 10, 0])), 6)).toEqual([])
    expect(paletteOf(sampleOf(stripes([red, 10])), 0)).toEqual([])
  })

  itWithShared('sees the red of a red car, the red behind a woman and the paper of a scan', async () => {
    const isRed = ([r, g, b]: Rgb) => r > 110 && r > 1.8 * g && r > 1.8 * b
    const car = paletteOf(sampleOf(await photo('red-car-12mp.jpg')), 6)
    expect(car.some(({ rgb, share }) => isRed(rgb) && share > 0.03)).toBe(true)
    expect(isRed(dominantColour(await photo('woman-red-background.jpg')) ?? [0, 0, 0])).toBe(true)
    expect(Math.min(...(dominantColour(await photo('scan-page.png')) ?? [0]))).toBeGreaterThan(200)
  })
})
