/**
 * Housekeeping beside the requests: uploads that never ended and what has been in the trash for its time go for good,
 * and so do files that a killed process left without a row.
 */
import type { App } from '../app.ts'
import { startPreparing } from '../models/index.ts'
import { errorFields } from '../observe/index.ts'
import { batchServices } from './batches.ts'
import { deleteDuePeople } from './delete-people.ts'
import { deleteDueProjects } from './delete-projects.ts'
import type { Running } from './running.ts'

/** After the start, when the first requests have been answered, ms. */
const firstSweepMs = 10_000
/** A put of so long ago has died, ms. */
const unfinishedMs = 24 * 60 * 60 * 1000
/** How long it can be looked up that a job has ended, ms. */
const keepJobsMs = 7 * 24 * 60 * 60 * 1000
/** How long it can be looked up what was sent to webhooks, ms. */
const keepDeliveriesMs = 30 * 24 * 60 * 60 * 1000
/** How long its owner can look up what became of a batch, ms. */
const keepBatchesMs = 30 * 24 * 60 * 60 * 1000
const sweepEveryMs = 6 * 60 * 60 * 1000

export function startWorker(app: App): Running {
  const stopping = new AbortController()
  let running: Promise<void> = Promise.resolve()
  let timer = setTimeout(round, firstSweepMs)

  function round(): void {
    running = sweep(app, stopping.signal).finally(() => {
      if (!stopping.signal.aborted) timer = setTimeout(round, sweepEveryMs).unref()
    })
  }
  timer.unref()
  const preparing = app.config.FOVEA_PREPARE_MODELS ? startPreparing(app.config, app.log) : undefined
  return {
    async stop() {
      preparing?.stop()
      stopping.abort()
      clearTimeout(timer)
      await running
    },
  }
}

async function sweep(app: App, signal: AbortSignal): Promise<void> {
  try {
    await app.resumable.sweep()
    await app.directUploads.sweep()
    const trashed = await app.trash.removeOld(signal)
    if (trashed > 0) app.log.info({ event: 'trash.emptied', removed: trashed })
    const leftover = await app.jobFiles.sweep(app.jobs, signal)
    await app.jobs.forget(Date.now() - keepJobsMs)
    const { batches, batchFiles } = await batchServices(app)
    await batches.forget(Date.now() - keepBatchesMs)
    await batchFiles.sweep(signal)
    if (leftover > 0) app.log.info({ event: 'jobs.swept', removed: leftover })
    const { ExportService } = await import('../exports/index.ts')
    await new ExportService(app).removeOld()
    await deleteDueProjects(app, signal)
    await deleteDuePeople(app, signal)
    const { removeExpired } = await import('../accounts/index.ts')
    await removeExpired(app.database)
    const { IdempotencyKeys } = await import('../idempotency/index.ts')
    await new IdempotencyKeys(app).removeOld()
    await app.links.removeOld()
    const { forgetDeliveries } = await import('../webhooks/index.ts')
    await forgetDeliveries(app.database, Date.now() - keepDeliveriesMs)
    await app.audit.removeOld(app.config.FOVEA_AUDIT_DAYS)
    await app.storage.driver.removeUnfinished?.(Date.now() - unfinishedMs)
    const { files, removed } = await app.blobs.sweep(signal)
    app.log.info({ event: 'blobs.swept', files, removed })
  } catch (error) {
    if (!signal.aborted) app.log.error({ event: 'blobs.sweep-failed', ...errorFields(error) })
  }
}
