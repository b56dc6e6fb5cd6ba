/**
 * `@fovea/client/next`: a custom loader of `next/image`. The file that `images.loaderFile` names holds
 * `export default nextLoader({ url, project })`; `src` is then a path in the project.
 */
import { type DeliveryParameters, deliveryUrl } from '../delivery-url.ts'
import type { Place } from '../responsive.ts'
import { pathIn } from './path-in.ts'

/** What Next hands over: `width` in px, `quality` where the component says one. */
export interface NextLoaderProps {
  readonly src: string
  readonly width: number
  readonly quality?: number | undefined
}

/** @param always parameters of every picture, such as `{ format: 'avif' }` */
export function nextLoader(
  place: Place,
  always: DeliveryParameters = {},
): (props: NextLoaderProps) => string {
  return ({ src, width, quality }) =>
    deliveryUrl(place, pathIn(place, src), {
      ...always,
      w: width,
      ...(quality === undefined ? {} : { q: quality }),
    })
}
