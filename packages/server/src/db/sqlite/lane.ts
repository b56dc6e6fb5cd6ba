/** One SQLite connection inside the thread. */
import type { Database, Statement } from 'better-sqlite3'

const preparedLimit = 256

/** One connection with its prepared statements, the least recently used dropped. */
export class Lane {
  readonly database: Database
  readonly #prepared = new Map<string, Statement<unknown[]>>()

  constructor(database: Database) {
    this.database = database
  }

  execute(sql: string, parameters: readonly unknown[]) {
    const statement = this.#prepare(sql)
    const bound = parameters.map(bindable)
    if (statement.reader) return { rows: statement.all(...bound).map(plainRow) }
    return { rows: [], changes: statement.run(...bound).changes }
  }

  #prepare(sql: string): Statement<unknown[]> {
    const known = this.#prepared.get(sql)
    if (known !== undefined) {
      this.#prepared.delete(sql)
      this.#prepared.set(sql, known)
      return known
    }
    const statement = this.database.prepare<unknown[]>(sql)
    this.#prepared.set(sql, statement)
    const oldest = this.#prepared.keys().next().value
    if (this.#prepared.size > preparedLimit && oldest !== undefined) this.#prepared.delete(oldest)
    return statement
  }
}

/** better-sqlite3 binds integral numbers beyond 32 bits as REAL; a bigint keeps them integers in any expression. */
function bindable(value: unknown): unknown {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value)
  return value
}

function plainRow(row: unknown): Record<string, unknown> {
  const plain = row as Record<string, unknown>
  for (const column in plain) {
    const value = plain[column]
    if (typeof value === 'bigint' && value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER) {
      plain[column] = Number(value)
    }
  }
  return plain
}
