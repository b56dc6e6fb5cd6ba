/** The listener of the `api` and `image` roles: one port, delivery on raw targets, the API loaded when needed. */
import type { App } from '../app.ts'
import { nodeDigest } from '../delivery/index.ts'
import { Listener } from '../http/listener.ts'
import { selfHostedPlans } from '../projects/index.ts'
import { batchServices } from './batches.ts'
import { startConsole } from './console.ts'
import type { Running } from './running.ts'

/** Running requests get this long after SIGTERM, ms. Longer than a render's deadline. */
const graceMs = 25_000

export async function startHttp(app: App): Promise<Running> {
  const { config, log } = app
  const roles = config.FOVEA_ROLES
  const forConsole = roles.includes('api') ? startConsole(app) : undefined
  // Before the port is known nothing can ask for a link, so the address may be filled in after `listen`.
  let publicUrl = config.publicUrl
  const listener = new Listener({
    delivery: roles.includes('image') ? app.delivery : undefined,
    loadApi: forConsole
      ? async () => {
          const [
            { loadApi },
            { createPeople },
            { transformServices },
            { batches },
            webhooks,
            idempotency,
            exporting,
            console,
          ] = await Promise.all([
            import('../http/api.ts'),
            import('../accounts/index.ts'),
            import('./transforms.ts'),
            batchServices(app),
            import('../webhooks/index.ts'),
            import('../idempotency/index.ts'),
            import('../exports/index.ts'),
            forConsole.parts(),
          ])
          return loadApi({
            ...app,
            closeDays: config.FOVEA_CLOSE_DAYS,
            ...createPeople({ ...app, publicUrl }),
            ...transformServices(app),
            ...console,
            webhooks: new webhooks.WebhookService(app),
            deliveries: new webhooks.DeliveryLog(app),
            idempotency: new idempotency.IdempotencyKeys(app),
            exports: new exporting.ExportService(app),
            batches,
            publicUrl,
            trustedProxies: config.FOVEA_TRUSTED_PROXIES,
            plans: selfHostedPlans,
            digest: nodeDigest,
          })
        }
      : undefined,
    health: {
      metrics: app.metrics,
      metricsOn: config.FOVEA_METRICS,
      checks: {
        database: async () =>
          (await app.database.queries.selectFrom('projects').select('id').limit(1).execute()).length >= 0,
        workers: () => app.pool.status().workers.length > 0,
      },
    },
    log,
  })
  const port = await listener.listen(config.FOVEA_PORT, config.FOVEA_HOST)
  if (config.FOVEA_PUBLIC_URL === undefined) publicUrl = publicUrl.replace(/:\d+$/, `:${port}`)
  const { firstRun } = await import('../first-run/index.ts')
  await firstRun({ ...app, publicUrl })
  log.info({ event: 'server.listening', url: publicUrl, host: config.FOVEA_HOST, port, roles })
  return {
    async stop() {
      forConsole?.stop()
      await listener.drain(graceMs)
      await app.pool.drain()
    },
  }
}
