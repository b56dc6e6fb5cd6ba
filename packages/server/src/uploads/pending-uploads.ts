/**
 * Addresses that take one upload: whoever knows one may send what it was made for, and nothing else.
 *
 * The address holds a random token of which only the hash is stored. What it is good for stands in the row, so there
 * is nothing in an address to tamper with, and the row is used up in the very transaction that makes the image exist.
 */
import { createHash } from 'node:crypto'
import { problem } from '@fovea/core'
import type { Selectable } from 'kysely'
import type { ImageId, Visibility } from '../assets/index.ts'
import type { Database, Queries, Schema } from '../db/index.ts'
import {
  type PlanCatalogue,
  type Project,
  type ProjectId,
  type ProjectService,
  planOf,
  randomBase62,
} from '../projects/index.ts'
import type { Allowance } from './allowance.ts'

export type PendingId = string & { readonly __brand: 'PendingId' }
export type UploadKind = 'put' | 'post' | 'tus'

export interface Announced {
  readonly kind: UploadKind
  /** As clients send it: a path or a folder for `tus`, else a whole path. */
  readonly path: string | undefined
  readonly fileName: string
  readonly visibility: Visibility | undefined
  /** Media type that the bytes must be of. */
  readonly contentType: string | undefined
  readonly minBytes: number
  readonly maxBytes: number
  /** Whether what lies at the path may get a new version. */
  readonly overwrite: boolean
  /** Unix milliseconds. */
  readonly expiresAt: number
}

export interface PendingUpload extends Announced {
  readonly id: PendingId
  readonly projectId: ProjectId
  /** Set once the image is stored. */
  readonly imageId: ImageId | undefined
}

/** 190 bits: cannot be guessed. */
const tokenLength = 32

export interface PendingUploadsOptions {
  readonly database: Database
  readonly projects: Pick<ProjectService, 'get' | 'account'>
  readonly plans: PlanCatalogue
}

/** Whose upload it is. */
export interface Owner {
  readonly project: Project
  readonly allowance: Allowance
}

export class PendingUploads {
  readonly #database: Database
  readonly #options: PendingUploadsOptions

  constructor(options: PendingUploadsOptions) {
    this.#database = options.database
    this.#options = options
  }

  /** @throws Problem `project/not-found` */
  async ownerOf({ projectId }: PendingUpload): Promise<Owner> {
    const { projects, plans } = this.#options
    const project = await projects.get(projectId)
    if (project === undefined) throw problem('project/not-found', { detail: 'The project is gone.' })
    return { project, allowance: planOf(plans, (await projects.account(projectId)).plan) }
  }

  /** Returns the token, which is told once. */
  async announce(projectId: ProjectId, announced: Announced): Promise<{ token: string; id: PendingId }> {
    const token = randomBase62(tokenLength)
    const id = pendingId(token)
    await this.#database.queries
      .insertInto('pending_uploads')
      .values({
        id,
        project_id: projectId,
        kind: announced.kind,
        path: announced.path ?? null,
        file_name: announced.fileName,
        visibility: announced.visibility ?? null,
        content_type: announced.contentType ?? null,
        min_bytes: announced.minBytes,
        max_bytes: announced.maxBytes,
        overwrite: announced.overwrite ? 1 : 0,
        image_id: null,
        created_at: Date.now(),
        expires_at: announced.expiresAt,
      })
      .execute()
    return { token, id }
  }

  /** @throws Problem `upload/not-found`, `upload/expired` */
  async find(kind: UploadKind, token: string): Promise<PendingUpload> {
    const row = await this.#database.queries
      .selectFrom('pending_uploads')
      .selectAll()
      .where('id', '=', pendingId(token))
      .where('kind', '=', kind)
      .executeTakeFirst()
    if (row === undefined)
      throw problem('upload/not-found', { detail: 'Nothing was announced under this address.' })
    if (row.expires_at <= Date.now())
      throw problem('upload/expired', { detail: 'The upload had to come before its address expired.' })
    return pendingOf(row)
  }

  async remove(id: PendingId): Promise<void> {
    await this.#database.queries.deleteFrom('pending_uploads').where('id', '=', id).execute()
  }

  async removeExpired(): Promise<void> {
    await this.#database.queries.deleteFrom('pending_uploads').where('expires_at', '<=', Date.now()).execute()
  }

  /** Which of these uploads are still waited for. */
  async unfinished(ids: readonly string[]): Promise<ReadonlySet<string>> {
    if (ids.length === 0) return new Set()
    const rows = await this.#database.queries
      .selectFrom('pending_uploads')
      .select('id')
      .where('id', 'in', ids)
      .where('image_id', 'is', null)
      .execute()
    return new Set(rows.map(({ id }) => id))
  }
}

/**
 * Uses the address up, inside the transaction of its upload.
 * @throws Problem `upload/used` when another upload was faster, `upload/not-found` when it was taken back
 */
export async function useUp(queries: Queries, id: PendingId, imageId: ImageId): Promise<void> {
  const used = await queries
    .updateTable('pending_uploads')
    .set({ image_id: imageId })
    .where('id', '=', id)
    .where('image_id', 'is', null)
    .returning('id')
    .executeTakeFirst()
  if (used !== undefined) return
  const row = await queries.selectFrom('pending_uploads').select('id').where('id', '=', id).executeTakeFirst()
  throw row === undefined
    ? problem('upload/not-found', { detail: 'This upload was taken back.' })
    : alreadyUsed()
}

export function alreadyUsed() {
  return problem('upload/used', { detail: 'This address was good for one upload, which has come.' })
}

/** The token's hash: what rows and files are called. */
export function pendingId(token: string): PendingId {
  return createHash('sha256').update(token).digest('hex') as PendingId
}

function pendingOf(row: Selectable<Schema['pending_uploads']>): PendingUpload {
  return {
    id: row.id as PendingId,
    projectId: row.project_id as ProjectId,
    kind: row.kind as UploadKind,
    path: row.path ?? undefined,
    fileName: row.file_name,
    visibility: (row.visibility as Visibility | null) ?? undefined,
    contentType: row.content_type ?? undefined,
    minBytes: row.min_bytes,
    maxBytes: row.max_bytes,
    overwrite: row.overwrite === 1,
    imageId: (row.image_id as ImageId | null) ?? undefined,
    expiresAt: row.expires_at,
  }
}
