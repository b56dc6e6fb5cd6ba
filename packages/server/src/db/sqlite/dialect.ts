/**
 * Kysely dialect over the SQLite thread.
 *
 * A select outside a transaction takes the read connection at once. Everything else waits for its turn on the write
 * connection, so a transaction that spans several messages is never mixed with foreign statements.
 */
import {
  type CompiledQuery,
  type DatabaseConnection,
  type DatabaseIntrospector,
  type Dialect,
  type DialectAdapter,
  type Driver,
  type Kysely,
  type QueryCompiler,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import type { SqliteThread } from './thread.ts'

export class ThreadedSqliteDialect implements Dialect {
  readonly #thread: SqliteThread

  constructor(thread: SqliteThread) {
    this.#thread = thread
  }

  createAdapter(): DialectAdapter {
    return new ThreadedAdapter()
  }

  createDriver(): Driver {
    return new ThreadedDriver(this.#thread)
  }

  createIntrospector(db: Kysely<unknown>): DatabaseIntrospector {
    return new SqliteIntrospector(db)
  }

  createQueryCompiler(): QueryCompiler {
    return new SqliteQueryCompiler()
  }
}

class ThreadedAdapter extends SqliteAdapter {
  /** Else Kysely lets nobody read while a transaction is open; turns are taken in the thread's client instead. */
  override get supportsMultipleConnections(): boolean {
    return true
  }

  /** SQLite can create tables in a transaction; `begin immediate` then is the lock between two starting processes. */
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

class ThreadedDriver implements Driver {
  readonly #thread: SqliteThread

  constructor(thread: SqliteThread) {
    this.#thread = thread
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return new ThreadedConnection(this.#thread)
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await (connection as ThreadedConnection).begin()
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await (connection as ThreadedConnection).end('commit')
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await (connection as ThreadedConnection).end('rollback')
  }

  async releaseConnection(): Promise<void> {}

  async destroy(): Promise<void> {
    await this.#thread.close()
  }
}

class ThreadedConnection implements DatabaseConnection {
  readonly #thread: SqliteThread
  #leave: (() => void) | undefined

  constructor(thread: SqliteThread) {
    this.#thread = thread
  }

  async begin(): Promise<void> {
    const leave = await this.#thread.takeTurn()
    try {
      await this.#thread.execute('write', 'begin immediate', [])
    } catch (error) {
      leave()
      throw error
    }
    this.#leave = leave
  }

  async end(how: 'commit' | 'rollback'): Promise<void> {
    const leave = this.#leave
    try {
      await this.#thread.execute('write', how, [])
    } catch (error) {
      // A refused commit (disk full) leaves the transaction open: Kysely rolls back next, still on this turn.
      if (how === 'commit') throw error
    }
    this.#leave = undefined
    leave?.()
  }

  async executeQuery<R>({ query, sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    if (this.#leave !== undefined) return this.#result(await this.#thread.execute('write', sql, parameters))
    if (query.kind === 'SelectQueryNode')
      return this.#result(await this.#thread.execute('read', sql, parameters))
    const leave = await this.#thread.takeTurn()
    try {
      return this.#result(await this.#thread.execute('write', sql, parameters))
    } finally {
      leave()
    }
  }

  /** The thread answers whole results; they are handed on in one piece. */
  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    yield await this.executeQuery<R>(query)
  }

  #result<R>(result: {
    readonly rows: readonly unknown[]
    readonly changes?: number | undefined
  }): QueryResult<R> {
    return {
      rows: result.rows as R[],
      ...(result.changes === undefined ? {} : { numAffectedRows: BigInt(result.changes) }),
    }
  }
}
