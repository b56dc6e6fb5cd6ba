/** Pins the texts of the sharp and libvips in use: an upgrade that rewords one must be noticed here. */
import { Problem } from '@fovea/core'
import { describe, expect, it } from 'vitest'
import { fromSharp, type RunInput, running } from './errors.ts'
import { sharp } from './setup.ts'

const flat = { create: { width: 20, height: 20, channels: 3, background: '#336699' } } as const

async function problemOf(work: Promise<unknown>, input: RunInput = 'source'): Promise<Problem> {
  const error = await running(work, input).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (error instanceof Problem) return error
  throw new Error(`no Problem but ${String(error)}`)
}

describe('what sharp says', () => {
  it('of too many pixels', async () => {
    const png = await sharp(flat).png().toBuffer()
    const found = await problemOf(sharp(png, { limitInputPixels: 100 }).raw().toBuffer())
    expect(found.code).toBe('source/too-many-pixels')
  })

  it.each(['webp', 'avif', 'gif', 'jpeg'] as const)('of a side that %s cannot hold', async (format) => {
    const long = sharp({ create: { ...flat.create, width: 70_000, height: 1 } })
    const found = await problemOf(long[format]().toBuffer(), 'raster')
    expect(found.code).toBe('operation/too-large')
    expect(found.detail).toMatch(/^The result is larger than (WebP|HEIF|GIF|JPEG) can hold\.$/)
  })

  it('of an SVG enlarged beyond its rasteriser', async () => {
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>')
    const found = await problemOf(
      sharp(svg, { limitInputPixels: false }).resize(33_000, 100, { fit: 'fill' }).png().toBuffer(),
    )
    expect(found.code).toBe('operation/too-large')
  })

  it('of a file that went away', async () => {
    const found = await problemOf(sharp('/nowhere/at/all.jpg').metadata())
    expect(found.code).toBe('storage/failed')
    expect(found.detail).not.toContain('nowhere')
  })

  it('of a truncated file', async () => {
    const jpeg = await sharp({ create: { ...flat.create, width: 400, height: 400 } })
      .jpeg()
      .toBuffer()
    const cut = jpeg.subarray(0, jpeg.length / 2)
    const found = await problemOf(sharp(cut, { failOn: 'error' }).raw().toBuffer())
    expect(found.code).toBe('source/undecodable')
    expect(found.detail).toBe('The image cannot be decoded: premature end of JPEG image.')
  })

  it('of bytes that are no image', async () => {
    const found = await problemOf(sharp(Buffer.from('no image at all')).metadata())
    expect(found.code).toBe('source/undecodable')
  })

  it('of formats whose loaders are blocked', async () => {
    const ppm = Buffer.from('P6 1 1 255\nabc')
    expect((await problemOf(sharp(ppm).metadata())).code).toBe('source/undecodable')
  })
})

describe('fromSharp', () => {
  it('blames the source for unknown words over a source, and us for those over our pixels', () => {
    const error = new Error('something nobody has seen')
    expect(fromSharp(error, 'source')).toMatchObject({ code: 'source/undecodable', cause: error })
    expect(fromSharp(error, 'raster')).toBe(error)
  })

  it('lets Problems and other throwables pass', () => {
    const problem = new Problem('source/empty')
    expect(fromSharp(problem, 'source')).toBe(problem)
    expect(fromSharp('text', 'source')).toBe('text')
  })

  it('says when memory was short, whoever ran out of it', () => {
    for (const text of [
      'vips_tracked: out of memory --- size == 1000000000',
      'Could not allocate enough memory',
    ]) {
      expect(fromSharp(new Error(text), 'raster')).toMatchObject({ code: 'source/undecodable' })
    }
  })

  it.each([
    ['Input file has corrupt header: \n', 'the data are damaged or incomplete'],
    ['Unknown error', 'the data are damaged or incomplete'],
    ['Input buffer has corrupt header: gifload: Invalid frame data\nmore', 'gifload: Invalid frame data'],
    ['vips2png: unable to write to target target\nvipspng: libpng read error', 'vipspng: libpng read error'],
    ['/srv/data/blobs/ab.jpg bad seek to 12', 'the file bad seek to 12'],
    ['a\u0007b', 'a?b'],
  ])('tells the reason of %j without paths and noise', (message, reason) => {
    const found = fromSharp(new Error(message), 'source')
    expect(found).toMatchObject({ detail: `The image cannot be decoded: ${reason}.` })
  })
})
