/**
 * Cold transforms: CPU-ms per request of all our processes against a bare in-process sharp loop with the same
 * settings. 12 MP JPEG → about 800 px, every URL distinct, closed loop at 2 × cores, interleaved A/B batches.
 */
import { fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { LoopBatch } from './baselines/sharp-loop.ts'
import { photo12 } from './lib/photos.ts'
import { cpuSeconds } from './lib/process-tree.ts'
import { type Figure, report } from './lib/report.ts'
import { removeDir, startServer, temporaryDir, upload } from './lib/server.ts'
import { medianInterval } from './lib/statistics.ts'

const pairs = Number(process.env.BENCH_PAIRS ?? 24)
const perBatch = Number(process.env.BENCH_BATCH ?? 16)
const inFlight = availableParallelism() * 2

const workDir = await temporaryDir()
const server = await startServer(workDir)
const photo = await photo12(workDir)
await upload(server, photo.path, 'bench/photo.jpg')
const loop = fork(fileURLToPath(new URL('./baselines/sharp-loop.ts', import.meta.url)), {
  env: { ...process.env, MALLOC_ARENA_MAX: '2', UV_THREADPOOL_SIZE: '4' },
})

let serial = 0
const figures: Figure[] = []
for (const format of ['webp', 'jpeg'] as const) {
  const ratios: number[] = []
  const ours: number[] = []
  const bare: number[] = []
  for (let pair = -1; pair < pairs; pair++) {
    // A different width and quality each time makes every URL distinct; both sides get the same list.
    const jobs = Array.from({ length: perBatch }, () => {
      const job = { width: 760 + (serial % 80), quality: 70 + (Math.floor(serial / 80) % 25), format }
      serial++
      return job
    })
    const order = pair % 2 === 0 ? (['ours', 'bare'] as const) : (['bare', 'ours'] as const)
    const cost = { ours: 0, bare: 0 }
    for (const side of order) cost[side] = side === 'ours' ? await runOurs(jobs) : await runBare(jobs)
    if (pair < 0) continue
    ours.push((cost.ours * 1000) / perBatch)
    bare.push((cost.bare * 1000) / perBatch)
    ratios.push(cost.ours / cost.bare)
    process.stderr.write(`\r${format} ${pair + 1}/${pairs} ratio ${(cost.ours / cost.bare).toFixed(3)}  `)
  }
  process.stderr.write('\n')
  const ratio = medianInterval(ratios)
  figures.push({
    name: `cold 12 MP → 800 px ${format}, CPU of all processes / bare sharp loop`,
    target: '≤ 1.15',
    reached: ratio.median <= 1.15,
    measured: { ratio, oursCpuMs: medianInterval(ours), bareCpuMs: medianInterval(bare), perBatch, inFlight },
  })
}
await report('cold', figures, [`source: ${photo.origin} photo, ${photo.megapixels.toFixed(1)} MP`])
loop.disconnect()
await server.stop()
await removeDir(workDir)

async function runOurs(jobs: LoopBatch['jobs']): Promise<number> {
  const before = cpuSeconds(server.pid)
  const queue = [...jobs]
  const lane = async () => {
    for (let job = queue.shift(); job !== undefined; job = queue.shift()) {
      const extension = job.format === 'webp' ? 'webp' : 'jpg'
      const response = await fetch(
        `${server.url}/i/demo/bench/photo.${extension}?w=${job.width}&q=${job.quality}`,
      )
      await response.arrayBuffer()
      if (response.status !== 200 || response.headers.get('x-fovea-cache') !== 'miss') {
        throw new Error(
          `Expected a cold 200, got ${response.status} ${response.headers.get('x-fovea-cache')}`,
        )
      }
    }
  }
  await Promise.all(Array.from({ length: inFlight }, lane))
  return cpuSeconds(server.pid) - before
}

async function runBare(jobs: LoopBatch['jobs']): Promise<number> {
  const batch: LoopBatch = { path: photo.path, jobs, inFlight }
  const answer = new Promise<{ cpuSeconds: number }>((resolve) =>
    loop.once('message', (message) => resolve(message as { cpuSeconds: number })),
  )
  loop.send(batch)
  return (await answer).cpuSeconds
}
