/** The archives of batches, in the installation's storage: durable, and reachable from every process that works. */
import type { Database } from '../db/index.ts'
import { flushFile, type StorageDriver } from '../storage/index.ts'
import type { BatchId } from './batch.ts'

/** Archives are put before their batch is added; younger ones may still be waiting for it, ms. */
const settledMs = 60 * 60 * 1000

export class BatchFiles {
  readonly #driver: StorageDriver
  readonly #database: Database

  constructor(driver: StorageDriver, database: Database) {
    this.#driver = driver
    this.#database = database
  }

  /** Durable when it resolves. */
  async put(id: BatchId, path: string): Promise<void> {
    await flushFile(path)
    await this.#driver.put(keyOf(id), { path })
  }

  /** Bytes of the archive, both ends included. @throws Error when it is not there */
  async read(id: BatchId, start: number, end: number): Promise<ReadableStream<Uint8Array>> {
    const found = await this.#driver.get(keyOf(id), { range: { start, end } })
    if (found === undefined) throw new Error(`The archive of batch ${id} is not there`)
    return found.body
  }

  async remove(id: BatchId): Promise<void> {
    await this.#driver.delete([keyOf(id)])
  }

  /** Removes the archive of a batch that has nothing left to try again. */
  async removeSpent(id: BatchId): Promise<void> {
    const { numUpdatedRows } = await this.#database.queries
      .updateTable('batches')
      .set({ archive_bytes: 0 })
      .where('id', '=', id)
      .where('state', '=', 'completed')
      .where('archive_bytes', '>', 0)
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('batch_items')
              .select('position')
              .where('batch_id', '=', id)
              .where('batch_items.state', '!=', 'done'),
          ),
        ),
      )
      .executeTakeFirstOrThrow()
    if (numUpdatedRows > 0n) await this.remove(id)
  }

  /** Removes archives that no batch refers to. */
  async sweep(signal: AbortSignal): Promise<number> {
    let removed = 0
    let cursor: string | undefined
    do {
      signal.throwIfAborted()
      const page = await this.#driver.list('batches/', {
        limit: 200,
        ...(cursor === undefined ? {} : { cursor }),
      })
      cursor = page.cursor
      const old = page.objects.filter(({ modifiedAt }) => modifiedAt < Date.now() - settledMs)
      const kept = await this.#keptAmong(old.map(({ key }) => key))
      const left = old.filter(({ key }) => !kept.has(key))
      await this.#driver.delete(left.map(({ key }) => key))
      removed += left.length
    } while (cursor !== undefined)
    return removed
  }

  async #keptAmong(keys: readonly string[]): Promise<ReadonlySet<string>> {
    if (keys.length === 0) return new Set()
    const rows = await this.#database.queries
      .selectFrom('batches')
      .select('id')
      .where('id', 'in', keys.map(idOf))
      .where('archive_bytes', '>', 0)
      .execute()
    return new Set(rows.map(({ id }) => keyOf(id as BatchId)))
  }
}

function keyOf(id: BatchId): string {
  return `batches/${id}`
}

function idOf(key: string): string {
  return key.slice('batches/'.length)
}
