/**
 * Start to the first answered image with an existing data directory, against a bare Fastify + better-sqlite3
 * start to its first answer. Two cases: the image is cached on disk, or must be made cold.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Figure, report } from './lib/report.ts'
import { listening, removeDir, startServer, temporaryDir } from './lib/server.ts'
import { medianInterval } from './lib/statistics.ts'

const pairs = Number(process.env.BENCH_PAIRS ?? 20)
const workDir = await temporaryDir()
const dataDir = join(workDir, 'data')
const first = await startServer(dataDir)
const path = new URL(first.firstRun.sampleUrl).pathname.replace(/^\/i\/demo\//, '').replace(/\.[^.]+$/, '')
const cached = `/i/demo/${path}.webp?w=320`
if ((await fetch(first.url + cached)).status !== 200) throw new Error(`No sample at ${cached}`)
// What later starts find is what a server leaves that has run for a few seconds: compiled code of its children too.
const compiledBy = Date.now() + 20_000
while (!first.logs.some(({ event }) => event === 'pool.compiled') && Date.now() < compiledBy) {
  await new Promise((resolve) => setTimeout(resolve, 100))
}
await first.stop()

const main = fileURLToPath(new URL('../packages/server/src/start.js', import.meta.url))
const bareMain = fileURLToPath(new URL('./baselines/bare-start.ts', import.meta.url))
const figures: Figure[] = []
for (const kind of ['cached', 'cold'] as const) {
  const ratios: number[] = []
  const ours: number[] = []
  const bare: number[] = []
  for (let pair = -1; pair < pairs; pair++) {
    const target = kind === 'cached' ? cached : `/i/demo/${path}.webp?w=${300 + pair}&q=71`
    const a = await timeToAnswer(main, [], target)
    const b = await timeToAnswer(bareMain, [join(workDir, 'bare.db')], '/')
    if (pair < 0) continue
    ratios.push(a / b)
    ours.push(a)
    bare.push(b)
  }
  const ratio = medianInterval(ratios)
  figures.push({
    name: `start to the first answered image (${kind}) / bare Fastify + better-sqlite3 start`,
    target: '≤ 3',
    reached: ratio.median <= 3,
    measured: { ratio, oursMs: medianInterval(ours), bareMs: medianInterval(bare) },
  })
}
await report('start', figures)
await removeDir(workDir)

async function timeToAnswer(script: string, args: readonly string[], target: string): Promise<number> {
  const started = performance.now()
  const child: ChildProcess = spawn(process.execPath, [script, ...args], {
    env: { PATH: process.env.PATH ?? '', FOVEA_DATA_DIR: dataDir, FOVEA_PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const url = await listening(child)
  const response = await fetch(url + target)
  await response.arrayBuffer()
  const elapsed = performance.now() - started
  if (response.status !== 200) throw new Error(`${target}: ${response.status}`)
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await ended
  return elapsed
}
