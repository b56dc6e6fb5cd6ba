/**
 * What one broken picture may cost: faults are sent to a live decoding child while eight different requests run.
 * Nobody but the struck client may notice, and after a single crash not even that one.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { generateJpeg, type RunningServer, startServer } from './support.ts'

const deadlineMs = 4_000
const preload = fileURLToPath(new URL('./faults/preload.ts', import.meta.url))
let server: RunningServer
let serial = 0

beforeAll(async () => {
  server = await startServer({ preload, env: { FOVEA_DEADLINE_MS: String(deadlineMs), FOVEA_WORKERS: '2' } })
  const photo = await generateJpeg({ width: 4000, height: 3000 })
  expect((await server.upload(photo, 'big.jpg', { target_path: 'big.jpg' })).status).toBe(201)
})
afterAll(async () => {
  await server.stop()
})

describe('a fault in a busy child', () => {
  it('SIGSEGV: no client sees an error, the job is done again on a fresh child', async () => {
    const { answers, strike } = await strikeUnderLoad('SIGSEGV')
    expect(strike.pid).toBeGreaterThan(0)
    expect(answers.map((answer) => answer.status)).toEqual(Array(8).fill(200))
    expect(processIsAlive(strike.pid)).toBe(false)
  })

  it('SIGSTOP: at most the struck client gets 504 after the deadline', async () => {
    await expectOneStruckAtMost('SIGSTOP')
  })

  it('an endless loop: at most the struck client gets 504 after the deadline', async () => {
    await expectOneStruckAtMost('SIGUSR2')
  })

  it('a 20 GB allocation: at most the struck client sees an error, the server keeps its memory', async () => {
    const before = residentBytes(server.pid)
    const { answers } = await strikeUnderLoad('SIGHUP')
    const failed = answers.filter((answer) => answer.status !== 200)
    expect(failed.length).toBeLessThanOrEqual(1)
    for (const answer of failed) expect([422, 504]).toContain(answer.status)
    expect(residentBytes(server.pid) - before).toBeLessThan(200 * 2 ** 20)
  })

  it('the server is healthy afterwards and has its full number of children', async () => {
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
    expect(
      (await Promise.all(Array.from({ length: 4 }, request))).every((answer) => answer.status === 200),
    ).toBe(true)
    expect(children().length).toBe(2)
  })
})

it('no child is left after SIGKILL of the server, not even a spinning or a stopped one', async () => {
  const doomed = await startServer({ preload, env: { FOVEA_WORKERS: '2' } })
  await (await fetch(doomed.firstRun.sampleUrl.replace(doomed.firstRun.url, doomed.url))).arrayBuffer()
  const pids = children(doomed.pid)
  expect(pids.length).toBeGreaterThan(0)
  process.kill(pids[0] ?? 0, 'SIGUSR2')
  if (pids[1] !== undefined) process.kill(pids[1], 'SIGSTOP')
  await new Promise((resolve) => setTimeout(resolve, 200))
  await doomed.kill()
  // Two seconds where the machine is idle; how long the kernel takes to end a process is not ours to say.
  await vi.waitFor(() => expect(pids.filter(processIsAlive)).toEqual([]), { timeout: 20_000, interval: 100 })
})

interface Answer {
  readonly status: number
  readonly ms: number
}

async function expectOneStruckAtMost(signal: NodeJS.Signals): Promise<void> {
  const { answers } = await strikeUnderLoad(signal)
  const failed = answers.filter((answer) => answer.status !== 200)
  expect(failed.length).toBeLessThanOrEqual(1)
  for (const answer of failed) {
    expect(answer.status).toBe(504)
    expect(answer.ms).toBeGreaterThanOrEqual(deadlineMs * 0.9)
    expect(answer.ms).toBeLessThan(deadlineMs * 2 + 4_000)
  }
}

/** Eight different variants at once; a child that is using CPU gets the signal 150 ms later. */
async function strikeUnderLoad(
  signal: NodeJS.Signals,
): Promise<{ answers: Answer[]; strike: { pid: number } }> {
  await Promise.all(Array.from({ length: 2 }, request))
  const load = Array.from({ length: 8 }, request)
  await new Promise((resolve) => setTimeout(resolve, 150))
  const pid = children()[0] ?? 0
  process.kill(pid, signal)
  return { answers: await Promise.all(load), strike: { pid } }
}

async function request(): Promise<Answer> {
  const started = performance.now()
  const response = await fetch(`${server.url}/i/demo/big.webp?w=${1000 + serial++}&blur=3`)
  await response.arrayBuffer()
  return { status: response.status, ms: performance.now() - started }
}

/**
 * Decoding children of a server, also below wrappers such as `unshare`, busiest first. The process that compiles their
 * code ahead, soon after the start, sees no image and is none of them.
 */
function children(root = server.pid): number[] {
  const rows = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({ pid: Number(name), fields: statFields(Number(name)) }))
  const found = new Set([root])
  for (let grown = true; grown; ) {
    grown = false
    for (const { pid, fields } of rows) {
      if (!found.has(pid) && found.has(Number(fields[1]))) {
        found.add(pid)
        grown = true
      }
    }
  }
  return rows
    .filter(({ pid }) => pid !== root && found.has(pid) && isDecoder(pid))
    .toSorted((a, b) => Number(b.fields[11]) - Number(a.fields[11]))
    .map(({ pid }) => pid)
}

function statFields(pid: number): string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')
  } catch {
    return []
  }
}

function isDecoder(pid: number): boolean {
  const told = (name: string) => {
    try {
      return readFileSync(`/proc/${pid}/${name}`, 'utf8')
    } catch {
      return ''
    }
  }
  return told('cmdline').includes('worker') && !told('environ').includes('FOVEA_WORKER_COMPILE=1')
}

function residentBytes(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * 4096
}

function processIsAlive(pid: number): boolean {
  return statFields(pid).length > 0 && statFields(pid)[0] !== 'Z'
}
