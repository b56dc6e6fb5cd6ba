/**
 * A picture whose every pixel says where it is: red grows from left to right, green from top to bottom, blue is 64.
 * From the corners of any variant one reads which part of the picture it shows, without trusting what made it.
 */
import sharp from 'sharp'
import { expect } from 'vitest'
import type { Got } from '../effects.ts'
import { sizeOf } from '../site.ts'

/** A part of the picture as shares of its sides: left, top, right, bottom. A mirrored side is the greater one first. */
export type Region = readonly [left: number, top: number, right: number, bottom: number]

export const whole: Region = [0, 0, 1, 1]

export async function locator(
  width: number,
  height: number,
  format: 'jpeg' | 'png' = 'jpeg',
): Promise<Buffer> {
  const data = Buffer.alloc(width * height * 3, 64)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 3
      data[at] = Math.round((255 * (x + 0.5)) / width)
      data[at + 1] = Math.round((255 * (y + 0.5)) / height)
    }
  }
  return sharp(data, { raw: { width, height, channels: 3 } })
    .toFormat(format, { quality: 95 })
    .toBuffer()
}

/** `jpeg 400x300`, `text/css` or `404`. */
export async function told(got: Got): Promise<string> {
  if (got.status !== 200) return String(got.status)
  const type = (got.headers.get('content-type') ?? '').replace(/;.*/, '')
  return type.startsWith('image/') ? `${type.slice(6)} ${await sizeOf(got)}` : type
}

/** The part a variant shows, read from small squares in its corners. */
async function regionOf({ bytes }: Got): Promise<Region> {
  const { data, info } = await sharp(bytes)
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  const side = Math.max(1, Math.min(8, info.width >> 2, info.height >> 2))
  const mean = (left: number, top: number, channel: number) => {
    let sum = 0
    for (let y = top; y < top + side; y++)
      for (let x = left; x < left + side; x++) sum += data[(y * info.width + x) * 3 + channel] ?? 0
    return sum / (255 * side * side)
  }
  /** Ends of an axis from two samples whose centres lie half a square inside it. */
  const ends = (first: number, last: number, length: number): readonly [number, number] => {
    const slope = (last - first) / Math.max(1, length - side)
    return [first - (slope * side) / 2, last + (slope * side) / 2]
  }
  const [left, right] = ends(mean(0, 0, 0), mean(info.width - side, 0, 0), info.width)
  const [top, bottom] = ends(mean(0, 0, 1), mean(0, info.height - side, 1), info.height)
  return [left, top, right, bottom]
}

/** Checks which part is shown, to three hundredths of a side: JPEG and the resize blur no more than that. */
export async function expectRegion(got: Got, expected: Region, about?: string): Promise<void> {
  const region = await regionOf(got)
  const off = Math.max(...region.map((end, index) => Math.abs(end - (expected[index] ?? 0))))
  const shown = region.map((end) => end.toFixed(2)).join(' ')
  expect(off, `${about ?? ''} shows ${shown} instead of ${expected.join(' ')}`).toBeLessThan(0.03)
}
