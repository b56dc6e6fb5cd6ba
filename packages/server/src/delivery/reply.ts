/** An answer as data: everything above the socket returns one, `send.ts` writes it. */
import type { CacheState } from '../observe/index.ts'
import type { ProjectId } from '../projects/project.ts'

export type ReplyBody =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** A part of a file; streamed, so that slow readers of large pictures cost no memory. */
  | { readonly kind: 'file'; readonly path: string; readonly offset: number; readonly sizeBytes: number }

/** Larger bodies are streamed from disk, never held whole for a reader. */
export const largestHeldBytes = 1024 * 1024

export interface Reply {
  readonly status: number
  /** Without `Content-Length`, which follows from the body and the method. */
  readonly headers: Readonly<Record<string, string>>
  readonly body?: ReplyBody
  readonly cache: CacheState
  /** Present on whole, successful answers: what `Range` and the memory cache need. */
  readonly representation?: Representation
}

export interface Representation {
  /** Strong tag, quotes included. */
  readonly etag: string
  /** Whether any client may be given these very bytes again without asking the database. */
  readonly shareable: boolean
  /** Unix seconds after which the URL is no longer valid. */
  readonly expiresAt?: number
  readonly negotiated: boolean
  readonly projectId: ProjectId
  /** Of the paths that were asked for: what changes are announced under (`assets/announce.ts`). */
  readonly stems: readonly string[]
}

export function bodySize(body: ReplyBody | undefined): number {
  if (body === undefined) return 0
  return body.kind === 'bytes' ? body.bytes.length : body.sizeBytes
}
