import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestDatabase, type TestDatabase, testKinds } from '../db/databases.test-harness.ts'
import { MasterKey } from '../keys/index.ts'
import { attemptsOf, forgivenBy } from './attempt-rules.ts'
import { Attempts } from './attempts.ts'

const masterKey = new MasterKey('a test master key of more than 32 characters')

describe.each(testKinds.filter(({ skip }) => skip === undefined))('attempts on $kind', ({ kind }) => {
  let test: TestDatabase
  let attempts: Attempts

  beforeAll(async () => {
    test = await openTestDatabase(kind)
    attempts = new Attempts(test.database, masterKey)
  })

  afterAll(() => test.close())

  const door = (name: string, limit = 3) => [{ name, limit, windowSeconds: 60 }]

  it('refuses the one too many with the seconds to wait, and begins anew when the window is over', async () => {
    const start = 1_000_000
    const waits: (number | undefined)[] = []
    for (let second = 0; second < 5; second++)
      waits.push(await attempts.take(door('a'), start + second * 1000))
    expect(waits).toEqual([undefined, undefined, undefined, 57, 56])
    expect(await attempts.take(door('a'), start + 60_000)).toBeUndefined()
  })

  it('counts tries that come together, and those of other processes', async () => {
    const other = new Attempts(await test.open(), masterKey)
    const waits = await Promise.all(
      Array.from({ length: 20 }, (_, index) => (index % 2 ? attempts : other).take(door('b'))),
    )
    expect(waits.filter((wait) => wait === undefined)).toHaveLength(3)
  })

  it('names the longest wait of several', async () => {
    const both = [...door('c', 0), { name: 'd', limit: 0, windowSeconds: 600 }]
    expect(await attempts.take(both)).toBe(600)
  })

  it('forgets what it is told to', async () => {
    for (let tried = 0; tried < 3; tried++) await attempts.take(door('e'))
    await attempts.forget(['e'])
    expect(await attempts.take(door('e'))).toBeUndefined()
  })
})

describe('the rules', () => {
  const tried = { path: '/sign-in/email', address: '192.0.2.1', email: 'a@b.test' }

  it('count a sign-in by address, by e-mail and by both; only the address is not forgiven', () => {
    const names = attemptsOf(tried).map(({ name }) => name)
    expect(names).toHaveLength(3)
    expect(names.filter((name) => !forgivenBy(tried).includes(name))).toEqual([
      '/sign-in/email address 192.0.2.1',
    ])
  })

  it('let nobody lock a person out from one address', () => {
    const pair = attemptsOf(tried).find(({ name }) => name.includes('email and address'))?.limit ?? 0
    const account = attemptsOf(tried).find(({ name }) => name.includes(' email a@b'))?.limit ?? 0
    expect(pair).toBeLessThan(account)
  })

  it.each([
    ['2001:db8:1:2::1', '2001:0DB8:1:2:ffff:ffff:ffff:ffff', true],
    ['2001:db8::1', '2001:db8:0:0:1::', true],
    ['2001:db8:1:2::1', '2001:db8:1:3::1', false],
    ['::ffff:192.0.2.1', '192.0.2.1', true],
    ['::ffff:192.0.2.1', '::ffff:192.0.2.2', false],
    ['192.0.2.1', '192.0.2.2', false],
  ])('take %s and %s for one person: %s', (a, b, isOne) => {
    const [one, other] = [a, b].map((address) => attemptsOf({ ...tried, address }))
    expect(JSON.stringify(one) === JSON.stringify(other)).toBe(isOne)
  })

  it('count guesses in a session wherever they come from', () => {
    const names = (address: string) =>
      attemptsOf({ path: '/change-password', address, email: undefined, session: 'a token' }).map(
        ({ name }) => name,
      )
    const shared = names('192.0.2.1').filter((name) => names('192.0.2.2').includes(name))
    expect(shared).toEqual(['/change-password session a token'])
  })

  it('count nothing that is only read', () => {
    expect(attemptsOf({ ...tried, path: '/get-session' })).toEqual([])
  })
})
