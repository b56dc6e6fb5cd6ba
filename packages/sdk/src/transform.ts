/** Pictures through a pipeline and back, without a URL: `POST /api/v1/transform`. */
import type { EditOutput } from './edits.ts'
import type { Operation } from './operations.ts'

/** The file itself, an address of the web, a path of the project, or the id of an image. */
export type TransformSource =
  | Blob
  | Uint8Array
  | { readonly url: string }
  | { readonly asset: string }
  | { readonly id: string }

export interface TransformOutput extends Omit<EditOutput, 'format'> {
  /** Beside the formats of pictures: facts and placeholders. */
  readonly format?:
    | EditOutput['format']
    | 'json'
    | 'palette'
    | 'css'
    | 'blurhash'
    | 'thumbhash'
    | 'lqip'
    | undefined
}

/** Where a result goes: it becomes an image of the project, or an object in a bucket. */
export type TransformStore = ImageStore | ObjectStore

export interface ImageStore {
  readonly path: string
  readonly visibility?: 'public' | 'private' | undefined
}

export interface ObjectStore {
  readonly path: string
  /** Name of an origin of the project that may be written to. */
  readonly origin: string
  /** Replaces what lies at the path; it is an error otherwise. */
  readonly overwrite?: boolean | undefined
}

export interface StoredObject {
  readonly origin: string
  readonly path: string
  /** `null` where the bucket tells none. */
  readonly etag: string | null
}

/** A result of its own: it goes on from the common pipeline. */
export interface TransformBranch {
  readonly name?: string | undefined
  readonly pipeline?: readonly Operation[] | undefined
  readonly output?: TransformOutput | undefined
  readonly store?: TransformStore | undefined
}

export interface TransformRequest {
  readonly source: TransformSource
  /** At most 30 operations, executed in the order given. */
  readonly pipeline?: readonly Operation[] | undefined
  readonly output?: TransformOutput | undefined
  /** Up to 20 results of one source instead of one. */
  readonly outputs?: readonly TransformBranch[] | undefined
  readonly store?: TransformStore | undefined
  /** `false` ignores the EXIF orientation. */
  readonly orient?: boolean | undefined
}

export interface TransformResult {
  readonly name: string | undefined
  readonly mediaType: string
  readonly width: number | undefined
  readonly height: number | undefined
  /** The file; `undefined` for what is text and for what was stored. */
  readonly data: Uint8Array | undefined
  readonly text: string | undefined
  /** Where the image lies now, and its id; of what was stored. */
  readonly stored: { readonly key: string; readonly id: string } | undefined
  /** The object in a bucket that it has become. */
  readonly object: StoredObject | undefined
}

/** A result on the wire; absent members may be null. */
export interface WireResult {
  readonly name?: string | null
  readonly mediaType: string
  readonly width?: number | null
  readonly height?: number | null
  readonly data?: string | null
  readonly text?: string | null
  readonly image?: { readonly id: string; readonly path: string } | null
  readonly object?: StoredObject
}

/** What is sent: a form where the picture comes along, else JSON. */
export function transformBody({ source, ...request }: TransformRequest): {
  readonly body?: FormData
  readonly json?: unknown
} {
  if (!(source instanceof Blob) && !(source instanceof Uint8Array)) return { json: { ...request, source } }
  const form = new FormData()
  form.append('request', JSON.stringify(request))
  form.append('file', source instanceof Blob ? source : new Blob([source.slice()]), 'source')
  return { body: form }
}

export function resultOf(result: WireResult): TransformResult {
  const { name, mediaType, width, height, data, text, image, object } = result
  return {
    name: name ?? undefined,
    mediaType,
    width: width ?? undefined,
    height: height ?? undefined,
    data: typeof data === 'string' ? Uint8Array.from(atob(data), (char) => char.charCodeAt(0)) : undefined,
    text: text ?? undefined,
    stored: image ? { key: image.path, id: image.id } : undefined,
    object,
  }
}
