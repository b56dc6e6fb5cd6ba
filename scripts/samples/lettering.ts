/**
 * A rounded monoline alphabet of our own: every letter is a few strokes, so no font is needed to draw the poster.
 *
 * Glyphs are centre lines in a box 100 units high; the pen adds half its width on every side.
 */

interface Glyph {
  readonly path: string
  readonly width: number
}

const bowl = 'M50 0A50 50 0 1 1 50 100A50 50 0 1 1 50 0Z'

const glyphs: Readonly<Record<string, Glyph>> = {
  A: { path: 'M0 100L43 0L86 100M16 63H70', width: 86 },
  B: { path: 'M0 48H32A24 24 0 0 0 32 0H0V100H34A26 26 0 0 0 34 48', width: 60 },
  C: { path: 'M85.4 14.6A50 50 0 1 0 85.4 85.4', width: 85 },
  D: { path: 'M0 0H28A50 50 0 0 1 28 100H0Z', width: 78 },
  E: { path: 'M56 0H0V100H56M0 50H48', width: 56 },
  F: { path: 'M54 0H0V100M0 50H46', width: 54 },
  G: { path: 'M85.4 14.6A50 50 0 1 0 100 50H62', width: 100 },
  H: { path: 'M0 0V100M72 0V100M0 50H72', width: 72 },
  I: { path: 'M0 0V100', width: 0 },
  J: { path: 'M42 0V72A24 24 0 0 1 0 88', width: 42 },
  K: { path: 'M0 0V100M60 0L0 60M22 38L63 100', width: 63 },
  L: { path: 'M0 0V100H50', width: 50 },
  M: { path: 'M0 100V0L45 66L90 0V100', width: 90 },
  N: { path: 'M0 100V0L74 100V0', width: 74 },
  O: { path: bowl, width: 100 },
  P: { path: 'M0 100V0H34A27 27 0 0 1 34 54H0', width: 61 },
  Q: { path: `${bowl}M64 64L98 100`, width: 100 },
  R: { path: 'M0 100V0H34A27 27 0 0 1 34 54H0M32 54L62 100', width: 62 },
  S: { path: 'M52 14A25 25 0 1 0 30 50A25 25 0 1 1 6 84', width: 55 },
  T: { path: 'M0 0H70M35 0V100', width: 70 },
  U: { path: 'M0 0V64A36 36 0 0 0 72 64V0', width: 72 },
  V: { path: 'M0 0L42 100L84 0', width: 84 },
  W: { path: 'M0 0L31 100L62 0L93 100L124 0', width: 124 },
  X: { path: 'M0 0L66 100M66 0L0 100', width: 66 },
  Y: { path: 'M0 0L35 52V100M70 0L35 52', width: 70 },
  Z: { path: 'M0 0H62L0 100H62', width: 62 },
  '0': { path: 'M34 0A34 50 0 1 1 34 100A34 50 0 1 1 34 0Z', width: 68 },
  '1': { path: 'M0 22L24 0V100', width: 24 },
  '2': { path: 'M4 22A27 27 0 1 1 51 44L2 100H58', width: 58 },
  '3': { path: 'M4 18A25 25 0 1 1 28 49A26 26 0 1 1 2 84', width: 56 },
  '4': { path: 'M48 100V0L0 70H64', width: 64 },
  '5': { path: 'M54 0H12L7 45A29 29 0 1 1 2 88', width: 58 },
  '6': { path: 'M46 0L5 56A30 30 0 1 0 30 40A30 30 0 0 0 5 56', width: 60 },
  '7': { path: 'M0 0H60L18 100', width: 60 },
  '8': { path: 'M29 48A24 24 0 1 1 29.1 48ZM29 48A26 26 0 1 1 28.9 100A26 26 0 1 1 29 48Z', width: 58 },
  '9': { path: 'M14 100L55 44A30 30 0 1 0 30 60A30 30 0 0 0 55 44', width: 60 },
  '.': { path: 'M0 100h.01', width: 0 },
  '·': { path: 'M0 50h.01', width: 0 },
  '–': { path: 'M0 50H44', width: 44 },
}

export interface LetteringOptions {
  readonly x: number
  /** Top of the capitals. */
  readonly y: number
  /** Height of the capitals, pen included. */
  readonly height: number
  /** Width of the pen. */
  readonly pen: number
  /** Space between letters, pen edge to pen edge. */
  readonly tracking: number
  readonly color: string
  readonly align?: 'start' | 'middle' | 'end'
}

/** Width that `text` will take. */
export function letteringWidth(
  text: string,
  options: Pick<LetteringOptions, 'height' | 'pen' | 'tracking'>,
): number {
  const unit = (options.height - options.pen) / 100
  const letters = [...text].map((letter) =>
    letter === ' ' ? 24 * unit : glyphOf(letter).width * unit + options.pen,
  )
  return letters.reduce((sum, width) => sum + width + options.tracking, -options.tracking)
}

/**
 * SVG for one line of capitals, digits and a few marks.
 * @throws Error naming a letter that has no glyph
 */
export function lettering(text: string, options: LetteringOptions): string {
  const { height, pen, tracking, color, align = 'start' } = options
  const unit = (height - pen) / 100
  const shift = { start: 0, middle: 0.5, end: 1 }[align]
  let x = options.x - letteringWidth(text, options) * shift
  let paths = ''
  for (const letter of text) {
    if (letter === ' ') {
      x += 24 * unit + tracking
      continue
    }
    const glyph = glyphOf(letter)
    paths += `<path transform="translate(${round(x + pen / 2)} ${round(options.y + pen / 2)}) scale(${round(unit)})" d="${glyph.path}"/>`
    x += glyph.width * unit + pen + tracking
  }
  return `<g fill="none" stroke="${color}" stroke-width="${round(pen / unit)}" stroke-linecap="round" stroke-linejoin="round">${paths}</g>`
}

function glyphOf(letter: string): Glyph {
  const glyph = glyphs[letter]
  if (glyph === undefined) throw new Error(`The poster alphabet has no "${letter}"`)
  return glyph
}

function round(value: number): number {
  return Math.round(value * 10_000) / 10_000
}
