import { describe, expect, it } from 'vitest'
import { agreeing } from './agreeing.ts'
import type { Pixels } from './pixels.ts'
import { resample } from './resample.ts'

const [width, height] = [24, 16]

/** A smooth picture of RGB, 16 bit. */
function waves(wide: number, high: number): Pixels {
  const data = new Uint16Array(wide * high * 3)
  for (let y = 0; y < high; y++) {
    for (let x = 0; x < wide; x++) {
      const [u, v] = [x / wide, y / high]
      for (const channel of [0, 1, 2])
        data[(y * wide + x) * 3 + channel] = 30_000 + 15_000 * Math.sin(5 * u + channel) * Math.cos(4 * v)
    }
  }
  return { data, width: wide, height: high, channels: 3 }
}

function greatestDifference(a: Pixels, b: Pixels): number {
  return Math.max(...Array.from(a.data, (value, at) => Math.abs(value - (b.data[at] ?? 0))))
}

describe('a drawn enlargement that agrees', () => {
  it.each([2, 3, 4])('gives its picture again, at %i times', (factor) => {
    const picture = waves(width, height)
    const drawn = waves(width * factor, height * factor)
    for (let at = 0; at < drawn.data.length; at++) {
      // Darker than it should be, and a pattern of single pixels, which scaling down does not see.
      const pattern = (Math.floor(at / 3) + Math.floor(at / 3 / drawn.width)) % 2 === 0 ? 900 : -900
      drawn.data[at] = (drawn.data[at] ?? 0) * 0.9 + pattern
    }
    const back = (pixels: Pixels) => resample(pixels, width, height, 'lanczos3')
    const agreed = agreeing(drawn, picture)
    expect(greatestDifference(back(drawn), picture)).toBeGreaterThan(3000)
    expect(greatestDifference(back(agreed), picture)).toBeLessThan(500)
    // The pattern is what was drawn, and stays.
    const middle = ((height * factor) >> 1) * agreed.width + ((width * factor) >> 1)
    const step = Math.abs((agreed.data[middle * 3] ?? 0) - (agreed.data[middle * 3 + 3] ?? 0))
    expect(step).toBeGreaterThan(1_000)
  })

  it('takes the picture in any shape, and stays within black and white', () => {
    const white = new Uint8Array(width * height * 4).fill(255)
    const drawn = waves(width * 2, height * 2)
    const all = (channels: 1 | 3 | 4): Pixels => ({
      data: white.subarray(0, width * height * channels),
      width,
      height,
      channels,
    })
    const [grey, rgb, rgba] = ([1, 3, 4] as const).map((channels) => agreeing(drawn, all(channels)))
    expect(grey).toEqual(rgb)
    expect(rgba).toEqual(rgb)
    expect(Math.min(...(rgb?.data ?? []))).toBeGreaterThan(60_000)
    const darker = agreeing(drawn, { ...all(1), data: new Uint8Array(width * height) })
    expect(Math.max(...darker.data)).toBeLessThan(6_000)
  })
})
