import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultLimits, type Limits } from '@fovea/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { animate, open, probe } from './open.ts'
import { sharp } from './sharp/setup.ts'
import { animation } from './testing/animation.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fovea-open-'))
})
afterAll(() => rm(folder, { recursive: true }))

const flat = { create: { width: 40, height: 30, channels: 3, background: '#336699' } } as const

function limited(more: Partial<Limits>): Limits {
  return { ...defaultLimits, ...more }
}

describe('probe', () => {
  it('tells header facts of a file by its bytes, whatever its name', async () => {
    const path = join(folder, 'really-a-jpeg.png')
    const bytes = await sharp(flat)
      .jpeg({ progressive: true })
      .withMetadata({ orientation: 6, density: 300 })
      .toBuffer()
    await writeFile(path, bytes)
    expect(await probe({ kind: 'probe', source: { path }, limits: defaultLimits })).toEqual({
      format: 'jpeg',
      width: 40,
      height: 30,
      orientation: 6,
      pages: 1,
      hasAlpha: false,
      channels: 3,
      space: 'srgb',
      depth: 8,
      density: 300,
      isProgressive: true,
      sizeBytes: bytes.length,
    })
  })

  it('counts the frames of an animation and gives the size of one', async () => {
    const facts = await probe({
      kind: 'probe',
      source: { bytes: await animation('gif') },
      limits: defaultLimits,
    })
    expect(facts).toMatchObject({ format: 'gif', width: 48, height: 36, pages: 3 })
  })

  it('knows 16 bit and grey', async () => {
    const png = await sharp(flat).toColourspace('rgb16').png().toBuffer()
    expect(await probe({ kind: 'probe', source: { bytes: png }, limits: defaultLimits })).toMatchObject({
      space: 'rgb16',
    })
    const grey = await sharp(flat).greyscale().jpeg().toBuffer()
    const facts = await probe({ kind: 'probe', source: { bytes: grey }, limits: defaultLimits })
    expect(facts).toMatchObject({ channels: 3 })
  })
})

describe('open', () => {
  it('refuses before decoding what the header says is too large', async () => {
    const bytes = await sharp(flat).png().toBuffer()
    const error = open({ bytes }, limited({ maxPixels: 1_199 }))
    await expect(error).rejects.toMatchObject({
      code: 'source/too-many-pixels',
      members: { limitPixels: 1_199, actualPixels: 1_200 },
    })
    await expect(open({ bytes }, limited({ maxPixels: 1_200 }))).resolves.toBeDefined()
  })

  it('refuses too many bytes, of a path as of a buffer', async () => {
    const bytes = await sharp(flat).png().toBuffer()
    const path = join(folder, 'small.png')
    await writeFile(path, bytes)
    for (const source of [{ bytes }, { path }]) {
      const error = open(source, limited({ maxSourceBytes: bytes.length - 1 }))
      await expect(error).rejects.toMatchObject({ code: 'source/too-large' })
    }
  })

  it('refuses an empty file, a missing one and bytes of no format', async () => {
    const path = join(folder, 'empty.jpg')
    await writeFile(path, '')
    await expect(open({ path }, defaultLimits)).rejects.toMatchObject({ code: 'source/empty' })
    await expect(open({ bytes: new Uint8Array() }, defaultLimits)).rejects.toMatchObject({
      code: 'source/empty',
    })
    const gone = open({ path: join(folder, 'gone.jpg') }, defaultLimits)
    await expect(gone).rejects.toMatchObject({ code: 'storage/failed' })
    const text = open({ bytes: Buffer.from('push graphic-context') }, defaultLimits)
    await expect(text).rejects.toMatchObject({ code: 'source/unsupported' })
  })

  it('names a format it does not read', async () => {
    const psd = open({ bytes: Buffer.from('8BPS\0\x01\0\0\0\0\0\0', 'latin1') }, defaultLimits)
    await expect(psd).rejects.toMatchObject({
      code: 'source/unsupported',
      status: 415,
      members: { found: 'Photoshop' },
    })
  })

  it('tells an HEVC picture from an AV1 one in the same container', async () => {
    const avif = await sharp(flat).avif({ effort: 0 }).toBuffer()
    // The item's codec says hevc although the brands still say avif.
    const disguised = Buffer.from(
      avif.toString('latin1').replaceAll('av01', 'hvc1').replaceAll('av1C', 'hvcC'),
      'latin1',
    )
    const error = await open({ bytes: disguised }, defaultLimits).catch((thrown: unknown) => thrown)
    expect(['source/unsupported', 'source/undecodable']).toContain((error as { code: string }).code)
  })

  it('refuses an SVG that claims a huge canvas', async () => {
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="1000000" height="1000000"/>')
    await expect(open({ bytes: svg }, defaultLimits)).rejects.toMatchObject({
      code: 'source/too-many-pixels',
    })
  })
})

describe('animate', () => {
  it('opens all frames within the limits and refuses what is beyond', async () => {
    const bytes = await animation('webp')
    expect(animate(await open({ bytes }, defaultLimits))).toMatchObject({ isAnimated: true })
    const frames = await open({ bytes }, limited({ maxFrames: 2 }))
    expect(() => animate(frames)).toThrow(expect.objectContaining({ code: 'source/too-many-frames' }))
    const pixels = await open({ bytes }, limited({ maxAnimatedPixels: 48 * 36 * 3 - 1 }))
    expect(() => animate(pixels)).toThrow(expect.objectContaining({ code: 'source/too-many-pixels' }))
  })

  it('leaves a still as it is', async () => {
    const still = await open({ bytes: await sharp(flat).webp().toBuffer() }, defaultLimits)
    expect(animate(still)).toBe(still)
  })
})
