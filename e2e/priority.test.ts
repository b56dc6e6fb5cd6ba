/** Who goes first on a busy core, as the kernel tells it. */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { generatePng, type RunningServer, startServer } from './support.ts'

/** Numbers of sched(7). */
const [other, roundRobin] = [0, 2]

it('gives the thread that answers requests real-time priority while a job works, where that is allowed', async () => {
  const server = await startServer()
  expect(policyOf(server.pid)).toBe(other)
  await startJob(server)
  if (mayBeRealtime()) {
    await expect.poll(() => policyOf(server.pid), { interval: 20, timeout: 20_000 }).toBe(roundRobin)
    const threads = readdirSync(`/proc/${server.pid}/task`).map(Number)
    for (const thread of threads.filter((id) => id !== server.pid))
      expect([other, undefined]).toContain(policyOf(thread))
    for (const child of childrenOf(server.pid)) expect(policyOf(child)).not.toBe(roundRobin)
    // Some seconds behind the job, so that many short ones are not many changes.
    await expect.poll(() => policyOf(server.pid), { interval: 500, timeout: 60_000 }).toBe(other)
  } else {
    const events = () => server.logs.map(({ event }) => event)
    await expect.poll(events, { timeout: 20_000 }).toContain('foreground.refused')
    expect(policyOf(server.pid)).toBe(other)
  }
  await server.stop()
})

it('leaves it as it is where that is not wanted', async () => {
  const server = await startServer({ env: { FOVEA_REALTIME: 'false' } })
  const job = await startJob(server)
  const seen = new Set<number | undefined>()
  const state = async () => {
    seen.add(policyOf(server.pid))
    return ((await (await server.api(job)).json()) as { readonly state: string }).state
  }
  await expect.poll(state, { interval: 20, timeout: 20_000 }).toBe('completed')
  expect([...seen]).toEqual([other])
  await server.stop()
})

/** The path of a job of one picture. */
async function startJob(server: RunningServer): Promise<string> {
  await server.upload(await generatePng({ width: 120, height: 90 }), 'one.png', { target_path: 'in/one.png' })
  const answer = await server.api('/api/v1/jobs', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      sources: { prefix: 'in/' },
      pipeline: [{ op: 'resize', width: 60 }],
      store: { path: 'out/{name}.{ext}' },
    }),
  })
  expect(answer.status).toBe(202)
  return answer.headers.get('location') ?? ''
}

/** `undefined` when it has ended. */
function policyOf(thread: number): number | undefined {
  try {
    return Number(readFileSync(`/proc/${thread}/stat`, 'latin1').split(') ')[1]?.split(' ')[38])
  } catch {
    return undefined
  }
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
