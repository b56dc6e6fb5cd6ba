/** Fonts are the bundled families: the name of any other font becomes that of ours which is of its kind. */

type FontFamily = 'sans' | 'serif' | 'mono' | 'display'

const families: readonly (readonly [RegExp, FontFamily])[] = [
  [/courier|mono|consol|code/i, 'mono'],
  [/impact|oswald|bebas|anton|lobster|display/i, 'display'],
  [/times|georgia|garamond|playfair|merriweather|lora|palatino|cambria|(?<!sans[ -]?)serif/i, 'serif'],
]

/** A name that sounds like a serif, a monospaced or a display face becomes ours of that kind, any other the sans. */
export function familyOf(name: string): FontFamily {
  return families.find(([form]) => form.test(name))?.[1] ?? 'sans'
}
