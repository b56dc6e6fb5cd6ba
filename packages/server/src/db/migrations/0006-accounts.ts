/**
 * People who sign in: what is known of them, how they prove themselves, their sessions and second factors.
 *
 * The tables are those that better-auth asks for, with our names and portable types (see accounts/auth-adapter.ts).
 * Whoever was there before is an owner of a first start: verified, with the password that the row held.
 */
import { type Kysely, sql } from 'kysely'
import type { MigrationStep } from './migration-step.ts'

export const accounts: MigrationStep = async (db) => {
  await db.schema
    .createTable('logins')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('user_id', 'text', (column) => column.notNull().references('users.id').onDelete('cascade'))
    .addColumn('provider_id', 'text', (column) => column.notNull())
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('password', 'text')
    .addColumn('access_token', 'text')
    .addColumn('refresh_token', 'text')
    .addColumn('id_token', 'text')
    .addColumn('access_token_expires_at', 'bigint')
    .addColumn('refresh_token_expires_at', 'bigint')
    .addColumn('scope', 'text')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addUniqueConstraint('logins_provider', ['provider_id', 'account_id'])
    .execute()
  await db.schema.createIndex('logins_user').on('logins').column('user_id').execute()
  await sql`insert into logins (id, user_id, provider_id, account_id, password, created_at, updated_at)
    select id, id, 'credential', id, password_hash, created_at, created_at from users`.execute(db)

  await widenUsers(db)
  await createSessionTables(db)
}

async function widenUsers(db: Kysely<unknown>): Promise<void> {
  const users = db.schema.alterTable('users')
  await users.addColumn('name', 'text', (column) => column.notNull().defaultTo('')).execute()
  await users.addColumn('image', 'text').execute()
  await users.addColumn('email_verified', 'integer', (column) => column.notNull().defaultTo(0)).execute()
  await users.addColumn('two_factor_enabled', 'integer', (column) => column.notNull().defaultTo(0)).execute()
  await users.addColumn('terms_version', 'text').execute()
  await users.addColumn('terms_accepted_at', 'bigint').execute()
  await users.addColumn('updated_at', 'bigint', (column) => column.notNull().defaultTo(0)).execute()
  await sql`update users set email_verified = 1, updated_at = created_at, name = email`.execute(db)
  await users.dropColumn('password_hash').execute()
}

async function createSessionTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('sessions')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('user_id', 'text', (column) => column.notNull().references('users.id').onDelete('cascade'))
    .addColumn('token', 'text', (column) => column.notNull().unique())
    .addColumn('ip_address', 'text')
    .addColumn('user_agent', 'text')
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema.createIndex('sessions_user').on('sessions').column('user_id').execute()

  await db.schema
    .createTable('verifications')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('identifier', 'text', (column) => column.notNull())
    .addColumn('value', 'text', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema.createIndex('verifications_identifier').on('verifications').column('identifier').execute()

  await db.schema
    .createTable('second_factors')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('user_id', 'text', (column) => column.notNull().references('users.id').onDelete('cascade'))
    .addColumn('secret', 'text', (column) => column.notNull())
    .addColumn('backup_codes', 'text', (column) => column.notNull())
    .addColumn('verified', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('failed_verification_count', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('locked_until', 'bigint')
    .execute()
  await db.schema.createIndex('second_factors_user').on('second_factors').column('user_id').execute()

  await db.schema
    .createTable('attempts')
    .addColumn('key', 'text', (column) => column.primaryKey())
    .addColumn('used', 'integer', (column) => column.notNull())
    .addColumn('ends_at', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema.createIndex('attempts_end').on('attempts').column('ends_at').execute()
}
