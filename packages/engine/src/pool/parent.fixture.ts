/**
 * A server in small, for tests that kill it: `parent.fixture.ts <JSON of pool options> <fault …>` warms a pool,
 * starts a job per fault, prints one line of JSON about it, and waits.
 */

import { createPool } from './index.ts'
import { faultyWorker, job } from './jobs.fixture.ts'

const [options = '{}', ...given] = process.argv.slice(2)
const pool = createPool({
  workers: 1,
  workerEntry: faultyWorker,
  sandbox: 'auto',
  maxQueued: 64,
  maxInflightBytes: 2 ** 30,
  maxWorkerBytes: 2 ** 29,
  ...JSON.parse(options),
})
await pool.warm()
const started = given.map(
  (fault) => new Promise<void>((resolve) => void pool.run(job(fault), { onStart: resolve }).catch(() => {})),
)
await Promise.all(started)
const wanted: number = JSON.parse(options).workers ?? 1
while (
  pool.status().workers.length < wanted ||
  pool.status().workers.some(({ state }) => state === 'starting')
)
  await new Promise((resolve) => setTimeout(resolve, 10))
const { space } =
  given.length === 0 ? await pool.probe({ path: 'environment' }, job('').limits) : { space: 'null' }
const about = {
  sentence: pool.sandbox,
  pids: pool.status().workers.map(({ pid }) => pid),
  environment: JSON.parse(space),
}
process.stdout.write(`${JSON.stringify(about)}\n`)
setInterval(() => {}, 1_000)
