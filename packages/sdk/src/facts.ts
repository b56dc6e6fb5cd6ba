/**
 * What can be told of stored pictures: colours, placeholders, EXIF, faces, and which of them look alike.
 * `new Facts(fovea)`; an entry of its own (`@fovea/client/facts`), so that pages do not carry it.
 */
import { type CallOptions, type Connection, callJson, connectionOf } from './connection.ts'
import type { KnownImage, PictureFacts, SimilarImage } from './fact-types.ts'
import type { Fovea } from './fovea.ts'
import { fromWire, withQuery } from './from-wire.ts'
import type { ProjectSession } from './session.ts'

export type {
  Face,
  KnownImage,
  PictureFacts,
  Point,
  Region,
  SimilarImage,
  Subject,
} from './fact-types.ts'

export interface FactsOptions extends CallOptions {
  /** Of EXIF, IPTC and XMP (`public`); `all` adds the place and serial numbers. */
  readonly details?: 'none' | 'public' | 'all' | undefined
  /** What models see; `subjects` tells the faces too. */
  readonly see?: 'faces' | 'subjects' | undefined
}

export interface SimilarOptions extends CallOptions {
  /** Bits that may differ, 0–15 (10). */
  readonly maxDistance?: number | undefined
  /** 1–100 (20). */
  readonly limit?: number | undefined
}

export interface SimilarImages {
  /** Nearest first. */
  readonly images: readonly SimilarImage[]
  /** 16 hex digits; absent for a flat picture, which looks like any other. */
  readonly fingerprint: string | undefined
  /** Images of the project that nobody has looked at yet: ask again later. */
  readonly withoutFingerprint: number
}

export interface DuplicatesOptions extends CallOptions {
  /** Groups, 1–20 (20). */
  readonly limit?: number | undefined
  /** `nextCursor` of the page before. */
  readonly cursor?: string | undefined
}

export interface DuplicateGroups {
  /** `count` images each; the first 50 of them are listed. */
  readonly groups: readonly { readonly count: number; readonly images: readonly KnownImage[] }[]
  /** Absent on the last page. */
  readonly nextCursor: string | undefined
  readonly withoutFingerprint: number
}

export class Facts {
  readonly #connection: Connection

  constructor(client: Fovea | ProjectSession) {
    this.#connection = connectionOf(client)
  }

  /** @throws FoveaError 404, 501 when the server has no model that sees what was asked for */
  async of(id: string, { signal, ...wanted }: FactsOptions = {}): Promise<PictureFacts> {
    return (await this.#get(pathOf(id, 'facts'), { ...wanted }, signal)) as PictureFacts
  }

  /** Images of the project that look like one of them, whatever their format, size and quality. @throws FoveaError 404 */
  async similarTo(id: string, { maxDistance, limit, signal }: SimilarOptions = {}): Promise<SimilarImages> {
    const query = { max_distance: maxDistance, limit }
    const answer = fromWire(await this.#get(pathOf(id, 'similar'), query, signal)) as SimilarImages
    const { fingerprint, withoutFingerprint } = answer
    return {
      images: answer.images.map((image) => fromWire(image) as SimilarImage),
      fingerprint,
      withoutFingerprint,
    }
  }

  /** Groups of images that are nearly the same. */
  async duplicates({ signal, ...page }: DuplicatesOptions = {}): Promise<DuplicateGroups> {
    const answer = fromWire(await this.#get(`${target}/duplicates`, page, signal)) as DuplicateGroups
    const groups = answer.groups.map(({ count, images }) => ({
      count,
      images: images.map((image) => fromWire(image) as KnownImage),
    }))
    const { nextCursor, withoutFingerprint } = answer
    return { groups, nextCursor, withoutFingerprint }
  }

  async #get(
    path: string,
    query: Parameters<typeof withQuery>[1],
    signal: AbortSignal | undefined,
  ): Promise<object> {
    const call = { target: withQuery(path, query), authorised: true, signal }
    return (await callJson(this.#connection, call)) as object
  }
}

const target = '/api/v1/images'

function pathOf(id: string, part: string): string {
  return `${target}/${encodeURIComponent(id)}/${part}`
}
