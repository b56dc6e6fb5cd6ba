/**
 * The addresses a browser chooses from: `srcset` and `sizes` of one picture.
 *
 * Widths come from one ladder, so that pictures of different places share variants; nothing wider than three times the
 * place is offered, because no screen shows more.
 */
import { type DeliveryParameters, deliveryUrl } from './delivery-url.ts'

/** Where a project is served: `url` without a slash at the end, and the project's slug. */
export interface Place {
  readonly url: string
  readonly project: string
}

export interface ResponsiveOptions extends Omit<DeliveryParameters, 'w' | 'h' | 'dpr' | 'download'> {
  /** Width of the picture on the page where it is widest, CSS px. */
  readonly width: number
  /** Height beside that width; the source's own aspect when absent. */
  readonly height?: number | undefined
  /** How wide the picture is on which page, as in HTML. Without it the place has one width, whatever the page. */
  readonly sizes?: string | undefined
}

export interface ResponsiveImage {
  readonly src: string
  readonly srcSet: string
  readonly sizes?: string
  readonly width: number
  readonly height?: number
}

/** px */
const ladder = [160, 240, 320, 480, 640, 800, 960, 1200, 1440, 1800, 2160, 2560, 3200, 3840] as const
/** Largest side that a URL may ask for, px. */
const maxSide = 10_000
const densities = [1, 1.5, 2, 3] as const

/** @throws TypeError when a side is not at least 1 */
export function responsiveImage(place: Place, path: string, options: ResponsiveOptions): ResponsiveImage {
  const { width, height, sizes, ...rest } = options
  for (const side of [width, height ?? 1]) {
    if (!(side >= 1)) throw new TypeError(`Fovea: a picture's sides must be at least 1, not ${String(side)}.`)
  }
  const at = (wide: number) => {
    const scale = Math.min(wide, maxSide) / width
    const sides = { w: Math.round(width * scale) }
    const both = height === undefined ? sides : { ...sides, h: Math.max(1, Math.round(height * scale)) }
    return deliveryUrl(place, path, { ...rest, ...both })
  }
  const src = at(width)
  const shown = { src, width, ...(height === undefined ? {} : { height }) }
  if (sizes === undefined) {
    const srcSet = densities.map((density) => `${at(width * density)} ${density}x`).join(', ')
    return { ...shown, srcSet }
  }
  const widest = Math.min(width * 3, maxSide)
  const widths = [...new Set([...ladder.filter((step) => step < widest), Math.round(widest)])]
  return { ...shown, srcSet: widths.map((wide) => `${at(wide)} ${wide}w`).join(', '), sizes }
}
