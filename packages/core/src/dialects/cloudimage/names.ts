/** Every name that means something in a Cloudimage URL, and the other spellings of some. */

/** Also allowed in the list `f=name:value,name:value`. */
const filters = [
  'bright',
  'contrast',
  'saturation',
  'gray',
  'blur',
  'pixelate',
  'sharpen',
  'sepia',
  'invert',
  'duotone',
  'blur_faces',
] as const

const others = [
  'w',
  'h',
  'org_if_sml',
  'func',
  'dpr',
  'aspect_ratio',
  'gravity',
  'tl_px',
  'br_px',
  'margin',
  'fit_enlarge',
  'r',
  'flip',
  'trim',
  'radius',
  'sharp',
  'bg_color',
  'bg_img_fit',
  'bg_blur',
  'bg_opacity',
  'bg_colorize',
  'wat',
  'wat_url',
  'wat_text',
  'wat_gravity',
  'wat_pos',
  'wat_scale',
  'wat_pad',
  'wat_opacity',
  'wat_font',
  'wat_fontsize',
  'wat_color',
  'force_format',
  'q',
  'optipress',
  'force_download',
  'doc_page',
  'ci_info',
] as const

/** How a URL is read, not what becomes of the picture: only the URL itself says these. */
const envelope = ['p', 'ci_url_encoded', 'ci_sign', 'ci_eqs', 'ci_seal'] as const

export type Name = (typeof filters)[number] | (typeof others)[number]
export type EnvelopeName = (typeof envelope)[number]

const spellings = {
  width: 'w',
  height: 'h',
  rotate: 'r',
  saturate: 'saturation',
  grey: 'gray',
  pixellate: 'pixelate',
  bg_colour: 'bg_color',
  bg_colourise: 'bg_colorize',
  wat_colour: 'wat_color',
} as const satisfies Readonly<Record<string, Name>>

const byWord: ReadonlyMap<string, Name> = new Map<string, Name>([
  ...[...filters, ...others].map((name) => [name, name] as const),
  ...Object.entries(spellings),
])
const filterWords: ReadonlySet<string> = new Set(filters)
const envelopeWords: ReadonlySet<string> = new Set(envelope)

/** Words that a preset may say. */
export const words: readonly string[] = [...byWord.keys(), 'f']

export function nameOf(word: string): Name | undefined {
  return byWord.get(word)
}

export function filterOf(word: string): Name | undefined {
  const name = byWord.get(word)
  return name !== undefined && filterWords.has(name) ? name : undefined
}

export function isEnvelope(word: string): word is EnvelopeName {
  return envelopeWords.has(word)
}

/** Whether a name is about watermarks. */
export function isMark(name: Name): boolean {
  return name === 'wat' || name.startsWith('wat_')
}
