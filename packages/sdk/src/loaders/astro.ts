/**
 * `@fovea/client/astro`: an external image service of Astro. In astro.config:
 * `image: { service: { entrypoint: '@fovea/client/astro', config: { url, project } } }`. `src` is a path in the
 * project, or an imported picture of the site where an origin of the project reads the site.
 */
import { cropPlaces, type DeliveryParameters, deliveryUrl } from '../delivery-url.ts'
import type { Place } from '../responsive.ts'
import { pathIn } from './path-in.ts'

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
const formats: readonly string[] = ['webp', 'avif', 'jxl', 'jpg', 'png', 'gif']
const fits: Readonly<Record<string, NonNullable<DeliveryParameters['fit']>>> = {
  cover: 'cover',
  contain: 'contain',
  fill: 'fill',
  inside: 'contain',
  'scale-down': 'scale-down',
}
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
  /** @throws Error for what the plain form has no word for */
  validateOptions(options: AstroTransform): AstroTransform {
    const { format, fit, position, background, quality } = options
    const wrong = (name: string, value: unknown) =>
      new Error(`Fovea: pictures of Astro have no ${name} ${JSON.stringify(value)} here.`)
    if (format !== undefined && !formats.includes(plainFormat(format))) throw wrong('format', format)
    if (fit !== undefined && fit !== 'none' && !Object.hasOwn(fits, fit)) throw wrong('fit', fit)
    if (position !== undefined && cropOf(position) === undefined) throw wrong('position', position)
    if (background !== undefined) throw wrong('background', background)
    if (quality !== undefined && quality !== null && Number.isNaN(qualityOf(quality)))
      throw wrong('quality', quality)
    return options
  },

  getURL(options: AstroTransform, { service: { config } }: AstroConfig): string {
    const { src, width, height, format, quality, fit, position } = options
    const crop = position === undefined ? undefined : cropOf(position)
    const mapped = fit === undefined ? undefined : fits[fit]
    return deliveryUrl(config, pathIn(config, typeof src === 'string' ? src : src.src), {
      ...(width === undefined ? {} : { w: Math.round(width) }),
      ...(height === undefined ? {} : { h: Math.round(height) }),
      ...(mapped === undefined ? {} : { fit: mapped }),
      ...(crop === undefined ? {} : { crop }),
      ...(quality === undefined || quality === null ? {} : { q: qualityOf(quality) }),
      ...(format === undefined
        ? {}
        : { format: plainFormat(format) as NonNullable<DeliveryParameters['format']> }),
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

function plainFormat(format: string): string {
  return format === 'jpeg' ? 'jpg' : format
}

function qualityOf(quality: number | string): number {
  return qualities[String(quality)] ?? Number.parseInt(String(quality), 10)
}

/** CSS says `left top`, the plain form `top-left`. */
function cropOf(position: string): DeliveryParameters['crop'] {
  const words = position.trim().toLowerCase().split(/\s+/)
  const vertical = words.find((word) => word === 'top' || word === 'bottom')
  const joined = vertical === undefined ? words : [vertical, ...words.filter((word) => word !== vertical)]
  const name = joined.filter((word) => word !== 'center').join('-') || 'center'
  return cropPlaces.find((place) => place === name)
}
