/** What moves keeps moving, at its pace, and no frame bleeds into another. */
import { defaultLimits, type OperationInput } from '@fovea/core'
import { describe, expect, it } from 'vitest'
import { execute } from './execute.ts'
import type { Raster } from './image.ts'
import { animate, open } from './open.ts'
import { sharp } from './sharp/setup.ts'
import { animation, frameDelays, frameLoop, frameSize } from './testing/animation.ts'
import { differenceOf } from './testing/difference.ts'
import { outputOf, transform } from './testing/request.ts'

const operations: readonly (readonly [
  string,
  readonly OperationInput[],
  { width: number; height: number },
])[] = [
  ['nothing', [], frameSize],
  ['a resize', [{ op: 'resize', width: 24, height: 18 }], { width: 24, height: 18 }],
  ['a cover', [{ op: 'resize', width: 20, height: 20 }], { width: 20, height: 20 }],
  ['a crop', [{ op: 'crop', left: 3, top: 5, width: 40, height: 20 }], { width: 40, height: 20 }],
  ['a border', [{ op: 'extend', top: 2, bottom: 4, background: 'white' }], { width: 48, height: 42 }],
  ['greyscale', [{ op: 'grayscale' }], frameSize],
  ['modulate', [{ op: 'modulate', hue: 90 }], frameSize],
  ['flop', [{ op: 'flop' }], frameSize],
  ['flip', [{ op: 'flip' }], frameSize],
  ['half a turn', [{ op: 'rotate', angle: 180 }], frameSize],
  ['a quarter turn', [{ op: 'rotate', angle: 90 }], { width: 36, height: 48 }],
  ['blur', [{ op: 'blur', sigma: 3 }], frameSize],
  ['sharpen', [{ op: 'sharpen' }], frameSize],
  [
    'flip and border',
    [{ op: 'flip' }, { op: 'extend', left: 3, background: '#102030' }],
    { width: 51, height: 36 },
  ],
  [
    'many',
    [{ op: 'blur', sigma: 1 }, { op: 'resize', width: 24 }, { op: 'rotate', angle: 270 }, { op: 'flop' }],
    { width: 18, height: 24 },
  ],
  ['an enlargement', [{ op: 'resize', width: 100 }], { width: 100, height: 75 }],
  ['invert', [{ op: 'invert' }], frameSize],
  ['tint', [{ op: 'tint', color: 'teal' }], frameSize],
  ['gamma', [{ op: 'gamma', gamma: 1.8 }], frameSize],
  ['sepia', [{ op: 'sepia' }], frameSize],
  ['vibrance', [{ op: 'vibrance', amount: 50 }], frameSize],
  ['median', [{ op: 'median', size: 5 }], frameSize],
  ['unsharp', [{ op: 'unsharp', sigma: 2 }], frameSize],
  ['pixelate', [{ op: 'pixelate', block: 5 }], frameSize],
  ['a frame', [{ op: 'border', width: 3, color: 'white' }], { width: 54, height: 42 }],
  ['rounded corners', [{ op: 'roundCorners', radius: 9 }, { op: 'flatten' }], frameSize],
  ['a mask', [{ op: 'mask', shape: 'circle' }, { op: 'flatten' }], frameSize],
  [
    'tones and a cut',
    [
      { op: 'contrast', amount: 20 },
      { op: 'crop', left: 0, top: 0, width: '50%', height: '50%' },
    ],
    { width: 24, height: 18 },
  ],
  [
    'a cover around a point',
    [{ op: 'resize', width: '50%', aspect: '1:1', position: { x: 0.9, y: 0 } }],
    { width: 24, height: 24 },
  ],
  ['a straightening', [{ op: 'rotate', angle: 9, corners: 'zoom' }], frameSize],
  ['an orientation', [{ op: 'orient', orientation: 5 }], { width: 36, height: 48 }],
  [
    'a reflection',
    [{ op: 'extend', left: 6, right: 6, top: 2, bottom: 2, fill: 'mirror' }],
    { width: 60, height: 40 },
  ],
  ['the outermost pixels', [{ op: 'pad', aspect: '2:1', fill: 'copy' }], { width: 72, height: 36 }],
  [
    'a blurred copy',
    [{ op: 'pad', width: 60, height: 60, fill: 'blur', fillBlur: 5 }],
    { width: 60, height: 60 },
  ],
  ['a painted frame', [{ op: 'border', width: 5, color: 'gold', inside: true, innerRadius: 9 }], frameSize],
  ['a conversion', [{ op: 'convert', format: 'jpeg' }], frameSize],
  [
    'a colour on grey',
    [{ op: 'grayscale' }, { op: 'extend', left: 4, background: 'red' }],
    { width: 52, height: 36 },
  ],
]

describe('an animation', () => {
  for (const [name, pipeline, size] of operations) {
    for (const format of ['gif', 'webp'] as const) {
      it(`keeps frames, pace and loop through ${name} to ${format}`, async () => {
        const source = await animation(format === 'gif' ? 'webp' : 'gif')
        const output = outputOf(format, { lossless: true })
        const made = await transform({ bytes: source }, pipeline, output)
        expect(made).toMatchObject({ ...size, pages: 3 })
        const { delay, loop, pages, pageHeight, width } = await sharp(made.bytes, { pages: -1 }).metadata()
        expect({ delay, loop, pages, pageHeight, width }).toEqual({
          delay: [...frameDelays],
          loop: frameLoop,
          pages: 3,
          pageHeight: size.height,
          width: size.width,
        })
      })
    }

    it(`does ${name} to each frame as to a still`, async () => {
      const source = await animation('webp')
      const made = await transform({ bytes: source }, pipeline, outputOf('webp', { lossless: true }))
      const moving = await framesOf(made.bytes)
      for (const [page, frame] of (await framesOf(source)).entries()) {
        const still = await transform({ bytes: await pngOf(frame) }, pipeline, outputOf('png'))
        const wanted = await execute([], await open({ bytes: still.bytes }, defaultLimits))
        const got = moving[page]
        if (got === undefined) throw new Error(`no frame ${page}`)
        expect(differenceOf(inColour(wanted), inColour(got)), `frame ${page}`).toMatchObject({
          mean: expect.closeTo(0, 0),
        })
      }
    })
  }

  it('cuts every frame at the place that the first one asks for', async () => {
    const source = await animation('gif')
    const pipeline = [{ op: 'resize', width: 48, height: 18, position: 'entropy' }] as const
    const made = await transform({ bytes: source }, pipeline, outputOf('webp', { lossless: true }))
    expect(made).toMatchObject({ width: 48, height: 18, pages: 3 })
  })

  it('trims to what any frame shows', async () => {
    const source = await animation('gif')
    const bordered = await transform(
      { bytes: source },
      [{ op: 'extend', top: 6, left: 9, background: '#c80000' }],
      outputOf('gif'),
    )
    const trimmed = await transform(
      { bytes: bordered.bytes },
      [{ op: 'trim', background: '#c80000' }],
      outputOf('gif'),
    )
    expect(trimmed).toMatchObject({ ...frameSize, pages: 3 })
  })

  it.each([
    ['a still format', outputOf('png')],
    ['animated: false', outputOf('webp', { animated: false })],
  ])('shows its first frame with %s', async (_, output) => {
    const made = await transform({ bytes: await animation('gif') }, [], output)
    expect(made.pages).toBe(1)
    const { data, info } = await sharp(made.bytes).raw().toBuffer({ resolveWithObject: true })
    expect([info.width, info.height]).toEqual([frameSize.width, frameSize.height])
    expect(data[0]).toBeGreaterThan(180)
  })

  it('is refused when its frames are too many to move, and shown still', async () => {
    const bytes = await animation('gif')
    const limits = { ...defaultLimits, maxFrames: 2 }
    await expect(transform({ bytes }, [], outputOf('webp'), { limits })).rejects.toMatchObject({
      code: 'source/too-many-frames',
    })
    await expect(transform({ bytes }, [], outputOf('jpeg'), { limits })).resolves.toMatchObject({ pages: 1 })
  })
})

async function framesOf(bytes: Uint8Array): Promise<readonly Raster[]> {
  const roll = await execute([], animate(await open({ bytes }, defaultLimits)))
  const length = roll.data.length / roll.pages
  return Array.from({ length: roll.pages }, (_, page) => ({
    ...roll,
    data: roll.data.subarray(page * length, (page + 1) * length),
    pages: 1,
  }))
}

async function pngOf({ data, width, height, channels }: Raster): Promise<Uint8Array> {
  return sharp(data, { raw: { width, height, channels } }).png().toBuffer()
}

/** WebP has no grey and may add alpha: both sides as RGB. */
function inColour(raster: Raster): Raster {
  const { data, width, height, channels } = raster
  const rgb = new Uint8Array(width * height * 3)
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let channel = 0; channel < 3; channel++) {
      rgb[pixel * 3 + channel] = data[channels === 1 ? pixel : pixel * channels + channel] ?? 0
    }
  }
  return { ...raster, data: rgb, channels: 3 }
}
