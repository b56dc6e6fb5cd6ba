/**
 * Takes fingerprints of images that have none, one at a time, in a child of its own, and only while those of delivery
 * have nothing to do. It goes on where it stopped: what is left stands in the database.
 */
import type { App } from '../app.ts'
import { startFingerprintPool } from '../engine-pool.ts'
import { FactService, NearImages } from '../facts/index.ts'
import { errorFields } from '../observe/index.ts'
import { PoolOnDemand } from './pool-on-demand.ts'
import type { Running } from './running.ts'

/** After the start, when the first requests have been answered, ms. */
const firstLookMs = 15_000
/** Between two images, ms: requests that come meanwhile go first. */
const restMs = 50
/** While there is other work, ms. */
const busyMs = 1_000
/** When all images have theirs, or one could not be looked at now, ms. */
const idleMs = 5_000

export function startFingerprints(app: App): Running {
  const { database, log } = app
  const pool = new PoolOnDemand(() => startFingerprintPool(app))
  const onError = (error: unknown) => log.error({ event: 'background.failed', ...errorFields(error) })
  const near = new NearImages({ database, facts: new FactService({ ...app, pool, onError }) })
  let isStopped = false
  let running: Promise<void> = Promise.resolve()
  let timer = setTimeout(round, firstLookMs).unref()

  function round(): void {
    running = look().then((pauseMs) => {
      if (!isStopped) timer = setTimeout(round, pauseMs).unref()
    })
  }

  async function look(): Promise<number> {
    if (app.pool.status().running > 0) return busyMs
    try {
      return (await near.lookAtNext()) ? restMs : idleMs
    } catch (error) {
      if (!isStopped) log.error({ event: 'fingerprints.failed', ...errorFields(error) })
      return idleMs
    }
  }

  return {
    async stop() {
      isStopped = true
      clearTimeout(timer)
      await running
      await pool.close()
    },
  }
}
