import { defaultLimits, type Format, formats } from '@fovea/core'
import { describe, expect, it } from 'vitest'
import { execute } from './execute.ts'
import { decodeForeign, open } from './open.ts'
import { sharp } from './sharp/setup.ts'
import { pictures } from './testing/pictures.ts'
import { outputOf, transform } from './testing/request.ts'

const writable = (Object.keys(formats) as Format[]).filter((format) => formats[format].encode)
const [{ png: opaque }, { png: transparent }] = await pictures()

async function rasterOf(bytes: Uint8Array) {
  return execute([], await decodeForeign(await open({ bytes }, defaultLimits)))
}

/** A flat PNG whose alpha is 0 everywhere. */
function clear(width: number, height: number): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 4, background: '#ff000000' } })
    .png()
    .toBuffer()
}

function flat(width: number, height: number): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: '#336699' }, limitInputPixels: false })
    .png()
    .toBuffer()
}

describe('encoding', () => {
  for (const format of writable) {
    it(`writes ${format} that says what it is`, async () => {
      const made = await transform({ bytes: opaque }, [{ op: 'resize', width: 100 }], outputOf(format))
      const facts = (await open({ bytes: made.bytes }, defaultLimits)).facts
      expect(facts).toMatchObject({ format, width: 100, height: 75, pages: 1 })
      expect(made).toMatchObject({ format, width: 100, height: 75, pages: 1, passes: 1 })
    })

    it(`${formats[format].alpha ? 'keeps alpha' : 'shows alpha over white'} in ${format}`, async () => {
      const made = await transform({ bytes: await clear(20, 10) }, [], outputOf(format, { lossless: true }))
      const { data, channels } = await rasterOf(made.bytes)
      const first = [...data.subarray(0, channels)]
      if (formats[format].alpha) expect(first[3]).toBe(0)
      else expect(Math.min(...first)).toBeGreaterThan(250)
    })
  }

  it.each(['4:2:0', '4:4:4'] as const)(
    'keeps the colour resolution %s of a JPEG at any quality',
    async (chroma) => {
      for (const quality of [50, 95]) {
        const made = await transform({ bytes: opaque }, [], outputOf('jpeg', { quality, chroma }))
        expect((await sharp(made.bytes).metadata()).chromaSubsampling).toBe(chroma)
      }
    },
  )

  it.each([
    ['gif', {}],
    ['png', { palette: true }],
  ] as const)('writes no more colours than asked: %s', async (format, more) => {
    const made = await transform({ bytes: opaque }, [], outputOf(format, { ...more, colors: 4 }))
    const { data, info } = await sharp(made.bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true })
    const colours = new Set<string>()
    for (let at = 0; at < data.length; at += info.channels) colours.add(data.subarray(at, at + 3).join())
    expect(colours.size).toBeLessThanOrEqual(4)
  })

  it('flattens alpha and a transparent border over white for JPEG', async () => {
    const contain = { op: 'resize', width: 60, height: 60, fit: 'contain' } as const
    const made = await transform({ bytes: transparent }, [contain], outputOf('jpeg'))
    const { data } = await rasterOf(made.bytes)
    expect(Math.min(...data.subarray(0, 3))).toBeGreaterThan(250)
  })

  it.each([
    ['jpeg', { quality: 20 }, { quality: 95 }],
    ['webp', { quality: 20 }, { quality: 95 }],
    ['avif', { quality: 20 }, { quality: 75 }],
    ['heif', { quality: 20 }, { quality: 75 }],
  ] as const)('obeys the quality of %s', async (format, less, more) => {
    const sizes = await Promise.all(
      [less, more].map(
        async (options) => (await transform({ bytes: opaque }, [], outputOf(format, options))).bytes.length,
      ),
    )
    expect(sizes[0]).toBeLessThan((sizes[1] ?? 0) * 0.7)
  })

  it.each(['webp', 'avif', 'heif', 'png', 'tiff'] as const)(
    'loses nothing in lossless %s',
    async (format) => {
      const made = await transform({ bytes: opaque }, [], outputOf(format, { lossless: true }))
      const [before, after] = await Promise.all([rasterOf(opaque), rasterOf(made.bytes)])
      expect(Buffer.from(after.data).equals(Buffer.from(before.data))).toBe(true)
    },
  )

  it('writes progressive JPEG and interlaced PNG on request only', async () => {
    for (const format of ['jpeg', 'png'] as const) {
      for (const progressive of [true, false]) {
        const made = await transform({ bytes: opaque }, [], outputOf(format, { progressive }))
        expect((await sharp(made.bytes).metadata()).isProgressive).toBe(progressive)
      }
    }
  })

  it('writes a PNG with a palette, smaller with less quality, also from 16 bit', async () => {
    const deep = await sharp(opaque).toColourspace('rgb16').png().toBuffer()
    const made = async (bytes: Uint8Array, quality: number) =>
      (await transform({ bytes }, [], outputOf('png', { palette: true, quality }))).bytes
    const best = await made(opaque, 100)
    expect(await sharp(best).metadata()).toMatchObject({ isPalette: true })
    expect(await sharp(await made(deep, 100)).metadata()).toMatchObject({ isPalette: true })
    expect((await made(opaque, 1)).length).toBeLessThan(best.length)
    const clearer = (await made(transparent, 100)).slice()
    expect((await sharp(clearer).metadata()).hasAlpha).toBe(true)
  })

  it('marks HEIF by brands of its own, and other readers open it', async () => {
    const { bytes } = await transform({ bytes: opaque }, [], outputOf('heif'))
    expect(Buffer.from(bytes).toString('latin1', 4, 12)).toBe('ftypmif1')
    expect(Buffer.from(bytes.subarray(0, 32)).includes('avif')).toBe(false)
    expect(await sharp(bytes).png().toBuffer()).not.toHaveLength(0)
  })

  it('halves colour resolution up to the quality where it shows', async () => {
    const subsampling = async (format: 'jpeg', quality: number) =>
      (await sharp((await transform({ bytes: opaque }, [], outputOf(format, { quality }))).bytes).metadata())
        .chromaSubsampling
    expect(await subsampling('jpeg', 80)).toBe('4:2:0')
    expect(await subsampling('jpeg', 90)).toBe('4:4:4')
  })

  it('writes grey as one channel where the format has it', async () => {
    for (const [format, space] of [
      ['jpeg', 'b-w'],
      ['png', 'b-w'],
      ['tiff', 'b-w'],
      ['webp', 'srgb'],
    ] as const) {
      const made = await transform({ bytes: opaque }, [{ op: 'grayscale' }], outputOf(format))
      expect((await sharp(made.bytes).metadata()).space, format).toBe(space)
    }
  })

  it('scales AVIF and HEIF down to 4000 px and 8 MP before encoding', async () => {
    const wide = await transform({ bytes: await flat(6000, 300) }, [], outputOf('avif'))
    expect(wide).toMatchObject({ width: 4000, height: 200 })
    const wideHeif = await transform({ bytes: await flat(6000, 300) }, [], outputOf('heif'))
    expect(wideHeif).toMatchObject({ width: 4000, height: 200 })
    const large = await transform({ bytes: await flat(4000, 3000) }, [], outputOf('avif'))
    expect(large.width * large.height).toBeLessThanOrEqual(8_010_000)
    expect(large.width / large.height).toBeCloseTo(4 / 3, 2)
    const { width, height } = (await open({ bytes: large.bytes }, defaultLimits)).facts
    expect([width, height]).toEqual([large.width, large.height])
  })

  it('is quick with AVIF: far below the encoder’s own default', async () => {
    const photo = await sharp(opaque).resize(900, 700, { fit: 'fill' }).png().toBuffer()
    const cpu = async (work: () => Promise<unknown>) => {
      const before = process.cpuUsage()
      await work()
      const { user, system } = process.cpuUsage(before)
      return user + system
    }
    const ours = await cpu(() => transform({ bytes: photo }, [], outputOf('avif', { quality: 50 })))
    const theirs = await cpu(() => sharp(photo).avif({ quality: 50 }).toBuffer())
    expect(ours * 2).toBeLessThan(theirs)
  })

  it('refuses a side that the format cannot hold, naming both', async () => {
    const limits = { ...defaultLimits, maxSide: 20_000 }
    const long = { op: 'resize', width: 17_000, height: 2, fit: 'fill' } as const
    const made = transform({ bytes: opaque }, [long], outputOf('webp'), { limits })
    await expect(made).rejects.toMatchObject({
      code: 'operation/too-large',
      members: { format: 'webp', limit: 16_383, width: 17_000 },
    })
  })

  it('keeps 16 bit for formats that hold them, through any number of passes', async () => {
    const deep = await sharp(opaque).toColourspace('rgb16').png().toBuffer()
    for (const operations of [
      [],
      [{ op: 'resize', width: 100 }],
      [
        { op: 'blur', sigma: 1 },
        { op: 'resize', width: 100 },
      ],
    ] as const) {
      for (const [format, depth] of [
        ['png', 'ushort'],
        ['tiff', 'ushort'],
        ['webp', 'uchar'],
      ] as const) {
        const made = await transform({ bytes: deep }, operations, outputOf(format))
        expect((await sharp(made.bytes).metadata()).depth, format).toBe(depth)
      }
    }
  })

  it('turns every profile into sRGB, and ignores a broken one', async () => {
    const p3 = await sharp({ create: { width: 30, height: 20, channels: 3, background: '#ff0000' } })
      .withIccProfile('p3')
      .png()
      .toBuffer()
    const made = await transform({ bytes: p3 }, [], outputOf('png'))
    const { data } = await rasterOf(made.bytes)
    expect(data[0]).toBeGreaterThan(250)
    expect(data[1]).toBeLessThan(8)
    expect((await sharp(made.bytes).metadata()).hasProfile).toBe(false)

    const jpeg = await sharp(opaque).withIccProfile('p3').jpeg({ quality: 95 }).toBuffer()
    const broken = Buffer.from(jpeg.toString('latin1').replace('acsp', 'XXXX'), 'latin1')
    await expect(
      transform({ bytes: broken }, [{ op: 'resize', width: 50 }], outputOf('webp')),
    ).resolves.toMatchObject({ width: 50 })
  })

  it('brings 16-bit sources with a profile to sRGB too', async () => {
    const p3 = await sharp({ create: { width: 30, height: 20, channels: 3, background: '#c84020' } })
      .withIccProfile('p3')
      .toColourspace('rgb16')
      .png()
      .toBuffer()
    for (const format of ['png', 'webp'] as const) {
      const { bytes } = await transform({ bytes: p3 }, [], outputOf(format, { lossless: true }))
      const { data } = await sharp(bytes).toColourspace('srgb').raw().toBuffer({ resolveWithObject: true })
      expect(Math.abs((data[0] ?? 0) - 0xc8), format).toBeLessThan(4)
      expect(Math.abs((data[1] ?? 0) - 0x40), format).toBeLessThan(4)
      expect(Math.abs((data[2] ?? 0) - 0x20), format).toBeLessThan(6)
    }
  })

  it('reads CMYK as people see it', async () => {
    const cmyk = await sharp({ create: { width: 30, height: 20, channels: 3, background: '#c84020' } })
      .toColourspace('cmyk')
      .jpeg({ quality: 100 })
      .toBuffer()
    expect((await sharp(cmyk).metadata()).space).toBe('cmyk')
    const { data } = await rasterOf((await transform({ bytes: cmyk }, [], outputOf('png'))).bytes)
    expect((data[0] ?? 0) - (data[2] ?? 0)).toBeGreaterThan(100)
  })

  it('rasterises an SVG at the size asked for instead of enlarging pixels', async () => {
    const svg = Buffer.from(
      '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><rect width="5" height="10"/><rect x="5" width="5" height="10" fill="#fff"/></svg>',
    )
    const { bytes } = await transform({ bytes: svg }, [{ op: 'resize', width: 400 }], outputOf('png'))
    const { data, info } = await sharp(bytes)
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true })
    const row = Array.from({ length: 400 }, (_, x) => data[(200 * 400 + x) * info.channels] ?? 0)
    expect(row.filter((value) => value > 8 && value < 247).length).toBeLessThanOrEqual(2)
  })

  it.each(['jxl', 'jp2'] as const)(
    'refuses to keep all metadata in %s, whose writer cannot',
    async (format) => {
      const made = transform({ bytes: opaque }, [], outputOf(format, { metadata: 'all' }))
      await expect(made).rejects.toMatchObject({ code: 'format/unavailable', status: 501 })
    },
  )

  it('answers for a format it does not write', async () => {
    const made = transform({ bytes: opaque }, [], outputOf('bmp'))
    await expect(made).rejects.toMatchObject({ code: 'format/unavailable', status: 501 })
  })
})
