/**
 * A transaction that begins with its first write.
 *
 * better-auth opens one around all of a sign-up, the hashing of the password included. On SQLite every other writer of
 * the server would wait for that hash; begun with the first insert, the transaction holds the inserts alone.
 */
import type { ControlledTransaction, Kysely } from 'kysely'

/** What statements run on: the database, or a transaction. */
export interface Connection<Tables> {
  reading(): Promise<Kysely<Tables>>
  writing(): Promise<Kysely<Tables>>
}

export class LateTransaction<Tables> implements Connection<Tables> {
  readonly #database: Kysely<Tables>
  #begun: Promise<ControlledTransaction<Tables>> | undefined

  constructor(database: Kysely<Tables>) {
    this.#database = database
  }

  /** Sees what was written in it. */
  async reading(): Promise<Kysely<Tables>> {
    return this.#begun ?? this.#database
  }

  writing(): Promise<Kysely<Tables>> {
    this.#begun ??= this.#database.startTransaction().execute()
    return this.#begun
  }

  async commit(): Promise<void> {
    await (await this.#begun)?.commit().execute()
  }

  /** Does nothing after a commit that failed: the database has let go of it already. */
  async rollback(): Promise<void> {
    const begun = await this.#begun
    if (begun !== undefined && !begun.isCommitted && !begun.isRolledBack) await begun.rollback().execute()
  }
}
