import { afterEach, describe, expect, it } from 'vitest'
import { get } from '../delivery/delivery.test-harness.ts'
import { createLog, Metrics } from '../observe/index.ts'
import { Listener, type ListenerOptions } from './listener.ts'

const lines: string[] = []
const log = createLog('info', { write: (line: string) => void lines.push(line) })
let listener: Listener | undefined
afterEach(() => listener?.drain(500))

async function start(
  change: Partial<ListenerOptions> & {
    readonly checks?: ListenerOptions['health']['checks']
    readonly metricsOn?: boolean
  } = {},
): Promise<number> {
  const { checks = {}, metricsOn = true, ...options } = change
  listener = new Listener({
    delivery: undefined,
    loadApi: undefined,
    health: { metrics: new Metrics(), metricsOn, checks },
    log,
    ...options,
  })
  return listener.listen(0, '127.0.0.1')
}

describe('the listener', () => {
  const never = Promise.withResolvers<boolean>().promise
  const broken: readonly (readonly [string, ListenerOptions['health']['checks'][string]])[] = [
    ['fails', () => false],
    ['throws', () => Promise.reject(new Error('no'))],
    ['hangs', () => never],
  ]
  it.each(broken)('is not ready while a check %s', async (_, bad) => {
    const { status, body } = await get(await start({ checks: { good: () => true, bad } }), '/readyz')
    expect(status).toBe(503)
    expect(JSON.parse(body.toString())).toMatchObject({ status: 'not-ready', checks: { bad: false } })
  })

  it('is ready when all checks pass, and only read', async () => {
    const port = await start({ checks: { good: async () => true } })
    const { status, headers, body } = await get(port, '/readyz?x=1')
    expect([status, headers['cache-control'], JSON.parse(body.toString())]).toEqual([
      200,
      'no-store',
      { status: 'ready', checks: { good: true } },
    ])
    expect((await get(port, '/healthz', 'HEAD')).body).toHaveLength(0)
    expect((await get(port, '/healthz', 'POST')).status).toBe(405)
  })

  it('serves metrics only when they are on', async () => {
    expect((await get(await start(), '/metrics')).status).toBe(200)
    await listener?.drain(500)
    expect((await get(await start({ metricsOn: false }), '/metrics')).status).toBe(404)
  })

  it('loads the API once, when the first request for it comes', async () => {
    let loads = 0
    const port = await start({
      loadApi: async () => {
        loads++
        return (request, response) => void response.end(`api ${request.url}`)
      },
    })
    expect((await get(port, '/healthz')).status).toBe(200)
    expect(loads).toBe(0)
    const answers = await Promise.all(['/api/a', '/api/b%2Fc', '/'].map((path) => get(port, path)))
    expect(answers.map(({ body }) => body.toString())).toEqual(['api /api/a', 'api /api/b%2Fc', 'api /'])
    expect(loads).toBe(1)
  })

  it('answers 503 when the API cannot be loaded, and tries again', async () => {
    let isBroken = true
    const port = await start({
      loadApi: async () => {
        if (isBroken) throw new Error('no such module')
        return (_request, response) => void response.end('api')
      },
    })
    const { status, headers } = await get(port, '/api/a')
    expect([status, headers['retry-after']]).toEqual([503, '5'])
    expect(lines.join('')).toContain('no such module')
    isBroken = false
    expect((await get(port, '/api/a')).status).toBe(200)
  })

  it('tells that a port is taken', async () => {
    const port = await start()
    const second = new Listener({
      delivery: undefined,
      loadApi: undefined,
      health: { metrics: new Metrics(), metricsOn: true, checks: {} },
      log,
    })
    await expect(second.listen(port, '127.0.0.1')).rejects.toThrow(`Port ${port} of 127.0.0.1 is taken`)
  })
})
