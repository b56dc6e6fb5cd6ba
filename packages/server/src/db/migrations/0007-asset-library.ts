/**
 * The library: what people write about an image, an order to list by that an index holds, images counted by folder,
 * old versions that keep their bytes, and a trash.
 */
import { type Kysely, sql } from 'kysely'
import type { MigrationStep } from './migration-step.ts'

export const assetLibrary: MigrationStep = async (db, kind) => {
  const bytes = kind === 'postgres' ? sql`text collate "C"` : sql`text`
  await describeAssets(db)
  await listAssets(db)
  await keepVersions(db, bytes)
  await createTrash(db, bytes)
  await countFolders(db, bytes)
  await (kind === 'postgres' ? indexTextOnPostgres(db) : indexTextOnSqlite(db))
}

async function describeAssets(db: Kysely<unknown>): Promise<void> {
  for (const [name, standard] of [
    ['alt_text', ''],
    ['tags', '[]'],
    ['metadata', '{}'],
  ] as const) {
    await db.schema
      .alterTable('assets')
      .addColumn(name, 'text', (column) => column.notNull().defaultTo(standard))
      .execute()
  }
  for (const name of ['focal_x', 'focal_y']) {
    await db.schema.alterTable('assets').addColumn(name, 'double precision').execute()
  }
}

/** When the image came, beside each of its paths: lists read one index and join nothing. */
async function listAssets(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('assets')
    .addColumn('listed_at', 'bigint', (column) => column.notNull().defaultTo(0))
    .execute()
  await sql`update assets set listed_at = (
    select created_at from blobs where blobs.project_id = assets.project_id and blobs.hash = assets.hash
  )`.execute(db)
  await db.schema
    .createIndex('assets_newest')
    .on('assets')
    .columns(['project_id', 'listed_at', 'hash'])
    .execute()
  await db.schema.dropIndex('assets_folder').execute()
  await db.schema
    .createIndex('assets_folder')
    .on('assets')
    .columns(['project_id', 'folder', 'listed_at', 'hash'])
    .execute()
}

/** A version holds its blob, and stays when its asset goes to the trash. */
async function keepVersions(db: Kysely<unknown>, bytes: ReturnType<typeof sql>): Promise<void> {
  await db.schema.alterTable('asset_versions').renameTo('former_versions').execute()
  await db.schema
    .createTable('asset_versions')
    .addColumn('asset_id', 'text', (column) => column.notNull())
    .addColumn('generation', 'integer', (column) => column.notNull())
    .addColumn('project_id', 'text', (column) => column.notNull())
    .addColumn('hash', bytes, (column) => column.notNull())
    .addColumn('original_filename', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('asset_versions_key', ['asset_id', 'generation'])
    .addForeignKeyConstraint('asset_versions_blob', ['project_id', 'hash'], 'blobs', ['project_id', 'hash'])
    .execute()
  // Versions whose bytes were let go of cannot be restored.
  await sql`insert into asset_versions (asset_id, generation, project_id, hash, original_filename, created_at)
    select former.asset_id, former.generation, assets.project_id, former.hash, assets.original_filename, former.created_at
    from former_versions former
    join assets on assets.id = former.asset_id
    join blobs on blobs.project_id = assets.project_id and blobs.hash = former.hash`.execute(db)
  await db.schema.dropTable('former_versions').execute()
  await db.schema
    .createIndex('asset_versions_blob')
    .on('asset_versions')
    .columns(['project_id', 'hash'])
    .execute()
}

async function createTrash(db: Kysely<unknown>, bytes: ReturnType<typeof sql>): Promise<void> {
  await db.schema
    .createTable('trashed_assets')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('project_id', 'text', (column) => column.notNull().references('projects.id'))
    .addColumn('path', bytes, (column) => column.notNull())
    .addColumn('hash', bytes, (column) => column.notNull())
    .addColumn('generation', 'integer', (column) => column.notNull())
    .addColumn('visibility', 'text', (column) => column.notNull())
    .addColumn('original_filename', 'text', (column) => column.notNull())
    .addColumn('alt_text', 'text', (column) => column.notNull())
    .addColumn('tags', 'text', (column) => column.notNull())
    .addColumn('metadata', 'text', (column) => column.notNull())
    .addColumn('focal_x', 'double precision')
    .addColumn('focal_y', 'double precision')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('deleted_at', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema
    .createIndex('trashed_assets_newest')
    .on('trashed_assets')
    .columns(['project_id', 'deleted_at', 'id'])
    .execute()
  await db.schema
    .createIndex('trashed_assets_oldest')
    .on('trashed_assets')
    .columns(['deleted_at', 'id'])
    .execute()
}

/** One row per folder that has an image in it or below it; the root, with the empty path, counts them all. */
async function countFolders(db: Kysely<unknown>, bytes: ReturnType<typeof sql>): Promise<void> {
  await db.schema
    .createTable('folders')
    .addColumn('project_id', 'text', (column) => column.notNull().references('projects.id'))
    .addColumn('path', bytes, (column) => column.notNull())
    .addColumn('parent', bytes)
    .addColumn('name', bytes, (column) => column.notNull())
    .addColumn('images', 'integer', (column) => column.notNull())
    .addColumn('own_images', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('folders_key', ['project_id', 'path'])
    .execute()
  await db.schema
    .createIndex('folders_parent')
    .on('folders')
    .columns(['project_id', 'parent', 'name'])
    .execute()
  const { rows } = await sql<{ project_id: string; folder: string; hash: string }>`
    select distinct project_id, folder, hash from assets`.execute(db)
  for (const [projectId, placed] of Map.groupBy(rows, (row) => row.project_id)) {
    const within = new Map<string, { all: Set<string>; own: Set<string> }>()
    for (const { folder, hash } of placed) {
      const names = folder === '' ? [] : folder.split('/')
      for (let depth = 0; depth <= names.length; depth++) {
        const path = names.slice(0, depth).join('/')
        const counted = within.get(path) ?? { all: new Set(), own: new Set() }
        within.set(path, counted)
        counted.all.add(hash)
        if (depth === names.length) counted.own.add(hash)
      }
    }
    for (const [path, { all, own }] of within) {
      const slash = path.lastIndexOf('/')
      const parent = path === '' ? null : path.slice(0, Math.max(0, slash))
      await sql`insert into folders (project_id, path, parent, name, images, own_images) values (
        ${projectId}, ${path}, ${parent}, ${path.slice(slash + 1)}, ${all.size}, ${own.size})`.execute(db)
    }
  }
}

/**
 * Trigrams, so that a search finds any part of a name. Filled by triggers: whoever writes an asset need not know.
 * Row ids of a table without an integer key may change in a VACUUM, so the index has keys of its own. Of the project
 * the last three characters are indexed, one trigram, so that other projects' images are not walked through; the
 * query still compares the whole id.
 */
async function indexTextOnSqlite(db: Kysely<unknown>): Promise<void> {
  const key = (row: 'old' | 'new') => `(select id from asset_search_keys where asset_id = ${row}.id)`
  const add = `insert into asset_search (rowid, project, words)
    values (${key('new')}, substr(new.project_id, -3), new.search_text);`
  const remove = `delete from asset_search where rowid = ${key('old')};`
  for (const statement of [
    'create table asset_search_keys (id integer primary key, asset_id text not null unique)',
    `create virtual table asset_search
      using fts5 (project, words, content = '', contentless_delete = 1, tokenize = 'trigram')`,
    'insert into asset_search_keys (asset_id) select id from assets order by created_at, id',
    `insert into asset_search (rowid, project, words)
      select keys.id, substr(assets.project_id, -3), assets.search_text
      from asset_search_keys keys join assets on assets.id = keys.asset_id`,
    `create trigger asset_search_insert after insert on assets begin
      insert into asset_search_keys (asset_id) values (new.id); ${add} end`,
    `create trigger asset_search_delete after delete on assets begin
      ${remove} delete from asset_search_keys where asset_id = old.id; end`,
    `create trigger asset_search_update after update of search_text on assets
      when old.search_text <> new.search_text begin ${remove} ${add} end`,
  ]) {
    await sql.raw(statement).execute(db)
  }
}

/** The same through pg_trgm, which the owner of a database may install; without it search reads every row. */
async function indexTextOnPostgres(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`do $$ begin
      create extension if not exists pg_trgm;
      create index assets_search on assets using gin (search_text gin_trgm_ops);
    exception when insufficient_privilege or undefined_file or feature_not_supported then null;
    end $$`)
    .execute(db)
}
