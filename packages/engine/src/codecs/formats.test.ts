/** Corners of the formats that libvips reads: depths, palettes, interlacing, pages, frames. Files are written here. */

import { crc32, deflateSync } from 'node:zlib'
import { defaultLimits } from '@fovea/core'
import { describe, expect, it } from 'vitest'
import { open } from '../open.ts'
import { sharp } from '../sharp/setup.ts'
import { outputOf, transform } from '../testing/request.ts'
import { wrapInTiff } from './tiff-wrapping.ts'

const colour = { r: 180, g: 90, b: 30 } as const
const flat = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: colour } })

async function firstPixel(bytes: Uint8Array): Promise<readonly number[]> {
  const made = await transform({ bytes }, [], outputOf('png', { animated: false }))
  const { data } = await sharp(made.bytes).raw().toBuffer({ resolveWithObject: true })
  return [...data.subarray(0, 3)]
}

function near(pixel: readonly number[], tolerance: number): void {
  const far = [colour.r, colour.g, colour.b].filter(
    (value, at) => Math.abs(value - (pixel[at] ?? 0)) > tolerance,
  )
  expect(far, `${pixel}`).toEqual([])
}

describe('JPEG', () => {
  it.each([
    ['baseline', {}],
    ['progressive', { progressive: true }],
    ['without subsampling', { chromaSubsampling: '4:4:4' }],
  ])('is read: %s', async (_, options) => {
    near(
      await firstPixel(
        await flat(40, 30)
          .jpeg({ quality: 95, ...options })
          .toBuffer(),
      ),
      4,
    )
  })

  it('is read in printing colours', async () => {
    const cmyk = await flat(40, 30).toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer()
    expect((await sharp(cmyk).metadata()).space).toBe('cmyk')
    near(await firstPixel(cmyk), 32)
  })

  it('of 12 bit is refused as what it is: not decodable here', async () => {
    const file = await flat(16, 16).jpeg().toBuffer()
    // SOF0 becomes SOF1 with a precision of 12.
    const at = file.indexOf(Buffer.from([0xff, 0xc0]))
    file[at + 1] = 0xc1
    file[at + 4] = 12
    await expect(transform({ bytes: file }, [], outputOf('png'))).rejects.toMatchObject({
      code: 'source/undecodable',
    })
  })
})

describe('PNG', () => {
  it.each([
    ['palette', { palette: true }],
    ['interlaced', { progressive: true }],
    ['interlaced palette', { palette: true, progressive: true }],
  ])('is read: %s', async (_, options) => {
    near(await firstPixel(await flat(40, 30).png(options).toBuffer()), 0)
  })

  it.each(['png', 'tiff', 'jxl', 'jp2'] as const)('of 16 bit stays 16 bit in %s', async (format) => {
    const values = Uint16Array.from({ length: 3 * 64 * 4 }, (_, at) => (at * 83) % 65_536)
    const deep = await sharp(wrapInTiff({ data: values, width: 64, height: 4, channels: 3, depth: 16 }))
      .toColourspace('rgb16')
      .png()
      .toBuffer()
    const { bytes } = await transform({ bytes: deep }, [], outputOf(format, { lossless: true }))
    expect((await open({ bytes }, defaultLimits)).facts.space).toBe('rgb16')
    const back = await transform({ bytes }, [], outputOf('png'))
    const { data } = await sharp(back.bytes)
      .toColourspace('rgb16')
      .raw({ depth: 'ushort' })
      .toBuffer({ resolveWithObject: true })
    expect([...new Uint16Array(data.buffer, data.byteOffset, data.length / 2)]).toEqual([...values])
  })

  it('that moves (APNG) is its default image', async () => {
    const file = await flat(20, 10).png().toBuffer()
    const chunk = (type: string, body: Buffer) => {
      const typed = Buffer.concat([Buffer.from(type), body])
      const ends = Buffer.alloc(8)
      ends.writeUInt32BE(body.length)
      ends.writeUInt32BE(crc32(typed), 4)
      return Buffer.concat([ends.subarray(0, 4), typed, ends.subarray(4)])
    }
    const control = Buffer.alloc(8)
    control.writeUInt32BE(2)
    const frame = (sequence: number) => {
      const body = Buffer.alloc(26)
      for (const [at, value] of [sequence, 20, 10].entries()) body.writeUInt32BE(value, at * 4)
      body.writeUInt16BE(1, 20)
      body.writeUInt16BE(10, 22)
      return chunk('fcTL', body)
    }
    const second = Buffer.concat([Buffer.from([0, 0, 0, 2]), deflateSync(Buffer.alloc(10 * 61))])
    const headEnd = 33
    const moving = Buffer.concat([
      file.subarray(0, headEnd),
      chunk('acTL', control),
      frame(0),
      file.subarray(headEnd, -12),
      frame(1),
      chunk('fdAT', second),
      file.subarray(-12),
    ])
    expect((await open({ bytes: moving }, defaultLimits)).facts).toMatchObject({
      pages: 1,
      width: 20,
      height: 10,
    })
    near(await firstPixel(moving), 0)
  })
})

describe('TIFF', () => {
  it('of several pages is the first', async () => {
    const data = Uint8Array.from(
      { length: 3 * 8 * 6 * 2 },
      (_, at) => (at < 3 * 8 * 6 ? [180, 90, 30][at % 3] : 7) ?? 0,
    )
    const pages = wrapInTiff({ data, width: 8, height: 6, channels: 3, depth: 8, pages: 2 })
    expect((await sharp(pages).metadata()).pages).toBe(2)
    expect((await open({ bytes: pages }, defaultLimits)).facts).toMatchObject({
      pages: 1,
      width: 8,
      height: 6,
    })
    near(await firstPixel(pages), 0)
  })

  it('of several pages of different sizes is the first', async () => {
    const page = (width: number, height: number) =>
      Buffer.from(
        wrapInTiff({
          data: new Uint8Array(width * height * 3).fill(99),
          width,
          height,
          channels: 3,
          depth: 8,
        }),
      )
    const [first, second] = [page(8, 6), page(5, 3)]
    // The second file's directory is appended and linked; its strips keep their places in the joined file.
    const joined = Buffer.concat([first, second])
    const directory = second.readUInt32LE(4)
    const count = second.readUInt16LE(directory)
    for (let entry = 0; entry < count; entry++) {
      const at = first.length + directory + 2 + entry * 12
      const [tag, values] = [joined.readUInt16LE(at), joined.readUInt32LE(at + 4)]
      if (tag === 273 || tag === 258) joined.writeUInt32LE(joined.readUInt32LE(at + 8) + first.length, at + 8)
      expect(values).toBeGreaterThan(0)
    }
    const end = first.readUInt32LE(4) + 2 + first.readUInt16LE(first.readUInt32LE(4)) * 12
    joined.writeUInt32LE(first.length + directory, end)
    expect((await open({ bytes: joined }, defaultLimits)).facts).toMatchObject({ width: 8, height: 6 })
    expect(await firstPixel(joined)).toEqual([99, 99, 99])
  })

  it('of floats is read', async () => {
    const { data } = await flat(12, 9).raw().toBuffer({ resolveWithObject: true })
    const file = await sharp(data, { raw: { width: 12, height: 9, channels: 3 } })
      .toColourspace('scrgb')
      .tiff({ compression: 'none' })
      .toBuffer()
    near(await firstPixel(file), 3)
  })
})

describe('SVG', () => {
  it('reaches for no file beside it', async () => {
    const svg = Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink" width="8" height="8"><rect width="8" height="8" fill="rgb(180,90,30)"/><image x:href="file:///etc/hostname" width="8" height="8"/><image x:href="photo.png" width="8" height="8"/></svg>`,
    )
    near(await firstPixel(svg), 0)
  })
})

describe('animation', () => {
  it.each(['webp', 'gif'] as const)('goes from %s to every format that moves', async (format) => {
    const roll = Buffer.concat([Buffer.alloc(3 * 64, 20), Buffer.alloc(3 * 64, 230)])
    const raw = sharp(roll, { raw: { width: 8, height: 16, channels: 3, pageHeight: 8 } })
    const bytes = await raw[format]({ delay: [80, 120], loop: 2 }).toBuffer()
    for (const to of ['webp', 'gif'] as const) {
      const made = await transform({ bytes }, [], outputOf(to))
      expect(await sharp(made.bytes, { pages: -1 }).metadata()).toMatchObject({
        pages: 2,
        delay: [80, 120],
        loop: 2,
      })
    }
  })
})
