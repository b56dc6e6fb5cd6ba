import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openTestDatabase, type TestDatabase, testKinds } from '../db/databases.test-harness.ts'
import { MasterKey } from '../keys/index.ts'
import { newId, type ProjectId } from '../projects/index.ts'
import type { ClaimedJob, JobId } from './job.ts'
import { JobQueue } from './job-queue.ts'
import { leaseMs } from './lease.ts'

describe.each(testKinds)('the queue on $kind', ({ kind, skip }) => {
  describe.skipIf(skip !== undefined)(skip ?? 'jobs', () => {
    let test: TestDatabase
    let queue: JobQueue
    let now: number
    const projectId = newId<ProjectId>()
    const masterKey = new MasterKey('a test master key of more than 32 characters')

    beforeEach(async () => {
      now = 1_000_000
      test = await openTestDatabase(kind)
      queue = new JobQueue({ database: test.database, masterKey, now: () => now })
      const owner = newId()
      const { queries } = test.database
      await queries
        .insertInto('users')
        .values({ id: owner, email: 'a@b.test', created_at: 0 } as never)
        .execute()
      await queries
        .insertInto('projects')
        .values({
          id: projectId,
          slug: 'demo',
          name: 'Demo',
          owner_id: owner,
          plan: 'unlimited',
          generation: 1,
          settings: '{}',
          created_at: 0,
          updated_at: 0,
        } as never)
        .execute()
    })
    afterEach(() => test.close())

    const add = (id: string, payload = 'a secret') =>
      queue.add({ id: id as JobId, projectId, kind: 'iteration-layer', payload })
    const claim = (of = queue) => of.claim(['iteration-layer'])
    const claimed = async (): Promise<ClaimedJob> => {
      const job = await claim()
      if (job === undefined) throw new Error('nothing is due')
      return job
    }

    it('hands out the oldest, once, as it was put in', async () => {
      await add('1')
      now++
      await add('2')
      expect(await claimed()).toMatchObject({
        id: '1',
        kind: 'iteration-layer',
        projectId,
        payload: 'a secret',
        attempt: 1,
      })
      expect(await claimed()).toMatchObject({ id: '2' })
      expect(await claim()).toBeUndefined()
      const rows = await test.database.queries.selectFrom('jobs').select('payload').execute()
      expect(JSON.stringify(rows)).not.toContain('secret')
    })

    it('hands out the kinds that are asked for', async () => {
      await add('1')
      await queue.add({ id: '2' as JobId, projectId, kind: 'webhook', payload: '' })
      expect(await queue.claim(['webhook'])).toMatchObject({ id: '2', kind: 'webhook' })
      expect(await queue.claim(['webhook'])).toBeUndefined()
      expect(await queue.countOpen(projectId, 'iteration-layer')).toBe(1)
    })

    it('adds a job with the transaction it is part of, or not at all', async () => {
      const job = { id: '1' as JobId, projectId, kind: 'webhook', payload: '' } as const
      const undone = test.database.transaction(async (queries) => {
        await queue.addWithin(queries, job)
        throw new Error('undone')
      })
      await expect(undone).rejects.toThrow('undone')
      expect(await queue.countOpen(projectId, 'webhook')).toBe(0)
      await test.database.transaction((queries) => queue.addWithin(queries, job))
      expect(await queue.countOpen(projectId, 'webhook')).toBe(1)
    })

    it('hands nothing out twice to two who ask at once', async () => {
      for (let at = 0; at < 10; at++) await add(`${at}`)
      const other = new JobQueue({ database: await test.open(), masterKey, now: () => now })
      const jobs = await Promise.all(Array.from({ length: 24 }, (_, at) => claim(at % 2 ? queue : other)))
      const ids = jobs.filter((job) => job !== undefined).map(({ id }) => id)
      expect(new Set(ids).size).toBe(ids.length)
      for (let job = await claim(); job !== undefined; job = await claim()) ids.push(job.id)
      expect(ids.sort()).toEqual(Array.from({ length: 10 }, (_, at) => `${at}`))
    })

    it('gives a job to another when its lease has ended, and the first one loses it', async () => {
      await add('1')
      const first = await claimed()
      now += leaseMs - 1
      expect(await queue.renew(first)).toBe(true)
      now += leaseMs - 1
      expect(await claim()).toBeUndefined()
      now++
      const second = await claimed()
      expect(second.attempt).toBe(2)
      expect(await queue.renew(first)).toBe(false)
      expect(await queue.settle(first, { kind: 'done' })).toBe(false)
      expect(await queue.settle(second, { kind: 'done' })).toBe(true)
      expect(await queue.countOpen(projectId, 'iteration-layer')).toBe(0)
    })

    it('repeats later, goes on with the next part, and ends', async () => {
      await add('1')
      await queue.settle(await claimed(), { kind: 'later', inMs: 500, error: 'busy' })
      now += 499
      expect(await claim()).toBeUndefined()
      now++
      const again = await claimed()
      expect(again.attempt).toBe(2)
      await queue.settle(again, { kind: 'next', payload: 'part two' })
      const second = await claimed()
      expect(second).toMatchObject({ payload: 'part two', attempt: 1 })
      await queue.settle(second, { kind: 'failed', error: 'no' })
      now += 1e9
      expect(await claim()).toBeUndefined()
      await queue.forget(now)
      const rows = await test.database.queries.selectFrom('jobs').select('id').execute()
      expect(rows).toEqual([])
    })

    it('gives back at once what a dead process held, and not what a living one holds', async () => {
      await add('1')
      await claimed()
      await queue.reclaim()
      expect(await claim()).toBeUndefined()
      const { queries } = test.database
      const { owner } = await queries.selectFrom('jobs').select('owner').executeTakeFirstOrThrow()
      const dead = owner?.replace(/-\d+-/, '-999999999-') ?? ''
      await queries.updateTable('jobs').set({ owner: dead }).execute()
      await queue.reclaim()
      expect(await claimed()).toMatchObject({ id: '1', attempt: 2 })
    })
  })
})
