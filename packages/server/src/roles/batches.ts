/** Batches: the services behind the API's jobs, and the worker that works off their pictures. */
import type { App } from '../app.ts'
import type { ClaimedItem } from '../batches/index.ts'
import { nodeDigest } from '../delivery/index.ts'
import { startBatchPool } from '../engine-pool.ts'
import { LeaseRunner } from '../jobs/index.ts'
import { errorFields } from '../observe/index.ts'
import { selfHostedPlans } from '../projects/index.ts'
import { UploadService } from '../uploads/index.ts'
import { PoolOnDemand } from './pool-on-demand.ts'
import type { Running } from './running.ts'

/** After the start, when the first image has been sent, ms. */
const firstLookMs = 1_500
/** Pictures under way beyond those that children work on: fetched before, stored behind. */
const ahead = 3

type BatchServices = Awaited<ReturnType<typeof compose>>

const composed = new WeakMap<App, Promise<BatchServices>>()

/** The same for every role of the process: what one adds, the other hears of. Loaded when it is asked for. */
export function batchServices(app: App): Promise<BatchServices> {
  const services = composed.get(app) ?? compose(app)
  composed.set(app, services)
  return services
}

async function compose(app: App) {
  const [{ BatchFiles, BatchQueue, BatchService }, { SourceReader }] = await Promise.all([
    import('../batches/index.ts'),
    import('../transforms/index.ts'),
  ])
  const batchQueue = new BatchQueue(app)
  const batchFiles = new BatchFiles(app.storage.driver, app.database)
  const reader = new SourceReader({ ...app, temporary: app.storage.temporary })
  return {
    batchQueue,
    batchFiles,
    batches: new BatchService({ ...app, batchQueue, batchFiles, reader }),
  }
}

export function startBatches(app: App): Running {
  const { log } = app
  const pool = new PoolOnDemand(() => startBatchPool(app))
  let starting: Promise<LeaseRunner<ClaimedItem>> | undefined
  const timer = setTimeout(() => {
    starting = startRunner(app, pool)
    starting.catch((error: unknown) => log.error({ event: 'batches.not-started', ...errorFields(error) }))
  }, firstLookMs)
  timer.unref()
  return {
    async stop() {
      clearTimeout(timer)
      const runner = await starting?.catch(() => undefined)
      await runner?.stop()
      await pool.close()
    },
  }
}

async function startRunner(app: App, pool: PoolOnDemand): Promise<LeaseRunner<ClaimedItem>> {
  const { batchQueue, batchFiles } = await batchServices(app)
  const work = await itemWork(app, pool)
  return new LeaseRunner({
    queue: batchQueue,
    handle: work.handle,
    async onEnded({ batchId, source: { source } }) {
      if (source.kind === 'entry') await batchFiles.removeSpent(batchId)
    },
    logged: {
      noun: 'item',
      level: 'debug',
      fields: ({ batchId, position }) => ({ job: batchId, item: position }),
    },
    log: app.log,
    concurrency: app.config.FOVEA_BATCH_WORKERS + ahead,
  })
}

/** Everything that decodes does so in the children of batches. */
async function itemWork(app: App, pool: PoolOnDemand) {
  const [{ ItemWork }, { SourceReader }, { batchQueue, batchFiles }] = await Promise.all([
    import('../batches/index.ts'),
    import('../transforms/index.ts'),
    batchServices(app),
  ])
  const { temporary } = app.storage
  const onError = (error: unknown) => app.log.error({ event: 'background.failed', ...errorFields(error) })
  const limits = { ...app.limits, deadlineMs: app.config.FOVEA_JOB_DEADLINE_MS }
  return new ItemWork({
    ...app,
    limits,
    pool,
    batchQueue,
    batchFiles,
    reader: new SourceReader({ ...app, limits, pool, temporary }),
    uploads: new UploadService({ ...app, limits, pool, temporary, onError }),
    plans: selfHostedPlans,
    digest: nodeDigest,
  })
}
