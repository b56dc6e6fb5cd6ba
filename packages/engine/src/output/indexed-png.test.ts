import { defaultLimits } from '@fovea/core'
import { describe, expect, it } from 'vitest'
import { execute } from '../execute.ts'
import type { Raster } from '../image.ts'
import { open } from '../open.ts'
import { sharp } from '../sharp/setup.ts'
import { indexedPng } from './indexed-png.ts'

/** A raster whose pixels take `colours` in turn. */
async function raster(
  width: number,
  height: number,
  colours: readonly (readonly number[])[],
): Promise<Raster> {
  const channels = colours[0]?.length as Raster['channels']
  const data = new Uint8Array(width * height * channels)
  for (let pixel = 0; pixel < width * height; pixel++) {
    data.set(colours[(pixel * 7 + (pixel >> 3)) % colours.length] ?? [], pixel * channels)
  }
  const file = await sharp({ create: { width, height, channels: 3, background: 'red' } })
    .png()
    .toBuffer()
  return { ...(await execute([], await open({ bytes: file }, defaultLimits))), data, channels }
}

const many = (count: number, alpha?: (index: number) => number) =>
  Array.from({ length: count }, (_, index) => {
    const colour = [index, (index * 37) % 256, 255 - index]
    return alpha === undefined ? colour : [...colour, alpha(index)]
  })

describe('indexedPng', () => {
  it.each([
    ['one colour', many(1), 1],
    ['two colours', many(2), 1],
    ['three', many(3), 2],
    ['sixteen', many(16), 4],
    ['seventeen', many(17), 8],
    ['256', many(256), 8],
    ['grey', many(5).map(([value = 0]) => [value]), 4],
    ['alpha', many(40, (index) => (index % 3 === 0 ? index * 4 : 255)), 8],
    ['nothing but alpha', many(2, () => 0), 1],
  ])('holds every pixel of %s', async (_, colours, depth) => {
    // 13 wide, so that no row ends with a byte.
    const picture = await raster(13, 21, colours)
    const file = indexedPng(picture) ?? new Uint8Array()
    expect(file[24]).toBe(depth)
    const wanted = await sharp(picture.data, {
      raw: { width: 13, height: 21, channels: picture.channels },
    })
      .toColourspace('srgb')
      .ensureAlpha()
      .raw()
      .toBuffer()
    const shown = await sharp(file).toColourspace('srgb').ensureAlpha().raw().toBuffer()
    expect(shown.equals(wanted)).toBe(true)
    expect((await sharp(file).metadata()).isPalette).toBe(true)
  })

  it('is none for more colours', async () => {
    const picture = await raster(40, 40, [...many(256), [1, 2, 3]])
    expect(indexedPng(picture)).toBeUndefined()
  })
})
