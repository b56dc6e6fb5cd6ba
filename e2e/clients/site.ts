/**
 * A project's own host for a vendor's client: one server, one host name whose dialect is the vendor's, pictures that
 * tell which part of them one sees, and a web origin on loopback.
 *
 * Clients print `https://…` of a host that resolves to nothing; requests go to the server's port with that name as
 * `Host`, through node:http because `fetch` neither sets `Host` nor sends a target as it stands. The name comes from a
 * proxy that ends TLS, as in a real installation (`FOVEA_TRUSTED_PROXIES`).
 */
import { Agent, createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import sharp from 'sharp'
import { expect } from 'vitest'
import type { Got } from '../effects.ts'
import { type RunningServer, startServer } from '../support.ts'
import { locator } from './locator.ts'

export interface Site {
  readonly server: RunningServer
  /** What the clients are told as token, API secret or private key. */
  readonly secret: string
  /** `http://127.0.0.1:40124`: answers every path with the locator, and is the project's web proxy origin. */
  readonly web: string
  /** Requests the target of an absolute URL, as printed, with its host name. */
  get(url: string, accept?: string): Promise<Got>
  /** Requests a raw target on a host. */
  target(host: string, target: string, accept?: string): Promise<Got>
  post(path: string, body: object, method?: string): Promise<Response>
  stop(): Promise<void>
}

export interface SiteOptions {
  /** Host name → dialect of its bare paths. */
  readonly hosts: Readonly<Record<string, string>>
  /** Path → picture; `photo.jpg` and `logo.png` are always there. */
  readonly pictures?: Readonly<Record<string, Buffer>>
}

export async function startSite({ hosts, pictures = {} }: SiteOptions): Promise<Site> {
  const photo = await locator(400, 300)
  const upstream = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'image/jpeg', 'cache-control': 'max-age=600' }).end(photo)
  })
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve))
  const web = `127.0.0.1:${(upstream.address() as AddressInfo).port}`
  const server = await startServer({
    env: { FOVEA_EGRESS_ALLOW: web, FOVEA_TRUSTED_PROXIES: '127.0.0.1' },
  })
  const agent = new Agent({ keepAlive: true, maxSockets: 8 })

  const post = (path: string, body: object, method = 'POST') =>
    server.api(path, {
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  const target = (host: string, path: string, accept = '*/*') =>
    new Promise<Got>((resolve, reject) => {
      const headers = { host, accept, 'x-forwarded-proto': 'https' }
      const sent = request({ agent, host: '127.0.0.1', port: server.port, path, headers }, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk)).once('error', reject)
        response.once('end', () => {
          const found = new Headers()
          for (const [name, value] of Object.entries(response.headers)) found.set(name, String(value))
          resolve({ status: response.statusCode ?? 0, headers: found, bytes: Buffer.concat(chunks) })
        })
      })
      sent.once('error', reject).end()
    })

  for (const [host, dialect] of Object.entries(hosts)) {
    expect((await post('/api/v1/domains', { host, dialect })).status, host).toBe(201)
  }
  const origin = { name: 'web', kind: 'proxy', settings: { allow: [`http://${web}/`] } }
  expect((await post('/api/v1/origins', origin)).status).toBe(201)
  const logo = await sharp({ create: { width: 40, height: 20, channels: 4, background: '#ff00ff' } })
    .png()
    .toBuffer()
  for (const [path, bytes] of Object.entries({ 'photo.jpg': photo, 'logo.png': logo, ...pictures })) {
    const response = await server.upload(bytes, 'a.png', { target_path: path })
    expect(response.status, `${path}: ${await response.text()}`).toBe(201)
  }
  return {
    server,
    secret: server.firstRun.signingSecret,
    web: `http://${web}`,
    get: (url, accept) => {
      const [, host = '', path = ''] = /^https?:\/\/([^/]+)(\/.*)$/s.exec(url) ?? []
      return target(host, path, accept)
    },
    target,
    post,
    async stop() {
      agent.destroy()
      await server.stop()
      upstream.closeAllConnections()
      upstream.close()
    },
  }
}

/** Everything that differs from `text` in one byte of those a URL may hold, and is sent as such. */
export function* singleByteChanges(text: string): Generator<string> {
  for (let at = 1; at < text.length; at++) {
    const byte = text[at] ?? ''
    const otherCase = byte === byte.toUpperCase() ? byte.toLowerCase() : byte.toUpperCase()
    for (const other of new Set([otherCase, '0', '_', '&', '?', '/', '%'])) {
      if (other !== byte) yield text.slice(0, at) + other + text.slice(at + 1)
    }
  }
}

/** URLs of a `srcset`, with their descriptors. */
export function candidates(srcset: string): readonly { readonly url: string; readonly descriptor: string }[] {
  return srcset.split(/,\s+/).map((candidate) => {
    const [url = '', descriptor = ''] = candidate.trim().split(/\s+/)
    return { url, descriptor }
  })
}
