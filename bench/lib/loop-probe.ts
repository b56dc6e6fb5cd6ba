/**
 * Imported first by a server under measurement (`NODE_OPTIONS=--import`): records how late its event loop is and
 * writes it to `BENCH_LOOP_FILE` when the process ends. SIGUSR2 forgets what was before, such as the start.
 */
import { writeFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { isMainThread } from 'node:worker_threads'

const resolution = 1
const file = process.env.BENCH_LOOP_FILE

if (file !== undefined && isMainThread) {
  const delay = monitorEventLoopDelay({ resolution })
  delay.enable()
  process.on('SIGUSR2', () => delay.reset())
  process.on('exit', () => {
    // The histogram holds the time between two looks, which are `resolution` apart at best.
    const late = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - resolution)
    const record = {
      p50Ms: late(delay.percentile(50)),
      p99Ms: late(delay.percentile(99)),
      p999Ms: late(delay.percentile(99.9)),
      maxMs: late(delay.max),
      samples: delay.count,
    }
    writeFileSync(file, JSON.stringify(record))
  })
}
