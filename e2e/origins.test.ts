/** Pictures of an origin through the front door: fetched, transformed, kept, renewed, and never from where they must not. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer } from './support.ts'

type Started = Awaited<ReturnType<typeof startServer>>

let server: Started
let etag = '"1"'
let picture: Buffer
let fails = false
const requests: IncomingMessage[] = []

const upstream = createServer((request: IncomingMessage, response: ServerResponse) => {
  requests.push(request)
  if (fails) response.writeHead(503).end()
  else if (request.url === '/html')
    response.writeHead(200, { 'content-type': 'text/html' }).end('<html></html>')
  else if (!request.url?.startsWith('/photos/')) response.writeHead(404).end()
  else if (request.headers['if-none-match'] === etag) response.writeHead(304, { etag }).end()
  else response.writeHead(200, { etag, 'cache-control': 'max-age=1' }).end(picture)
})

beforeAll(async () => {
  picture = await sharp({ create: { width: 300, height: 200, channels: 3, background: '#c81e1e' } })
    .jpeg()
    .toBuffer()
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve))
  server = await startServer({ env: { FOVEA_EGRESS_ALLOW: `127.0.0.1:${port()}` } })
  await api('POST', '/api/v1/origins', {
    name: 'web',
    kind: 'web',
    prefix: 'remote/',
    settings: { baseUrl: base(), cacheTtlSeconds: 0 },
  })
}, 60_000)

afterAll(async () => {
  await server.stop()
  upstream.closeAllConnections()
  upstream.close()
})

const port = () => (upstream.address() as AddressInfo).port
const base = () => `http://127.0.0.1:${port()}`
const get = (path: string) => fetch(`${server.url}${path}`)

async function api(method: string, path: string, body: object): Promise<Response> {
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${server.firstRun.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
  return response
}

describe('a web folder', () => {
  it('gives its pictures to any variant', async () => {
    const response = await get('/i/demo/remote/photos/red.webp?w=60')
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/webp'])
    const { dominant } = await sharp(await response.arrayBuffer()).stats()
    expect(dominant.r).toBeGreaterThan(150)
    expect(requests.at(-1)?.url).toBe('/photos/red.webp')
  })

  it('is asked whether anything has changed, and a new picture is a new variant', async () => {
    const before = await get('/i/demo/remote/photos/red.webp?w=60')
    const same = await get('/i/demo/remote/photos/red.webp?w=60')
    expect(same.headers.get('etag')).toBe(before.headers.get('etag'))
    expect(same.headers.get('x-fovea-cache')).toBe('hit')
    etag = '"2"'
    picture = await sharp({ create: { width: 300, height: 200, channels: 3, background: '#1e1ec8' } })
      .jpeg()
      .toBuffer()
    const changed = await get('/i/demo/remote/photos/red.webp?w=60')
    expect(changed.headers.get('etag')).not.toBe(before.headers.get('etag'))
    expect((await sharp(await changed.arrayBuffer()).stats()).dominant.b).toBeGreaterThan(150)
  })

  it('may be down: the last good version is served, and what was never fetched is a 502', async () => {
    fails = true
    expect((await get('/i/demo/remote/photos/red.webp?w=60')).status).toBe(200)
    expect((await get('/i/demo/remote/photos/red.webp?w=61')).status).toBe(200)
    const never = await get('/i/demo/remote/photos/never.webp?w=60')
    expect([never.status, never.headers.get('cache-control')]).toEqual([502, 'no-store'])
    fails = false
  })

  it('answers 404 for what it does not have and 415 for what is no picture', async () => {
    expect((await get('/i/demo/remote/none.webp?w=60')).status).toBe(404)
    expect((await get('/i/demo/remote/html?w=60')).status).toBe(415)
  })

  it('may have a stand-in, which is shown for a minute', async () => {
    const form = new FormData()
    form.set('file', new Blob([new Uint8Array(picture)]), 'fallback.jpg')
    form.set('target_path', 'fallback.jpg')
    const headers = { authorization: `Bearer ${server.firstRun.apiKey}` }
    await fetch(`${server.url}/api/v1/images`, { method: 'POST', headers, body: form })
    await api('PATCH', '/api/v1/origins/web', { settings: { fallback: 'fallback.jpg' } })
    const response = await get('/i/demo/remote/absent.webp?w=60')
    expect(response.status).toBe(200)
    expect(response.headers.get('x-fovea-fallback')).toBe('origin/not-found')
    expect(response.headers.get('cache-control')).toMatch(/^public, max-age=(?:60|59)$/)
  })
})

describe('a host of the project', () => {
  it('takes its bare paths from the origin it names', async () => {
    await api('POST', '/api/v1/domains', { host: 'img.shop.test', origin: 'web' })
    const { request } = await import('node:http')
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const { hostname, port: own } = new URL(server.url)
      const headers = { host: 'img.shop.test' }
      request({ hostname, port: own, path: '/photos/red.webp?w=60', headers }, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
        .once('error', reject)
        .end()
    })
    expect(status).toBe(200)
  })
})

describe('an overlay from the web', () => {
  const payload = (url: string) => ({
    key: 'fallback.jpg',
    edits: [{ overlay: { picture: { url } } }],
  })

  it('comes through the project’s web proxy, and from nowhere else', async () => {
    const sign = async (body: object) => {
      const { createHmac } = await import('node:crypto')
      const text = Buffer.from(JSON.stringify(body)).toString('base64url')
      const sig = createHmac('sha256', server.firstRun.signingSecret).update(text).digest('hex')
      return get(`/t/demo/${text}?sig=${sig}`)
    }
    expect((await sign(payload(`${base()}/photos/mark.jpg`))).status).toBe(403)
    await api('POST', '/api/v1/origins', {
      name: 'any',
      kind: 'proxy',
      settings: { allow: [`${base()}/photos`] },
    })
    expect((await sign(payload(`${base()}/photos/mark.jpg`))).status).toBe(200)
    expect((await sign(payload(`${base()}/elsewhere/mark.jpg`))).status).toBe(403)
    expect((await sign(payload('http://169.254.169.254/latest/meta-data/'))).status).toBe(403)
  })
})
