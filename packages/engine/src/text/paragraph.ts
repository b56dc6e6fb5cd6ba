/**
 * One paragraph, ready to be cut into lines: directions, fonts, widths. Lengths are ems.
 *
 * Widths measured over the whole paragraph tell where lines could end; a line itself is shaped on its own, because
 * letters at its ends no longer join or kern with what stood beside them.
 */
import { createRequire } from 'node:module'
import type { Bidi } from 'bidi-js'
import { breakOpportunities } from './break-opportunities.ts'
import type { Face, ShapedGlyph } from './fonts/face.ts'
import type { FontChain } from './fonts/font-chain.ts'

export interface ParagraphOptions {
  readonly chain: FontChain
  readonly direction: 'auto' | 'ltr' | 'rtl'
  readonly language: string
  /** Letters are set apart, so none merge. */
  readonly isSpaced: boolean
}

export interface LineGlyph extends ShapedGlyph {
  readonly face: Face
  /** Extra space between letters comes behind it. */
  readonly isSpaced: boolean
  /** A space between words, which justifying widens. */
  readonly isSpace: boolean
}

export interface Line {
  /** In visual order, left to right. */
  readonly glyphs: readonly LineGlyph[]
  /** Without letter spacing. */
  readonly width: number
}

/** A stretch of one font and one direction. */
interface Run {
  readonly start: number
  readonly end: number
  readonly face: Face
  /** Embedding level: odd is right to left. */
  readonly level: number
}

// A CommonJS package whose types describe another form of it.
const bidi = (createRequire(import.meta.url)('bidi-js') as () => Bidi)()
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

export class Paragraph {
  readonly text: string
  readonly isRightToLeft: boolean
  /** Where characters (with their marks) begin, and the end of the text. */
  readonly boundaries: readonly number[]
  readonly #options: ParagraphOptions
  readonly #runs: readonly Run[]
  /** Advance of all before an index. */
  readonly #advances: Float64Array
  /** Characters before an index that letter spacing sets apart. */
  readonly #spaced: Uint32Array
  readonly #lines = new Map<string, Line>()
  #opportunities: readonly number[] | undefined

  constructor(text: string, options: ParagraphOptions) {
    this.text = text
    this.#options = options
    const { levels, paragraphs } = bidi.getEmbeddingLevels(
      text,
      options.direction === 'auto' ? undefined : options.direction,
    )
    this.isRightToLeft = ((paragraphs[0]?.level ?? 0) & 1) === 1
    const segments = [...graphemes.segment(text)]
    this.boundaries = [...segments.map(({ index }) => index), text.length]
    this.#runs = runsOf(segments, levels, options.chain)
    this.#advances = new Float64Array(text.length + 1)
    this.#spaced = new Uint32Array(text.length + 1)
    this.#measure()
  }

  /** UTF-16 indices behind which a line may end. */
  get opportunities(): readonly number[] {
    this.#opportunities ??= breakOpportunities(this.text)
    return this.#opportunities
  }

  /** Width of a stretch as it stands in the paragraph; `spacing` comes between letters, not behind the last. */
  width(start: number, end: number, spacing: number): number {
    const gaps = Math.max(0, (this.#spaced[end] ?? 0) - (this.#spaced[start] ?? 0) - 1)
    return (this.#advances[end] ?? 0) - (this.#advances[start] ?? 0) + spacing * gaps
  }

  /** End of a stretch without the white space at its end. */
  trimmed(start: number, end: number): number {
    return start + this.text.slice(start, end).trimEnd().length
  }

  /** The stretch as a line of its own, white space at its end left out. */
  line(start: number, untrimmedEnd: number): Line {
    const end = this.trimmed(start, untrimmedEnd)
    const key = `${start} ${end}`
    const known = this.#lines.get(key)
    if (known !== undefined) return known
    const runs = this.#runs
      .filter((run) => run.start < end && run.end > start)
      .map((run) => ({ ...run, start: Math.max(run.start, start), end: Math.min(run.end, end) }))
    const context = this.text.slice(start, end)
    const glyphs = inVisualOrder(runs).flatMap((run) => this.#shape(run, context, start))
    const line = { glyphs, width: glyphs.reduce((sum, { advance }) => sum + advance, 0) }
    this.#lines.set(key, line)
    return line
  }

  /** Glyphs of a run; `offset` is where `context` begins in the paragraph. */
  #shape({ start, end, face, level }: Run, context: string, offset: number): readonly LineGlyph[] {
    const { language, isSpaced } = this.#options
    const glyphs = face.shape({
      context,
      start: start - offset,
      end: end - offset,
      isRightToLeft: (level & 1) === 1,
      language,
      ligatures: !isSpaced,
    })
    return glyphs.filter(isDrawn).map((glyph, index, drawn) => ({
      ...glyph,
      face,
      isSpaced: !face.isJoined && drawn[index + 1]?.cluster !== glyph.cluster,
      isSpace: context[glyph.cluster] === ' ',
    }))
  }

  #measure(): void {
    for (const run of this.#runs) {
      // What is further away does not change a shape, and copying the whole text for every run would be quadratic.
      const from = Math.max(0, run.start - contextLength)
      const context = this.text.slice(from, run.end + contextLength)
      for (const { advance, cluster, isSpaced } of this.#shape(run, context, from)) {
        const at = from + cluster + 1
        this.#advances[at] = (this.#advances[at] ?? 0) + advance
        if (isSpaced) this.#spaced[at] = (this.#spaced[at] ?? 0) + 1
      }
    }
    for (let at = 1; at <= this.text.length; at++) {
      this.#advances[at] = (this.#advances[at] ?? 0) + (this.#advances[at - 1] ?? 0)
      this.#spaced[at] = (this.#spaced[at] ?? 0) + (this.#spaced[at - 1] ?? 0)
    }
  }
}

/** A mark that the font lacks is left out; a character that no font has is a box. */
function isDrawn({ glyph, cluster }: ShapedGlyph, index: number, all: readonly ShapedGlyph[]): boolean {
  const isOne = (other: ShapedGlyph | undefined) => other?.cluster === cluster
  return glyph !== 0 || !(isOne(all[index - 1]) || isOne(all[index + 1]))
}

/** Characters on each side of a run that HarfBuzz looks at for joining, generously. */
const contextLength = 8

function runsOf(segments: readonly Intl.SegmentData[], levels: Uint8Array, chain: FontChain): readonly Run[] {
  const runs: Run[] = []
  for (const { segment, index } of segments) {
    const last = runs.at(-1)
    const end = index + segment.length
    const level = levels[index] ?? 0
    const face = chain.faceFor(segment) ?? last?.face ?? chain.main
    if (last !== undefined && last.face === face && last.level === level)
      runs[runs.length - 1] = { ...last, end }
    else runs.push({ start: index, end, face, level })
  }
  return runs
}

/** Runs of a line from left to right. Source: UAX #9 rule L2 */
function inVisualOrder(runs: readonly Run[]): readonly Run[] {
  const ordered = [...runs]
  const highest = Math.max(0, ...runs.map(({ level }) => level))
  for (let level = highest; level > 0; level--) {
    for (let from = 0; from < ordered.length; from++) {
      let until = from
      while (until < ordered.length && (ordered[until]?.level ?? 0) >= level) until++
      if (until === from) continue
      ordered.splice(from, until - from, ...ordered.slice(from, until).reverse())
      from = until
    }
  }
  return ordered
}
