/** ImageKit's parameter keys: those that mean something here, and those that are only known to be refused by name. */

export const supportedKeys = [
  'n',
  't',
  'w',
  'h',
  'ar',
  'c',
  'cm',
  'fo',
  'x',
  'y',
  'xc',
  'yc',
  'z',
  'dpr',
  'e-bgremove',
  'e-removedotbg',
  'e-upscale',
  'e-contrast',
  'e-sharpen',
  'e-usm',
  'e-grayscale',
  'e-gradient',
  'e-colorize',
  'bl',
  'o',
  'fl',
  'r',
  'b',
  'rt',
  'bg',
  'f',
  'q',
  'pr',
  'lo',
  'md',
  'cp',
  'orig',
  'pg',
] as const

export type Key = (typeof supportedKeys)[number]

const invents = 'needs a model that invents pictures, which this server does not have'
const film = 'is about films, and this server makes pictures'
const overlay = 'is the old form of overlays: write l-image,i-…,l-end or l-text,i-…,l-end'

/** Documented by ImageKit, without a counterpart here; the text completes the sentence "`di` …". */
export const refusedKeys: ReadonlyMap<string, string> = new Map([
  ['di', 'names a picture for missing ones: set a fallback at the origin'],
  ['if', 'is a condition, which this server does not compute'],
  ['cr', 'replaces one colour by another, which this server does not do'],
  ['e-shadow', 'is a shadow in the shape of the picture, which this server does not draw'],
  ['e-distort', 'bends the picture, which this server does not do'],
  ['e-changebg', invents],
  ['e-edit', invents],
  ['e-dropshadow', invents],
  ['e-retouch', 'needs a model that mends pictures, which this server does not have'],
  ['e-genvar', invents],
  ['so', film],
  ['eo', film],
  ['du', film],
  ['sr', film],
  ['vc', film],
  ['ac', film],
  ['oi', overlay],
  ['ot', overlay],
])

/** Spellings that clients write for a key: unpic has `blur-10`. */
const aliases: Readonly<Record<string, string>> = { blur: 'bl' }

/** What stands before the first hyphen; with the effect's name behind `e-`. */
export function keyOf(part: string): string {
  const name = /^(?:e-[a-z]{1,20}|[a-z]{1,12}|\$[a-z]{0,12})(?=-|$)/i.exec(part)?.[0] ?? ''
  return aliases[name] ?? name
}

/** What stands behind the key; empty when nothing does. */
export function textBehind(part: string): string {
  return part.replace(/^(?:e-)?[^-]*-?/, '')
}

/** What a layer of a picture may say. */
export const pictureKeys = ['i', 'ie', 'w', 'h', 'c', 'o', 'rt', 'lx', 'ly', 'lfo', 'lm'] as const
/** What a layer of a text may say. */
export const textKeys = [
  'i',
  'ie',
  'w',
  'fs',
  'ff',
  'co',
  'ia',
  'pa',
  'al',
  'tg',
  'bg',
  'r',
  'rt',
  'lh',
  'lx',
  'ly',
  'lfo',
] as const

export type PictureKey = (typeof pictureKeys)[number]
export type TextKey = (typeof textKeys)[number]
