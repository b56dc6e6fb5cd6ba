/**
 * A server with what the tests of a dialect ask for: `dir/photo.jpg`, `dir/book.pdf`, `logo.png`, a web proxy in front of an origin that
 * answers every path with the same photo, and a preset.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import sharp from 'sharp'
import { writePdf } from '../fixtures/pdf.ts'
import type { Got } from './effects.ts'
import { type RunningServer, startServer } from './support.ts'

export interface Site {
  readonly server: RunningServer
  /** Address of the dialect's mount with the project. */
  readonly base: string
  /** The bytes of `dir/photo.jpg`: 300 × 200, in Display P3, with an artist. */
  readonly picture: Buffer
  /** Address of the origin behind the web proxy, without a slash at the end. */
  readonly remote: string
  get(path: string, accept?: string): Promise<Got>
  stop(): Promise<void>
}

export interface SiteOptions {
  readonly mount: string
  readonly preset: {
    readonly name: string
    readonly dialect: string
    readonly params: Readonly<Record<string, string>>
  }
}

export async function openSite({ mount, preset }: SiteOptions): Promise<Site> {
  const picture = await photo()
  const logo = await sharp({ create: { width: 40, height: 20, channels: 4, background: '#ff00ffff' } })
    .png()
    .toBuffer()
  const upstream = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'image/jpeg', 'cache-control': 'max-age=60' }).end(picture)
  })
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve))
  const remote = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`
  const server = await startServer({ env: { FOVEA_EGRESS_ALLOW: remote.slice('http://'.length) } })
  const base = `${server.url}/${mount}/${server.firstRun.project}`
  const statuses = [
    await server.upload(picture, 'a.jpg', { target_path: 'dir/photo.jpg' }),
    await server.upload(book(), 'a.pdf', { target_path: 'dir/book.pdf' }),
    await server.upload(logo, 'a.png', { target_path: 'logo.png' }),
    await post(server, '/api/v1/origins', {
      name: 'web',
      kind: 'proxy',
      settings: { allow: [`${remote}/`] },
    }),
    await post(server, '/api/v1/settings/presets', preset),
  ].map(({ status }) => status)
  if (statuses.some((status) => status !== 201)) throw new Error(`the site cannot be made: ${statuses}`)
  return {
    server,
    base,
    picture,
    remote,
    get: (path, accept = 'image/webp') => get(`${base}/${path}`, accept),
    async stop() {
      await server.stop()
      upstream.close()
    },
  }
}

/** Width and height of a picture that was answered. */
export async function sizeOf({ bytes }: Got): Promise<string> {
  const { width, height } = await sharp(bytes).metadata()
  return `${width}x${height}`
}

async function get(url: string, accept: string): Promise<Got> {
  const response = await fetch(url, { headers: { accept } })
  return {
    status: response.status,
    headers: response.headers,
    bytes: Buffer.from(await response.arrayBuffer()),
  }
}

function post(server: RunningServer, path: string, body: object): Promise<{ readonly status: number }> {
  return server.api(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
}

/** Two pages: a lying red one, an upright blue one. */
export function book(): Buffer {
  return writePdf([
    { box: '0 0 60 40', content: '1 0 0 rg 0 0 60 40 re f' },
    { box: '0 0 40 60', content: '0 0 1 rg 0 0 40 60 re f' },
  ])
}

/** Coloured ramps with noise, 300 × 200: something to see for every adjustment. */
export async function photo(): Promise<Buffer> {
  const [width, height] = [300, 200]
  const data = Buffer.alloc(width * height * 3)
  let seed = 7
  for (let at = 0; at < data.length; at += 3) {
    seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff
    const [x, y, noise] = [(at / 3) % width, Math.floor(at / 3 / width), (seed >> 16) % 24]
    data.set(
      [30 + (190 * x) / width + noise, 60 + (120 * y) / height + noise, 140 - (80 * x) / width + noise],
      at,
    )
  }
  return sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 95 })
    .withIccProfile('p3')
    .withExif({ IFD0: { Artist: 'Ada', Copyright: 'Ada 2026' } })
    .toBuffer()
}
