/** Lines, directions and shapes: what the layout says, before a pixel is drawn. */
import { defaultLimits, lowerOperation, type OperationInput, parsePipeline, type TextStep } from '@fovea/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { layOut, type TextLayout } from './layout.ts'

type TextParams = Partial<Omit<Extract<OperationInput, { op: 'text' }>, 'op'>>

const frame = { width: 600, height: 400, hasAlpha: false, pages: 1, format: 'png', facts: {} } as const
const fox = 'The quick brown fox jumps over the lazy dog, and then sleeps until the evening comes.'

function stepOf(text: string, params: TextParams = {}): TextStep {
  const [step] = parsePipeline([{ op: 'text', ...params, text }], defaultLimits).flatMap((operation) =>
    lowerOperation(operation, { ...frame, limits: defaultLimits }),
  )
  if (step?.step !== 'text') throw new Error('nothing to write')
  return step
}

const layout = (text: string, params?: TextParams) => layOut(stepOf(text, params))

/** Glyph numbers from left to right, by lines; each font counts its own. */
async function glyphs(text: string, params?: TextParams): Promise<readonly (readonly number[])[]> {
  const { lines } = await layout(text, params)
  return lines.map((line) => [...line].sort((a, b) => a.x - b.x).map(({ glyph }) => glyph))
}

async function glyphOf(character: string, params?: TextParams): Promise<number> {
  return (await glyphs(character, params))[0]?.[0] ?? -1
}

const isColour = ({ lines }: TextLayout) => lines.flat().some(({ face }) => face.isColour)

describe('lines', () => {
  it('are never wider than allowed, in any script, size and spacing', async () => {
    const words = fc.constantFrom(
      'fox',
      'jumps',
      'שלום',
      'مرحبا',
      '世界',
      'สวัสดี',
      'नमस्ते',
      '👩‍👩‍👧',
      'a-b',
      '\u00ad',
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(words, { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 90, max: 500 }),
        fc.integer({ min: 8, max: 40 }),
        fc.integer({ min: -1, max: 5 }),
        async (parts, maxWidth, fontSize, letterSpacing) => {
          const { width } = await layout(parts.join(' '), {
            maxWidth,
            fontSize,
            letterSpacing,
            maxHeight: 9999,
          })
          expect(width).toBeLessThanOrEqual(maxWidth + 0.01)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('end between words, and lose nothing', async () => {
    const { lines } = await layout(fox, { maxWidth: 200, maxHeight: 999 })
    expect(lines.length).toBeGreaterThan(3)
    const drawn = lines.map((line) => line.length)
    const spaces = fox.split(' ').length - 1
    // One space vanishes at each line end; "fi" and the like are single letters in this font.
    expect(drawn.reduce((sum, count) => sum + count, 0)).toBe(fox.length - (lines.length - 1))
    expect(spaces).toBeGreaterThan(lines.length)
  })

  it('break a word that is longer than a line', async () => {
    const { lines, width } = await layout('x'.repeat(50), { maxWidth: 100, maxHeight: 999 })
    expect(lines.length).toBeGreaterThan(4)
    expect(width).toBeLessThanOrEqual(100)
    expect(lines.flat()).toHaveLength(50)
  })

  it('are parted where Thai has words, which it writes without spaces', async () => {
    const { lines } = await layout('สวัสดีชาวโลก', { maxWidth: 110, fontSize: 32 })
    expect(lines).toHaveLength(2)
  })

  it('begin anew at each line feed', async () => {
    expect((await layout('a\n\nb')).lines.map((line) => line.length)).toEqual([1, 0, 1])
  })

  it('stand as far apart as told', async () => {
    const { lines, height } = await layout('a\nb', { fontSize: 20, lineHeight: 2 })
    expect(height).toBe(80)
    expect((lines[1]?.[0]?.y ?? 0) - (lines[0]?.[0]?.y ?? 0)).toBeCloseTo(40)
  })

  it.each([
    ['left', 0],
    ['center', 0.5],
    ['right', 1],
  ] as const)('are aligned %s', async (align, share) => {
    const { lines, width } = await layout('wwwwwwww\nw', { align })
    const short = (await layout('w')).width
    expect(lines[1]?.[0]?.x).toBeCloseTo((width - short) * share)
  })

  it('fill the width when justified, but for the last', async () => {
    const { lines, width } = await layout(fox, {
      maxWidth: 300,
      align: 'justify',
      font: 'mono',
      fontSize: 20,
    })
    expect(width).toBe(300)
    const em = (await layout('w', { font: 'mono', fontSize: 20 })).width
    const ends = lines.map((line) => Math.max(...line.map(({ x }) => x)) + em)
    for (const end of ends.slice(0, -1)) expect(end).toBeCloseTo(300, 1)
    expect(ends.at(-1)).toBeLessThan(299)
  })

  it('are spaced between letters only', async () => {
    const plain = await layout('wide')
    expect((await layout('wide', { letterSpacing: 10 })).width).toBeCloseTo(plain.width + 30, 1)
    // Joined letters would come apart.
    const arabic = await layout('مرحبا')
    expect((await layout('مرحبا', { letterSpacing: 10 })).width).toBeCloseTo(arabic.width, 1)
  })
})

describe('what does not fit', () => {
  it('ends in an ellipsis', async () => {
    const lines = await glyphs(fox, { maxWidth: 200, maxLines: 2 })
    expect(lines).toHaveLength(2)
    expect(lines[1]?.at(-1)).toBe(await glyphOf('…'))
    expect((await layout(fox, { maxWidth: 200, maxLines: 2 })).width).toBeLessThanOrEqual(200)
  })

  it('says so even where the last line would fit', async () => {
    expect((await glyphs('one\ntwo\nthree', { maxLines: 2 }))[1]).toHaveLength(4)
  })

  it('is cut without a mark when told', async () => {
    const [line] = await glyphs('a'.repeat(200), { maxWidth: 100, wrap: false, overflow: 'cut' })
    const a = await glyphOf('a')
    expect(line?.length).toBeGreaterThan(3)
    expect(line?.every((glyph) => glyph === a)).toBe(true)
  })

  it.each([
    ['start', ['…', 'y', 'z']],
    ['middle', ['a', '…', 'z']],
    ['end', ['a', 'b', '…']],
  ] as const)('loses its %s', async (cutAt, seen) => {
    const whole = 'abcdefghijklmnopqrstuvwxyz'
    const lines = await glyphs(whole, { wrap: false, cutAt, maxWidth: 60, font: 'mono', fontSize: 20 })
    const [line = []] = lines
    const numbers = await Promise.all(seen.map((letter) => glyphOf(letter, { font: 'mono' })))
    expect(line.filter((glyph) => numbers.includes(glyph))).toEqual(numbers)
    expect(line.length).toBeLessThanOrEqual(5)
  })

  it('is as many lines as the height holds, and always one', async () => {
    expect((await layout(fox, { maxWidth: 100, maxHeight: 60, fontSize: 20 })).lines).toHaveLength(2)
    expect((await layout(fox, { maxWidth: 100, maxHeight: 5, fontSize: 20 })).lines).toHaveLength(1)
  })
})

describe('fitting', () => {
  it('takes the largest size that fits', async () => {
    const step = stepOf('Headline', { fit: 'max', maxWidth: 300, maxHeight: 200 })
    const { size, width, height } = await layOut(step)
    expect(width).toBeLessThanOrEqual(300)
    expect(height).toBeLessThanOrEqual(200)
    const larger = await layOut({ ...step, fit: 'none', wrap: false, maxWidth: 9999, size: size + 0.25 })
    expect(larger.width > 300 || larger.height > 200).toBe(true)
  })

  it('keeps words whole', async () => {
    const { lines, size } = await layout('BREAKING NEWS', { fit: 'max', maxWidth: 300, maxHeight: 400 })
    expect(lines.map((line) => line.length)).toEqual([8, 4])
    expect(size).toBeGreaterThan(40)
  })

  it('shrinks only what would not fit', async () => {
    expect((await layout('Hi', { fit: 'shrink', fontSize: 40 })).size).toBe(40)
    const { size, width } = await layout('Hello', {
      fit: 'shrink',
      fontSize: 400,
      maxWidth: 100,
      wrap: false,
    })
    expect(size).toBeLessThan(60)
    expect(width).toBeLessThanOrEqual(100)
    expect(width).toBeGreaterThan(97)
  })
})

describe('scripts', () => {
  it('run from right to left where they should', async () => {
    const letters = await Promise.all([...'אבג'].map((letter) => glyphOf(letter)))
    expect((await glyphs('אבג'))[0]).toEqual(letters.toReversed())
  })

  it('mix: numbers and Latin stay readable inside Hebrew', async () => {
    const order = async (text: string) => Promise.all([...text].map((letter) => glyphOf(letter)))
    expect((await glyphs('אב 12 cd'))[0]?.filter((glyph) => glyph > 0)).toEqual(
      // the Hebrew paragraph begins at the right: cd, 12, then the letters from right to left
      [
        ...(await order('cd')),
        await spaceOf(),
        ...(await order('12')),
        await spaceOf(),
        ...(await order('בא')),
      ],
    )
  })

  it('turn brackets over in right-to-left text', async () => {
    const [line = []] = await glyphs('(א', { direction: 'rtl' })
    expect(line.at(-1)).toBe(await glyphOf(')'))
  })

  it('obey controls of direction, also unbalanced ones', async () => {
    const plain = (await glyphs('abc'))[0] ?? []
    const seen = (line: readonly number[] = []) => line.filter((glyph) => plain.includes(glyph))
    expect(seen((await glyphs('\u202eabc'))[0])).toEqual(plain.toReversed())
    expect(seen((await glyphs('\u2067\u2067\u202d\u2069\u202c\u202cabc'))[0])).toHaveLength(3)
  })

  it('join Arabic letters', async () => {
    const isolated = await glyphOf('ب')
    const [line = []] = await glyphs('ببب')
    expect(line.length).toBeGreaterThanOrEqual(3)
    expect(line).not.toContain(isolated)
  })

  it('build Indic clusters', async () => {
    const letters = await Promise.all([...'कष'].map((letter) => glyphOf(letter)))
    const [conjunct = []] = await glyphs('क्ष')
    expect(conjunct).toHaveLength(1)
    expect(letters).not.toContain(conjunct[0])
    // The vowel sign is written before the consonant it follows.
    const [ki = []] = await glyphs('कि')
    expect(ki.at(-1)).toBe(letters[0])
  })

  it('have a font each: a box is only for what nobody writes', async () => {
    const texts = 'Ḁ Ω Ж ế א ب क ক ਕ ક க క ಕ ക ක ก ກ ក က አ Ա ა 中 국 あ ツ 繁 € → ★ ✓ ♥ ∑'.split(' ')
    for (const text of texts) expect((await glyphs(text))[0], text).not.toContain(0)
    expect((await glyphs('\u{e000}'))[0]).toEqual([0])
    expect((await glyphs('\u0378'))[0]).toEqual([0])
  })

  it('write Chinese characters as the language does', async () => {
    const paths = new Set<string>()
    for (const language of ['ja', 'zh-Hans', 'zh-Hant', 'ko']) {
      const { lines } = await layout('骨直', { language })
      paths.add(JSON.stringify(lines.flat().map(({ face, glyph }) => face.outline(glyph))))
    }
    expect(paths.size).toBeGreaterThanOrEqual(3)
    const kana = (await layout('直かな')).lines[0]?.[0]
    const japanese = (await layout('直', { language: 'ja' })).lines[0]?.[0]
    expect(kana?.face.outline(kana.glyph)).toEqual(japanese?.face.outline(japanese.glyph))
  })

  it('show emoji in colour, sequences as one, and text characters as text', async () => {
    for (const emoji of ['😀', '👩‍👩‍👧', '👋🏽', '🇩🇪', '1️⃣', '❤️']) {
      const made = await layout(emoji)
      expect(isColour(made), emoji).toBe(true)
      expect(made.lines[0]?.length, emoji).toBeLessThanOrEqual(2)
    }
    for (const text of ['1', '©', '❤\ufe0e', '#']) expect(isColour(await layout(text)), text).toBe(false)
  })

  it('keep accents on their letters, written either way', async () => {
    expect(await glyphs('e\u0301')).toEqual(await glyphs('é'))
  })
})

describe('fonts', () => {
  it('differ by family, weight and slant', async () => {
    const outline = async (params: TextParams) => {
      const glyph = (await layout('g', params)).lines[0]?.[0]
      return JSON.stringify([glyph?.face.outline(glyph.glyph), glyph?.face.slant])
    }
    const families = ['sans', 'serif', 'mono', 'display'] as const
    const styles = families.flatMap((font) => [
      { font },
      { font, weight: 700 },
      { font, italic: true },
      { font, weight: 550, italic: true },
    ])
    const outlines = new Set(await Promise.all(styles.map(outline)))
    expect(outlines.size).toBe(styles.length)
  })
})

/** The glyph of a space between words. */
async function spaceOf(): Promise<number> {
  return (await glyphs('a b'))[0]?.[1] ?? -1
}
