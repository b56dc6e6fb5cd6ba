/**
 * Which of a project's origins a name means, and where in it.
 *
 * In this order: the origin that is named; the one with the longest prefix that the path begins with; an upload; the
 * one without a prefix. URLs of the web go to the project's web proxy.
 */
import type { AssetRef, SourceRef } from '@fovea/core'
import { type ConfiguredOrigin, isAllowed, type OriginPlace } from '../origins/index.ts'

export interface FoundPlace {
  readonly origin: ConfiguredOrigin
  readonly place: OriginPlace
  /** Uploads of the same path do not come first. */
  readonly isSure: boolean
}

/**
 * The web proxy for an address that was written without its scheme, and where it may lie, over https first. `undefined`
 * when the project has no proxy that may fetch from its host: then the text is a path like any other.
 */
export function addressPlaces(
  ref: SourceRef,
  origins: readonly ConfiguredOrigin[],
): { readonly origin: ConfiguredOrigin; readonly places: readonly OriginPlace[] } | undefined {
  if (ref.kind === 'url' || ref.address === undefined) return undefined
  const origin = origins.find(({ kind }) => kind === 'proxy')
  if (origin === undefined) return undefined
  const places = [`https://${ref.address}`, `http://${ref.address}`]
    .filter((url) => isAllowed(origin, url))
    .map((path) => ({ path, query: '' }))
  return places.length === 0 ? undefined : { origin, places }
}

export function placeIn(ref: SourceRef, origins: readonly ConfiguredOrigin[]): FoundPlace | undefined {
  if (origins.length === 0) return undefined
  if (ref.kind === 'url') {
    const proxy = origins.find(({ kind }) => kind === 'proxy')
    return proxy === undefined
      ? undefined
      : { origin: proxy, place: { path: ref.url, query: '' }, isSure: true }
  }
  const folders = origins.filter(({ kind }) => kind !== 'proxy')
  const named = folders.find(({ name }) => name === ref.origin)
  if (named !== undefined || ref.origin !== undefined) return placed(named, ref, ref.path, true)
  const [nearest] = folders
    .filter(({ prefix }) => prefix !== '' && ref.path.startsWith(prefix) && ref.path.length > prefix.length)
    .sort((a, b) => b.prefix.length - a.prefix.length)
  if (nearest !== undefined) return placed(nearest, ref, ref.path.slice(nearest.prefix.length), true)
  return placed(
    folders.find(({ prefix }) => prefix === ''),
    ref,
    ref.path,
    false,
  )
}

function placed(
  origin: ConfiguredOrigin | undefined,
  ref: AssetRef,
  path: string,
  isSure: boolean,
): FoundPlace | undefined {
  return origin === undefined
    ? undefined
    : { origin, place: { path, query: chosen(origin, ref.query) }, isSure }
}

/** The parameters that the origin's settings pass on, in the order of the request, as they were written. */
function chosen({ settings }: ConfiguredOrigin, query: string | undefined): string {
  const { keyQuery } = settings
  if (query === undefined || !Array.isArray(keyQuery)) return ''
  return query
    .split('&')
    .filter((pair) => keyQuery.includes(pair.split('=', 1)[0]))
    .join('&')
}
