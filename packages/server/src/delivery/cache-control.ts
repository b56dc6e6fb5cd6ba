/**
 * Freshness per answer. Errors are `no-store` and never come through here.
 *
 * A URL that expires must not outlive its signature in anyone's cache, so its max-age is cut to what is left;
 * `max-age` then stands last, where the prepared hit can rewrite it in place each second.
 */
import type { ImageRequest } from '@fovea/core'
import type { Visibility } from '../assets/asset.ts'
import type { Project } from '../projects/project.ts'

const yearSeconds = 31_536_000
/** A private picture may be made unreachable at any time: browsers ask again within the hour. */
const privateSeconds = 3_600
const bareDefault = 'public, max-age=3600, s-maxage=2592000, stale-while-revalidate=86400'
const headerSafe = /^[\x20-\x7e]+$/

/** `undefined` when the URL has no expiry. */
function secondsLeft(wanted: ImageRequest, nowSeconds: number): number | undefined {
  const expiresAt = wanted.signature?.expiresAt ?? wanted.expiresAt
  return expiresAt === undefined ? undefined : Math.max(0, expiresAt - nowSeconds)
}

export interface Freshness {
  readonly visibility: Visibility
  /** See `freshUntilOf`. */
  readonly freshUntil: number | undefined
  /** The URL was handed out for other bytes than are sent. */
  readonly isOtherVersion: boolean
}

export function cacheControl(
  wanted: ImageRequest,
  project: Project,
  { visibility, freshUntil, isOtherVersion }: Freshness,
  nowSeconds: number,
): string {
  // A link can be taken back at any moment, and its uses are counted.
  if (wanted.accessLink !== undefined) return 'private, no-store'
  const left = secondsLeft(wanted, nowSeconds)
  if (visibility === 'private') return `private, max-age=${Math.min(left ?? privateSeconds, privateSeconds)}`
  // Whatever is kept under it now would be wrong when those bytes are there: restored, or heard of from another server.
  if (isOtherVersion) return 'public, no-cache'
  if (freshUntil !== undefined) {
    const fresh = Math.max(0, freshUntil - nowSeconds)
    return `public, max-age=${Math.min(left ?? fresh, fresh, yearSeconds)}`
  }
  if (left !== undefined) return `public, immutable, max-age=${Math.min(left, yearSeconds)}`
  if (wanted.delivery.immutable) return `public, max-age=${yearSeconds}, immutable`
  const own = project.settings.cacheControl
  return own !== null && headerSafe.test(own) ? own : bareDefault
}
