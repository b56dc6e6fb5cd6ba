/**
 * What webhooks are told, event by event.
 *
 * Generated from packages/server/src/events/kinds by scripts/docs.ts. Do not edit; run: node scripts/docs.ts
 */

/** An image came to a path where there was none: by an upload, a stored result, or back from the trash. */
export interface ImageUploaded {
  readonly id: string
  readonly path: string
  /** Bytes (whole number, from 0) */
  readonly size: number
  readonly format: string
  /** (whole number, from 0) */
  readonly width: number
  /** (whole number, from 0) */
  readonly height: number
  readonly visibility: 'public' | 'private'
}

/** A path got other bytes, by an upload or an older version restored, or what is said about an image changed. */
export interface ImageUpdated {
  /** Of the image as it is now; other bytes have another id */
  readonly id: string
  /** All that changed */
  readonly paths: readonly string[]
  readonly changed: readonly ('bytes' | 'visibility' | 'alt_text' | 'tags' | 'custom_metadata' | 'focal_point')[]
}

/** Paths lead to their image no longer. Told when they go into the trash, and not again when that is emptied. */
export interface ImageDeleted {
  readonly id: string
  readonly paths: readonly string[]
  /** Whether no other path leads to the image */
  readonly image_deleted: boolean
  /** Whether it passed by the trash */
  readonly permanent: boolean
}

/** Work that was accepted for later is done. */
export interface JobCompleted {
  readonly id: string
  readonly kind: string
  /** What models would have done better and were not there for; absent where nothing is missing */
  readonly degraded?: readonly string[] | undefined
}

/** Work that was accepted for later cannot be done. */
export interface JobFailed {
  readonly id: string
  readonly kind: string
  readonly error: string
}

/** An upload brought the project to four fifths of what its plan allows. */
export interface QuotaWarning {
  /** Uploads of the month, or bytes stored */
  readonly resource: 'uploads' | 'storage'
  /** (whole number, from 0) */
  readonly used: number
  /** (whole number, from 0) */
  readonly limit: number
}

/** An upload used up what the plan allows. Uploads are refused when a tenth more is used up, too. */
export interface QuotaReached {
  /** Uploads of the month, or bytes stored */
  readonly resource: 'uploads' | 'storage'
  /** (whole number, from 0) */
  readonly used: number
  /** (whole number, from 0) */
  readonly limit: number
}

/** What was made is made anew when it is next asked for. Caches in front of the server are not asked. */
export interface PurgeCompleted {
  readonly scope: 'project' | 'path' | 'prefix' | 'origin'
  /** Name of the origin whose files are asked for again */
  readonly origin: string | null
  /** Of the project or the origin; empty for all */
  readonly paths: readonly string[]
}

/** Type of an event → what its message says. */
export interface WebhookEvents {
  readonly 'image.uploaded': ImageUploaded
  readonly 'image.updated': ImageUpdated
  readonly 'image.deleted': ImageDeleted
  readonly 'job.completed': JobCompleted
  readonly 'job.failed': JobFailed
  readonly 'quota.warning': QuotaWarning
  readonly 'quota.reached': QuotaReached
  readonly 'purge.completed': PurgeCompleted
}
