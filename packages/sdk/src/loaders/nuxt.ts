/**
 * `@fovea/client/nuxt`: a provider of Nuxt Image 2. In nuxt.config:
 * `image: { provider: 'fovea', providers: { fovea: { provider: '@fovea/client/nuxt', options: { url, project } } } }`.
 */
import { type DeliveryParameters, deliveryUrl } from '../delivery-url.ts'
import type { Place } from '../responsive.ts'
import { pathIn } from './path-in.ts'

/** Nuxt's words for sizes, and the plain form's own for everything else. */
export interface NuxtModifiers extends Omit<DeliveryParameters, 'w' | 'h' | 'q' | 'fit' | 'format'> {
  readonly width?: number | string
  readonly height?: number | string
  readonly quality?: number | string
  readonly format?: string
  readonly fit?: string
}

interface NuxtOptions extends Place {
  readonly modifiers?: NuxtModifiers | undefined
}

/** Nuxt's fits; `contain` and `inside` both fit within the box, where nothing is padded. */
const fits = {
  cover: 'cover',
  contain: 'contain',
  fill: 'fill',
  inside: 'contain',
  'scale-down': 'scale-down',
} as const
const formats = ['webp', 'avif', 'jxl', 'jpg', 'png', 'gif'] as const

/** @throws TypeError for a modifier that the plain form has no word for */
function getImage(src: string, { url, project, modifiers = {} }: NuxtOptions): { readonly url: string } {
  const { width, height, quality, format, fit, ...own } = modifiers
  const place = { url, project }
  const parameters: DeliveryParameters = {
    ...own,
    ...(width === undefined ? {} : { w: Number(width) }),
    ...(height === undefined ? {} : { h: Number(height) }),
    ...(quality === undefined ? {} : { q: Number(quality) }),
    ...(fit === undefined
      ? {}
      : { fit: fits[oneOf('fit', fit, Object.keys(fits) as (keyof typeof fits)[])] }),
    ...(format === undefined ? {} : { format: oneOf('format', format === 'jpeg' ? 'jpg' : format, formats) }),
  }
  return { url: deliveryUrl(place, pathIn(place, src), parameters) }
}

function oneOf<const T extends string>(name: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((each) => each === value)
  if (found !== undefined) return found
  throw new TypeError(`Fovea: "${name}" must be one of ${allowed.join(', ')}, not ${JSON.stringify(value)}.`)
}

/** What Nuxt imports: it calls the default export once. */
export default function provider(): { readonly getImage: typeof getImage } {
  return { getImage }
}
