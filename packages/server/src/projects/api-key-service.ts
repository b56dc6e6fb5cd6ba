/**
 * API keys: made once, shown once, stored as a hash, looked up by it.
 *
 * Uses are counted in memory and written in batches: a request must not wait for a disk because it was counted.
 */
import { problem } from '@fovea/core'
import { sql } from 'kysely'
import { type Database, Flusher, type Queries, Tally } from '../db/index.ts'
import { apiKeyPrefix, generateApiKey, hashApiKey, isWellFormedApiKey } from './api-key-format.ts'
import { newId } from './id.ts'
import type { ProjectId } from './project.ts'

export const scopes = ['read', 'write'] as const
export type Scope = (typeof scopes)[number]

export type ApiKeyId = string & { readonly __brand: 'ApiKeyId' }

/** Everything about a key but the key. Times in Unix milliseconds. */
export interface ApiKey {
  readonly id: ApiKeyId
  readonly projectId: ProjectId
  readonly name: string
  readonly prefix: string
  readonly scopes: readonly Scope[]
  readonly createdAt: number
  readonly expiresAt: number | null
  readonly lastUsedAt: number | null
  readonly totalRequests: number
}

/** A key that was accepted, and where it belongs. */
export interface Authenticated {
  readonly key: ApiKey
  readonly projectSlug: string
  /** Id in the plan catalogue. */
  readonly plan: string
}

export interface NewApiKey {
  readonly name: string
  readonly scopes: readonly Scope[]
  readonly expiresAt: number | null
}

interface Uses {
  readonly count: number
  readonly lastUsedAt: number
}

export class ApiKeyService {
  readonly #database: Database
  readonly #uses = new Tally<ApiKeyId, Uses>((a, b) => ({
    count: a.count + b.count,
    lastUsedAt: Math.max(a.lastUsedAt, b.lastUsedAt),
  }))
  readonly #flusher: Flusher

  constructor(database: Database) {
    this.#database = database
    this.#flusher = new Flusher(() => this.#write())
  }

  /**
   * The key of a Bearer token, and a use of it counted.
   * @throws Problem `auth/invalid`; the same words whether it never existed, was revoked or has expired
   */
  async authenticate(token: string): Promise<Authenticated> {
    const refused = problem('auth/invalid', {
      detail: 'The API key is not valid. It may be mistyped, revoked or expired.',
    })
    if (!isWellFormedApiKey(token)) throw refused
    const row = await this.#database.queries
      .selectFrom('api_keys')
      .innerJoin('projects', 'projects.id', 'api_keys.project_id')
      .selectAll('api_keys')
      .select(['projects.slug', 'projects.plan'])
      .where('api_keys.hash', '=', hashApiKey(token))
      .executeTakeFirst()
    if (row === undefined || (row.expires_at !== null && row.expires_at <= Date.now())) throw refused
    const key = apiKeyOf(row)
    this.#uses.add(key.id, { count: 1, lastUsedAt: Date.now() })
    return { key, projectSlug: row.slug, plan: row.plan }
  }

  /** Newest first. Counts include uses that are not yet written. */
  async list(projectId: ProjectId): Promise<readonly ApiKey[]> {
    await this.#flusher.flush()
    const rows = await this.#database.queries
      .selectFrom('api_keys')
      .selectAll()
      .where('project_id', '=', projectId)
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .execute()
    return rows.map(apiKeyOf)
  }

  /** Makes a key. `text` is the only copy of it there will ever be. */
  async create(
    projectId: ProjectId,
    wanted: NewApiKey,
  ): Promise<{ readonly key: ApiKey; readonly text: string }> {
    const text = generateApiKey()
    const key = await insertApiKey(this.#database.queries, projectId, wanted, text)
    return { key, text }
  }

  /** @throws Problem `auth/key-not-found` */
  async revoke(projectId: ProjectId, id: string): Promise<void> {
    const { numDeletedRows } = await this.#database.queries
      .deleteFrom('api_keys')
      .where('project_id', '=', projectId)
      .where('id', '=', id)
      .executeTakeFirst()
    if (numDeletedRows === 0n)
      throw problem('auth/key-not-found', { detail: 'This project has no API key of that id.' })
  }

  /** Writes the counted uses. */
  close(): Promise<void> {
    return this.#flusher.close()
  }

  #write(): Promise<void> {
    return this.#uses.write((id, { count, lastUsedAt }) =>
      this.#database.queries
        .updateTable('api_keys')
        .set({ total_requests: sql`total_requests + ${count}`, last_used_at: lastUsedAt })
        .where('id', '=', id)
        .execute(),
    )
  }
}

/** Stores a key whose text is known already (first start); does nothing when this very key is there. */
export async function insertApiKey(
  queries: Queries,
  projectId: ProjectId,
  { name, scopes: granted, expiresAt }: NewApiKey,
  text: string,
): Promise<ApiKey> {
  const row = {
    id: newId('key'),
    project_id: projectId,
    name,
    prefix: apiKeyPrefix(text),
    hash: hashApiKey(text),
    scopes: granted.join(),
    expires_at: expiresAt,
    created_at: Date.now(),
  }
  await queries
    .insertInto('api_keys')
    .values(row)
    .onConflict((conflict) => conflict.column('hash').doNothing())
    .execute()
  return apiKeyOf({ ...row, last_used_at: null, total_requests: 0 })
}

function apiKeyOf(row: {
  id: string
  project_id: string
  name: string
  prefix: string
  scopes: string
  expires_at: number | null
  last_used_at: number | null
  total_requests: number
  created_at: number
}): ApiKey {
  const granted = row.scopes.split(',')
  return {
    id: row.id as ApiKeyId,
    projectId: row.project_id as ProjectId,
    name: row.name,
    prefix: row.prefix,
    scopes: scopes.filter((scope) => granted.includes(scope)),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
    totalRequests: row.total_requests,
  }
}
