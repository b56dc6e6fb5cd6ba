/**
 * `@fovea/client/astro`: an external image service of Astro. In astro.config:
 * `image: { service: { entrypoint: '@fovea/client/astro', config: { url, project } } }`. `src` is a path in the
 * project, or an imported picture of the site where an origin of the project reads the site.
 */
import { cropPlaces, deliveryUrl } from '../delivery-url.ts'
import type { Place } from '../responsive.ts'
import { pathIn } from './path-in.ts'
import { fitOf, formatOf } from './words.ts'

/** The part of Astro's transform that is used, beside words of the plain form. */
export interface AstroTransform {
  readonly src: string | { readonly src: string; readonly width: number; readonly height: number }
  readonly width?: number | undefined
  readonly height?: number | undefined
  readonly format?: string | undefined
  readonly quality?: number | string | null | undefined
  readonly fit?: string | undefined
  readonly position?: string | undefined
  readonly widths?: readonly number[] | undefined
  readonly densities?: readonly (number | `${number}x`)[] | undefined
  readonly [attribute: string]: unknown
}

interface AstroConfig {
  readonly service: { readonly config: Place }
}

/** Astro's words for quality. */
const qualities: Readonly<Record<string, number>> = { low: 25, mid: 50, high: 80, max: 100 }
const consumed = [
  'src',
  'width',
  'height',
  'format',
  'quality',
  'fit',
  'position',
  'widths',
  'densities',
  'background',
  'inferSize',
  'layout',
  'priority',
]

const service = {
  /** @throws TypeError for what the plain form has no word for */
  validateOptions(options: AstroTransform): AstroTransform {
    const { format, fit, position, background, quality } = options
    if (format !== undefined) formatOf(format)
    if (fit !== undefined && fit !== 'none') fitOf(fit)
    if (position !== undefined) cropOf(position)
    if (background !== undefined) throw unknown('background', background)
    if (quality !== undefined && quality !== null) qualityOf(quality)
    return options
  },

  getURL(options: AstroTransform, { service: { config } }: AstroConfig): string {
    const { src, width, height, format, quality, fit, position } = options
    return deliveryUrl(config, pathIn(config, typeof src === 'string' ? src : src.src), {
      ...(width === undefined ? {} : { w: Math.round(width) }),
      ...(height === undefined ? {} : { h: Math.round(height) }),
      ...(fit === undefined || fit === 'none' ? {} : { fit: fitOf(fit) }),
      ...(position === undefined ? {} : { crop: cropOf(position) }),
      ...(quality === undefined || quality === null ? {} : { q: qualityOf(quality) }),
      ...(format === undefined ? {} : { format: formatOf(format) }),
    })
  },

  /** One entry for each of `widths` or `densities`, of the same aspect. */
  getSrcSet(options: AstroTransform): readonly {
    readonly transform: AstroTransform
    readonly descriptor: string
  }[] {
    const { widths, densities, ...single } = options
    const size = sizeOf(options)
    const at = (width: number) => ({
      ...single,
      width: Math.round(width),
      ...(size.width === undefined || size.height === undefined
        ? {}
        : { height: Math.round((width / size.width) * size.height) }),
    })
    if (widths !== undefined) {
      return widths.map((width) => ({ transform: at(width), descriptor: `${width}w` }))
    }
    const { width } = size
    if (densities === undefined || width === undefined) return []
    return densities.map((density) => {
      const factor = Number.parseFloat(String(density))
      return { transform: at(width * factor), descriptor: `${factor}x` }
    })
  },

  getHTMLAttributes(options: AstroTransform): Readonly<Record<string, unknown>> {
    const attributes = Object.entries(options).filter(([name]) => !consumed.includes(name))
    return { loading: 'lazy', decoding: 'async', ...Object.fromEntries(attributes), ...sizeOf(options) }
  },
}

export default service

/** Sides on the page: those asked for, the missing one in the picture's own aspect where that is known. */
function sizeOf({ src, width, height }: AstroTransform): { width?: number; height?: number } {
  const own = typeof src === 'string' ? undefined : src
  const aspect = own === undefined ? undefined : own.width / own.height
  if (width === undefined && height === undefined)
    return own === undefined ? {} : { width: own.width, height: own.height }
  const wide =
    width ?? (aspect === undefined || height === undefined ? undefined : Math.round(height * aspect))
  const high =
    height ?? (aspect === undefined || width === undefined ? undefined : Math.round(width / aspect))
  return { ...(wide === undefined ? {} : { width: wide }), ...(high === undefined ? {} : { height: high }) }
}

function qualityOf(quality: number | string): number {
  const value = qualities[String(quality)] ?? Number(quality)
  if (Number.isInteger(value) && value >= 1 && value <= 100) return value
  throw unknown('quality', quality)
}

/** CSS says `left top`, the plain form `top-left`. */
function cropOf(position: string): (typeof cropPlaces)[number] {
  const words = position.trim().toLowerCase().split(/\s+/)
  const vertical = words.find((word) => word === 'top' || word === 'bottom')
  const joined = vertical === undefined ? words : [vertical, ...words.filter((word) => word !== vertical)]
  const name = joined.filter((word) => word !== 'center').join('-') || 'center'
  const place = cropPlaces.find((each) => each === name)
  if (place !== undefined) return place
  throw unknown('position', position)
}

function unknown(name: string, value: unknown): TypeError {
  return new TypeError(`Fovea: the plain form has no ${name} ${JSON.stringify(value)}.`)
}
