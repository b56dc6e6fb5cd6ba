/** PostgreSQL through pg's pool. Loaded only when `FOVEA_DATABASE_URL` names it. */
import { type Dialect, PostgresDialect } from 'kysely'
import pg from 'pg'

/** SQL types that pg hands out as text because they may pass 2^53; our counts and sums do not. */
const int8 = 20
const numeric = 1700

export function openPostgresPool(connectionString: string): { dialect: Dialect; end(): Promise<void> } {
  const pool = new pg.Pool({
    connectionString,
    max: 10,
    connectionTimeoutMillis: 10_000,
    application_name: 'fovea',
    // Statements that are sent together travel together.
    pipeline: true,
    types: {
      getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
        oid === int8 || oid === numeric
          ? Number
          : pg.types.getTypeParser(oid, format ?? 'text')) as typeof pg.types.getTypeParser,
    },
  })
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => {})
  return {
    dialect: new PostgresDialect({ pool }),
    end: async () => {
      if (!pool.ended) await pool.end()
    },
  }
}
