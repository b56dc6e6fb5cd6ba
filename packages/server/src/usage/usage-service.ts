/**
 * Counts what projects use, and never refuses: the ledger driver of the `unlimited` plan.
 *
 * Counts are kept in memory and written every few seconds, so neither a cache hit nor a render waits for the
 * database. A killed server loses the last seconds of counts, never an image; uploads are counted inside their own
 * transaction and are exact.
 */
import type { DialectName, TransformId } from '@fovea/core'
import { sql } from 'kysely'
import { type Database, Flusher, Tally } from '../db/index.ts'
import type { ProjectId } from '../projects/index.ts'
import type { Reservation, UsageLedger } from './ledger.ts'
import { periodOf } from './period.ts'
import { PresetUses } from './preset-uses.ts'
import { reportUsage, type UsageReport } from './queries.ts'

export interface Counted {
  readonly apiRequests?: number
  readonly bandwidthBytes?: number
}

/** Pending transforms that are written without waiting for the timer. */
const flushAt = 1_000
/** While the database does not answer, transforms beyond this are not counted: memory is worth more. */
const maxPending = 100_000
/** Rows of one insert; three parameters each, far below either engine's limit. */
const rowsPerInsert = 500
/** Transforms remembered as written, so that making a variant again after eviction costs no insert. */
const rememberedTransforms = 20_000

/** Project and month. */
type PeriodKey = `${string} ${string}`

export class UsageService implements UsageLedger {
  readonly #database: Database
  readonly #totals = new Tally<PeriodKey, Required<Counted>>((a, b) => ({
    apiRequests: a.apiRequests + b.apiRequests,
    bandwidthBytes: a.bandwidthBytes + b.bandwidthBytes,
  }))
  readonly #transforms = new Set<string>()
  readonly #presetUses = new PresetUses()
  readonly #written = new Set<string>()
  readonly #flusher: Flusher

  constructor(database: Database) {
    this.#database = database
    this.#flusher = new Flusher(() => this.#write())
  }

  async reserve(projectId: ProjectId, transformId: TransformId): Promise<Reservation> {
    return {
      commit: async () => this.#countTransform(projectId, transformId),
      release: async () => {},
    }
  }

  /** Adds to the current month. */
  add(projectId: ProjectId, { apiRequests = 0, bandwidthBytes = 0 }: Counted): void {
    this.#totals.add(`${projectId} ${periodOf(Date.now()).name}`, { apiRequests, bandwidthBytes })
  }

  /** Counts a variant that was made with a preset. */
  usedPreset(projectId: ProjectId, dialect: DialectName, name: string): void {
    this.#presetUses.add(`${projectId} ${dialect} ${name}`)
  }

  /** What the project has used, counts not yet written included. */
  async report(projectId: ProjectId): Promise<UsageReport> {
    await this.#flusher.flush()
    return reportUsage(this.#database, projectId)
  }

  /** Writes what was counted. */
  close(): Promise<void> {
    return this.#flusher.close()
  }

  #countTransform(projectId: ProjectId, transformId: TransformId): void {
    const row = `${projectId} ${periodOf(Date.now()).name} ${transformId}`
    if (this.#written.has(row) || this.#transforms.size >= maxPending) return
    this.#transforms.add(row)
    if (this.#transforms.size === flushAt) this.#flusher.soon()
  }

  async #write(): Promise<void> {
    await this.#totals.write((key, totals) => this.#writeTotals(key, totals))
    await this.#presetUses.write(this.#database.queries)
    const pending = [...this.#transforms]
    for (let at = 0; at < pending.length; at += rowsPerInsert)
      await this.#writeTransforms(pending.slice(at, at + rowsPerInsert))
  }

  #writeTotals(key: PeriodKey, { apiRequests, bandwidthBytes }: Required<Counted>): Promise<unknown> {
    const [projectId = '', period = ''] = key.split(' ')
    return this.#database.queries
      .insertInto('usage_periods')
      .values({ project_id: projectId, period, api_requests: apiRequests, bandwidth_bytes: bandwidthBytes })
      .onConflict((conflict) =>
        conflict.columns(['project_id', 'period']).doUpdateSet({
          api_requests: sql`usage_periods.api_requests + excluded.api_requests`,
          bandwidth_bytes: sql`usage_periods.bandwidth_bytes + excluded.bandwidth_bytes`,
        }),
      )
      .execute()
  }

  async #writeTransforms(rows: readonly string[]): Promise<void> {
    await this.#database.queries
      .insertInto('transforms')
      .values(
        rows.map((row) => {
          const [projectId = '', period = '', transformId = ''] = row.split(' ')
          return { project_id: projectId, period, transform_id: transformId }
        }),
      )
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    for (const row of rows) {
      this.#transforms.delete(row)
      this.#written.add(row)
      const oldest = this.#written.values().next().value
      if (this.#written.size > rememberedTransforms && oldest !== undefined) this.#written.delete(oldest)
    }
  }
}
