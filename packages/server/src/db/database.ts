/** What the rest of the server may know of the database: typed queries, transactions, an end. */
import type { Kysely, Transaction } from 'kysely'
import type { Schema } from './schema.ts'
import type { Step } from './step.ts'

export type DatabaseKind = 'sqlite' | 'postgres'

/** Runs a query alone or inside a transaction; functions that take one work in both. */
export type Queries = Kysely<Schema>
export type TransactionQueries = Transaction<Schema>

export interface Database {
  readonly kind: DatabaseKind
  readonly queries: Queries
  /**
   * Runs `work` in one transaction: committed when it resolves, rolled back when it throws. Inside, use only the
   * queries handed in: on SQLite any other write waits for this very transaction.
   */
  transaction<T>(work: (queries: TransactionQueries) => Promise<T>): Promise<T>
  /**
   * Runs the steps in order in one transaction. Rolled back when one throws, and with `false` when a statement that must
   * return a row returns none or a file is not there.
   */
  atOnce(steps: readonly Step[]): Promise<boolean>
  /** Waits for running statements; later ones fail. Idempotent. */
  close(): Promise<void>
}

/** Stops the start with a sentence for the operator. */
export class DatabaseStartError extends Error {
  override readonly name = 'DatabaseStartError'
}
