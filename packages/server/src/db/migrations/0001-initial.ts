/** First schema: owners, projects with their keys, secrets and presets, blobs and assets, usage. */
import { type Kysely, sql } from 'kysely'
import type { MigrationStep } from './migration-step.ts'

export const initial: MigrationStep = async (db, kind) => {
  // Byte order on both engines: ranges such as `folder >= 'a/' and folder < 'a0'` depend on it.
  const bytes = kind === 'postgres' ? sql`text collate "C"` : sql`text`

  await db.schema
    .createTable('users')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('email', 'text', (column) => column.notNull().unique())
    .addColumn('password_hash', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .execute()

  await db.schema
    .createTable('projects')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('slug', 'text', (column) => column.notNull().unique())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('owner_id', 'text', (column) => column.notNull().references('users.id'))
    .addColumn('plan', 'text', (column) => column.notNull())
    .addColumn('generation', 'integer', (column) => column.notNull())
    .addColumn('settings', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .execute()

  await createKeyTables(db)
  await createAssetTables(db, bytes)
  await createUsageTables(db)

  await db.schema
    .createTable('installation')
    .addColumn('key', 'text', (column) => column.primaryKey())
    .addColumn('value', 'text', (column) => column.notNull())
    .execute()
}

async function createKeyTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('api_keys')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('project_id', 'text', (column) => column.notNull().references('projects.id'))
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('prefix', 'text', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull().unique())
    .addColumn('scopes', 'text', (column) => column.notNull())
    .addColumn('expires_at', 'bigint')
    .addColumn('last_used_at', 'bigint')
    .addColumn('total_requests', 'bigint', (column) => column.notNull().defaultTo(0))
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema
    .createIndex('api_keys_project')
    .on('api_keys')
    .columns(['project_id', 'created_at'])
    .execute()

  await db.schema
    .createTable('signing_secrets')
    .addColumn('project_id', 'text', (column) => column.notNull().references('projects.id'))
    .addColumn('kid', 'text', (column) => column.notNull())
    .addColumn('sealed', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('signing_secrets_pk', ['project_id', 'kid'])
    .execute()

  await db.schema
    .createTable('presets')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('project_id', 'text', (column) => column.notNull().references('projects.id'))
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('description', 'text')
    .addColumn('params', 'text', (column) => column.notNull())
    .addColumn('usage_count', 'bigint', (column) => column.notNull().defaultTo(0))
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addUniqueConstraint('presets_project_name', ['project_id', 'name'])
    .execute()
}

async function createAssetTables(db: Kysely<unknown>, bytes: ReturnType<typeof sql>): Promise<void> {
  await db.schema
    .createTable('blobs')
    .addColumn('project_id', 'text', (column) => column.notNull().references('projects.id'))
    .addColumn('hash', bytes, (column) => column.notNull())
    .addColumn('size', 'bigint', (column) => column.notNull())
    .addColumn('format', 'text', (column) => column.notNull())
    .addColumn('facts', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('blobs_pk', ['project_id', 'hash'])
    .execute()
  await db.schema
    .createIndex('blobs_newest')
    .on('blobs')
    .columns(['project_id', 'created_at', 'hash'])
    .execute()

  await db.schema
    .createTable('assets')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('project_id', 'text', (column) => column.notNull().references('projects.id'))
    .addColumn('path', bytes, (column) => column.notNull())
    .addColumn('folder', bytes, (column) => column.notNull())
    .addColumn('stem', bytes, (column) => column.notNull())
    .addColumn('search_text', 'text', (column) => column.notNull())
    .addColumn('hash', bytes, (column) => column.notNull())
    .addColumn('generation', 'integer', (column) => column.notNull())
    .addColumn('visibility', 'text', (column) => column.notNull())
    .addColumn('original_filename', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addUniqueConstraint('assets_project_path', ['project_id', 'path'])
    .addForeignKeyConstraint('assets_blob', ['project_id', 'hash'], 'blobs', ['project_id', 'hash'])
    .execute()
  await db.schema.createIndex('assets_stem').on('assets').columns(['project_id', 'stem']).execute()
  await db.schema.createIndex('assets_hash').on('assets').columns(['project_id', 'hash']).execute()
  await db.schema
    .createIndex('assets_folder')
    .on('assets')
    .columns(['project_id', 'folder', 'hash'])
    .execute()

  await db.schema
    .createTable('asset_versions')
    .addColumn('asset_id', 'text', (column) => column.notNull().references('assets.id').onDelete('cascade'))
    .addColumn('generation', 'integer', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull())
    .addColumn('size', 'bigint', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('asset_versions_pk', ['asset_id', 'generation'])
    .execute()

  await db.schema
    .createTable('signed_urls')
    .addColumn('project_id', 'text', (column) => column.notNull())
    .addColumn('hash', bytes, (column) => column.notNull())
    .addColumn('target', 'text', (column) => column.notNull())
    .addColumn('kid', 'text', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('signed_urls_pk', ['project_id', 'hash'])
    .addForeignKeyConstraint(
      'signed_urls_blob',
      ['project_id', 'hash'],
      'blobs',
      ['project_id', 'hash'],
      (key) => key.onDelete('cascade'),
    )
    .execute()
}

async function createUsageTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('usage_periods')
    .addColumn('project_id', 'text', (column) => column.notNull().references('projects.id'))
    .addColumn('period', 'text', (column) => column.notNull())
    .addColumn('uploads', 'bigint', (column) => column.notNull().defaultTo(0))
    .addColumn('bandwidth_bytes', 'bigint', (column) => column.notNull().defaultTo(0))
    .addColumn('api_requests', 'bigint', (column) => column.notNull().defaultTo(0))
    .addPrimaryKeyConstraint('usage_periods_pk', ['project_id', 'period'])
    .execute()

  await db.schema
    .createTable('transforms')
    .addColumn('project_id', 'text', (column) => column.notNull().references('projects.id'))
    .addColumn('period', 'text', (column) => column.notNull())
    .addColumn('transform_id', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('transforms_pk', ['project_id', 'period', 'transform_id'])
    .execute()
}
