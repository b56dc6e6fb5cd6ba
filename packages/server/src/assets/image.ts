/** An image as the img-src API knows it: one blob of a project with all paths that lead to it. */
import type { HeaderFacts } from '@fovea/engine/pool'
import type { ProjectId } from '../projects/index.ts'
import type { BlobHash, Visibility } from './asset.ts'
import type { Description } from './description.ts'

/** First 16 hex digits of the hash. */
export type ImageId = string & { readonly __brand: 'ImageId' }

export interface Image {
  readonly id: ImageId
  readonly projectId: ProjectId
  readonly hash: BlobHash
  readonly size: number
  readonly facts: HeaderFacts
  /** Unix milliseconds. */
  readonly uploadedAt: number
  readonly visibility: Visibility
  /** Of its first path. */
  readonly originalFilename: string
  readonly description: Description
  /** Oldest first; never empty. */
  readonly paths: readonly string[]
  readonly signedUrl: StoredSignedUrl | undefined
}

/** The newest signed URL that was handed out and has not expired. */
export interface StoredSignedUrl {
  /** Raw target behind the mount, without `sig`. */
  readonly target: string
  readonly kid: string
  /** Unix seconds. */
  readonly expiresAt: number
}

export function imageId(hash: BlobHash): ImageId {
  return hash.slice(0, 16) as ImageId
}

/** Size as people see it, after EXIF orientation. */
export function orientedSize({ width, height, orientation }: HeaderFacts): { width: number; height: number } {
  return orientation >= 5 ? { width: height, height: width } : { width, height }
}
