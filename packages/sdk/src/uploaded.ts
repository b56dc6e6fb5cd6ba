/** What the server says of a file it has stored. */
import type { UploadedImage } from './image-types.ts'

export interface WireUpload {
  readonly id: string
  readonly paths: readonly string[]
  readonly is_new?: boolean | null
}

/** @param key asked for, in NFC as the server keeps it; the answer's path may have an extension more */
export function uploadedOf({ id, paths, is_new: isNew }: WireUpload, key: string): UploadedImage {
  const stored = paths.find((path) => path === key) ?? paths.find((path) => path.startsWith(`${key}.`))
  return { key: stored ?? key, id, isNew: isNew ?? true }
}
