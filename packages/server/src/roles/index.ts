/** What this process does, as `FOVEA_ROLES` says: `api` and `image` share one listener, `worker` has none. */
import type { App } from '../app.ts'
import { startBatches } from './batches.ts'
import { startFingerprints } from './fingerprints.ts'
import { startHttp } from './http.ts'
import { startJobs } from './jobs.ts'
import { startNotices } from './notices.ts'
import type { Running } from './running.ts'
import { startWorker } from './worker.ts'

/** Starts the roles in order; `stop` ends them in reverse. */
export async function startRoles(app: App): Promise<Running> {
  const { FOVEA_ROLES: roles } = app.config
  const running: Running[] = []
  if (roles.includes('worker')) running.push(startWorker(app))
  if (roles.includes('api') || roles.includes('image')) running.push(await startHttp(app))
  // Last, so that it stops first: a draining pool takes no more work.
  if (roles.includes('worker'))
    running.push(startJobs(app), startBatches(app), startFingerprints(app), startNotices(app))
  return {
    async stop() {
      for (const role of running.reverse()) await role.stop()
    },
  }
}
