/**
 * Counts tries in the database, so that guessing is slow however many processes answer.
 *
 * What is counted (an address, an e-mail, both together) is kept as an HMAC only. An e-mail is counted whether an
 * account has it or not: being refused says nothing about it.
 */
import { createHmac } from 'node:crypto'
import { sql } from 'kysely'
import type { Database } from '../db/index.ts'
import type { MasterKey } from '../keys/index.ts'

export interface Attempt {
  /** What is tried, and by whom. */
  readonly name: string
  readonly limit: number
  readonly windowSeconds: number
}

export class Attempts {
  readonly #database: Database
  readonly #secret: string
  #sinceSweep = 0

  constructor(database: Database, masterKey: MasterKey) {
    this.#database = database
    this.#secret = masterKey.secretFor('attempts')
  }

  /** Counts one try of each; seconds to wait when one of them was tried too often, else `undefined`. */
  async take(attempts: readonly Attempt[], now = Date.now()): Promise<number | undefined> {
    if (attempts.length === 0) return undefined
    const limits = new Map(attempts.map((each) => [this.#key(each.name), each]))
    const rows = await this.#database.queries
      .insertInto('attempts')
      .values(
        [...limits].map(([key, { windowSeconds }]) => ({
          key,
          used: 1,
          ends_at: now + windowSeconds * 1000,
        })),
      )
      .onConflict((conflict) =>
        conflict.column('key').doUpdateSet({
          used: sql`case when attempts.ends_at <= ${now} then 1 else attempts.used + 1 end`,
          ends_at: sql`case when attempts.ends_at <= ${now} then excluded.ends_at else attempts.ends_at end`,
        }),
      )
      .returning(['key', 'used', 'ends_at'])
      .execute()
    if (++this.#sinceSweep >= sweepEvery) await this.#sweep(now)
    const waits = rows
      .filter(({ key, used }) => used > (limits.get(key)?.limit ?? 0))
      .map(({ ends_at }) => Math.max(1, Math.ceil((ends_at - now) / 1000)))
    return waits.length === 0 ? undefined : Math.max(...waits)
  }

  /** It went well: the tries before it no longer count. */
  async forget(names: readonly string[]): Promise<void> {
    const keys = names.map((name) => this.#key(name))
    await this.#database.queries.deleteFrom('attempts').where('key', 'in', keys).execute()
  }

  async #sweep(now: number): Promise<void> {
    this.#sinceSweep = 0
    await this.#database.queries.deleteFrom('attempts').where('ends_at', '<=', now).execute()
  }

  #key(name: string): string {
    return createHmac('sha256', this.#secret).update(name).digest('base64url')
  }
}

/** Counted tries between two removals of windows that are over. */
const sweepEvery = 200
