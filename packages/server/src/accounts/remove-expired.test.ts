import { describe, expect, it } from 'vitest'
import { openTestDatabase, testKinds } from '../db/databases.test-harness.ts'
import { removeExpired } from './remove-expired.ts'

describe.each(testKinds.filter(({ skip }) => skip === undefined))('what has run out on $kind', ({ kind }) => {
  it('goes, and what is still good stays', async () => {
    const test = await openTestDatabase(kind)
    try {
      const { queries } = test.database
      const now = 1_000_000
      const times = { created_at: 1, updated_at: 1 }
      await queries.insertInto('users').values({ id: 'u', email: 'a@b.test', created_at: 1 }).execute()
      await queries
        .insertInto('teams')
        .values({ id: 't', name: 'T', ...times })
        .execute()
      for (const [name, at] of [
        ['old', now],
        ['good', now + 1],
      ] as const) {
        const row = { id: name, expires_at: at, created_at: 1 }
        await queries
          .insertInto('sessions')
          .values({ ...row, updated_at: 1, user_id: 'u', token: name })
          .execute()
        await queries
          .insertInto('verifications')
          .values({ ...row, updated_at: 1, identifier: name, value: '' })
          .execute()
        await queries
          .insertInto('invitations')
          .values({ ...row, team_id: 't', email: name, role: 'viewer', token_hash: name })
          .execute()
        await queries.insertInto('attempts').values({ key: name, used: 1, ends_at: at }).execute()
      }
      expect(await removeExpired(test.database, now)).toBe(4)
      for (const table of ['sessions', 'verifications', 'invitations'] as const) {
        expect(await queries.selectFrom(table).select('id').execute(), table).toEqual([{ id: 'good' }])
      }
      expect(await queries.selectFrom('attempts').select('key').execute()).toEqual([{ key: 'good' }])
    } finally {
      await test.close()
    }
  })
})
