import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Changes } from '../changes.ts'
import { until } from '../delivery/delivery.test-harness.ts'
import { Hits } from '../delivery/hits.ts'
import type { ProjectId } from '../projects/project.ts'
import { Connections } from './connections.ts'
import { Front } from './front.ts'

const hit = 'GET /hit HTTP/1.1\r\nHost: a\r\n\r\n'
const miss = 'GET /miss HTTP/1.1\r\nHost: a\r\n\r\n'

let server: Server
let hits: Hits
let connections: Connections
let port: number

beforeEach(async () => {
  server = createServer(
    {
      headersTimeout: 300,
      requestTimeout: 400,
      keepAliveTimeout: 300,
      keepAliveTimeoutBuffer: 0,
      connectionsCheckingInterval: 50,
    },
    (_request, response) => void response.end('from node'),
  )
  hits = new Hits(1_000_000, new Changes())
  const representation = {
    etag: '"a"',
    shareable: true,
    negotiated: false,
    projectId: 'p' as ProjectId,
    stems: ['s'],
  }
  const body = { kind: 'bytes', bytes: Buffer.from('from memory') } as const
  hits.add('/hit', 'none', { status: 200, headers: {}, body, cache: 'disk', representation }, 0)
  new Front(server, {
    hitKey: (_host: string, target: string) => target,
    hasProxies: false,
    hits,
    connections: { of: (socket) => connections.of(socket) },
    idleMs: 300,
    writeIdleMs: 300,
  })
  connections = new Connections(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
afterEach(() => {
  connections.destroyAll()
  server.close()
})

interface Client {
  readonly socket: Socket
  text: string
  isClosed: boolean
}

function client(): Client {
  const state: Client = { socket: connect(port, '127.0.0.1'), text: '', isClosed: false }
  state.socket.on('data', (chunk: Buffer) => {
    state.text += chunk.toString('latin1')
  })
  state.socket.on('error', () => undefined)
  state.socket.on('close', () => {
    state.isClosed = true
  })
  return state
}

const count = (text: string, part: string) => text.split(part).length - 1

describe('a busy connection', () => {
  it.each([
    ['with hits alone', []],
    ['with hits after a request of node:http', [miss]],
  ])('lives longer than any timeout %s', async (_, first) => {
    const one = client()
    for (const text of first) one.socket.write(text)
    await wait(50)
    for (let round = 1; round <= 10; round++) {
      one.socket.write(hit)
      await until(() => count(one.text, 'from memory') === round)
      await wait(100)
    }
    expect(one.isClosed).toBe(false)
    one.socket.write(miss)
    await until(() => count(one.text, 'from node') === first.length + 1)
    expect(hits.served).toBe(10)
    await until(() => one.isClosed)
  })
})

describe('a connection is closed', () => {
  it.each([
    ['that sends nothing', []],
    ['that is idle after a hit', [hit]],
    ['that is idle after a request of node:http', [miss]],
    ['that is idle after both', [miss, hit]],
    ['that never ends its headers', ['GET /hit HTTP/1.1\r\nHost: a\r\nX-Slow: ']],
    ['that never ends its second headers', [hit, 'GET /hit HTTP/1.1\r\nX']],
    [
      'that never sends the body it promised',
      ['POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc'],
    ],
  ])('%s', async (_, texts) => {
    const one = client()
    for (const text of texts) {
      one.socket.write(text)
      await wait(30)
    }
    expect(one.isClosed).toBe(false)
    await until(() => one.isClosed)
  })

  it('that drips its headers', async () => {
    const one = client()
    const started = performance.now()
    one.socket.write('GET /hit HTTP/1.1\r\nHost: a\r\nX: ')
    const drip = setInterval(() => one.socket.write('y'), 40)
    await until(() => one.isClosed)
    clearInterval(drip)
    expect(performance.now() - started).toBeLessThan(1_500)
    expect(one.text).toMatch(/^HTTP\/1\.1 408 /)
  })

  it('that asks and asks and never reads', async () => {
    const body = { kind: 'bytes', bytes: Buffer.alloc(100_000) } as const
    const representation = {
      etag: '"b"',
      shareable: true,
      negotiated: false,
      projectId: 'p' as ProjectId,
      stems: ['s'],
    }
    hits.add('/big', 'none', { status: 200, headers: {}, body, cache: 'disk', representation }, 0)
    const one = client()
    one.socket.pause()
    const ask = async () => {
      const before = hits.served
      one.socket.write('GET /big HTTP/1.1\r\nHost: a\r\n\r\n')
      for (let tick = 0; tick < 20 && hits.served === before; tick++) await wait(1)
      return hits.served > before
    }
    await wait(30)
    for (let requests = 0; requests < 300 && (await ask()); requests++);
    expect(hits.served).toBeGreaterThan(1)
    await until(() => connections.size === 0)
    expect(hits.served).toBeLessThan(300)
  })
})

describe('a server that is not as expected', () => {
  it('is left alone when somebody else reacts to its connections too', async () => {
    const other = createServer((_request, response) => void response.end('from node'))
    const seen: Socket[] = []
    other.on('connection', (socket) => seen.push(socket))
    new Front(other, {
      hitKey: (_host: string, target: string) => target,
      hasProxies: false,
      hits,
      connections: { of: () => undefined },
      idleMs: 300,
      writeIdleMs: 300,
    })
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    port = (other.address() as AddressInfo).port
    const one = client()
    one.socket.write(hit)
    await until(() => one.text.includes('from node'))
    expect([seen.length, hits.served]).toEqual([1, 0])
    one.socket.destroy()
    other.close()
  })
})
