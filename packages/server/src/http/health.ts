/** Liveness, readiness and metrics, answered before anything else is looked at. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Metrics } from '../observe/index.ts'

export interface HealthDependencies {
  readonly metrics: Metrics
  /** Whether `/metrics` is served. */
  readonly metricsOn: boolean
  /** What must work before traffic is sent here; each is true when it does. */
  readonly checks: Readonly<Record<string, () => boolean | Promise<boolean>>>
  /** True from the moment the process was told to stop: load balancers must look elsewhere. */
  readonly isDraining: () => boolean
}

/** A check that hangs counts as failed after this, ms. */
const checkTimeoutMs = 2_000

/** Answers the operational paths; `false` when `path` is none of them. */
export function answerHealth(
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
  app: HealthDependencies,
): boolean {
  if (path === '/healthz' || path === '/health') {
    reply(
      request,
      response,
      200,
      'application/json',
      JSON.stringify({ status: 'ok', timestamp: new Date().toISOString() }),
    )
    return true
  }
  if (path === '/readyz') {
    void readiness(app).then(({ isReady, checks }) => {
      const status = isReady ? 'ready' : app.isDraining() ? 'draining' : 'not-ready'
      reply(request, response, isReady ? 200 : 503, 'application/json', JSON.stringify({ status, checks }))
    })
    return true
  }
  if (path === '/metrics' && app.metricsOn) {
    void app.metrics.expose().then(
      ({ contentType, body }) => reply(request, response, 200, contentType, body),
      () => reply(request, response, 500, 'text/plain', 'The metrics cannot be read.\n'),
    )
    return true
  }
  return false
}

async function readiness(
  app: HealthDependencies,
): Promise<{ isReady: boolean; checks: Record<string, boolean> }> {
  const results = await Promise.all(
    Object.entries(app.checks).map(async ([name, check]) => [name, await withinTime(check)] as const),
  )
  const checks = Object.fromEntries(results)
  return { isReady: !app.isDraining() && results.every(([, passed]) => passed), checks }
}

async function withinTime(check: () => boolean | Promise<boolean>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), checkTimeoutMs)
  })
  try {
    return await Promise.race([check(), late])
  } catch {
    return false
  } finally {
    clearTimeout(timer)
  }
}

function reply(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  contentType: string,
  body: string,
): void {
  const isRead = request.method === 'GET' || request.method === 'HEAD'
  response.writeHead(isRead ? status : 405, {
    'Content-Type': contentType,
    'Content-Length': isRead ? Buffer.byteLength(body) : 0,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    ...(isRead ? {} : { Allow: 'GET, HEAD' }),
  })
  response.end(isRead && request.method === 'GET' ? body : undefined)
}
