/**
 * Search over names, alt texts, tags and metadata, newest first.
 *
 * Any part of a name is found, so the index is of trigrams: FTS5 in SQLite, pg_trgm in PostgreSQL. What is shorter
 * than three characters has no trigram; it is looked for in the rows that the rest found, or in all of them, newest
 * first, until there are enough.
 * @see docs/adr/0013-finding-images.md
 */
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { containing, type Database, type Queries } from '../db/index.ts'
import type { ProjectId } from '../projects/index.ts'
import type { Image } from './image.ts'
import { imagesOf } from './image-queries.ts'
import { foldForSearch, foundByPair, foundByTag } from './search-text.ts'

export interface Wanted {
  /** Part of a path, a file name, an alt text, a tag or a value. */
  readonly text?: string | undefined
  /** All of them, whatever their case. */
  readonly tags?: readonly string[]
  readonly metadata?: Readonly<Record<string, string>>
}

export interface Found {
  readonly images: readonly Image[]
  /** At most `countedMatches`. */
  readonly total: number
  /** There are more than were counted. */
  readonly isMore: boolean
}

/** Matches that are counted: whoever has more narrows the search, and counting them all would take its time. */
const countedMatches = 1_000

export async function searchImages(
  database: Database,
  projectId: ProjectId,
  wanted: Wanted,
  limit: number,
): Promise<Found> {
  const parts = [
    ...(wanted.text === undefined ? [] : [foldForSearch(wanted.text)]),
    ...(wanted.tags ?? []).map(foundByTag),
    ...Object.entries(wanted.metadata ?? {}).map(([key, value]) => foundByPair(key, value)),
  ]
  const rows = await (database.kind === 'sqlite'
    ? matchesInSqlite(database, projectId, parts)
    : matchesInPostgres(database, projectId, parts))
  const hashes = [...new Set(rows.map(({ hash }) => hash))]
  return {
    images: await imagesOf(database.queries, projectId, hashes.slice(0, limit)),
    total: Math.min(hashes.length, countedMatches),
    isMore: rows.length > countedMatches,
  }
}

function matchesInSqlite({ queries }: Database, projectId: ProjectId, parts: readonly string[]) {
  const indexed = parts.filter((part) => [...part].length >= 3)
  const short = parts
    .filter((part) => !indexed.includes(part))
    .map((part) => sql<SqlBool>`instr(assets.search_text, ${part}) > 0`)
  if (indexed.length === 0) return newestWhere(queries, projectId, short)
  const phrases = indexed.map((part) => `words : ${quoted(part)}`)
  const match = [`project : ${quoted(projectId.slice(-3))}`, ...phrases].join(' AND ')
  return queries
    .selectFrom('asset_search')
    .innerJoin('asset_search_keys', 'asset_search_keys.id', 'asset_search.rowid')
    .innerJoin('assets', 'assets.id', 'asset_search_keys.asset_id')
    .select('assets.hash')
    .where(sql<SqlBool>`asset_search match ${match}`)
    .where('assets.project_id', '=', projectId)
    .where(({ and }) => and(short))
    .orderBy('asset_search.rowid', 'desc')
    .limit(countedMatches + 1)
    .execute()
}

function matchesInPostgres({ queries }: Database, projectId: ProjectId, parts: readonly string[]) {
  const holds = parts.map((part) => sql<SqlBool>`assets.search_text like ${containing(part)} escape '\\'`)
  return newestWhere(queries, projectId, holds)
}

function newestWhere(queries: Queries, projectId: ProjectId, conditions: readonly RawBuilder<SqlBool>[]) {
  return queries
    .selectFrom('assets')
    .select('hash')
    .where('project_id', '=', projectId)
    .where(({ and }) => and([...conditions]))
    .orderBy('listed_at', 'desc')
    .orderBy('hash', 'desc')
    .limit(countedMatches + 1)
    .execute()
}

/** A phrase of FTS5's query language. */
function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`
}
