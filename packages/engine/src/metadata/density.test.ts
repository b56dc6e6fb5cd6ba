import { crc32 } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { sharp } from '../sharp/setup.ts'
import { outputOf, transform } from '../testing/request.ts'

/** A photo that says 96 dpi in JFIF and in EXIF, and who made it. */
const photo = () =>
  sharp({ create: { width: 60, height: 40, channels: 3, background: '#884422' } })
    .withMetadata({ density: 96 })
    .withExifMerge({ IFD0: { Artist: 'Ada (ASCII)', Make: 'Camera (ASCII)' } })
    .jpeg()
    .toBuffer()

const drawn = {
  grey: () =>
    sharp({ create: { width: 60, height: 40, channels: 3, background: '#777' } })
      .toColourspace('b-w')
      .png(),
  alpha: () => sharp({ create: { width: 60, height: 40, channels: 4, background: '#ff000080' } }).png(),
  '16 bit': () =>
    sharp({ create: { width: 60, height: 40, channels: 3, background: '#123456' } })
      .toColourspace('rgb16')
      .png(),
} as const

const enlarge = [{ op: 'resize', width: 30 }] as const

describe('the density of a file', () => {
  for (const format of ['jpeg', 'png', 'tiff'] as const) {
    it.each(['none', 'copyright', 'all'] as const)(
      `is what ${format} says, with metadata %s`,
      async (metadata) => {
        const source = { bytes: await photo() }
        const { bytes } = await transform(source, enlarge, outputOf(format, { density: 300, metadata }))
        expect(await sharp(bytes).metadata()).toMatchObject({ density: 300, width: 30, format })
      },
    )

    it.each(Object.entries(drawn))(
      `changes no pixel of a ${format} of a picture with %s`,
      async (_, draw) => {
        const source = { bytes: await draw().toBuffer() }
        const [plain, dense] = await Promise.all(
          [{}, { density: 240 }].map((more) => transform(source, enlarge, outputOf(format, more))),
        )
        const pixels = async (file: { readonly bytes: Uint8Array } | undefined) =>
          (await sharp(file?.bytes, { failOn: 'warning' }).raw({ depth: 'ushort' }).toBuffer()).toString(
            'base64',
          )
        expect(await pixels(dense)).toBe(await pixels(plain))
        expect((await sharp(dense?.bytes).metadata()).density).toBe(240)
      },
    )
  }

  it('stands in JFIF, and the same in EXIF that goes along', async () => {
    const output = outputOf('jpeg', { density: 300, metadata: 'all' })
    const { bytes } = await transform({ bytes: await photo() }, [], output)
    const file = Buffer.from(bytes)
    expect(file.toString('latin1', 6, 10)).toBe('JFIF')
    expect([file[13], file.readUInt16BE(14), file.readUInt16BE(16)]).toEqual([1, 300, 300])
    const { exif = Buffer.alloc(0) } = await sharp(file).metadata()
    // 300/1 and 96/1 as rationals of the block's byte order.
    const rational = (value: number) =>
      Buffer.from(
        exif.includes('II')
          ? [value & 255, value >> 8, 0, 0, 1, 0, 0, 0]
          : [0, 0, value >> 8, value & 255, 0, 0, 0, 1],
      )
    expect(exif.includes(rational(300))).toBe(true)
    expect(exif.includes(rational(96))).toBe(false)
  })

  it('keeps every checksum of a PNG true', async () => {
    const output = outputOf('png', { density: 300, metadata: 'all' })
    const { bytes } = await transform({ bytes: await photo() }, [], output)
    const file = Buffer.from(bytes)
    const types = []
    for (let at = 8; at < file.length; ) {
      const end = at + 8 + file.readUInt32BE(at)
      expect(file.readUInt32BE(end)).toBe(crc32(file.subarray(at + 4, end)))
      types.push(file.toString('latin1', at + 4, at + 8))
      at = end + 4
    }
    expect(types.filter((type) => type === 'pHYs')).toHaveLength(1)
    expect(types).toContain('eXIf')
  })

  it('counts against a budget of bytes', async () => {
    const source = { bytes: await photo() }
    for (const format of ['jpeg', 'png'] as const) {
      const { bytes } = await transform(source, [], outputOf(format, { density: 300, maxBytes: 420 }))
      expect(bytes.length).toBeLessThanOrEqual(420)
      expect((await sharp(bytes).metadata()).density).toBe(300)
    }
  })
})
