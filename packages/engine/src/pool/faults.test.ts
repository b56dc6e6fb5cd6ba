/** What a fault in a real child costs, and whom. */
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { job, outcome, scratchDirectory, testPool, until } from './harness.fixture.ts'

describe('a crash', () => {
  it('is retried unseen: the same client gets its result', async () => {
    const pool = testPool({ workers: 2 })
    const marker = join(scratchDirectory(), 'crashed')
    await expect(pool.run(job(`segv-once:${marker}`))).resolves.toMatchObject({
      outputs: [{ format: 'webp' }],
    })
    expect(pool.status().counters).toMatchObject({ crashed: 1, quarantined: 0, answered: 1 })
  })

  it('of a child struck from outside is retried unseen', async () => {
    const pool = testPool()
    const result = outcome(pool, job('sleep:400'), {
      onStart: () => process.kill(pool.status().workers[0]?.pid ?? 0, 'SIGSEGV'),
    })
    await expect(result).resolves.toBe('done')
    expect(pool.status().counters.crashed).toBe(1)
  })

  it('that comes twice ends in 422, and the source is refused without work afterwards', async () => {
    const pool = testPool({ workers: 2 })
    await expect(outcome(pool, job('segv'))).resolves.toBe('source/undecodable')
    let hasStarted = false
    await expect(
      outcome(pool, job('segv'), {
        onStart: () => {
          hasStarted = true
        },
      }),
    ).resolves.toBe('source/quarantined')
    expect(hasStarted).toBe(false)
    expect(pool.status()).toMatchObject({ quarantined: 1, counters: { quarantined: 1, crashed: 2 } })
  })

  it('costs the other clients nothing', async () => {
    const pool = testPool({ workers: 2 })
    const others = Array.from({ length: 12 }, (_, index) => outcome(pool, job(`sleep:${20 + index}`)))
    const struck = outcome(pool, job('segv'))
    await expect(Promise.all(others)).resolves.toEqual(Array(12).fill('done'))
    await expect(struck).resolves.toBe('source/undecodable')
  })

  it('with an exit code counts like one with a signal', async () => {
    await expect(outcome(testPool({ workers: 2 }), job('exit'))).resolves.toBe('source/undecodable')
  })

  it('is what a reply without sense counts as', async () => {
    await expect(outcome(testPool({ workers: 2 }), job('garble'))).resolves.toBe('source/undecodable')
  })
})

describe('the quarantine', () => {
  it('ends after its time', async () => {
    const pool = testPool({ workers: 2, quarantineMs: 300 })
    await expect(outcome(pool, job('segv', { sourceId: 'x' }))).resolves.toBe('source/undecodable')
    await expect(outcome(pool, job('answer:1', { sourceId: 'x' }))).resolves.toBe('source/quarantined')
    await new Promise((resolve) => setTimeout(resolve, 320))
    await expect(outcome(pool, job('answer:1', { sourceId: 'x' }))).resolves.toBe('done')
  })

  it('bans the files of a crash together, and each with any one that is banned alone', async () => {
    const pool = testPool({ workers: 2 })
    const logo = (id: string) => ({ pictures: { logo: { source: { path: 'logo' }, id } } })
    await expect(outcome(pool, job('segv', { sourceId: 'x', ...logo('l') }))).resolves.toBe(
      'source/undecodable',
    )
    const answer = (about: Parameters<typeof job>[1]) => outcome(pool, job('answer:1', about))
    await expect(answer({ sourceId: 'x', ...logo('l') })).resolves.toBe('source/quarantined')
    await expect(answer({ sourceId: 'x' })).resolves.toBe('done')
    await expect(answer({ sourceId: 'y', ...logo('l') })).resolves.toBe('done')
    await outcome(pool, job('segv', { sourceId: 'l' }))
    await expect(answer({ sourceId: 'y', ...logo('l') })).resolves.toBe('source/quarantined')
  })

  it('reaches jobs of the source that wait already', async () => {
    const pool = testPool({ workers: 1 })
    const first = outcome(pool, job('segv', { sourceId: 'x' }))
    const second = outcome(pool, job('answer:1', { sourceId: 'x' }))
    await expect(first).resolves.toBe('source/undecodable')
    await expect(second).resolves.toBe('source/quarantined')
  })
})

describe('SIGSTOP', () => {
  it('of an idle child is invisible: the job goes to another', async () => {
    const pool = testPool()
    await pool.warm()
    process.kill(pool.status().workers[0]?.pid ?? 0, 'SIGSTOP')
    await expect(outcome(pool, job('answer:5'))).resolves.toBe('done')
    expect(pool.status().counters).toMatchObject({ missed: 1, crashed: 0 })
  })

  it('of a busy child ends in 504 at the deadline, and its place is filled again', async () => {
    const pool = testPool()
    await pool.warm()
    const pid = pool.status().workers[0]?.pid ?? 0
    const started = performance.now()
    const struck = outcome(pool, job('sleep:300', { deadlineMs: 700 }), {
      onStart: () => process.kill(pid, 'SIGSTOP'),
    })
    await expect(struck).resolves.toBe('render/timeout')
    expect(performance.now() - started).toBeGreaterThan(690)
    await expect(outcome(pool, job('answer:5'))).resolves.toBe('done')
    expect(pool.status().counters).toMatchObject({ timedOut: 1, crashed: 0 })
  })
})

it('a server that was itself held up does not take it out on its children', async () => {
  const pool = testPool()
  await pool.warm()
  const running = [outcome(pool, job('answer:1')), outcome(pool, job('answer:1', { deadlineMs: 1_000 }))]
  const end = performance.now() + 2_500
  while (performance.now() < end);
  await expect(Promise.all(running)).resolves.toEqual(['done', 'done'])
  expect(pool.status().counters).toMatchObject({ missed: 0, timedOut: 0, spawned: 1 })
})

it('an endless loop ends in 504 at the deadline and is not tried again', async () => {
  const pool = testPool()
  let starts = 0
  const spinning = outcome(pool, job('spin', { deadlineMs: 500 }), { onStart: () => starts++ })
  await expect(spinning).resolves.toBe('render/timeout')
  expect(starts).toBe(1)
  expect(pool.status().counters).toMatchObject({ timedOut: 1, crashed: 0, quarantined: 0 })
})

describe('memory', () => {
  it('beyond the limit ends the child within moments: 422 for one request, nothing retried', async () => {
    const pool = testPool({ maxWorkerBytes: 400 * 2 ** 20 })
    await expect(outcome(pool, job('allocate'))).resolves.toBe('source/undecodable')
    expect(pool.status().counters).toMatchObject({ memoryKilled: 1, crashed: 1, quarantined: 0 })
    await expect(outcome(pool, job('answer:5'))).resolves.toBe('done')
  })

  it('taken twice by one source bans it', async () => {
    const pool = testPool({ maxWorkerBytes: 400 * 2 ** 20 })
    await expect(outcome(pool, job('allocate'))).resolves.toBe('source/undecodable')
    await expect(outcome(pool, job('allocate'))).resolves.toBe('source/undecodable')
    await expect(outcome(pool, job('allocate'))).resolves.toBe('source/quarantined')
  })
})

it('a bug in the engine is a 500 without its text, which goes to the log', async () => {
  const logged: unknown[] = []
  const pool = testPool({ log: { info() {}, warn: (fields) => logged.push(fields) } })
  const failure = await pool.run(job('throw')).catch((error: unknown) => error)
  expect(failure).toMatchObject({ code: 'internal/unexpected' })
  expect(String(failure)).not.toContain('a bug in the engine')
  expect(JSON.stringify(logged)).toContain('a bug in the engine')
})

it('a Problem of the engine reaches the client whole', async () => {
  await expect(testPool().run(job('refuse'))).rejects.toMatchObject({
    code: 'source/unsupported',
    detail: 'Not an image.',
    members: { byte: 7 },
  })
})

it('an idle child that dies is replaced without a word to anybody', async () => {
  const pool = testPool({ workers: 2 })
  await pool.warm()
  await until(() => pool.status().workers.every(({ state }) => state === 'idle'))
  const pids = pool.status().workers.map(({ pid }) => pid)
  for (const pid of pids) process.kill(pid, 'SIGKILL')
  await expect(outcome(pool, job('answer:5'))).resolves.toBe('done')
  await until(
    () => pool.status().workers.length === 2 && pool.status().workers.every(({ state }) => state === 'idle'),
  )
  for (const { pid } of pool.status().workers) expect(pids).not.toContain(pid)
  expect(pool.status().counters.crashed).toBe(0)
})
