/** Works off the queue. What handles a job is loaded when the first one comes. */
import type { App } from '../app.ts'
import { type JobHandler, JobRunner } from '../jobs/index.ts'
import type { Running } from './running.ts'

/** After the start, when the first image has been sent, ms. */
const firstLookMs = 500
const webhooksAtATime = 8
/** Exports read all of a project; what is short must not wait for one. */
const exportsAtATime = 1

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
  let loadingExporter: ReturnType<typeof loadExporter> | undefined
  const exporter = () => {
    loadingExporter ??= loadExporter(app)
    return loadingExporter
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
      new JobRunner({
        ...shared,
        handlers: { export: async (job, signal) => (await exporter()).handle(job, signal) },
        onEnded: async (id) => (await exporter()).ended(id),
        concurrency: exportsAtATime,
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

async function loadExporter(app: App) {
  const { ExportJobs } = await import('../exports/index.ts')
  return new ExportJobs({
    ...app,
    onReady: async ({ projectId, userId, expiresAt }) => {
      if (userId === null) return
      const { exportReadyLetter } = await import('../accounts/index.ts')
      const { queries } = app.database
      const person = await queries
        .selectFrom('users')
        .select('email')
        .where('id', '=', userId)
        .where('delete_after', 'is', null)
        .executeTakeFirst()
      const project = await app.projects.get(projectId)
      if (person === undefined || project === undefined) return
      const url = `${app.config.publicUrl}/console`
      app.mailer.send(exportReadyLetter({ to: person.email, project: project.slug, expiresAt, url }))
    },
  })
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
