/** The parts of a target: an identifier and either four segments or `info.json`. Slashes of an identifier are `%2F`. */
import { problem } from '../../problem/index.ts'
import { quote } from '../quote.ts'

export interface ImageAddress {
  /** As sent. */
  readonly identifier: string
  readonly region: string
  readonly size: string
  readonly rotation: string
  /** With the format behind it. */
  readonly quality: string
}

export interface Address {
  /** As sent. */
  readonly identifier: string
  /** `undefined` when the description is asked for. */
  readonly image: ImageAddress | undefined
}

/** @throws Problem `route/not-found` for any other number of segments, `request/malformed` */
export function readAddress(path: string): Address {
  const segments = path.split('/', 6)
  const [identifier = '', region = '', size = '', rotation = '', quality = ''] = segments
  if (identifier !== '') {
    if (segments.length === 2 && region === 'info.json') return { identifier, image: undefined }
    if (segments.length === 5) {
      const image = {
        identifier,
        region: decoded(region),
        size: decoded(size),
        rotation: decoded(rotation),
        quality: decoded(quality),
      }
      return { identifier, image }
    }
  }
  throw problem('route/not-found', {
    detail: `The path must be {identifier}/info.json or {identifier}/{region}/{size}/{rotation}/{quality}.{format}; a slash inside an identifier is written %2F. It is ${quote(path)}.`,
  })
}

/** Clients write `^`, `!`, `,` and `:` in either way. */
function decoded(segment: string): string {
  if (!segment.includes('%')) return segment
  try {
    return decodeURIComponent(segment)
  } catch {
    throw problem('request/malformed', {
      detail: `The path has a percent-encoding that is not valid UTF-8: ${quote(segment)}.`,
    })
  }
}
