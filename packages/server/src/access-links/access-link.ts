/** An access link as people and delivery see it: who has it may see one image, for a while, whatever else is closed. */
import type { BlobHash } from '../assets/asset.ts'
import type { ProjectId } from '../projects/project.ts'

export type AccessLinkId = string & { readonly __brand: 'AccessLinkId' }

export type AccessLinkState = 'active' | 'expired' | 'revoked' | 'used_up'

/** Times in Unix milliseconds. */
export interface AccessLink {
  readonly id: AccessLinkId
  readonly projectId: ProjectId
  /** Of the image it opens: another version at the same path is another image. */
  readonly hash: BlobHash
  /** The path that stands in the address that was handed out. */
  readonly path: string
  /** The only preset it shows the image in; `null` = any variant. */
  readonly preset: string | null
  readonly note: string
  /** How often it may be answered with a picture; `null` = as often as asked. */
  readonly maxUses: number | null
  /** Exact where `maxUses` is set, else written every few seconds. */
  readonly uses: number
  readonly lastUsedAt: number | null
  readonly createdAt: number
  readonly expiresAt: number
  readonly revokedAt: number | null
}
