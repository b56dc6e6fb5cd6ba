/**
 * The plain delivery form, `/i/{project}/{path}.{format}?w=800&h=600&fit=cover`: readable, unsigned, cacheable.
 *
 * Values go out as they are given; the server checks them and answers 400 with the parameter's name and range.
 */

import type { ResizeOptions } from './operations.ts'

export const cropPlaces = [
  'center',
  'top',
  'bottom',
  'left',
  'right',
  'top-left',
  'top-right',
  'bottom-left',
  'bottom-right',
  'attention',
  'entropy',
  'faces',
  'subject',
] as const satisfies readonly Extract<ResizeOptions['position'], string>[]

export interface DeliveryParameters {
  /** Width and height in CSS pixels, 1–10000. */
  readonly w?: number
  readonly h?: number
  /** `contain` fits within the box, `scale-down` too but never enlarges. */
  readonly fit?: 'cover' | 'contain' | 'fill' | 'scale-down'
  readonly aspect?: 'original' | '1:1' | '4:3' | '16:9' | '3:2' | '21:9'
  /** Quality, 1–100. */
  readonly q?: number
  readonly dpr?: 1 | 1.5 | 2 | 3
  /** Which part `cover` keeps. */
  readonly crop?: (typeof cropPlaces)[number]
  readonly grayscale?: boolean
  /** 0–100, sigma in pixels. */
  readonly blur?: number
  /** 0–100. */
  readonly sharpen?: number
  /** Clockwise degrees. */
  readonly rotate?: 0 | 90 | 180 | 270 | 'auto'
  readonly flip?: 'h' | 'v' | 'both'
  /** Name of a preset; explicit parameters win over it. */
  readonly preset?: string
  /** Version token: the URL may then be cached for a year. */
  readonly v?: string
  /** Answer as an attachment, under this file name when it is text. */
  readonly download?: string | boolean
  /** Replaces the extension of the path; the stored image is found by the rest of its name. */
  readonly format?: 'webp' | 'avif' | 'jxl' | 'jpg' | 'png' | 'gif'
}

const plainNames = [
  'w',
  'h',
  'fit',
  'aspect',
  'q',
  'dpr',
  'crop',
  'grayscale',
  'blur',
  'sharpen',
  'rotate',
  'flip',
  'v',
] as const satisfies readonly (keyof DeliveryParameters)[]

/** Whole address on a server, for pages that have no API key: `url` as the server is reached, without a slash at the end. */
export function deliveryUrl(
  { url, project }: { readonly url: string; readonly project: string },
  path: string,
  parameters: DeliveryParameters = {},
): string {
  return `${url}/i/${project}/${deliveryTarget(path, parameters)}`
}

/**
 * Path and query behind `/i/{project}/`. Parameters stand in a fixed order, so equal pictures have equal URLs.
 * @throws TypeError for a parameter that does not exist, which callers without types would never see ignored
 */
export function deliveryTarget(path: string, parameters: DeliveryParameters): string {
  const { preset, download, format, ...plain } = parameters
  const pairs = preset === undefined ? [] : [`p:${encodeURIComponent(preset)}`]
  const names: readonly string[] = plainNames
  // In the order of the list; what is undefined is not there: frameworks hand over every word that they know.
  const given = Object.entries(plain).filter(([, value]) => value !== undefined)
  for (const [name, value] of given.sort(([a], [b]) => names.indexOf(a) - names.indexOf(b))) {
    if (!names.includes(name)) throw new TypeError(`Fovea: a delivery URL has no parameter "${name}".`)
    pairs.push(`${name}=${encodeURIComponent(String(value))}`)
  }
  if (download === true) pairs.push('download')
  else if (typeof download === 'string') pairs.push(`download=${encodeURIComponent(download)}`)
  const encoded = encodePath(format === undefined ? path : `${withoutExtension(path)}.${format}`)
  return pairs.length === 0 ? encoded : `${encoded}?${pairs.join('&')}`
}

/** Percent-encodes a path, slashes kept. */
function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/')
}

function withoutExtension(path: string): string {
  const dot = path.lastIndexOf('.')
  return dot > path.lastIndexOf('/') + 1 ? path.slice(0, dot) : path
}
