/**
 * Perceptual fingerprints beside their blobs, in bands that an index finds: see facts/bands.ts. `fingerprint_revision` is
 * that of the analysis, 0 before anybody has looked.
 */
import { sql } from 'kysely'
import type { MigrationStep } from './migration-step.ts'

const bands = ['band_0', 'band_1', 'band_2', 'band_3'] as const

export const fingerprints: MigrationStep = async (db, kind) => {
  const bytes = kind === 'postgres' ? sql`text collate "C"` : sql`text`
  const blobs = () => db.schema.alterTable('blobs')
  const index = (name: string, columns: readonly string[]) =>
    db.schema
      .createIndex(name)
      .on('blobs')
      .columns([...columns])
      .execute()
  await blobs().addColumn('fingerprint', 'text').execute()
  await blobs()
    .addColumn('fingerprint_revision', 'integer', (column) => column.notNull().defaultTo(0))
    .execute()
  await blobs().addColumn('near_group', bytes).execute()
  for (const band of bands) {
    await blobs().addColumn(band, 'integer').execute()
    await index(`blobs_${band}`, ['project_id', band])
  }
  await index('blobs_unseen', ['fingerprint_revision'])
  await index('blobs_unseen_in_project', ['project_id', 'fingerprint_revision'])
  await index('blobs_near', ['project_id', 'near_group', 'hash'])
}
