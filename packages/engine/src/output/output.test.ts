import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Format, FormatChoice, ImageOutput } from '@fovea/core'
import { describe, expect, it } from 'vitest'
import { itWithShared, sharedDir } from '../../../../fixtures/shared.ts'
import { Original } from '../metric/ssimulacra2.ts'
import { sharp } from '../sharp/setup.ts'
import { animation } from '../testing/animation.ts'
import { outputOf, transform } from '../testing/request.ts'

const all = ['avif', 'webp', 'jpeg', 'png', 'gif'] as const
const web = ['webp', 'jpeg', 'png', 'gif'] as const
const old = ['jpeg', 'png', 'gif'] as const

function open(
  by: FormatChoice['by'],
  among: readonly [Format, ...Format[]],
  more: Partial<ImageOutput> = {},
) {
  return outputOf(among[0], { choice: { by, among }, ...more })
}

async function corpus(name: string, side: number): Promise<Buffer> {
  const file = readFileSync(join(sharedDir ?? '', 'images/dev/photos', name))
  return sharp(file).rotate().resize(side, side, { fit: 'inside', withoutEnlargement: true }).png().toBuffer()
}

async function pixelsOf(file: Uint8Array) {
  const { data, info } = await sharp(file).removeAlpha().toColourspace('srgb').raw().toBuffer({
    resolveWithObject: true,
  })
  return { data, width: info.width, height: info.height, channels: 3 as const }
}

/** Noise over a gradient: what no drawing looks like. */
async function noise(channels: 3 | 4, alpha = 255): Promise<Buffer> {
  const [width, height] = [160, 120]
  let state = 1
  const data = Buffer.alloc(width * height * channels)
  for (let at = 0; at < data.length; at++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    data[at] = channels === 4 && at % 4 === 3 ? alpha : 60 + ((at / width / 4) % 100) + (state >>> 24) / 6
  }
  return sharp(data, { raw: { width, height, channels } }).png().toBuffer()
}

/** Squares and a line of text-like strokes; `colour` of the ground, CSS. */
async function drawing(ground = 'white'): Promise<Buffer> {
  const strokes = Array.from(
    { length: 20 },
    (_, at) => `<path d="M${10 + at * 12} 150v${4 + (at % 5) * 3}h4" stroke="black" fill="none"/>`,
  )
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="280" height="200"><rect width="280" height="200" fill="${ground}"/><rect x="20" y="20" width="90" height="80" fill="#3366cc"/><circle cx="190" cy="70" r="40" fill="#cc3333"/>${strokes.join('')}</svg>`
  return sharp(Buffer.from(svg)).png().toBuffer()
}

describe('the lighter file at one quality', () => {
  const sizeAs = async (bytes: Uint8Array, format: 'webp' | 'jpeg', quality: number) =>
    (await transform({ bytes }, [], outputOf(format, { quality }))).bytes.length

  it('is the one of fewer bytes, the better liked first', async () => {
    const made = new Set<string>()
    for (const source of [await noise(3), await drawing()]) {
      for (const quality of [20, 60, 95]) {
        const { format, bytes, encodes } = await transform(
          { bytes: source },
          [],
          open('bytes', ['webp', 'jpeg'], { quality }),
        )
        const sizes = {
          webp: await sizeAs(source, 'webp', quality),
          jpeg: await sizeAs(source, 'jpeg', quality),
        }
        expect(bytes.length).toBe(Math.min(sizes.webp, sizes.jpeg))
        expect(format).toBe(sizes.webp <= sizes.jpeg ? 'webp' : 'jpeg')
        expect(encodes).toBe(2)
        made.add(format)
      }
    }
    expect(made.size).toBe(2)
  })

  it('keeps transparency and motion', async () => {
    const clear = await transform(
      { bytes: await noise(4, 100) },
      [],
      open('bytes', ['webp', 'jpeg'], { quality: 80 }),
    )
    expect([clear.format, clear.encodes]).toEqual(['webp', 1])
    const moving = { bytes: await animation('gif') }
    const made = await transform(moving, [], open('bytes', ['jpeg', 'webp'], { quality: 80, animated: true }))
    expect(made.format).toBe('webp')
    expect(made.pages).toBeGreaterThan(1)
  })
})

describe('a perceptual target', () => {
  for (const format of ['jpeg', 'webp', 'avif'] as const) {
    itWithShared(
      `is met by ${format}, with few trials and not by far`,
      async () => {
        for (const name of ['kodim23.png', 'butterfly.jpg', 'portrait-woman-closeup.jpg']) {
          const source = await corpus(name, 240)
          const original = new Original(await pixelsOf(source))
          for (const target of [55, 80]) {
            const made = await transform({ bytes: source }, [], outputOf(format, { target }))
            const score = original.score(await pixelsOf(made.bytes))
            expect(made.encodes).toBeLessThanOrEqual(5)
            expect(score).toBeGreaterThan(target - 2.5)
            if (made.quality !== 25) expect(score).toBeLessThan(target + 8)
          }
        }
      },
      30_000,
    )
  }

  itWithShared('holds for a large picture, which is judged by parts', async () => {
    const source = await corpus('fig-bowl.jpg', 800)
    const made = await transform({ bytes: source }, [], outputOf('webp', { target: 70 }))
    const score = new Original(await pixelsOf(source)).score(await pixelsOf(made.bytes))
    expect(score).toBeGreaterThan(67)
    expect(score).toBeLessThan(75)
  })

  it('gives the same bytes with any hint', async () => {
    const source = { bytes: await noise(3) }
    const run = (hint?: number) =>
      transform(source, [], outputOf('jpeg', { target: 60 }), hint === undefined ? {} : { hint })
    const plain = await run()
    for (const hint of [25, plain.quality ?? 0, 95]) {
      const hinted = await run(hint)
      expect(Buffer.from(hinted.bytes).equals(plain.bytes)).toBe(true)
    }
  })

  it('never passes a quality that is given as the most', async () => {
    const made = await transform({ bytes: await noise(3) }, [], outputOf('webp', { target: 90, quality: 40 }))
    expect(made.quality).toBe(40)
  })

  it('keeps a byte budget too', async () => {
    const output = outputOf('webp', { target: 80, maxBytes: 3_000 })
    const { bytes } = await transform({ bytes: await noise(4, 128) }, [], output)
    expect(bytes.length).toBeLessThanOrEqual(3_000)
  })

  it.each(['jxl', 'jpeg', 'webp', 'avif'] as const)('takes alpha and 16 bit: %s', async (format) => {
    const deep = await sharp(await noise(4, 100))
      .toColourspace('rgb16')
      .png()
      .toBuffer()
    const made = await transform({ bytes: deep }, [], outputOf(format, { target: 60 }))
    expect(made.quality).toBeGreaterThanOrEqual(25)
  })

  it('makes a drawing lossless where that is hardly larger', async () => {
    const made = await transform({ bytes: await drawing() }, [], outputOf('webp', { target: 70 }))
    expect(made.quality).toBeUndefined()
    expect((await pixelsOf(made.bytes)).data).toEqual((await pixelsOf(await drawing())).data)
  })

  it('never makes lossless what asked for a quality', async () => {
    const fixed = await transform({ bytes: await drawing() }, [], outputOf('webp', { quality: 30 }))
    expect((await pixelsOf(fixed.bytes)).data).not.toEqual((await pixelsOf(await drawing())).data)
  })
})

describe('a choice by content', () => {
  it.each([
    ['a photo', noise(3), all, 'avif'],
    ['a photo for older browsers', noise(3), web, 'webp'],
    ['a photo for all', noise(3), old, 'jpeg'],
    ['opaque alpha', noise(4), old, 'jpeg'],
    ['alpha', noise(4, 90), all, 'avif'],
    ['alpha for all', noise(4, 90), old, 'png'],
    ['a drawing', drawing(), all, 'webp'],
    ['a drawing for all', drawing(), old, 'png'],
    ['a drawing on nothing', drawing('none'), web, 'webp'],
    ['an animation', animation('gif'), all, 'webp'],
    ['an animation for all', animation('gif'), old, 'gif'],
  ] as const)('makes %s what suits it', async (_, file, among, format) => {
    const made = await transform({ bytes: await file }, [], open('content', among, { quality: 80 }))
    expect(made.format).toBe(format)
    expect((await sharp(made.bytes).metadata()).format).toBe(format === 'avif' ? 'heif' : format)
  })

  it('keeps every frame, unless stills are asked for', async () => {
    const bytes = await animation('gif')
    expect((await transform({ bytes }, [], open('content', all))).pages).toBe(3)
    const still = await transform({ bytes }, [], open('content', old, { animated: false }))
    expect(still).toMatchObject({ pages: 1, format: 'png' })
  })

  it('writes a drawing of few colours as a palette, without loss', async () => {
    const flat = await sharp(await drawing())
      .png({ palette: true, colours: 16, dither: 0 })
      .toBuffer()
    const made = await transform({ bytes: flat }, [], open('content', old))
    expect((await sharp(made.bytes).metadata()).isPalette).toBe(true)
    expect((await pixelsOf(made.bytes)).data).toEqual((await pixelsOf(flat)).data)
  })

  itWithShared.each([
    ['screenshot-ui.png', 1200, 'webp'],
    ['screenshot-ui.png', 500, 'webp'],
    ['gopher-alpha.png', 400, 'webp'],
    ['anim-globe.gif', 1200, 'webp'],
    ['scan-page.png', 1200, 'avif'],
    ['palette-indexed.png', 1200, 'avif'],
    ['gray-generic.jpg', 500, 'avif'],
    ['casino-night.jpg', 500, 'avif'],
    ['kodim04.png', 500, 'avif'],
    ['notes-17mp.jpg', 600, 'avif'],
  ])('tells drawings from photos: %s at %i px is %s', async (name, side, format) => {
    const made = await transform({ bytes: await corpus(name, side) }, [], open('content', all))
    expect(made.format).toBe(format)
  })
})

describe('the smallest file', () => {
  it('is no larger than any allowed format at the same target', async () => {
    const bytes = await noise(3)
    const made = await transform({ bytes }, [], open('size', web, { target: 60 }))
    for (const format of ['webp', 'jpeg'] as const) {
      const other = await transform({ bytes }, [], outputOf(format, { target: 60 }))
      expect(made.bytes.length).toBeLessThanOrEqual(other.bytes.length)
    }
  })

  it('keeps alpha and a byte budget', async () => {
    const output = open('size', old, { target: 70, maxBytes: 4_000 })
    const made = await transform({ bytes: await noise(4, 90) }, [], output)
    expect(made.format).toBe('png')
    expect(made.bytes.length).toBeLessThanOrEqual(4_000)
    expect((await sharp(made.bytes).metadata()).hasAlpha).toBe(true)
  })
})
