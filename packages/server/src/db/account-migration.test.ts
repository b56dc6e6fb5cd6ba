/** The owner of a database from before people had accounts. */
import { type Kysely, sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { openTestDatabase, testKinds } from './databases.test-harness.ts'
import { accounts } from './migrations/0006-accounts.ts'

const newTables = ['attempts', 'second_factors', 'verifications', 'sessions', 'logins']
const newColumns = [
  'name',
  'image',
  'email_verified',
  'two_factor_enabled',
  'terms_version',
  'terms_accepted_at',
  'updated_at',
]

describe.each(testKinds)('the migration of accounts on $kind', ({ kind, skip }) => {
  it.skipIf(skip !== undefined)('keeps the owner, verified, with the password as it was', async () => {
    const test = await openTestDatabase(kind)
    try {
      const { queries } = test.database
      const run = (statement: string) => sql.raw(statement).execute(queries)
      for (const table of newTables) await run(`drop table ${table}`)
      for (const column of newColumns) await run(`alter table users drop column ${column}`)
      await run(`alter table users add column password_hash text not null default ''`)
      await run(
        `insert into users (id, email, password_hash, created_at) values ('u', 'a@b.test', 'hash', 5)`,
      )

      await accounts(queries as unknown as Kysely<unknown>, kind)

      expect(await queries.selectFrom('users').selectAll().executeTakeFirst()).toMatchObject({
        id: 'u',
        email: 'a@b.test',
        name: 'a@b.test',
        image: null,
        email_verified: 1,
        two_factor_enabled: 0,
        terms_version: null,
        terms_accepted_at: null,
        created_at: 5,
        updated_at: 5,
      })
      const login = await queries.selectFrom('logins').selectAll().executeTakeFirst()
      expect(login).toMatchObject({
        user_id: 'u',
        provider_id: 'credential',
        account_id: 'u',
        password: 'hash',
      })
    } finally {
      await test.close()
    }
  })
})
