/** A stored original as delivery and the API see it. */
import type { FocalPoint } from '@fovea/core'
import type { HeaderFacts } from '@fovea/engine/pool'
import type { ProjectId } from '../projects/project.ts'

export type AssetId = string & { readonly __brand: 'AssetId' }
/** 64 lower-case hex digits of the SHA-256 of the original bytes. */
export type BlobHash = string & { readonly __brand: 'BlobHash' }

export type Visibility = 'public' | 'private'

/** The current version of an asset, with the header facts of its blob. */
export interface Asset {
  readonly id: AssetId
  readonly projectId: ProjectId
  /** Decoded path inside the project, no leading slash: `blog/photo.jpg`. */
  readonly path: string
  /** `path` without its extension: what the extension-insensitive lookup compares. */
  readonly stem: string
  readonly hash: BlobHash
  /** Part of every cache address: replacing or purging an asset is one increment. */
  readonly generation: number
  readonly visibility: Visibility
  readonly originalFilename: string
  readonly facts: HeaderFacts
  readonly focalPoint: FocalPoint | undefined
  /** Unix milliseconds. */
  readonly createdAt: number
  readonly updatedAt: number
}
