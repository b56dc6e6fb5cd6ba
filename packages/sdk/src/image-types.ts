/** What the calls about images take and answer. */
import type { CallOptions } from './connection.ts'

export interface SendOptions extends CallOptions {
  /** Told how much of the file has left, 0–1; from the start again when the call is repeated. */
  readonly onProgress?: ((share: number) => void) | undefined
}

export interface UploadOptions extends SendOptions {
  /** `private` images are only served with a signature. */
  readonly visibility?: 'public' | 'private' | undefined
}

export interface UploadedImage {
  /** Path the image is stored at: the key asked for, unless its name was none for a file; `a b` becomes `a-b.png`. */
  readonly key: string
  /** First 16 hex digits of the SHA-256 of its bytes. */
  readonly id: string
  /** `false` when the project already had these bytes. */
  readonly isNew: boolean
}

export interface SignUrlOptions extends CallOptions {
  /** The only media type that is taken, such as `image/png`. */
  readonly contentType?: string | undefined
  /** Largest file that is taken; the server's own limit when absent. */
  readonly maxBytes?: number | undefined
  /** Whether what lies at the key may get a new version. */
  readonly overwrite?: boolean | undefined
  readonly visibility?: 'public' | 'private' | undefined
}

export interface UploadAddress {
  readonly uploadUrl: string
  /** `PUT` sends the file itself; `POST` a form of `fields` and then the file, called `file`. */
  readonly method: 'PUT' | 'POST'
  readonly fields: Readonly<Record<string, string>>
  /** To be posted to when the form has been taken: only then it is an image. */
  readonly confirmUrl: string | undefined
  /** Path the image will lie at. */
  readonly key: string
  /** To send with it. */
  readonly headers: Readonly<Record<string, string>>
  /** ISO 8601. */
  readonly expiresAt: string
}

export interface ListOptions extends CallOptions {
  /** Images per page, 1–100 (50). */
  readonly limit?: number | undefined
  /** `nextCursor` of the page before, of a list with the same options. */
  readonly cursor?: string | undefined
  /** Only keys that start with it, in their order; without it the newest come first. */
  readonly prefix?: string | undefined
  /** Only images directly in this folder, such as `blog/2026`; not together with `prefix`. */
  readonly folder?: string | undefined
}

export interface ImageChanges {
  readonly visibility?: 'public' | 'private' | undefined
  readonly altText?: string | undefined
  readonly tags?: readonly string[] | undefined
  /** Merged with what is there; `null` takes a key away. */
  readonly metadata?: Readonly<Record<string, string | number | boolean | null>> | undefined
  /** Where the subject is, as shares of width and height; `null` forgets it. */
  readonly focalPoint?: { readonly x: number; readonly y: number } | null | undefined
}

export interface ListedImage {
  readonly key: string
  readonly id: string
  /** Bytes. */
  readonly size: number
  /** ISO 8601. */
  readonly lastModified: string
  readonly visibility: 'public' | 'private'
}

export interface ImageList {
  /** One entry for each path: the same bytes stored at two keys are two entries. */
  readonly images: readonly ListedImage[]
  /** Absent on the last page. */
  readonly nextCursor?: string
}

export interface ImageDetails {
  readonly id: string
  readonly hash: string
  readonly originalFilename: string
  /** Bytes. */
  readonly size: number
  /** ISO 8601. */
  readonly uploadedAt: string
  readonly mimeType: string
  readonly width: number | undefined
  readonly height: number | undefined
  readonly visibility: 'public' | 'private'
  /** Delivery URL for each format. */
  readonly urls: Readonly<Record<string, string>>
}

/** What the header of the stored file says. */
export interface ImageMetadata {
  readonly width: number
  readonly height: number
  readonly format: string
  readonly space: string
  readonly channels: number
  readonly hasAlpha: boolean
  /** EXIF orientation, 1–8. */
  readonly orientation: number
  /** Pixels per inch; `null` when the file does not say. */
  readonly density: number | null
  readonly isProgressive: boolean
  /** Frames. */
  readonly pages: number
  /** Bytes. */
  readonly size: number
}
