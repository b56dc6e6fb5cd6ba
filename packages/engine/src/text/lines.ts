/** Cuts paragraphs into lines of a width, and shortens what does not fit. Lengths are ems. */
import { type Line, Paragraph, type ParagraphOptions } from './paragraph.ts'

export interface LineLimits {
  readonly maxWidth: number
  /** Between letters. */
  readonly spacing: number
}

/** A stretch of a paragraph that stands in one line. */
export interface Stretch {
  readonly start: number
  readonly end: number
}

export interface Wrapped {
  readonly stretches: readonly Stretch[]
  /** A word was longer than a line. */
  readonly isTorn: boolean
}

/** What rounding may add to a line that fits. */
const epsilon = 1e-6

/** Width of a line with its letter spacing. */
export function lineWidth({ glyphs, width }: Line, spacing: number): number {
  const gaps = glyphs.filter(({ isSpaced }) => isSpaced).length - 1
  return width + spacing * Math.max(0, gaps)
}

/** Lines as long as fit, ended where the script allows; a word longer than a line is ended between characters. */
export function wrap(paragraph: Paragraph, limits: LineLimits): Wrapped {
  const { length } = paragraph.text
  const stretches: Stretch[] = []
  let isTorn = false
  for (let start = 0; start < length; ) {
    const word = longest(paragraph, start, paragraph.opportunities, limits)
    const end =
      word ?? longest(paragraph, start, paragraph.boundaries, limits) ?? nextBoundary(paragraph, start)
    isTorn ||= word === undefined
    stretches.push({ start, end })
    start = end
  }
  return { stretches: stretches.length === 0 ? [{ start: 0, end: 0 }] : stretches, isTorn }
}

/** The last of the rising places behind `start` up to which a line fits. */
function longest(
  paragraph: Paragraph,
  start: number,
  places: readonly number[],
  limits: LineLimits,
): number | undefined {
  const { maxWidth, spacing } = limits
  const fits = (place: number) =>
    paragraph.width(start, paragraph.trimmed(start, place), spacing) <= maxWidth + epsilon
  const first = firstAbove(places, start)
  let [low, high] = [first, places.length]
  // Widths grow with the text: the first place that does not fit, by halves.
  while (low < high) {
    const middle = (low + high) >> 1
    if (fits(places[middle] ?? 0)) low = middle + 1
    else high = middle
  }
  // Shaped on its own a line may come out a hair wider.
  for (let at = low - 1; at >= first; at--) {
    const place = places[at] ?? start
    if (lineWidth(paragraph.line(start, place), spacing) <= maxWidth + epsilon) return place
  }
  return undefined
}

function nextBoundary({ boundaries, text }: Paragraph, start: number): number {
  return boundaries[firstAbove(boundaries, start)] ?? text.length
}

/** Index of the first place behind `start`. */
function firstAbove(places: readonly number[], start: number): number {
  let [low, high] = [0, places.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((places[middle] ?? 0) > start) high = middle
    else low = middle + 1
  }
  return low
}

export interface ShortenOptions extends LineLimits {
  /** Stands for what was left out; may be empty. */
  readonly mark: string
  readonly cutAt: 'end' | 'middle' | 'start'
  readonly paragraph: ParagraphOptions
}

/**
 * The text as one line that fits, with the mark where something was left out. At least the mark, or one character, is
 * kept even when it does not fit.
 */
export function shortened(text: string, options: ShortenOptions): Paragraph {
  const whole = new Paragraph(text, options.paragraph)
  const count = whole.boundaries.length - 1
  const width = (paragraph: Paragraph) => lineWidth(paragraph.line(0, paragraph.text.length), options.spacing)
  // More kept is wider, up to a kerning pair: the most that fits by halves.
  const least = options.mark === '' ? Math.min(1, count) : 0
  let [low, high] = [least, options.cutAt === 'end' ? Math.max(least, most(whole, options)) : count]
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (width(keeping(whole, middle, options)) <= options.maxWidth + epsilon) low = middle
    else high = middle - 1
  }
  return keeping(whole, low, options)
}

/** Characters from the beginning that fit with one to spare: bounds the search in a long text. */
function most(paragraph: Paragraph, { maxWidth, spacing }: LineLimits): number {
  const { boundaries } = paragraph
  const above = boundaries.findIndex((place) => paragraph.width(0, place, spacing) > maxWidth)
  return above < 0 ? boundaries.length - 1 : above
}

/** The text with that many of its characters. */
function keeping({ text, boundaries }: Paragraph, kept: number, options: ShortenOptions): Paragraph {
  const { mark, cutAt, paragraph } = options
  const count = boundaries.length - 1
  const head = cutAt === 'end' ? kept : cutAt === 'start' ? 0 : Math.ceil(kept / 2)
  const before = text.slice(0, boundaries[head] ?? 0)
  const after = text.slice(boundaries[count - (kept - head)] ?? text.length)
  const parts =
    cutAt === 'end' ? `${before.trimEnd()}${mark}` : `${before.trimEnd()}${mark}${after.trimStart()}`
  return new Paragraph(parts, paragraph)
}
