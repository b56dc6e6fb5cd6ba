/** Works off the queue. What handles a job is loaded when the first one comes. */
import type { App } from '../app.ts'
import { type JobHandler, JobRunner } from '../jobs/index.ts'
import type { Running } from './running.ts'

/** After the start, when the first image has been sent, ms. */
const firstLookMs = 500

export function startJobs(app: App): Running {
  let services: Promise<ReturnType<typeof import('./transforms.ts').transformServices>> | undefined
  const load = async () => (await import('./transforms.ts')).transformServices(app)
  const iterationLayer: JobHandler = async (job, signal) => {
    services ??= load()
    return (await services).iterationLayerJobs.handle(job, signal)
  }
  let runner: JobRunner | undefined
  const timer = setTimeout(() => {
    runner = new JobRunner({
      queue: app.jobs,
      handlers: { 'iteration-layer': iterationLayer },
      onEnded: (id) => app.jobFiles.remove(id),
      log: app.log,
    })
  }, firstLookMs)
  timer.unref()
  return {
    async stop() {
      clearTimeout(timer)
      await runner?.stop()
    },
  }
}
