/**
 * Text to placed glyphs: size, lines, alignment. The origin is the top left corner of the text; lengths are px, y
 * down.
 */
import type { TextStep } from '@fovea/core/model'
import { type Face, loadHarfBuzz } from './fonts/face.ts'
import { createFontChain } from './fonts/font-chain.ts'
import { lineWidth, type Stretch, shortened, wrap } from './lines.ts'
import { type Line, Paragraph, type ParagraphOptions } from './paragraph.ts'

export interface PlacedGlyph {
  readonly face: Face
  readonly glyph: number
  /** Its origin, on the base line. */
  readonly x: number
  readonly y: number
}

export interface TextLayout {
  /** Of one em. */
  readonly size: number
  readonly width: number
  readonly height: number
  /** By lines, top first. */
  readonly lines: readonly (readonly PlacedGlyph[])[]
}

interface ComposedLine {
  readonly line: Line
  readonly isRightToLeft: boolean
  /** The paragraph goes on in the next line. */
  readonly isContinued: boolean
}

/** Smallest and largest size that fitting tries, px; it goes in quarters. */
const smallest = 1
const largest = 4_000
const perPixel = 4

export async function layOut(step: TextStep): Promise<TextLayout> {
  const hb = await loadHarfBuzz()
  const text = step.text.normalize('NFC')
  const chain = createFontChain(hb, {
    family: step.font,
    weight: step.weight,
    italic: step.italic,
    language: step.language,
    text,
  })
  const options: ParagraphOptions = {
    chain,
    direction: step.direction,
    language: step.language,
    isSpaced: step.letterSpacing !== 0,
  }
  const paragraphs = text.split('\n').map((line) => new Paragraph(line, options))
  const size = fittingSize(paragraphs, step)
  return place(compose(paragraphs, step, size, options), step, size, chain.main)
}

/** The size asked for, or the largest that fits when fitting was. */
function fittingSize(paragraphs: readonly Paragraph[], step: TextStep): number {
  if (step.fit === 'none') return step.size
  const top = step.fit === 'shrink' ? step.size : largest
  if (fits(paragraphs, step, top)) return top
  let [low, high] = [smallest * perPixel, Math.floor(top * perPixel)]
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (fits(paragraphs, step, middle / perPixel)) low = middle
    else high = middle - 1
  }
  return low / perPixel
}

/** Whether everything can be read: no line too many or too long, no word torn. */
function fits(paragraphs: readonly Paragraph[], step: TextStep, size: number): boolean {
  const most = Math.min(step.maxLines ?? Number.MAX_SAFE_INTEGER, linesIn(step, size))
  if (paragraphs.length > most) return false
  const limits = { maxWidth: step.maxWidth / size, spacing: step.letterSpacing / size }
  let count = 0
  for (const paragraph of paragraphs) {
    if (step.wrap) {
      const { stretches, isTorn } = wrap(paragraph, limits)
      if (isTorn) return false
      count += stretches.length
    } else {
      const line = paragraph.line(0, paragraph.text.length)
      if (lineWidth(line, limits.spacing) > limits.maxWidth) return false
      count++
    }
    if (count > most) return false
  }
  return true
}

/** Whole lines that the height has room for. */
function linesIn({ maxHeight, lineHeight }: TextStep, size: number): number {
  return Math.floor(maxHeight / (lineHeight * size) + 1e-6)
}

/** The lines that are drawn; there is always one. */
function compose(
  paragraphs: readonly Paragraph[],
  step: TextStep,
  size: number,
  options: ParagraphOptions,
): readonly ComposedLine[] {
  const limits = { maxWidth: step.maxWidth / size, spacing: step.letterSpacing / size }
  const all = paragraphs.flatMap((paragraph) => {
    const whole: readonly Stretch[] = [{ start: 0, end: paragraph.text.length }]
    const stretches = step.wrap ? wrap(paragraph, limits).stretches : whole
    return stretches.map((stretch, index) => ({
      paragraph,
      stretch,
      isContinued: index < stretches.length - 1,
    }))
  })
  const most = Math.max(1, Math.min(step.maxLines ?? all.length, linesIn(step, size)))
  return all.slice(0, most).map(({ paragraph, stretch: { start, end }, isContinued }, index) => {
    const { isRightToLeft } = paragraph
    const line = paragraph.line(start, end)
    const isCut = index === most - 1 && all.length > most
    if (!isCut && lineWidth(line, limits.spacing) <= limits.maxWidth + 1e-6) {
      return { line, isRightToLeft, isContinued }
    }
    const mark = step.overflow === 'ellipsis' ? '…' : ''
    const rest = step.wrap ? paragraph.text.slice(start) : paragraph.text
    const short = shortened(isCut && isContinued ? rest : paragraph.text.slice(start, end), {
      ...limits,
      mark,
      cutAt: step.wrap ? 'end' : step.cutAt,
      paragraph: { ...options, direction: isRightToLeft ? 'rtl' : 'ltr' },
    })
    return { line: short.line(0, short.text.length), isRightToLeft, isContinued: false }
  })
}

function place(composed: readonly ComposedLine[], step: TextStep, size: number, main: Face): TextLayout {
  const spacing = step.letterSpacing / size
  const widths = composed.map(({ line }) => lineWidth(line, spacing) * size)
  const isStretched = step.align === 'justify' && composed.some(({ isContinued }) => isContinued)
  const width = isStretched ? step.maxWidth : Math.max(0, ...widths)
  const lineHeight = step.lineHeight * size
  const base = (lineHeight + (main.ascent - main.descent) * size) / 2
  const lines = composed.map(({ line, isRightToLeft, isContinued }, index) => {
    const spare = width - (widths[index] ?? 0)
    const spaces = isStretched && isContinued ? line.glyphs.filter(({ isSpace }) => isSpace).length : 0
    const perSpace = spaces === 0 ? 0 : spare / spaces
    let pen = spaces > 0 ? 0 : indent(step.align, isRightToLeft, spare)
    return line.glyphs.map(({ face, glyph, advance, x, y, isSpaced, isSpace }) => {
      const placed = { face, glyph, x: pen + x * size, y: base + index * lineHeight - y * size }
      pen += advance * size + (isSpaced ? step.letterSpacing : 0) + (isSpace ? perSpace : 0)
      return placed
    })
  })
  return { size, width, height: composed.length * lineHeight, lines }
}

function indent(align: TextStep['align'], isRightToLeft: boolean, spare: number): number {
  if (align === 'center') return spare / 2
  const isRight = align === 'justify' ? isRightToLeft : align === 'right'
  return isRight ? spare : 0
}
