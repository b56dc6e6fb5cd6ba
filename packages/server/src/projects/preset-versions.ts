/**
 * What presets said over time. Rows carry no project: they are reached through a preset, which does, and vanish with
 * it.
 */
import { problem } from '@fovea/core'
import type { Insertable, Selectable } from 'kysely'
import type { Queries, Schema } from '../db/index.ts'
import type { Preset, PresetVersion } from './project.ts'

export async function insertVersion(
  queries: Queries,
  row: Insertable<Schema['preset_versions']>,
): Promise<void> {
  await queries.insertInto('preset_versions').values(row).execute()
}

/** Newest first. */
export async function listVersions(
  queries: Queries,
  { id }: Pick<Preset, 'id'>,
  { limit, offset }: { readonly limit: number; readonly offset: number },
): Promise<readonly PresetVersion[]> {
  const rows = await queries
    .selectFrom('preset_versions')
    .selectAll()
    .where('preset_id', '=', id)
    .orderBy('version', 'desc')
    .limit(limit)
    .offset(offset)
    .execute()
  return rows.map(versionOf)
}

export async function countVersions(queries: Queries, { id }: Pick<Preset, 'id'>): Promise<number> {
  const { count } = await queries
    .selectFrom('preset_versions')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('preset_id', '=', id)
    .executeTakeFirstOrThrow()
  return count
}

/** @throws Problem `preset/not-found` */
export async function findVersion(
  queries: Queries,
  { id }: Pick<Preset, 'id'>,
  version: number,
): Promise<PresetVersion> {
  const row = await queries
    .selectFrom('preset_versions')
    .selectAll()
    .where('preset_id', '=', id)
    .where('version', '=', version)
    .executeTakeFirst()
  if (row === undefined)
    throw problem('preset/not-found', { detail: `This preset has no version ${version}.` })
  return versionOf(row)
}

function versionOf(row: Selectable<Schema['preset_versions']>): PresetVersion {
  return {
    version: row.version,
    name: row.name,
    description: row.description,
    params: JSON.parse(row.params) as Preset['params'],
    createdAt: Math.floor(row.created_at / 1000),
  }
}
