import type { AnalysisOutput, OperationInput } from '@fovea/core'
import { defaultLimits, parsePipeline } from '@fovea/core'
import { describe, expect, it } from 'vitest'
import { itWithShared, sharedDir } from '../../../../fixtures/shared.ts'
import type { PictureFacts } from '../pool/picture-facts.ts'
import type { EngineSource, MadeOutput } from '../pool/protocol.ts'
import { run } from '../run.ts'
import { sharp } from '../sharp/setup.ts'
import { animation } from '../testing/animation.ts'

const facts = { kind: 'facts', details: 'none' } as const
const palette = { kind: 'palette', as: 'json', colors: 6 } as const

async function made(
  source: EngineSource,
  output: AnalysisOutput,
  operations: readonly OperationInput[] = [],
): Promise<MadeOutput> {
  const pipeline = parsePipeline(operations, defaultLimits)
  const { outputs } = await run({
    kind: 'run',
    source,
    decode: { orient: true },
    outputs: [{ pipeline, output }],
    limits: defaultLimits,
  })
  if (outputs[0] === undefined) throw new Error('nothing was made')
  return outputs[0]
}

async function factsOf(source: EngineSource, operations?: readonly OperationInput[]): Promise<PictureFacts> {
  const { bytes, format } = await made(source, facts, operations)
  expect(format).toBe('json')
  return JSON.parse(Buffer.from(bytes).toString()) as PictureFacts
}

const text = ({ bytes }: MadeOutput) => Buffer.from(bytes).toString()

/** Left half red, right half blue, 400×200, stored lying on its side as EXIF orientation 6. */
async function halves(): Promise<Uint8Array> {
  const red = await sharp({ create: { width: 200, height: 200, channels: 3, background: '#c81020' } })
    .png()
    .toBuffer()
  return sharp({ create: { width: 400, height: 200, channels: 3, background: '#1028b0' } })
    .composite([{ input: red, left: 0, top: 0 }])
    .png()
    .toBuffer()
}

describe('an analysis', () => {
  it('is made of the picture behind the pipeline', async () => {
    const source = { bytes: await halves() }
    const left = await factsOf(source, [{ op: 'crop', left: 0, top: 0, width: 150, height: 200 }])
    const right = await factsOf(source, [{ op: 'crop', left: 250, top: 0, width: 150, height: 200 }])
    expect([left.dominantColor, right.dominantColor]).toEqual(['#c81020', '#1028b0'])
    expect([left.width, left.height]).toEqual([150, 200])
    expect(left.source).toMatchObject({ width: 400, height: 200, format: 'png' })
    const grey = await factsOf(source, [{ op: 'grayscale' }])
    expect(grey.palette.every(({ color }) => new Set(color.match(/\w\w/g)).size === 1)).toBe(true)
  })

  it('names the size of the picture, not of the small copy that is looked at', async () => {
    const bytes = await sharp({ create: { width: 900, height: 600, channels: 3, background: '#808080' } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer()
    expect(await factsOf({ bytes })).toMatchObject({ width: 600, height: 900, isTransparent: false })
    expect(await factsOf({ bytes }, [{ op: 'resize', width: 333 }])).toMatchObject({
      width: 333,
      height: 500,
    })
    expect(await made({ bytes }, palette)).toMatchObject({ width: 600, height: 900, pages: 1 })
  })

  it('sees a single pixel that is not opaque', async () => {
    const data = Buffer.alloc(600 * 500 * 4, 255)
    const png = () =>
      sharp(data, { raw: { width: 600, height: 500, channels: 4 } })
        .png()
        .toBuffer()
    expect((await factsOf({ bytes: await png() })).isTransparent).toBe(false)
    data[4 * 12_345 + 3] = 254
    expect((await factsOf({ bytes: await png() })).isTransparent).toBe(true)
  })

  it('tells nothing of colours where nothing can be seen, and still makes placeholders', async () => {
    const clear = { r: 9, g: 9, b: 9, alpha: 0 }
    const bytes = await sharp({ create: { width: 30, height: 20, channels: 4, background: clear } })
      .png()
      .toBuffer()
    const found = await factsOf({ bytes })
    expect(found).toMatchObject({
      dominantColor: null,
      averageColor: null,
      palette: [],
      swatches: {},
      isTransparent: true,
      perceptualHash: '0000000000000000',
    })
    expect(found.blurhash.length).toBeGreaterThan(5)
    expect(text(await made({ bytes }, palette))).toContain('"colors":[]')
  })

  it('looks at the first frame of an animation, and at grey and 16-bit pictures', async () => {
    expect((await factsOf({ bytes: await animation('gif') })).dominantColor).toMatch(/^#[0-9a-f]{6}$/)
    const wide = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#204060' } })
      .toColourspace('rgb16')
      .png()
      .toBuffer()
    expect((await factsOf({ bytes: wide })).averageColor).toBe('#204060')
    const grey = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#777777' } })
      .toColourspace('b-w')
      .png()
      .toBuffer()
    expect((await factsOf({ bytes: grey })).dominantColor).toBe('#777777')
  })

  it('says the same alone and in company, and beside a picture', async () => {
    const source = { bytes: await halves() }
    const image = { kind: 'image', format: 'webp', quality: 80, metadata: 'none', animated: false } as const
    const pipeline = parsePipeline([{ op: 'blur', sigma: 2 }], defaultLimits)
    const outputs = [palette, image, facts].map((output) => ({ pipeline, output }))
    const request = { kind: 'run', source, decode: { orient: true }, outputs, limits: defaultLimits } as const
    const together = (await run(request)).outputs
    for (const [index, wanted] of outputs.entries()) {
      const [alone] = (await run({ ...request, outputs: [wanted] })).outputs
      expect(Buffer.from(together[index]?.bytes ?? []).equals(Buffer.from(alone?.bytes ?? [1]))).toBe(true)
    }
  })
})

describe('a palette', () => {
  it('is JSON in the public form', async () => {
    const result = await made({ bytes: await halves() }, { ...palette, colors: 2 })
    const json = JSON.parse(text(result))
    expect(result.format).toBe('json')
    expect(json.colors.map(({ hex }: { hex: string }) => hex).sort()).toEqual(['#1028b0', '#c81020'])
    expect(json.colors[0].red).toBeCloseTo(Number.parseInt(json.colors[0].hex.slice(1, 3), 16) / 255, 5)
    expect(json.average_luminance).toBeGreaterThan(0.1)
    expect(json.average_luminance).toBeLessThan(0.4)
    expect(Object.keys(json.dominant_colors)).toContain('vibrant')
  })

  it('is CSS with a pair of classes for each colour and each swatch', async () => {
    const css = await made(
      { bytes: await halves() },
      { kind: 'palette', as: 'css', colors: 2, prefix: 'hero' },
    )
    expect(css.format).toBe('css')
    const lines = text(css).trim().split('\n')
    expect(lines.slice(0, 2)).toEqual([
      expect.stringMatching(/^\.hero-fg-1\{color:#[0-9a-f]{6}\}$/),
      expect.stringMatching(/^\.hero-bg-1\{background-color:#[0-9a-f]{6}\}$/),
    ])
    expect(text(css)).toContain('.hero-fg-vibrant{color:')
    for (const line of lines)
      expect(line).toMatch(/^\.hero-[fb]g-[a-z0-9-]+\{(background-)?color:#[0-9a-f]{6}\}$/)
  })

  it('holds only swatches for no colours', async () => {
    const json = JSON.parse(text(await made({ bytes: await halves() }, { ...palette, colors: 0 })))
    expect(json.colors).toEqual([])
    expect(json.dominant_colors.vibrant.hex).toMatch(/^#/)
  })
})

describe('a placeholder', () => {
  it('is text of its kind', async () => {
    const source = { bytes: await halves() }
    const of = async (output: AnalysisOutput) => made(source, output)
    const hash = await of({ kind: 'placeholder', as: 'blurhash', components: { x: 2, y: 1 } })
    expect([hash.format, text(hash).length]).toEqual(['text', 8])
    expect(text(await of({ kind: 'placeholder', as: 'blurhash' })).length).toBe(28)
    expect(text(await of({ kind: 'placeholder', as: 'thumbhash' }))).toMatch(/^[A-Za-z0-9+/]{20,34}=*$/)
    expect(text(await of({ kind: 'placeholder', as: 'lqip' }))).toMatch(
      /^data:image\/(webp|jpeg|avif);base64,/,
    )
  })

  itWithShared('of 20 px, blurred, is short as a file of its own too', async () => {
    for (const name of ['red-car-12mp.jpg', 'screenshot-ui.png', 'p3-color-ring.png', 'dahlia.jpg']) {
      const { outputs } = await run({
        kind: 'run',
        source: { path: `${sharedDir}/images/dev/photos/${name}` },
        decode: { orient: true },
        outputs: [
          {
            pipeline: parsePipeline(
              [
                { op: 'resize', width: 20 },
                { op: 'blur', sigma: 10 },
              ],
              defaultLimits,
            ),
            output: { kind: 'image', format: 'webp', quality: 90, metadata: 'none', animated: false },
          },
        ],
        limits: defaultLimits,
      })
      const uri = `data:image/webp;base64,${Buffer.from(outputs[0]?.bytes ?? []).toString('base64')}`
      expect(uri.length, name).toBeLessThanOrEqual(1_024)
    }
  })
})
