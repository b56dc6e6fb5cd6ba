/**
 * A job of many photos: how busy it keeps the cores, and what a cached image takes meanwhile. The same image is asked
 * for at the same steady pace before, during and behind the job, in windows of some seconds each; in every other window
 * during it the server's main thread has no more priority than `FOVEA_REALTIME=false` leaves it.
 *
 * The load generator runs as if it had a core of its own, where the system lets it: clients are other machines.
 */
import { fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { distinctJpeg, photo12 } from './lib/photos.ts'
import { cpuSeconds } from './lib/process-tree.ts'
import { makeMainThreadOrdinary, makeMainThreadRealtime, makeRealtime } from './lib/realtime.ts'
import { report } from './lib/report.ts'
import { removeDir, startServer, temporaryDir } from './lib/server.ts'
import { medianInterval, quantile } from './lib/statistics.ts'
import type { SteadyOrder } from './lib/steady-load.ts'

const photos = Number(process.env.BENCH_PHOTOS ?? 1_000)
const idleWindows = Number(process.env.BENCH_ROUNDS ?? 6)
const windowSeconds = 5
const perSecond = 100
const uploadsAtATime = 4
const mostUnfinished = 60 * 60_000

/** One window beside the job or beside nothing. */
interface Window {
  readonly latencies: readonly number[]
  /** Of our processes, of all cores. */
  readonly busy: number
  /** Of everything on the machine. */
  readonly machineBusy: number
}

interface Progress {
  readonly done: number
  readonly failed: number
  readonly waiting: number
  readonly running: number
}

const workDir = await temporaryDir()
const server = await startServer(join(workDir, 'data'))
const generator = fork(fileURLToPath(new URL('./lib/steady-load.ts', import.meta.url)))
try {
  await uploadAll()
  const image = `${server.url}/i/demo/batch/0.webp?w=800`
  await (await fetch(image)).arrayBuffer()
  await fingerprintsTaken()
  const isApart = await makeRealtime(generator.pid ?? 0)
  const before = await windows(image, Math.ceil(idleWindows / 2))
  const job = await createJob()
  const during: Window[] = []
  const duringOrdinary: Window[] = []
  let left = await progress(job)
  const started = performance.now()
  for (; left.waiting > 0 && performance.now() - started < mostUnfinished; left = await progress(job)) {
    const isOrdinary = during.length > duringOrdinary.length && (await makeMainThreadOrdinary(server.pid))
    const window = await measured(image)
    if (isOrdinary) await makeMainThreadRealtime(server.pid)
    // The window in which the pictures ran out is not one beside a job.
    if ((await progress(job)).waiting > 0) (isOrdinary ? duringOrdinary : during).push(window)
  }
  while (left.running > 0) {
    await setTimeout(200)
    left = await progress(job)
  }
  const seconds = (performance.now() - started) / 1000
  // The decoding processes of jobs go when there has been nothing to do for a while.
  await setTimeout(25_000)
  const after = await windows(image, Math.floor(idleWindows / 2))
  await tell({ idle: [...before, ...after], during, duringOrdinary }, { ...left, seconds, isApart })
} finally {
  generator.disconnect()
  await server.stop()
  await removeDir(workDir)
}

interface Found {
  readonly idle: readonly Window[]
  readonly during: readonly Window[]
  readonly duringOrdinary: readonly Window[]
}

interface End extends Pick<Progress, 'done' | 'failed'> {
  readonly seconds: number
  /** The load generator had its priority. */
  readonly isApart: boolean
}

async function tell({ idle, during, duringOrdinary }: Found, end: End): Promise<void> {
  if (during.length === 0) throw new Error('The job ended within one window: take more photos')
  const { done, failed, seconds, isApart } = end
  const beside = [...during, ...duringOrdinary]
  const busy = medianInterval(beside.map((window) => window.busy))
  const quiet = quantilesOf(idle)
  const compared = (name: string, windows: readonly Window[], most = Number.POSITIVE_INFINITY) => {
    const { p99, p50 } = quantilesOf(windows)
    const ratio = p99.median / quiet.p99.median
    const measured = { ratio, p99Ms: p99, p50Ms: p50, idleP99Ms: quiet.p99, idleP50Ms: quiet.p50 }
    return {
      name: `p99 of a cached image ${name} / with nothing beside it`,
      target: most < Number.POSITIVE_INFINITY ? `≤ ${most}` : 'none',
      reached: ratio <= most,
      measured,
    }
  }
  await report(
    'batch',
    [
      {
        name: `share of all cores that a job of ${photos} photos of 12 MP keeps busy, server and children alone`,
        target: '≥ 0.9',
        reached: busy.median >= 0.9 && failed === 0,
        measured: {
          busy,
          machineBusy: medianInterval(beside.map((window) => window.machineBusy)),
          idleMachineBusy: medianInterval(idle.map((window) => window.machineBusy)),
          done,
          failed,
          photosPerSecond: Math.round((done / seconds) * 100) / 100,
        },
      },
      compared('while it runs', during, 2),
      ...(duringOrdinary.length === 0
        ? []
        : [compared('while it runs, with FOVEA_REALTIME=false', duringOrdinary)]),
    ],
    [
      `windows of ${windowSeconds} s at ${perSecond} requests a second; cores: ${availableParallelism()}`,
      `waiting counts from when a request was due; the load generator ${isApart ? 'has real-time priority' : 'shares the cores'}`,
    ],
  )
}

function quantilesOf(windows: readonly Window[]) {
  const of = (share: number) => medianInterval(windows.map(({ latencies }) => quantile(latencies, share)))
  return { p99: of(0.99), p50: of(0.5) }
}

async function windows(url: string, count: number): Promise<readonly Window[]> {
  const found: Window[] = []
  for (let at = 0; at < count; at++) found.push(await measured(url))
  return found
}

async function measured(url: string): Promise<Window> {
  const order: SteadyOrder = { url, perSecond, seconds: windowSeconds }
  const before = { at: performance.now(), ours: cpuSeconds(server.pid), machine: machineTicks() }
  const latencies = await new Promise<readonly number[]>((resolve) => {
    generator.once('message', (message) => resolve(message as readonly number[]))
    generator.send(order)
  })
  const seconds = (performance.now() - before.at) / 1000
  const now = machineTicks()
  return {
    latencies,
    busy: (cpuSeconds(server.pid) - before.ours) / (seconds * availableParallelism()),
    machineBusy: 1 - (now.idle - before.machine.idle) / (now.all - before.machine.all),
  }
}

/** Of all cores since the machine started; waiting for disks counts as idle. */
function machineTicks(): { readonly idle: number; readonly all: number } {
  const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n', 1)
  // user nice system idle iowait irq softirq steal; what guests use is part of user.
  const fields = line.trim().split(/\s+/).slice(1, 9).map(Number)
  return { idle: (fields[3] ?? 0) + (fields[4] ?? 0), all: fields.reduce((sum, ticks) => sum + ticks, 0) }
}

/** Photos that differ in a comment alone, so each is stored, decoded and encoded for itself. */
async function uploadAll(): Promise<void> {
  const base = await readFile((await photo12(workDir)).path)
  let next = 0
  const lane = async () => {
    for (let at = next++; at < photos; at = next++) {
      const target = `batch/${at}.jpg`
      const response = await server.upload(distinctJpeg(base, `photo ${at}`), `${at}.jpg`, {
        target_path: target,
      })
      if (response.status !== 201) throw new Error(`${target}: ${response.status} ${await response.text()}`)
    }
  }
  await Promise.all(Array.from({ length: uploadsAtATime }, lane))
}

/** The address of a job that makes a WebP of 1200 px of each photo. */
async function createJob(): Promise<string> {
  const response = await server.api('/api/v1/jobs', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      sources: { prefix: 'batch/' },
      pipeline: [{ op: 'resize', width: 1200 }],
      store: { path: 'made/{name}.{ext}' },
    }),
  })
  if (response.status !== 202) throw new Error(`${response.status} ${await response.text()}`)
  return response.headers.get('location') ?? ''
}

/** What uploads leave to be done in the background is done. */
async function fingerprintsTaken(): Promise<void> {
  for (;;) {
    const response = await server.api('/api/v1/images/duplicates')
    const { without_fingerprint } = (await response.json()) as { readonly without_fingerprint: number }
    if (without_fingerprint === 0) return
    await setTimeout(1_000)
  }
}

async function progress(job: string): Promise<Progress> {
  return ((await (await server.api(job)).json()) as { progress: Progress }).progress
}
