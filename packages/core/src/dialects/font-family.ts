/** Fonts are the bundled families: the name of any other font becomes that of ours which is of its kind. */

type FontFamily = 'sans' | 'serif' | 'mono' | 'display'

const families: readonly (readonly [RegExp, FontFamily])[] = [
  [/courier|mono|consol|code|menlo/i, 'mono'],
  [/impact|oswald|bebas|anton|lobster|display|fantasy|cursive/i, 'display'],
  [
    /times|georgia|garamond|playfair|merriweather|lora|palatino|cambria|roman|baskerville|didot|bodoni|(?<!sans[ -]?)serif/i,
    'serif',
  ],
]

const weights: readonly (readonly [RegExp, number])[] = [
  [/black|heavy/i, 900],
  [/bold/i, 700],
  [/thin|hairline/i, 100],
  [/light/i, 300],
]

/** A name that sounds like a serif, a monospaced or a display face becomes ours of that kind, any other the sans. */
export function familyOf(name: string): FontFamily {
  return families.find(([form]) => form.test(name))?.[1] ?? 'sans'
}

/** Family, weight and slant of a whole name such as `Arial-BlackItalic`. */
export function fontNamed(name: string): {
  readonly font: FontFamily
  readonly weight: number
  readonly italic: boolean
} {
  const weight = weights.find(([form]) => form.test(name))?.[1] ?? 400
  return { font: familyOf(name), weight, italic: /italic|oblique/i.test(name) }
}
