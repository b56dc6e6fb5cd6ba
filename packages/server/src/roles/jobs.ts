/** Works off the queue. What handles a job is loaded when the first one comes. */
import type { App } from '../app.ts'
import { type JobHandler, JobRunner } from '../jobs/index.ts'
import type { Running } from './running.ts'

/** After the start, when the first image has been sent, ms. */
const firstLookMs = 500
const webhooksAtATime = 8

export function startJobs(app: App): Running {
  let services: Promise<ReturnType<typeof import('./transforms.ts').transformServices>> | undefined
  const load = async () => (await import('./transforms.ts')).transformServices(app)
  const iterationLayer: JobHandler = async (job, signal) => {
    services ??= load()
    return (await services).iterationLayerJobs.handle(job, signal)
  }
  let loading: ReturnType<typeof loadDeliverer> | undefined
  const deliverer = () => {
    loading ??= loadDeliverer(app)
    return loading
  }
  let runners: readonly JobRunner[] = []
  const timer = setTimeout(() => {
    const shared = { queue: app.jobs, log: app.log }
    runners = [
      new JobRunner({
        ...shared,
        handlers: { 'iteration-layer': iterationLayer },
        onEnded: (id) => app.jobFiles.remove(id),
      }),
      // Apart, and many at a time: they wait for the servers of others.
      new JobRunner({
        ...shared,
        handlers: { webhook: async (job, signal) => (await deliverer()).handle(job, signal) },
        onEnded: async (id) => (await deliverer()).ended(id),
        concurrency: webhooksAtATime,
      }),
    ]
  }, firstLookMs)
  timer.unref()
  return {
    async stop() {
      clearTimeout(timer)
      await Promise.all(runners.map((runner) => runner.stop()))
    },
  }
}

async function loadDeliverer(app: App) {
  const { Deliverer } = await import('../webhooks/index.ts')
  return new Deliverer({
    ...app,
    onDisabled: async ({ projectId, url, reason }) => {
      app.log.info({ event: 'webhook.disabled', project: projectId, reason })
      const { tellOwners, webhookDisabledLetter } = await import('../accounts/index.ts')
      await tellOwners(app, projectId, ({ to, project }) =>
        webhookDisabledLetter({ to, project, url, reason }),
      )
    },
  })
}
