/** Queueing, admission, aborts, replacement and the end of a pool, with real children. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { isAlive, job, outcome, testPool, until } from './harness.fixture.ts'

describe('an abort', () => {
  it('while the job waits takes it out: no work is done', async () => {
    const pool = testPool()
    const blocker = outcome(pool, job('sleep:300'))
    let starts = 0
    const aborts = Array.from({ length: 5 }, () => new AbortController())
    const waiting = aborts.map(({ signal }) =>
      outcome(pool, job('answer:1'), { signal, onStart: () => starts++ }),
    )
    expect(pool.status().queued.fast).toBeGreaterThanOrEqual(5)
    for (const abort of aborts) abort.abort()
    await expect(Promise.all(waiting)).resolves.toEqual(Array(5).fill('request/client-closed'))
    expect(pool.status().queued.fast).toBeLessThanOrEqual(1)
    await expect(blocker).resolves.toBe('done')
    expect(starts).toBe(0)
    expect(pool.status().counters).toMatchObject({ aborted: 5, answered: 1 })
  })

  it('while the job runs drops its result and leaves the child alone', async () => {
    const pool = testPool()
    await pool.warm()
    const [before] = pool.status().workers
    const abort = new AbortController()
    const dropped = outcome(pool, job('sleep:200'), { signal: abort.signal, onStart: () => abort.abort() })
    await expect(dropped).resolves.toBe('request/client-closed')
    await expect(outcome(pool, job('answer:1'))).resolves.toBe('done')
    expect(pool.status().workers[0]?.pid).toBe(before?.pid)
    expect(pool.status().counters).toMatchObject({ answered: 2, crashed: 0 })
  })

  it('ends the child when the caller says that nobody can use its work', async () => {
    const pool = testPool()
    const abort = new AbortController()
    const options = { signal: abort.signal, abortKills: true, onStart: () => abort.abort() }
    await expect(outcome(pool, job('spin'), options)).resolves.toBe('request/client-closed')
    await expect(outcome(pool, job('answer:1'))).resolves.toBe('done')
    expect(pool.status().counters).toMatchObject({ crashed: 0, quarantined: 0, timedOut: 0 })
  })

  it('that came before the call is answered without queueing', async () => {
    const pool = testPool()
    await expect(outcome(pool, job('answer:1'), { signal: AbortSignal.abort() })).resolves.toBe(
      'request/client-closed',
    )
    expect(pool.status().workers).toEqual([])
  })
})

describe('a full queue', () => {
  it('refuses at once with a time to come back', async () => {
    const pool = testPool({ maxQueued: 2 })
    await pool.warm()
    const accepted = Array.from({ length: 3 }, () => outcome(pool, job('sleep:200')))
    const refusal = await pool.run(job('answer:1')).catch((error: unknown) => error)
    expect(pool.status().counters.answered).toBe(0)
    expect(refusal).toMatchObject({ code: 'capacity/exhausted', status: 503 })
    expect((refusal as { retryAfterSeconds: number }).retryAfterSeconds).toBeGreaterThanOrEqual(1)
    await expect(Promise.all(accepted)).resolves.toEqual(['done', 'done', 'done'])
    await expect(outcome(pool, job('answer:1'))).resolves.toBe('done')
    expect(pool.status().counters).toMatchObject({ refused: 1, answered: 4 })
  })
})

describe('admission', () => {
  it('runs together only what fits the byte budget', async () => {
    const pool = testPool({ workers: 2, maxInflightBytes: 100 })
    await pool.warm()
    await until(() => pool.status().workers.every(({ state }) => state === 'idle'))
    let running = 0
    let most = 0
    const heavy = () =>
      outcome(pool, job('sleep:60', { cost: { bytes: 60, cpuMs: 1, lane: 'fast' } }), {
        onStart: () => {
          most = Math.max(most, ++running, pool.status().running)
        },
      }).finally(() => running--)
    await expect(Promise.all([heavy(), heavy(), heavy()])).resolves.toEqual(['done', 'done', 'done'])
    expect(most).toBe(1)
  })

  it('keeps a child for quick work while slow work waits', async () => {
    const pool = testPool({ workers: 2 })
    await pool.warm()
    await until(() => pool.status().workers.filter(({ state }) => state === 'idle').length === 2)
    const abort = new AbortController()
    const slow = Array.from({ length: 3 }, () =>
      outcome(pool, job('sleep:60000', { cost: { bytes: 1, cpuMs: 500, lane: 'slow' } }), {
        signal: abort.signal,
        abortKills: true,
      }),
    )
    await expect(outcome(pool, job('answer:1'))).resolves.toBe('done')
    expect(pool.status()).toMatchObject({ running: 1, queued: { slow: 2 } })
    abort.abort()
    await expect(Promise.all(slow)).resolves.toEqual(Array(3).fill('request/client-closed'))
  })
})

describe('replacement', () => {
  it('comes after the given number of jobs, with no job refused or lost', async () => {
    const pool = testPool({ recycleJobs: 10 })
    for (let count = 0; count < 100; count++) {
      await expect(outcome(pool, job('sleep:15'))).resolves.toBe('done')
    }
    await until(() => pool.status().workers.length === 1)
    expect(pool.status().counters.recycled).toBeGreaterThanOrEqual(1)
    expect(pool.status().counters).toMatchObject({ crashed: 0, missed: 0, answered: 100 })
  })

  it('waits for the successor, so that nobody waits for a start', async () => {
    const pool = testPool({ recycleJobs: 1 })
    await expect(outcome(pool, job('answer:1'))).resolves.toBe('done')
    const states = () => new Set(pool.status().workers.map(({ state }) => state))
    expect(states()).toEqual(new Set(['starting', 'idle']))
    await expect(outcome(pool, job('answer:1'))).resolves.toBe('done')
    expect(states()).toContain('idle')
  })

  it('comes when a child has grown', async () => {
    const pool = testPool({ recycleBytes: 1 })
    await expect(outcome(pool, job('answer:1'))).resolves.toBe('done')
    await until(() => pool.status().counters.recycled === 1 && pool.status().workers.length === 1)
  })
})

describe('the end', () => {
  it('drains: new jobs are refused, those taken in are answered', async () => {
    const pool = testPool()
    const taken = [outcome(pool, job('sleep:100')), outcome(pool, job('sleep:100'))]
    const drained = pool.drain()
    await expect(outcome(pool, job('answer:1'))).resolves.toBe('capacity/draining')
    await drained
    await expect(Promise.all(taken)).resolves.toEqual(['done', 'done'])
  })

  it('closes at once: what is unanswered fails, no child is left', async () => {
    const pool = testPool({ workers: 2 })
    await pool.warm()
    const pids = pool.status().workers.map(({ pid }) => pid)
    const running = outcome(pool, job('spin'))
    const waiting = [outcome(pool, job('spin')), outcome(pool, job('spin'))]
    await pool.close()
    await expect(Promise.all([running, ...waiting])).resolves.toEqual(Array(3).fill('capacity/draining'))
    expect(pids.filter(isAlive)).toEqual([])
    await expect(outcome(pool, job('answer:1'))).resolves.toBe('capacity/draining')
    await expect(pool.warm()).rejects.toMatchObject({ code: 'capacity/draining' })
  })
})

describe('a child that cannot be started', () => {
  it('ends in 503 for those who wait and in an error for who warms', async () => {
    const pool = testPool({ workerEntry: '/nowhere/worker.ts' })
    const warmed = pool.warm().then(() => 'warm', String)
    await expect(outcome(pool, job('answer:1'))).resolves.toBe('capacity/exhausted')
    await expect(warmed).resolves.toContain('/nowhere/worker.ts')
  })
})

describe('what is told', () => {
  it('is how long a job waited', async () => {
    const pool = testPool()
    await pool.warm()
    const first = pool.run(job('sleep:150'))
    const second = pool.run(job('answer:1'))
    expect((await first).queueMs).toBeLessThan(100)
    expect((await second).queueMs).toBeGreaterThan(120)
  })

  it('is how far a job has come, to whoever asks for it', async () => {
    const pool = testPool()
    const told: number[] = []
    // What comes too soon behind another, or does not rise, is left out.
    const onProgress = (fraction: number) => told.push(fraction)
    await pool.run(job('tell:0.255,0.2,0.5,1'), { onProgress })
    expect(told).toEqual([0.25, 0.5, 1])
    await expect(outcome(pool, job('tell:0.5'))).resolves.toBe('done')
  })

  it('is not believed when it falls', async () => {
    const told: number[] = []
    const onProgress = (fraction: number) => told.push(fraction)
    const pool = testPool()
    await expect(outcome(pool, job('fall'), { onProgress })).resolves.not.toBe('done')
    expect(told).toEqual([0.5])
    expect(pool.status().counters.crashed).toBe(2)
  })

  it('is when the first child begins to work and when the last one has ended, also by a kill', async () => {
    const told: boolean[] = []
    const pool = testPool({ workers: 2, onWork: (isAtWork) => told.push(isAtWork) })
    await pool.warm()
    expect(told).toEqual([])
    await Promise.all([outcome(pool, job('sleep:200')), outcome(pool, job('sleep:200'))])
    expect(told).toEqual([true, false])
    await outcome(pool, job('spin', { deadlineMs: 100 }))
    expect(told).toEqual([true, false, true, false])
  })

  it('is what the pool does', async () => {
    const pool = testPool({ workers: 2 })
    const running = outcome(pool, job('sleep:100'))
    await until(() => pool.status().workers.some(({ state }) => state === 'busy'))
    expect(pool.status()).toMatchObject({
      running: 1,
      runningBytes: 2 ** 20,
      queued: { fast: 0, slow: 0 },
      quarantined: 0,
    })
    await running
    const worker = pool.status().workers.find(({ jobs }) => jobs === 1)
    expect(worker?.rssBytes).toBeGreaterThan(2e7)
    expect(pool.status().counters).toMatchObject({ spawned: 1, answered: 1 })
  })
})

it('costs well under a millisecond of CPU per job with 60 KB replies, both ends together', async () => {
  const pool = testPool({ workers: 1 })
  for (let count = 0; count < 50; count++) await pool.run(job('answer:60000'))
  const pid = pool.status().workers[0]?.pid ?? 0
  const childBefore = cpuMs(pid)
  const before = process.cpuUsage()
  for (let count = 0; count < 500; count++) await pool.run(job('answer:60000'))
  const { user, system } = process.cpuUsage(before)
  expect(((user + system) / 1_000 + cpuMs(pid) - childBefore) / 500).toBeLessThan(1)
})

/** CPU time of a process from /proc, at the kernel's usual 100 ticks a second. */
function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * 10
}

describe('priority', () => {
  const fieldOf = (path: string, index: number) =>
    Number(readFileSync(`${path}/stat`, 'latin1').split(') ')[1]?.split(' ')[index])
  // Absent in kernels without CONFIG_SCHED_AUTOGROUP.
  const sessionOf = (pid: number) =>
    existsSync('/proc/self/autogroup') ? readFileSync(`/proc/${pid}/autogroup`, 'latin1').trim() : undefined

  it('is a little below the server, for the child and for its session where the kernel weighs sessions', async () => {
    const pool = testPool()
    await expect(outcome(pool, job('answer:1'))).resolves.toBe('done')
    const pid = pool.status().workers[0]?.pid ?? 0
    expect(fieldOf(`/proc/${pid}`, 16)).toBe(5)
    expect(sessionOf(pid) ?? 'nice 5').toMatch(/nice 5$/)
  })

  it('of work that nobody waits for is what others leave, for every thread', async () => {
    const pool = testPool({ standing: 'background' })
    await expect(outcome(pool, job('answer:1'))).resolves.toBe('done')
    const pid = pool.status().workers[0]?.pid ?? 0
    const idle = 5
    const policies = () =>
      readdirSync(`/proc/${pid}/task`).map((thread) => fieldOf(`/proc/${pid}/task/${thread}`, 38))
    await expect.poll(() => new Set(policies())).toEqual(new Set([idle]))
    await expect.poll(() => sessionOf(pid) ?? 'nice 19').toMatch(/nice 19$/)
  })
})
