/** The registry of request languages, and which one a path on the single host speaks. */
import { cloudflare } from './cloudflare/index.ts'
import { cloudimage } from './cloudimage/index.ts'
import { cloudinary } from './cloudinary/index.ts'
import type { Dialect } from './define.ts'
import { iiif } from './iiif/index.ts'
import { imageKit } from './imagekit/index.ts'
import { imgSrc } from './img-src.ts'
import { imgix } from './imgix/index.ts'
import { imgproxy } from './imgproxy/index.ts'
import { signedPayload } from './signed-payload.ts'

export const dialects = Object.freeze([
  imgSrc,
  signedPayload,
  iiif,
  cloudinary,
  imgix,
  cloudflare,
  imageKit,
  cloudimage,
  imgproxy,
] as const)

export type DialectName = (typeof dialects)[number]['name']

export const dialectNames: readonly DialectName[] = dialects.map(({ name }) => name)

/** Those that have words for presets. */
export const presetDialectNames: readonly DialectName[] = (dialects as readonly Dialect<DialectName>[])
  .filter(({ checkPreset }) => checkPreset !== undefined)
  .map(({ name }) => name)

/** Headers of the vendors' own, of all of them. */
export const dialectHeaderNames: readonly string[] = (dialects as readonly Dialect<DialectName>[]).flatMap(
  ({ headerNames = [] }) => headerNames,
)

export interface DialectMatch {
  readonly dialect: Dialect<DialectName>
  readonly projectSlug: string
  /** Raw path behind `/{mount}/{project}/`, nothing decoded; may be empty. */
  readonly rest: string
}

const byMount: ReadonlyMap<string, Dialect<DialectName>> = new Map(
  dialects.map((dialect) => [dialect.mount, dialect]),
)

/**
 * Splits the raw path of a request target (without `?query`) into mount, project and rest.
 * `undefined` when it is not a delivery path; the slug is matched as written, never decoded.
 */
export function detect(rawPath: string): DialectMatch | undefined {
  const mounted = mountOf(rawPath)
  if (mounted === undefined) return undefined
  const slugEnd = mounted.rest.indexOf('/')
  if (slugEnd < 0) return undefined
  const projectSlug = mounted.rest.slice(0, slugEnd)
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(projectSlug)) return undefined
  return { dialect: mounted.dialect, projectSlug, rest: mounted.rest.slice(slugEnd + 1) }
}

/** The dialect whose mount (one or two segments) a raw path begins with, and the path behind it. */
export function mountOf(rawPath: string): Omit<DialectMatch, 'projectSlug'> | undefined {
  if (!rawPath.startsWith('/')) return undefined
  const first = rawPath.indexOf('/', 1)
  if (first < 0) return undefined
  const dialect = byMount.get(rawPath.slice(1, first))
  if (dialect !== undefined) return { dialect, rest: rawPath.slice(first + 1) }
  const second = rawPath.indexOf('/', first + 1)
  const longer = second < 0 ? undefined : byMount.get(rawPath.slice(1, second))
  return longer === undefined ? undefined : { dialect: longer, rest: rawPath.slice(second + 1) }
}

/**
 * Reads a raw path on a host that belongs to one project: mounts stand without the project's slug, a service's own
 * fixed path leads to its dialect, and everything else is in `bare`, the host's dialect.
 */
export function detectOnHost(rawPath: string, bare: Dialect<DialectName>): Omit<DialectMatch, 'projectSlug'> {
  const mounted = mountOf(rawPath)
  if (mounted !== undefined) return mounted
  const rest = rawPath.slice(1)
  const owner = (dialects as readonly Dialect<DialectName>[]).find(
    ({ ownPath }) => ownPath !== undefined && rest.startsWith(ownPath),
  )
  return { dialect: owner ?? bare, rest }
}

const byName: ReadonlyMap<string, Dialect<DialectName>> = new Map(
  dialects.map((dialect) => [dialect.name, dialect]),
)

export function dialectNamed(name: DialectName): Dialect<DialectName> {
  return byName.get(name) ?? imgSrc
}

export type {
  Dialect,
  DialectContext,
  DialectDocument,
  DialectError,
  DialectSettings,
  DialectTarget,
  HintHeader,
  PresetBody,
  Redirect,
  SourceFacts,
} from './define.ts'
export { checkImgSrcPreset, imgSrc } from './img-src.ts'
export { imgSrcOrder } from './img-src-picture.ts'
export { imgSrcProblem } from './img-src-problem.ts'
export { signedPayload } from './signed-payload.ts'
export { signableText, withSignature } from './signed-query.ts'
export {
  decodeAssetPath,
  encodeAssetPath,
  maxPathBytes,
  normaliseAssetPath,
  type PathFault,
  splitExtension,
} from './target-path.ts'
