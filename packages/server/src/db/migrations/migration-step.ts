import type { Kysely } from 'kysely'
import type { DatabaseKind } from '../database.ts'

/** Written against Kysely's schema builder; `kind` is for the few spellings the engines do not share. */
export type MigrationStep = (db: Kysely<unknown>, kind: DatabaseKind) => Promise<void>
