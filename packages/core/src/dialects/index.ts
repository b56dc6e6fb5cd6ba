/** The registry of request languages, and which one a path on the single host speaks. */
import type { Dialect } from './define.ts'
import { imgSrc } from './img-src.ts'
import { signedPayload } from './signed-payload.ts'

export const dialects = Object.freeze([imgSrc, signedPayload] as const)

export type DialectName = (typeof dialects)[number]['name']

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
  if (!rawPath.startsWith('/')) return undefined
  const mountEnd = rawPath.indexOf('/', 1)
  if (mountEnd < 0) return undefined
  const dialect = byMount.get(rawPath.slice(1, mountEnd))
  if (dialect === undefined) return undefined
  const slugEnd = rawPath.indexOf('/', mountEnd + 1)
  if (slugEnd < 0 || slugEnd - mountEnd > 64) return undefined
  const projectSlug = rawPath.slice(mountEnd + 1, slugEnd)
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(projectSlug)) return undefined
  return { dialect, projectSlug, rest: rawPath.slice(slugEnd + 1) }
}

export type { Dialect, DialectContext, DialectError, DialectTarget } from './define.ts'
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
