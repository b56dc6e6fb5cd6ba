import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { openTestDatabase } from '../db/databases.test-harness.ts'

const program = fileURLToPath(new URL('sign-up.test-harness.ts', import.meta.url))

it('a sign-up that is killed between its rows leaves nothing, and can be repeated', async () => {
  const test = await openTestDatabase('sqlite')
  const { queries } = test.database
  const signUp = (...deadly: string[]) => {
    const child = spawnSync(process.execPath, [program, test.dataDir, 'new@example.test', ...deadly])
    return child.signal ?? child.status
  }
  expect(signUp('logins')).toBe('SIGKILL')
  expect(await queries.selectFrom('users').select('id').execute()).toEqual([])
  expect(signUp()).toBe(0)
  const people = await queries
    .selectFrom('users')
    .innerJoin('logins', 'logins.user_id', 'users.id')
    .select(['users.email', 'logins.provider_id'])
    .execute()
  expect(people).toEqual([{ email: 'new@example.test', provider_id: 'credential' }])
  await test.close()
})
