/**
 * `@fovea/client/nuxt`: a provider of Nuxt Image 2. In nuxt.config:
 * `image: { provider: 'fovea', providers: { fovea: { provider: '@fovea/client/nuxt', options: { url, project } } } }`.
 */
import { type DeliveryParameters, deliveryUrl } from '../delivery-url.ts'
import type { Place } from '../responsive.ts'
import { pathIn } from './path-in.ts'
import { fitOf, formatOf } from './words.ts'

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

/** @throws TypeError for a modifier that the plain form has no word for */
function getImage(src: string, { url, project, modifiers = {} }: NuxtOptions): { readonly url: string } {
  const { width, height, quality, format, fit, ...own } = modifiers
  const place = { url, project }
  const parameters: DeliveryParameters = {
    ...own,
    ...(width === undefined ? {} : { w: Number(width) }),
    ...(height === undefined ? {} : { h: Number(height) }),
    ...(quality === undefined ? {} : { q: Number(quality) }),
    ...(fit === undefined ? {} : { fit: fitOf(fit) }),
    ...(format === undefined ? {} : { format: formatOf(format) }),
  }
  return { url: deliveryUrl(place, pathIn(place, src), parameters) }
}

/** What Nuxt imports: it calls the default export once. */
export default function provider(): { readonly getImage: typeof getImage } {
  return { getImage }
}
