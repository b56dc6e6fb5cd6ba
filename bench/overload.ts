/**
 * Overload: open-loop arrivals at 4 × the measured capacity for 60 s. Goodput against the unloaded closed-loop
 * rate, latency of refusals, presence of Retry-After, and p99 of the health check meanwhile.
 */
import { Agent, get } from 'node:http'
import { availableParallelism } from 'node:os'
import { photo12 } from './lib/photos.ts'
import { report } from './lib/report.ts'
import { removeDir, startServer, temporaryDir, upload } from './lib/server.ts'
import { quantile } from './lib/statistics.ts'

const seconds = Number(process.env.BENCH_SECONDS ?? 60)
const workDir = await temporaryDir()
const server = await startServer(workDir)
await upload(server, (await photo12(workDir)).path, 'bench/photo.jpg')
const agent = new Agent({ keepAlive: true, maxSockets: 4096 })
let serial = 0

await closedLoop(3)
const unloaded = await closedLoop(15)
const offered = unloaded * 4
const good: number[] = []
const refused: number[] = []
const health: number[] = []
let withoutRetryAfter = 0
let other = 0
const pending: Promise<void>[] = []
const started = performance.now()
const healthTimer = setInterval(
  () => pending.push(timed('/healthz').then((answer) => void health.push(answer.ms))),
  100,
)
let issued = 0
await new Promise<void>((resolve) => {
  const timer = setInterval(() => {
    const elapsed = (performance.now() - started) / 1000
    while (issued < elapsed * offered && elapsed < seconds) {
      issued++
      pending.push(one())
    }
    if (elapsed >= seconds) {
      clearInterval(timer)
      resolve()
    }
  }, 5)
})
clearInterval(healthTimer)
const inWindow = good.length
await Promise.all(pending)
const goodput = inWindow / seconds
await report(
  'overload',
  [
    {
      name: `goodput at 4 × capacity for ${seconds} s / unloaded rate`,
      target: '≥ 0.9',
      reached: goodput / unloaded >= 0.9,
      measured: {
        ratio: goodput / unloaded,
        goodput,
        unloaded,
        offered,
        answered: good.length,
        refused: refused.length,
        other,
      },
    },
    {
      name: 'refusals carry Retry-After and are fast',
      target: 'all; p99 reported',
      reached: withoutRetryAfter === 0 && other === 0,
      measured: {
        withoutRetryAfter,
        p50Ms: refused.length > 0 ? quantile(refused, 0.5) : 0,
        p99Ms: refused.length > 0 ? quantile(refused, 0.99) : 0,
      },
    },
    {
      name: 'health check p99 under overload',
      target: '≤ 50 ms',
      reached: quantile(health, 0.99) <= 50,
      measured: { p50Ms: quantile(health, 0.5), p99Ms: quantile(health, 0.99), samples: health.length },
    },
  ],
  [`cores: ${availableParallelism()}; the load generator shares them`],
)
agent.destroy()
await server.stop()
await removeDir(workDir)

function target(): string {
  serial++
  return `/i/demo/bench/photo.webp?w=${700 + (serial % 200)}&q=${50 + (Math.floor(serial / 200) % 50)}`
}

async function closedLoop(forSeconds: number): Promise<number> {
  const until = performance.now() + forSeconds * 1000
  let made = 0
  const lane = async () => {
    while (performance.now() < until) {
      const answer = await timed(target())
      if (answer.status === 200) made++
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() * 2 }, lane))
  return made / forSeconds
}

async function one(): Promise<void> {
  const answer = await timed(target())
  if (answer.status === 200) good.push(answer.ms)
  else if (answer.status === 503) {
    refused.push(answer.ms)
    if (answer.retryAfter === undefined) withoutRetryAfter++
  } else other++
}

function timed(path: string): Promise<{ status: number; ms: number; retryAfter: string | undefined }> {
  const begun = performance.now()
  return new Promise((resolve, reject) => {
    get(server.url + path, { agent }, (response) => {
      response.resume()
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          ms: performance.now() - begun,
          retryAfter: response.headers['retry-after'],
        }),
      )
    }).on('error', reject)
  })
}
