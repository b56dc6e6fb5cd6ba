/**
 * The images of a project with all that is written about them, and the folders they lie in: what a page shows that
 * lets people look around. `new Library(fovea)`; an entry of its own (`@fovea/client/library`).
 */
import { type CallOptions, type Connection, callJson, connectionOf } from './connection.ts'
import type { Fovea } from './fovea.ts'
import { fromWire, withQuery } from './from-wire.ts'
import type { ProjectSession } from './session.ts'

interface Described {
  readonly id: string
  /** Where it lies; the same bytes may lie at several. */
  readonly paths: readonly string[]
  readonly visibility: 'public' | 'private'
  readonly altText: string
  readonly tags: readonly string[]
  readonly customMetadata: Readonly<Record<string, string | number | boolean>>
  /** Shares of width and height; absent when nobody has said where the subject is. */
  readonly focalPoint: { readonly x: number; readonly y: number } | undefined
}

export interface LibraryImage extends Described {
  readonly originalFilename: string
  /** Bytes. */
  readonly size: number
  readonly uploadedAt: Date
  /** Delivery address of the image as it is stored. */
  readonly cdnUrl: string
}

export interface LibraryFolder {
  /** The last part of its path. */
  readonly name: string
  /** Images in it and below. */
  readonly imageCount: number
}

export interface LibraryPage {
  /** Newest first. */
  readonly images: readonly LibraryImage[]
  readonly folders: readonly LibraryFolder[]
  /** Images of all pages. */
  readonly total: number
  /** Absent on the last page. */
  readonly nextCursor: string | undefined
}

export interface LibraryListOptions extends CallOptions {
  /** Images directly in it and the folders below it; the uppermost one when absent. */
  readonly folder?: string | undefined
  /** Images per page, 1–100 (50). */
  readonly limit?: number | undefined
  /** `nextCursor` of the page before. */
  readonly cursor?: string | undefined
}

export interface SearchOptions extends CallOptions {
  /** 1–100 (20). */
  readonly limit?: number | undefined
}

export interface FoundImages {
  readonly images: readonly LibraryImage[]
  readonly total: number
  /** `false` when there are more than were counted. */
  readonly isTotalExact: boolean
}

export interface StoredImage extends Described {
  readonly hash: string
  readonly originalFilename: string
  /** Bytes. */
  readonly size: number
  readonly uploadedAt: Date
  readonly mimeType: string
  /** Of the upright picture, px. */
  readonly width: number
  readonly height: number
  /** Delivery address for each format, and as `original`. */
  readonly urls: Readonly<Record<string, string>>
}

const target = '/api/v1/images'

export class Library {
  readonly #connection: Connection

  constructor(client: Fovea | ProjectSession) {
    this.#connection = connectionOf(client)
  }

  async list({ folder = '', signal, ...page }: LibraryListOptions = {}): Promise<LibraryPage> {
    const answer = fromWire(await this.#get(withQuery(target, { path: folder, ...page }), signal)) as WirePage
    return {
      images: answer.images.map((image) => fromWire(image) as LibraryImage),
      folders: answer.folders.map((folder) => fromWire(folder) as LibraryFolder),
      total: answer.total,
      nextCursor: answer.nextCursor,
    }
  }

  /** Images of which a path, a name, a text, a tag or a value has this part. */
  async search(text: string, { limit, signal }: SearchOptions = {}): Promise<FoundImages> {
    const answer = (await this.#get(withQuery(`${target}/search`, { q: text, limit }), signal)) as WireFound
    return {
      images: answer.results.map((image) => fromWire(image) as LibraryImage),
      total: answer.total,
      isTotalExact: answer.total_is_exact,
    }
  }

  /** @throws FoveaError 404 */
  async get(id: string, { signal }: CallOptions = {}): Promise<StoredImage> {
    const answer = (await this.#get(`${target}/${encodeURIComponent(id)}`, signal)) as WireStored
    const { metadata, ...described } = answer
    return { ...fromWire(metadata), ...fromWire(described) } as StoredImage
  }

  async #get(target: string, signal: AbortSignal | undefined): Promise<object> {
    return (await callJson(this.#connection, { target, authorised: true, signal })) as object
  }
}

/** Shapes on the wire, the page's own members renamed already. */
interface WirePage {
  readonly images: readonly object[]
  readonly folders: readonly object[]
  readonly total: number
  readonly nextCursor: string | undefined
}

interface WireFound {
  readonly results: readonly object[]
  readonly total: number
  readonly total_is_exact: boolean
}

interface WireStored {
  readonly metadata: object
}
