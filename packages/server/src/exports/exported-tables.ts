/**
 * What an export tells of a project: every table with its rows, but for columns that are secrets, or of no use elsewhere.
 * A test compares both lists with the database: a new table must be in one of them.
 */
export interface ExportedTable {
  readonly name: string
  /** Columns that order the rows, unique together. */
  readonly key: readonly string[]
  /** Columns that stay here: hashes of secrets, and what is sealed. */
  readonly without?: readonly string[]
  /** Columns that hold JSON. */
  readonly json?: readonly string[]
  /** Rows of the project, where no column names it. */
  readonly parent?: { readonly table: string; readonly column: string }
}

export const exportedTables: readonly ExportedTable[] = [
  { name: 'assets', key: ['id'], without: ['search_text', 'stem'], json: ['tags', 'metadata'] },
  { name: 'asset_versions', key: ['asset_id', 'generation'] },
  { name: 'trashed_assets', key: ['id'], json: ['tags', 'metadata'] },
  { name: 'blobs', key: ['hash'], json: ['facts'] },
  { name: 'image_facts', key: ['hash'], json: ['facts'] },
  { name: 'image_sightings', key: ['hash'], json: ['seen'] },
  { name: 'presets', key: ['id'], json: ['params'] },
  {
    name: 'preset_versions',
    key: ['preset_id', 'version'],
    json: ['params'],
    parent: { table: 'presets', column: 'preset_id' },
  },
  { name: 'origins', key: ['id'], without: ['sealed'], json: ['settings'] },
  { name: 'domains', key: ['host'] },
  { name: 'former_slugs', key: ['slug'] },
  { name: 'api_keys', key: ['id'], without: ['hash'] },
  { name: 'access_links', key: ['id'], without: ['token_hash'] },
  { name: 'webhooks', key: ['id'], without: ['sealed'], json: ['events'] },
  { name: 'webhook_deliveries', key: ['id'], without: ['job_id'] },
  { name: 'batches', key: ['id'], without: ['request'] },
  {
    name: 'batch_items',
    key: ['batch_id', 'position'],
    without: ['source', 'owner', 'lease'],
    parent: { table: 'batches', column: 'batch_id' },
  },
  {
    name: 'batch_results',
    key: ['batch_id', 'position', 'output'],
    parent: { table: 'batches', column: 'batch_id' },
  },
  { name: 'usage_periods', key: ['period'] },
  { name: 'transforms', key: ['period', 'transform_id'] },
  { name: 'audit_events', key: ['id'], json: ['target'] },
]

/** Tables of a project that an export leaves out, and why. */
export const leftOut: Readonly<Record<string, string>> = {
  signing_secrets: 'secrets',
  signed_urls: 'addresses that sign, made anew when they are asked for',
  idempotency_keys: 'answers that are kept for a day, sealed',
  pending_uploads: 'uploads that have not come',
  folders: 'counts over assets',
  jobs: 'work in progress, sealed',
  exports: 'exports themselves',
  asset_search: 'an index over assets',
  blob_removals: 'originals that are gone, known for a day',
}
