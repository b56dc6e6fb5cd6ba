/**
 * What models cost those who want nothing of them: latency of a cached image, asked for at a steady pace, while every
 * child with models works without a pause, against the same without that work, in turns.
 *
 * Each job turns a photo freely, which makes models look anew, and cuts around its subject. The weights are those in
 * `FOVEA_MODEL_DIR`, else those beside the photos.
 */
import { fork } from 'node:child_process'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { photo12 } from './lib/photos.ts'
import { makeRealtime } from './lib/realtime.ts'
import { report } from './lib/report.ts'
import { removeDir, startServer, temporaryDir, upload } from './lib/server.ts'
import { medianInterval, quantile } from './lib/statistics.ts'
import type { SteadyOrder } from './lib/steady-load.ts'

const pairs = Number(process.env.BENCH_PAIRS ?? 6)
const seconds = Number(process.env.BENCH_SECONDS ?? 8)
const perSecond = 200
/** More than there are children with models, so that none ever waits for a job. */
const jobsAtOnce = availableParallelism() + 1

const models = process.env.FOVEA_MODEL_DIR ?? fileURLToPath(new URL('../../shared/models', import.meta.url))
if (!existsSync(models)) {
  console.error('There are no models: say where they are with FOVEA_MODEL_DIR.')
  process.exit(2)
}

const workDir = await temporaryDir()
const server = await startServer(workDir, { FOVEA_MODEL_DIR: models })
const photo = await photo12(workDir)
const small = join(workDir, 'small.jpg')
await writeFile(small, await sharp(photo.path).resize(1024).jpeg().toBuffer())
await upload(server, photo.path, 'bench/photo.jpg')
await upload(server, small, 'bench/small.jpg')
const generator = fork(fileURLToPath(new URL('./lib/steady-load.ts', import.meta.url)))
const url = `${server.url}/i/demo/bench/photo.webp?w=800`
let angle = 0

// Clients are other machines.
const isApart = await makeRealtime(generator.pid ?? 0)
await (await fetch(url)).arrayBuffer()
await latencies(2)
const stopWarming = startJobs()
await setTimeout(3_000)
await stopWarming()

const ratios: number[] = []
const p99 = { idle: [] as number[], busy: [] as number[] }
let jobsDone = 0
for (let pair = 0; pair < pairs; pair++) {
  const found = { idle: 0, busy: 0 }
  for (const state of pair % 2 === 0 ? (['idle', 'busy'] as const) : (['busy', 'idle'] as const)) {
    const stop = state === 'busy' ? startJobs() : undefined
    if (stop !== undefined) await setTimeout(500)
    found[state] = quantile(await latencies(seconds), 0.99)
    p99[state].push(found[state])
    jobsDone += (await stop?.()) ?? 0
  }
  ratios.push(found.busy / found.idle)
  process.stderr.write(`\r${pair + 1}/${pairs} p99 ${found.idle.toFixed(2)} → ${found.busy.toFixed(2)} ms  `)
}
process.stderr.write('\n')
const ratio = medianInterval(ratios)
await report(
  'ai-latency',
  [
    {
      name: 'p99 of a cached image while models work / without',
      target: '≤ 2',
      reached: ratio.median <= 2,
      measured: {
        ratio,
        idleMs: medianInterval(p99.idle),
        busyMs: medianInterval(p99.busy),
        requestsEach: perSecond * seconds,
        jobsDone,
      },
    },
  ],
  [
    `${perSecond} requests/s for ${seconds} s a round; cores: ${availableParallelism()}`,
    `the load generator ${isApart ? 'has real-time priority' : 'shares the cores'}`,
  ],
)
generator.disconnect()
await server.stop()
await removeDir(workDir)

/** Keeps so many jobs under way; what it returns ends that, and says how many were done. */
function startJobs(): () => Promise<number> {
  let isStopped = false
  let done = 0
  const lane = async () => {
    while (!isStopped) {
      await job()
      done++
    }
  }
  const lanes = Array.from({ length: jobsAtOnce }, lane)
  return async () => {
    isStopped = true
    await Promise.all(lanes)
    return done
  }
}

async function job(): Promise<void> {
  angle = (angle % 80) + 0.1
  const pipeline = [
    { op: 'rotate', angle: Number(angle.toFixed(1)) },
    { op: 'resize', width: 200, height: 300, position: 'subject' },
  ]
  const answer = await server.api('/api/v1/transform', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ source: { asset: 'bench/small.jpg' }, pipeline, output: { format: 'webp' } }),
  })
  const body = await answer.arrayBuffer()
  if (answer.status !== 200) throw new Error(`${answer.status} ${Buffer.from(body).toString()}`)
}

/** Of one round, ms. */
function latencies(forSeconds: number): Promise<readonly number[]> {
  const order: SteadyOrder = { url, perSecond, seconds: forSeconds }
  return new Promise((resolve) => {
    generator.once('message', (message) => resolve(message as readonly number[]))
    generator.send(order)
  })
}
