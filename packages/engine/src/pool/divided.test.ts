import { expect, it } from 'vitest'
import { dividePool } from './divided.ts'
import { job, outcome, testPool } from './harness.fixture.ts'

it('has children for what needs models before somebody asks, where they are to be warm', async () => {
  const models = testPool()
  const pool = dividePool(testPool(), () => models, true)
  await pool.warm()
  expect([models.status().workers.length, pool.status().workers.length]).toEqual([1, 2])
  await pool.close()
})

it('what needs models runs elsewhere, in children that start with it and are counted with the others', async () => {
  const plain = testPool()
  let started = 0
  const pool = dividePool(plain, () => {
    started++
    return testPool()
  })
  await expect(outcome(pool, job('answer:1'))).resolves.toBe('done')
  expect([started, pool.status().workers.length]).toEqual([0, 1])
  const looking = job('answer:1')
  const cost = { ...looking.cost, needsModels: true }
  // The plain child is busy for as long as it takes, and nobody who wants models waits behind it.
  const abort = new AbortController()
  const busy = outcome(pool, job('sleep:60000'), { signal: abort.signal, abortKills: true })
  await expect(outcome(pool, { ...looking, cost })).resolves.toBe('done')
  await expect(outcome(pool, { ...looking, cost })).resolves.toBe('done')
  expect(plain.status().running).toBe(1)
  expect([started, pool.status().counters.answered]).toEqual([1, 3])
  abort.abort()
  await expect(busy).resolves.toBe('request/client-closed')
  await pool.drain()
  await pool.close()
  expect(pool.status().workers).toEqual([])
})
