/** What the server says of a file it has stored. */
import type { UploadedImage } from './image-types.ts'

export interface WireUpload {
  readonly id: string
  /** Where this upload went: not always where it was sent. */
  readonly path: string
  readonly is_new?: boolean | null
}

export function uploadedOf({ id, path, is_new: isNew }: WireUpload): UploadedImage {
  return { key: path, id, isNew: isNew ?? true }
}
