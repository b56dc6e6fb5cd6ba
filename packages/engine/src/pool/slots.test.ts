import { spawn } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { isAlive, itAsRoot, job, outcome, testPool, until } from './harness.fixture.ts'
import { killLeftovers, releaseUid, sharedUid, takeUid } from './slots.ts'

describe('user ids', () => {
  it('are the lowest free ones of this server, then a shared one', () => {
    const taken = Array.from({ length: 33 }, takeUid)
    const [first = 0, second = 0] = taken
    expect(new Set(taken).size).toBe(33)
    expect(taken.at(-1)).toBe(sharedUid)
    expect(first).toBeGreaterThan(1_879_048_191)
    expect(Math.max(...taken)).toBeLessThan(2 ** 31)
    releaseUid(second)
    expect(takeUid()).toBe(second)
    for (const uid of taken) releaseUid(uid)
    expect(takeUid()).toBe(first)
    releaseUid(first)
  })
})

describe('killLeftovers', () => {
  itAsRoot('(as root) ends every process of the id and nothing else', async () => {
    const [uid, otherUid] = [takeUid(), takeUid()]
    const start = (owner: number) =>
      spawn('/bin/sleep', ['60'], { uid: owner, gid: owner, detached: true, stdio: 'ignore' })
    const [one, two, other] = [start(uid), start(uid), start(otherUid)]
    await killLeftovers(uid)
    await until(() => ![one, two].some(({ pid }) => isAlive(pid ?? 0)))
    expect(isAlive(other?.pid ?? 0)).toBe(true)
    await killLeftovers(otherUid)
    for (const held of [uid, otherUid]) releaseUid(held)
  })

  it.each([0, 1_000, sharedUid, 1_879_048_192])(
    'never touches id %i, which no child of ours holds',
    async (uid) => {
      await killLeftovers(uid)
    },
  )

  itAsRoot('(as root) a child that forks without end costs one request', async () => {
    const firstUid = takeUid()
    releaseUid(firstUid)
    const pool = testPool({ workers: 2, sandbox: 'auto' })
    await pool.warm()
    const struck = outcome(pool, job('fork-bomb', { deadlineMs: 1_500 }))
    const others = Array.from({ length: 5 }, () => outcome(pool, job('sleep:100')))
    await expect(Promise.all(others)).resolves.toEqual(Array(5).fill('done'))
    expect(['render/timeout', 'source/undecodable']).toContain(await struck)
    await until(() => processesFrom(firstUid).length === 2)
    await expect(outcome(pool, job('answer:1'))).resolves.toBe('done')
  })
})

/** Living processes of the ids that this process gives to children. */
function processesFrom(firstUid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      const { uid = 0 } = statSync(`/proc/${pid}`, { throwIfNoEntry: false }) ?? {}
      return isAlive(pid) && uid >= firstUid && uid < firstUid + 32
    })
}
