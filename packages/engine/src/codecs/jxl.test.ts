/** JPEG XL: animations in, rights out. The samples are made by the same library, which reads what others write too. */
import { defaultLimits } from '@fovea/core'
import { describe, expect, it } from 'vitest'
import { open } from '../open.ts'
import { sharp } from '../sharp/setup.ts'
import { animation, frameDelays, frameLoop, frameSize } from '../testing/animation.ts'
import { outputOf, transform } from '../testing/request.ts'
import { loadWasmVips } from './wasm-vips.ts'

const { width, height } = frameSize
const pages = frameDelays.length

async function moving(): Promise<Uint8Array> {
  const { data } = await sharp(await animation('webp'), { pages: -1 })
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  const vips = await loadWasmVips()
  const image = vips.Image.newFromMemory(data, width, height * pages, 3, vips.BandFormat.uchar).copy({
    interpretation: 'srgb',
  })
  image.setInt('page-height', height)
  image.setArrayInt('delay', [...frameDelays])
  image.setInt('loop', frameLoop)
  return Buffer.from(image.jxlsaveBuffer({ lossless: true, effort: 1, page_height: height }))
}

describe('JPEG XL that moves', () => {
  it.each(['webp', 'gif'] as const)('becomes %s with all frames, delays and repetitions', async (format) => {
    const made = await transform(
      { bytes: await moving() },
      [],
      outputOf(format, { lossless: format === 'webp' }),
    )
    expect(made).toMatchObject({ width, height, pages })
    expect(await sharp(made.bytes, { pages: -1 }).metadata()).toMatchObject({
      pages,
      delay: [...frameDelays],
      loop: frameLoop,
    })
    const [before, after] = await Promise.all(
      [await animation('webp'), made.bytes].map((file) =>
        sharp(file, { pages: -1 }).removeAlpha().raw().toBuffer(),
      ),
    )
    const far = [...(before ?? [])].filter((value, at) => Math.abs(value - (after?.[at] ?? 0)) > 12)
    expect(far.length).toBe(0)
  })

  it('is resized frame by frame', async () => {
    const half = { op: 'resize', width: width / 2 } as const
    const made = await transform({ bytes: await moving() }, [half], outputOf('webp'))
    expect(made).toMatchObject({ width: width / 2, height: height / 2, pages })
  })

  it('is its first frame where the output stands still', async () => {
    for (const output of [outputOf('png'), outputOf('webp', { animated: false })]) {
      const made = await transform({ bytes: await moving() }, [], output)
      expect(made.pages).toBe(1)
      const { dominant } = await sharp(made.bytes).stats()
      expect(dominant.r).toBeGreaterThan(180)
    }
  })

  it('is refused above the limit of frames before they are decoded', async () => {
    const bytes = await moving()
    expect((await open({ bytes }, defaultLimits)).facts.pages).toBe(pages)
    const limits = { ...defaultLimits, maxFrames: 2 }
    await expect(transform({ bytes }, [], outputOf('webp'), { limits })).rejects.toMatchObject({
      code: 'source/too-many-frames',
    })
  })
})

describe('rights', () => {
  it.each(['jxl', 'jp2'] as const)('go along into %s', async (format) => {
    const tags = { IFD0: { Artist: 'Ada Lovelace', Copyright: '(c) 2026 Ada' } }
    const source = await sharp({ create: { width: 20, height: 10, channels: 3, background: '#123456' } })
      .withExif(tags)
      .jpeg()
      .toBuffer()
    const { bytes } = await transform({ bytes: source }, [], outputOf(format, { metadata: 'copyright' }))
    expect((await open({ bytes }, defaultLimits)).rights).toEqual({
      artist: 'Ada Lovelace',
      copyright: '(c) 2026 Ada',
    })
    const { bytes: bare } = await transform({ bytes: source }, [], outputOf(format))
    expect((await open({ bytes: bare }, defaultLimits)).rights).toEqual({})
  })
})
