/**
 * Slugs that no project may have, because below the base domain their host is the installation's.
 *
 * `cdn` is kept whether there is a base domain or not: one may be set later. So is the label of the public address when
 * it lies below the base domain: on that host there are the API and the console.
 */

/** `cdn.{base}/{project}` is the img-src form without `/i`. */
export const cdnLabel = 'cdn'

export function reservedSlugs(publicUrl: string, baseDomain: string | undefined): ReadonlySet<string> {
  const { hostname } = new URL(publicUrl)
  const below = baseDomain !== undefined && hostname.endsWith(`.${baseDomain}`)
  return new Set(below ? [cdnLabel, hostname.slice(0, -baseDomain.length - 1)] : [cdnLabel])
}
