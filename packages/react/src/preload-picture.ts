/**
 * Asks for the cut that will be shown before the page has come to it.
 *
 * A browser shows the first `<source>` whose media holds, but obeys every preload whose media holds. So each preload
 * also says that none of the cuts before it is shown. Browsers that do not know such a query preload nothing.
 */
import type { ResponsiveImage } from '@fovea/client/url'
import { preload } from 'react-dom'

export interface Cut extends ResponsiveImage {
  /** Absent for the `<img>`, which is shown when nothing else is. */
  readonly media?: string
}

/** @param cuts in the order of `<picture>`, the `<img>` last */
export function preloadPicture(cuts: readonly Cut[]): void {
  const before: string[] = []
  for (const { src, srcSet, sizes, media } of cuts) {
    const alone = media === undefined || isCondition(media)
    if (!alone && before.length > 0) return
    const own = media === undefined ? [] : [before.length > 0 ? `(${media})` : media]
    const holds = [...before, ...own].join(' and ')
    preload(src, {
      as: 'image',
      imageSrcSet: srcSet,
      ...(sizes === undefined ? {} : { imageSizes: sizes }),
      ...(holds === '' ? {} : { media: holds }),
      fetchPriority: 'high',
    })
    if (!alone) return
    before.push(`(not (${media}))`)
  }
}

/** Whether `and` and `not` may stand around it: a list and a media type take neither. Source: Media Queries 4 §3. */
function isCondition(media: string): boolean {
  return /^(?:not\s*)?\(/i.test(media.trim()) && !media.includes(',')
}
