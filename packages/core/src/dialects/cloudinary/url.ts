/**
 * The parts of a Cloudinary URL behind the mount, nothing interpreted.
 *
 * The project stands where Cloudinary has the cloud name. On a host of its own the mount names no project, so a URL
 * of a migrated site may still carry the cloud's name there: one segment before the resource type is passed over.
 *
 * What is a step and what is already the picture's name is not marked in the URL. A segment is a step when one of its
 * comma-separated parts begins with a known key; a version (`v1`, `v1623…`) ends the steps for sure, which is why
 * SDKs write `v1/` before every name with a folder.
 *
 * Source: Cloudinary's transformation URL syntax and URL signatures; contracts' vectors of the Node SDK.
 */
import { problem } from '../../problem/index.ts'
import { quote } from '../quote.ts'
import { isStep } from './keys.ts'

export const deliveryTypes = ['upload', 'fetch', 'private', 'authenticated'] as const

export interface CloudinaryUrl {
  readonly type: (typeof deliveryTypes)[number]
  readonly signature?: string
  /** What the signature covers: steps and name as sent, without the version. */
  readonly signedText: string
  /** Decoded once: commas and slashes of texts are still `%2C` and `%2F`. */
  readonly steps: readonly string[]
  readonly version?: string
  /** Raw name, or raw remote address. */
  readonly name: string
}

/** Longest path, in characters; texts and remote addresses included. */
const maxLength = 6_000
export const maxSteps = 40

/** @throws Problem `request/malformed`, `request/too-long`, `request/too-many-parameters` */
export function readUrl(path: string, query: string): CloudinaryUrl {
  if (path.length + query.length > maxLength) {
    throw problem('request/too-long', { detail: `A URL may have at most ${maxLength} characters.` })
  }
  if (/[^\x21-\x7e]/.test(path)) {
    throw problem('request/malformed', {
      detail: `The path has characters that must be percent-encoded: ${quote(path)}.`,
    })
  }
  const all = path.split('/')
  const segments = isResource(all[0]) || !isResource(all[1]) ? all : all.slice(1)
  const [resource, word, ...tail] = segments
  const type = deliveryTypes.find((known) => known === word)
  if (resource !== 'image' || type === undefined) {
    throw problem('request/malformed', {
      detail: `The path must begin with image/ and one of ${deliveryTypes.join(', ')}: ${quote(path)}.`,
    })
  }
  const signature = /^s--([A-Za-z0-9_-]{1,64})--$/.exec(tail[0] ?? '')?.[1]
  const rest = signature === undefined ? tail : tail.slice(1)
  const parts = type === 'fetch' ? splitFetch(rest, query) : splitNamed(rest)
  if (parts.steps.length > maxSteps) {
    throw problem('request/too-many-parameters', { detail: `A URL may have at most ${maxSteps} steps.` })
  }
  return {
    type,
    ...(signature === undefined ? {} : { signature }),
    signedText: [...parts.steps, parts.name].join('/'),
    ...parts,
    steps: parts.steps.map(decodeStep),
  }
}

type Parts = Pick<CloudinaryUrl, 'steps' | 'name' | 'version'>

function splitNamed(segments: readonly string[]): Parts {
  let end = 0
  while (end < segments.length - 1 && isStep(segments[end] ?? '')) end++
  const version = /^v(\d{1,20})$/.exec(end < segments.length - 1 ? (segments[end] ?? '') : '')?.[1]
  return {
    steps: segments.slice(0, end),
    ...(version === undefined ? {} : { version }),
    name: segments.slice(version === undefined ? end : end + 1).join('/'),
  }
}

function splitFetch(segments: readonly string[], query: string): Parts {
  let end = 0
  while (end < segments.length && isStep(segments[end] ?? '')) end++
  const address = segments.slice(end).join('/')
  return { steps: segments.slice(0, end), name: query === '' ? address : `${address}?${query}` }
}

function isResource(segment: string | undefined): boolean {
  return segment === 'image' || segment === 'video' || segment === 'raw'
}

/** A step as it is read: texts inside it stay encoded a second time. @throws Problem `request/malformed` */
export function decodeStep(step: string): string {
  try {
    return decodeURIComponent(step)
  } catch {
    throw problem('request/malformed', {
      detail: `A step has a percent-encoding that is not valid UTF-8: ${quote(step)}.`,
    })
  }
}
