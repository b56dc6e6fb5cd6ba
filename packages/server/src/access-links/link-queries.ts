/** Statements about access links. */
import type { Selectable, SelectQueryBuilder } from 'kysely'
import type { BlobHash } from '../assets/index.ts'
import type { Queries, Schema } from '../db/index.ts'
import type { ProjectId } from '../projects/index.ts'
import type { AccessLink, AccessLinkId, AccessLinkState } from './access-link.ts'

export interface LinkPage {
  readonly limit: number
  /** Id of the last one of the page before. */
  readonly before?: string | undefined
  readonly state?: AccessLinkState | undefined
  /** Only those of this image. */
  readonly hash?: BlobHash | undefined
}

type LinkQuery = SelectQueryBuilder<Schema, 'access_links', Selectable<Schema['access_links']>>

/** Newest first. */
export async function listLinks(
  queries: Queries,
  projectId: ProjectId,
  { limit, before, state, hash }: LinkPage,
): Promise<readonly AccessLink[]> {
  let query: LinkQuery = queries.selectFrom('access_links').selectAll().where('project_id', '=', projectId)
  if (hash !== undefined) query = query.where('hash', '=', hash)
  if (before !== undefined) query = query.where('id', '<', before)
  if (state !== undefined) query = inState(query, state, Date.now())
  const rows = await query.orderBy('id', 'desc').limit(limit).execute()
  return rows.map(linkOf)
}

/** As `stateOf` has it. */
function inState(query: LinkQuery, state: AccessLinkState, now: number): LinkQuery {
  if (state === 'revoked') return query.where('revoked_at', 'is not', null)
  const kept = query.where('revoked_at', 'is', null)
  if (state === 'expired') return kept.where('expires_at', '<=', now)
  const current = kept.where('expires_at', '>', now)
  return state === 'used_up'
    ? current.whereRef('uses', '>=', 'max_uses')
    : current.where((row) => row.or([row('max_uses', 'is', null), row('uses', '<', row.ref('max_uses'))]))
}

export async function findLink(
  queries: Queries,
  projectId: ProjectId,
  by: { readonly id: string } | { readonly tokenHash: string },
): Promise<AccessLink | undefined> {
  const links = queries.selectFrom('access_links').selectAll().where('project_id', '=', projectId)
  const row = await ('id' in by
    ? links.where('id', '=', by.id)
    : links.where('token_hash', '=', by.tokenHash)
  ).executeTakeFirst()
  return row === undefined ? undefined : linkOf(row)
}

export function linkOf(row: Selectable<Schema['access_links']>): AccessLink {
  return {
    id: row.id as AccessLinkId,
    projectId: row.project_id as ProjectId,
    hash: row.hash as BlobHash,
    path: row.path,
    preset: row.preset,
    note: row.note,
    maxUses: row.max_uses,
    uses: row.uses,
    lastUsedAt: row.last_used_at,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
  }
}
