/** Who goes first on a busy core, as the kernel tells it. */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { startServer } from './support.ts'

/** Numbers of sched(7). */
const [other, roundRobin] = [0, 2]

it('gives the thread that answers requests real-time priority where that is asked for and allowed', async () => {
  const server = await startServer({ env: { FOVEA_REALTIME: 'true' } })
  const events = () => server.logs.map(({ event }) => event)
  const isAllowed = mayBeRealtime()
  await expect.poll(events).toContain(isAllowed ? 'server.realtime' : 'server.realtime-refused')
  expect(policyOf(server.pid)).toBe(isAllowed ? roundRobin : other)
  const threads = readdirSync(`/proc/${server.pid}/task`).map(Number)
  for (const thread of threads.filter((id) => id !== server.pid)) expect(policyOf(thread)).toBe(other)
  for (const child of childrenOf(server.pid)) expect(policyOf(child)).toBe(other)
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
  await server.stop()
})

it('leaves it as it is otherwise', async () => {
  const server = await startServer()
  expect(policyOf(server.pid)).toBe(other)
  expect(server.output()).not.toContain('realtime')
  await server.stop()
})

function policyOf(thread: number): number {
  return Number(readFileSync(`/proc/${thread}/stat`, 'latin1').split(') ')[1]?.split(' ')[38])
}

function childrenOf(pid: number): readonly number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').split(' ').filter(Boolean).map(Number)
}

function mayBeRealtime(): boolean {
  try {
    execFileSync('chrt', ['--rr', '1', 'true'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
