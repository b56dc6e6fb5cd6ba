/** The Cloudinary dialect over HTTP: every parameter of its table with and without, signatures, fetch and statuses. */
import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { conformance } from '../packages/core/src/dialects/cloudinary/conformance.ts'
import { type Got, hasEffect } from './effects.ts'
import { type RunningServer, startServer } from './support.ts'

let server: RunningServer
let base: string
let picture: Buffer
const upstream = createServer((_, response) => {
  response.writeHead(200, { 'content-type': 'image/jpeg', 'cache-control': 'max-age=60' }).end(picture)
})
const port = () => (upstream.address() as AddressInfo).port

/** Coloured ramps with noise, 300 × 200: something to see for every adjustment. */
async function photo(): Promise<Buffer> {
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
    .withExif({ IFD0: { Artist: 'Ada', Copyright: 'Ada 2026' } })
    .toBuffer()
}

beforeAll(async () => {
  picture = await photo()
  const logo = await sharp({ create: { width: 40, height: 20, channels: 4, background: '#ff00ffff' } })
    .png()
    .toBuffer()
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve))
  server = await startServer({ env: { FOVEA_EGRESS_ALLOW: `127.0.0.1:${port()}` } })
  base = `${server.url}/cloudinary/${server.firstRun.project}/image`
  for (const [bytes, path] of [
    [picture, 'dir/photo.jpg'],
    [logo, 'logo.png'],
  ] as const) {
    expect((await server.upload(bytes, 'a.png', { target_path: path })).status).toBe(201)
  }
  const post = (path: string, body: object) =>
    server.api(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  const origin = { name: 'web', kind: 'proxy', settings: { allow: [`http://127.0.0.1:${port()}/`] } }
  expect((await post('/api/v1/origins', origin)).status).toBe(201)
  const named = { name: 'thumb', dialect: 'cloudinary', params: { transformation: 'c_fill,w_120,h_80' } }
  expect((await post('/api/v1/settings/presets', named)).status).toBe(201)
}, 60_000)
afterAll(async () => {
  await server?.stop()
  upstream.close()
})

async function get(path: string, accept = 'image/webp'): Promise<Got> {
  const response = await fetch(`${base}/${path}`, { headers: { accept } })
  return {
    status: response.status,
    headers: response.headers,
    bytes: Buffer.from(await response.arrayBuffer()),
  }
}
const named = (steps: string) => `upload/${steps === '' ? '' : `${steps}/`}v1/dir/photo`
const sizeOf = async ({ bytes }: Got) => {
  const { width, height } = await sharp(bytes).metadata()
  return `${width}x${height}`
}

describe('a parameter', () => {
  for (const row of conformance.rows) {
    if (!('example' in row) || row.parameter === 'fl_immutable_cache') continue
    const { with: one, without: other } = row.example
    it(`${row.parameter}: ${one} has the effect ${row.effect} beside "${other}"`, async () => {
      const [a, b] = await Promise.all([get(named(one)), get(named(other))])
      expect([a.status, b.status], a.bytes.toString('utf8', 0, 300)).toEqual([200, 200])
      expect(await hasEffect(row.effect, a, b)).toBe(true)
    })
  }

  it.each([
    ['w_100', '100x67'],
    ['c_fill,h_50,w_100', '100x50'],
    ['c_limit,w_900', '300x200'],
    ['c_lfill,h_900,w_100', '300x200'],
    ['c_crop,h_50,w_400', '300x50'],
    ['w_0.5/a_90', '100x150'],
    ['c_pad,h_100,w_100/bo_5px_solid_red', '110x110'],
    ['c_fill,g_north,h_60,w_90,y_20', '90x60'],
    ['c_fill_pad,h_90,w_40', '40x90'],
    ['ar_1:1,c_crop', '200x200'],
    ['t_thumb', '120x80'],
    ['c_fill,dpr_2,h_50,w_50', '100x100'],
  ])('%s gives %s', async (steps, size) => {
    expect(await sizeOf(await get(named(steps)))).toBe(size)
  })
})

describe('an answer', () => {
  it('has the type that is named, or the one Accept allows', async () => {
    expect((await get('upload/w_10/v1/dir/photo.png')).headers.get('content-type')).toBe('image/png')
    const auto = await get('upload/f_auto,q_auto/v1/dir/photo.jpg')
    expect([auto.headers.get('content-type'), auto.headers.get('vary')]).toEqual([
      'image/webp',
      expect.stringContaining('Accept'),
    ])
    expect((await get('upload/f_auto/v1/dir/photo.jpg', 'image/*')).headers.get('content-type')).toBe(
      'image/jpeg',
    )
  })

  it('is the original when nothing is asked, and may be cached for good with a version or a flag', async () => {
    const original = await get('upload/v1623000000/dir/photo.jpg')
    expect(original.bytes.equals(picture)).toBe(true)
    expect(original.headers.get('cache-control')).toContain('immutable')
    expect((await get(named('fl_immutable_cache'))).headers.get('cache-control')).toContain('immutable')
    expect((await get(named('w_9'))).headers.get('cache-control')).not.toContain('immutable')
  })

  it('may be a picture of the web', async () => {
    const remote = `http://127.0.0.1:${port()}/a%20b.jpg?x=1`
    expect(await sizeOf(await get(`fetch/w_60/${remote}`))).toBe('60x40')
    const layer = Buffer.from(remote).toString('base64url')
    expect((await get(named(`l_fetch:${layer},w_50`))).status).toBe(200)
    expect((await get('fetch/w_60/http://127.0.0.1:1/a.jpg')).status).toBe(400)
  })
})

describe('an error', () => {
  it.each([
    ['upload/w_5/v1/none.jpg', 404],
    ['upload/e_art:zorro/v1/dir/photo.jpg', 400],
    ['upload/w_5,foo_1/v1/dir/photo.jpg', 400],
    ['upload/s--AAAAAAAA--/w_5/v1/dir/photo.jpg', 401],
    ['authenticated/w_5/v1/dir/photo.jpg', 401],
  ])('of %s is a %i with its reason in a header', async (path, status) => {
    const { headers, bytes, status: got } = await get(path)
    expect(got).toBe(status)
    expect(headers.get('x-cld-error')).toBe(JSON.parse(bytes.toString()).error.message)
  })
})

it('serves what is signed with the secret of the project', async () => {
  const text = 'c_scale,w_30/dir/photo.jpg'
  const secret = server.firstRun.signingSecret
  const sign = (hash: 'sha1' | 'sha256', length: number) =>
    createHash(hash)
      .update(text + secret)
      .digest('base64url')
      .slice(0, length)
  for (const signature of [sign('sha1', 8), sign('sha256', 32)]) {
    const got = await get(`authenticated/s--${signature}--/c_scale,w_30/v1/dir/photo.jpg`)
    expect([got.status, got.headers.get('x-cld-error')]).toEqual([200, null])
    expect((await get(`authenticated/s--${signature}--/c_scale,w_31/v1/dir/photo.jpg`)).status).toBe(401)
  }
})
