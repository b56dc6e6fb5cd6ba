/** Images of one project: their URLs, built here, and the calls that store, list and delete them. */
import { type CallOptions, type Connection, callJson, callOnly } from './connection.ts'
import { type DeliveryParameters, deliveryTarget, deliveryUrl } from './delivery-url.ts'
import type { Edit, EditOutput } from './edits.ts'
import { withQuery } from './from-wire.ts'
import type {
  ImageChanges,
  ImageDetails,
  ImageList,
  ImageMetadata,
  ListOptions,
  SignUrlOptions,
  UploadAddress,
  UploadedImage,
  UploadOptions,
} from './image-types.ts'
import type { ProjectAccess } from './project-access.ts'
import { encodePayload, signed, type UrlOptions } from './signed-url.ts'
import { uploadedOf, type WireUpload } from './uploaded.ts'

export class Images {
  readonly #connection: Connection
  readonly #access: ProjectAccess

  constructor(connection: Connection, access: ProjectAccess) {
    this.#connection = connection
    this.#access = access
  }

  /**
   * Signed URL of an image after `edits`, which run in the order given.
   * @throws TypeError when the API key may not sign; FoveaError when the server had to be asked and refused
   */
  async url(
    key: string,
    edits?: Edit | readonly Edit[],
    output?: EditOutput,
    options?: UrlOptions,
  ): Promise<string> {
    return this.#signed('t', encodePayload({ key, edits, output }), options)
  }

  /** Unsigned URL in the plain form, for projects that serve everyone. */
  async deliveryUrl(path: string, parameters: DeliveryParameters = {}): Promise<string> {
    return deliveryUrl(await this.#access.place(), path, parameters)
  }

  /**
   * The plain form with a signature, for private images and projects that serve signed URLs only.
   * @throws as `url`
   */
  async signedDeliveryUrl(
    path: string,
    parameters: DeliveryParameters = {},
    options?: UrlOptions,
  ): Promise<string> {
    return this.#signed('i', deliveryTarget(path, parameters), options)
  }

  /**
   * Stores an image; what lies at the key gets a new version. A stream is collected first, because a call may have to be
   * repeated.
   * @throws FoveaError 402 and 429 the plan allows no more, 413 too large, 415 what is no image, 422
   */
  async upload(
    data: Blob | Uint8Array | ArrayBuffer | ReadableStream<Uint8Array>,
    key: string,
    options: UploadOptions = {},
  ): Promise<UploadedImage> {
    const nameStart = key.lastIndexOf('/') + 1
    const name = key.slice(nameStart)
    const { visibility, onProgress, signal } = options
    // A path without extension would be read as a folder: then the folder and the name travel apart.
    const isWhole = /.\.[^.]+$/.test(name)
    const target = withQuery('/api/v1/images', {
      target_path: isWhole ? key : key.slice(0, nameStart) || undefined,
      file_name: isWhole ? undefined : name,
      visibility,
    })
    const answer = await callJson(this.#connection, {
      method: 'POST',
      target,
      // Whatever it is called: the server looks at the bytes.
      headers: { 'content-type': 'application/octet-stream' },
      body: await blobOf(data),
      ...{ onProgress, signal },
      authorised: true,
    })
    return uploadedOf(answer as WireUpload)
  }

  /**
   * Address that takes one file for five minutes: a page sends it there without an API key. The server says whether
   * it takes the file itself or its bucket does.
   * @throws FoveaError 409 the key is taken and `overwrite` was not said
   */
  async signUrl(wantedKey: string, options: SignUrlOptions = {}): Promise<UploadAddress> {
    const { contentType, maxBytes, overwrite, visibility, signal } = options
    const answer = (await callJson(this.#connection, {
      method: 'POST',
      target: '/api/v1/uploads/presign',
      json: { path: wantedKey, content_type: contentType, max_bytes: maxBytes, overwrite, visibility },
      authorised: true,
      signal,
    })) as WireAddress
    return {
      uploadUrl: answer.upload_url,
      method: answer.method,
      fields: answer.fields,
      confirmUrl: answer.confirm_url ?? undefined,
      key: answer.path,
      headers: answer.headers,
      expiresAt: answer.expires_at,
    }
  }

  /** One page of images. */
  async list(options: ListOptions = {}): Promise<ImageList> {
    const { limit, cursor, prefix, signal } = options
    const folder = options.folder?.normalize('NFC').replace(/^\/+|\/+$/g, '')
    const target = withQuery('/api/v1/images', { limit, cursor, prefix, path: folder })
    const page = (await callJson(this.#connection, { target, authorised: true, signal })) as WireList
    const isIn = (path: string) =>
      folder === undefined || path.slice(0, Math.max(0, path.lastIndexOf('/'))) === folder
    const images = page.images.flatMap((image) =>
      (typeof image.path === 'string' ? [image.path] : image.paths.filter(isIn)).map((key) => ({
        key,
        id: image.id,
        size: image.size,
        lastModified: image.uploaded_at,
        visibility: image.visibility,
      })),
    )
    return typeof page.next_cursor === 'string' ? { images, nextCursor: page.next_cursor } : { images }
  }

  /** Changes what is named and nothing else. @throws FoveaError 400, 404 */
  async update(id: string, changes: ImageChanges, { signal }: CallOptions = {}): Promise<void> {
    const { visibility, altText, tags, metadata, focalPoint } = changes
    await callOnly(this.#connection, {
      method: 'PATCH',
      target: `/api/v1/images/${encodeURIComponent(id)}`,
      json: { visibility, alt_text: altText, tags, custom_metadata: metadata, focal_point: focalPoint },
      authorised: true,
      signal,
    })
  }

  /** Facts and URLs of an image by its id. @throws FoveaError 404 */
  async get(id: string, { signal }: CallOptions = {}): Promise<ImageDetails> {
    const target = `/api/v1/images/${encodeURIComponent(id)}`
    const { metadata, urls, visibility } = (await callJson(this.#connection, {
      target,
      authorised: true,
      signal,
    })) as WireDetails
    return {
      id,
      hash: metadata.hash,
      originalFilename: metadata.original_filename,
      size: metadata.size,
      uploadedAt: metadata.uploaded_at,
      mimeType: metadata.mime_type,
      width: metadata.width ?? undefined,
      height: metadata.height ?? undefined,
      visibility,
      urls,
    }
  }

  /** Deletes the image at this key; other keys of the same bytes stay. @throws FoveaError 404 */
  async delete(key: string, { signal }: CallOptions = {}): Promise<void> {
    const { project } = await this.#access.place()
    const target = `/api/v1/images/path/${project}/${encodeURIComponent(key)}`
    await callOnly(this.#connection, { method: 'DELETE', target, authorised: true, signal })
  }

  /**
   * What the header of the stored file says, asked through a signed URL.
   * @throws as `url`; FoveaError 404
   */
  async metadata(key: string, { signal }: CallOptions = {}): Promise<ImageMetadata> {
    const target = await this.#signed('t', encodePayload({ key, metadata: true }))
    return (await callJson(this.#connection, { target, authorised: false, signal })) as ImageMetadata
  }

  async #signed(mount: 'i' | 't', text: string, options?: UrlOptions): Promise<string> {
    const access = await this.#access.signing()
    return `${access.url}/${mount}/${access.project}/${await signed(text, access, options)}`
  }
}

/** Shapes on the wire; see the img-src contract. */
interface WireAddress {
  readonly upload_url: string
  readonly method: 'PUT' | 'POST'
  readonly fields: Readonly<Record<string, string>>
  readonly confirm_url: string | null
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly expires_at: string
}

interface WireList {
  readonly images: readonly {
    readonly id: string
    readonly size: number
    readonly uploaded_at: string
    readonly paths: readonly string[]
    /** Of a list by prefix. */
    readonly path?: string | null
    readonly visibility: 'public' | 'private'
  }[]
  readonly next_cursor?: string | null
}

interface WireDetails {
  readonly metadata: {
    readonly hash: string
    readonly original_filename: string
    readonly size: number
    readonly uploaded_at: string
    readonly mime_type: string
    readonly width?: number | null
    readonly height?: number | null
  }
  readonly urls: Readonly<Record<string, string>>
  readonly visibility: 'public' | 'private'
}

async function blobOf(data: Blob | Uint8Array | ArrayBuffer | ReadableStream<Uint8Array>): Promise<Blob> {
  if (data instanceof Blob) return data
  if (!('getReader' in data)) return new Blob([data instanceof Uint8Array ? data.slice() : data])
  // Copied chunk by chunk: a platform may hand out views of shared memory, which a Blob refuses.
  const chunks: BlobPart[] = []
  const reader = data.getReader()
  for (let next = await reader.read(); !next.done; next = await reader.read()) chunks.push(next.value.slice())
  return new Blob(chunks)
}
