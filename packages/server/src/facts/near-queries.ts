/** Statements about fingerprints: they stand beside their blob, so that they come and go with it. */
import { hammingDistance } from '@fovea/core'
import type { HeaderFacts } from '@fovea/engine/pool'
import { sql } from 'kysely'
import type { BlobHash } from '../assets/index.ts'
import { type Database, lockProject, type Queries } from '../db/index.ts'
import type { ProjectId } from '../projects/index.ts'
import { bandNames, bandsOf, bandsWithin } from './bands.ts'
import type { FactsKey } from './fact-queries.ts'

/** Bits up to which pictures are grouped as duplicates; farther ones are similar at most. */
const duplicateDistance = 6

export interface Near {
  readonly hash: BlobHash
  /** Bits that differ. */
  readonly distance: number
}

export interface Unseen {
  readonly projectId: ProjectId
  readonly hash: BlobHash
  readonly facts: HeaderFacts
}

/** Some blobs without a fingerprint of this revision. */
export async function findUnseen(
  { queries }: Database,
  revision: number,
  limit: number,
): Promise<readonly Unseen[]> {
  const rows = await queries
    .selectFrom('blobs')
    .select(['project_id', 'hash', 'facts'])
    .where('fingerprint_revision', '<', revision)
    .orderBy('fingerprint_revision')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    projectId: row.project_id as ProjectId,
    hash: row.hash as BlobHash,
    facts: JSON.parse(row.facts) as HeaderFacts,
  }))
}

export async function countUnseen(queries: Queries, projectId: ProjectId, revision: number): Promise<number> {
  const { unseen } = await queries
    .selectFrom('blobs')
    .select(({ fn }) => fn.countAll<number>().as('unseen'))
    .where('fingerprint_revision', '<', revision)
    .where('project_id', '=', projectId)
    .executeTakeFirstOrThrow()
  return Number(unseen)
}

/** `null` when the picture has none; `undefined` when nobody has looked yet. */
export async function findFingerprint(
  { queries }: Database,
  { projectId, hash, revision }: FactsKey,
): Promise<string | null | undefined> {
  const row = await queries
    .selectFrom('blobs')
    .select('fingerprint')
    .where('project_id', '=', projectId)
    .where('hash', '=', hash)
    .where('fingerprint_revision', '=', revision)
    .executeTakeFirst()
  return row?.fingerprint
}

/** Nearer than these there are none to be had: whoever has more copies of one picture has seen enough of them. */
const mostNear = 1_000

/** Images of the project whose fingerprint differs in so many bits or fewer, the nearest first; the trash aside. */
export async function findNear(
  database: Database,
  projectId: ProjectId,
  { hash, fingerprint }: { readonly hash: BlobHash; readonly fingerprint: string },
  maxDistance: number,
): Promise<readonly Near[]> {
  const { queries, kind } = database
  const blobs = await nearBlobs(queries, kind, { projectId, hash, fingerprint, maxDistance })
  const near = blobs
    .toSorted((one, other) => one.distance - other.distance || (one.hash < other.hash ? -1 : 1))
    .slice(0, mostNear)
  if (near.length === 0) return []
  const shown = await queries
    .selectFrom('assets')
    .select('hash')
    .where('project_id', '=', projectId)
    .where(
      'hash',
      'in',
      near.map((blob) => blob.hash),
    )
    .execute()
  const hashes = new Set<string>(shown.map((asset) => asset.hash))
  return near.filter((blob) => hashes.has(blob.hash))
}

/**
 * Writes what was found, and joins the image with the groups of its duplicates. A group is whatever is linked by such
 * steps, so its farthest members may differ more.
 */
export async function storeFingerprint(
  database: Database,
  { projectId, hash, revision }: FactsKey,
  fingerprint: string | null,
): Promise<void> {
  const bands = fingerprint === null ? undefined : bandsOf(fingerprint)
  const kept = bands === undefined ? null : fingerprint
  const columns = Object.fromEntries(bandNames.map((name, index) => [name, bands?.[index] ?? null]))
  await database.transaction(async (queries) => {
    await lockProject(database, queries, projectId)
    const own = await queries
      .updateTable('blobs')
      .set({ fingerprint: kept, fingerprint_revision: revision, near_group: null, ...columns })
      .where('project_id', '=', projectId)
      .where('hash', '=', hash)
      .returning('hash')
      .executeTakeFirst()
    if (own === undefined || kept === null) return
    const wanted = { projectId, hash, fingerprint: kept, maxDistance: duplicateDistance }
    const alike = await nearBlobs(queries, database.kind, wanted)
    const [first] = alike
    if (first === undefined) return
    const groups = [...new Set(alike.map(({ group }) => group).filter((group) => group !== null))]
    const joined = queries
      .updateTable('blobs')
      .set({ near_group: groups[0] ?? first.hash })
      .where('project_id', '=', projectId)
    await joined.where('hash', 'in', [hash, ...alike.map((blob) => blob.hash)]).execute()
    if (groups.length > 1) await joined.where('near_group', 'in', groups).execute()
  })
}

interface NearBlob extends Near {
  readonly group: string | null
}

interface NearTerms {
  readonly projectId: ProjectId
  /** Left out. */
  readonly hash: BlobHash
  readonly fingerprint: string
  readonly maxDistance: number
}

/**
 * Blobs of which one band is near enough, and then the whole. SQLite is told which index to take: it keeps no statistics,
 * and would rather read all blobs of the project than look up hundreds of values.
 */
async function nearBlobs(
  queries: Queries,
  kind: Database['kind'],
  { projectId, hash, fingerprint, maxDistance }: NearTerms,
): Promise<readonly NearBlob[]> {
  const bands = bandsOf(fingerprint) ?? []
  const byBand = bandNames.map((name, index) => {
    const hint = kind === 'sqlite' ? sql`indexed by ${sql.ref(`blobs_${name}`)}` : sql``
    const values = sql.join(bandsWithin(bands[index] ?? 0, maxDistance))
    return sql`select hash, fingerprint, near_group from blobs ${hint}
      where project_id = ${projectId} and ${sql.ref(name)} in (${values})`
  })
  const rows = await queries
    .selectFrom(sql<CandidateRow>`(${sql.join(byBand, sql` union `)})`.as('candidates'))
    .selectAll()
    .execute()
  return rows
    .filter((row) => row.hash !== hash)
    .map((row) => ({
      hash: row.hash as BlobHash,
      group: row.near_group,
      distance: hammingDistance(fingerprint, row.fingerprint),
    }))
    .filter(({ distance }) => distance <= maxDistance)
}

interface CandidateRow {
  hash: string
  fingerprint: string
  near_group: string | null
}
