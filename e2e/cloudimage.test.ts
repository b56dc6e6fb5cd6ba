/** The Cloudimage dialect over HTTP: every parameter of its table with and without, origins, signatures and statuses. */
import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { conformance } from '../packages/core/src/dialects/cloudimage/conformance.ts'
import { type Got, hasEffect } from './effects.ts'
import { book, photo, sizeOf } from './site.ts'
import { type RunningServer, startServer } from './support.ts'

let server: RunningServer
let base: string
let picture: Buffer
/** What the origin has. */
let remote: Buffer
const asked: string[] = []
const upstream = createServer(({ url = '' }, response) => {
  asked.push(url)
  if (!url.startsWith('/dir/')) response.writeHead(404).end()
  else response.writeHead(200, { 'content-type': 'image/jpeg', 'cache-control': 'max-age=60' }).end(remote)
})
const port = () => (upstream.address() as AddressInfo).port

/** Beside the photo: a framed dot, a logo, a document. */
async function pictures(): Promise<Readonly<Record<string, Buffer>>> {
  const solid = (width: number, height: number, background: string) =>
    sharp({ create: { width, height, channels: 4, background } })
  const dot = await solid(60, 40, '#2060c0').png().toBuffer()
  return {
    'photo.jpg': picture,
    'dir/photo two.jpg': picture,
    'book.pdf': book(),
    'logo.png': await solid(40, 20, '#ff00ff').png().toBuffer(),
    'framed.png': await solid(100, 80, '#ff0000')
      .composite([{ input: dot }])
      .removeAlpha()
      .png()
      .toBuffer(),
  }
}

async function post(path: string, body: object): Promise<void> {
  const response = await server.api(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  expect(response.status, await response.text()).toBe(201)
}

beforeAll(async () => {
  picture = await photo()
  remote = picture
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve))
  server = await startServer({ env: { FOVEA_EGRESS_ALLOW: `127.0.0.1:${port()}` } })
  base = `${server.url}/cloudimage/${server.firstRun.project}`
  for (const [path, bytes] of Object.entries(await pictures()))
    expect((await server.upload(bytes, 'a.png', { target_path: path })).status).toBe(201)
  const baseUrl = `http://127.0.0.1:${port()}`
  await post('/api/v1/origins', { name: 'web', kind: 'proxy', settings: { allow: [`127.0.0.1:${port()}`] } })
  await post('/api/v1/origins', {
    name: 'shop',
    kind: 'web',
    prefix: 'shop/',
    settings: { baseUrl, keyQuery: ['v'] },
  })
  await post('/api/v1/settings/presets', { name: 'thumb', dialect: 'cloudimage', params: { w: 120, h: 80 } })
}, 60_000)
afterAll(async () => {
  await server?.stop()
  upstream.close()
})

async function get(target: string, accept = 'image/webp,*/*'): Promise<Got> {
  const response = await fetch(`${base}/${target}`, { headers: { accept } })
  return {
    status: response.status,
    headers: response.headers,
    bytes: Buffer.from(await response.arrayBuffer()),
  }
}
const typeOf = ({ headers }: Got) => headers.get('content-type')

function targetOf(example: string): string {
  if (example.startsWith('/')) return example.slice(1)
  return /^[\w/]+\.\w+\?/.test(example) ? example : `photo.jpg?${example}`
}

describe('a parameter', () => {
  for (const row of conformance.rows) {
    if (!('example' in row) || row.effect === 'faces') continue
    it(`${row.parameter}: ${row.example.with} (${row.effect})`, async () => {
      const [a, b] = await Promise.all([get(targetOf(row.example.with)), get(targetOf(row.example.without))])
      if (row.effect !== 'status') {
        expect(b.status).toBe(200)
        expect(a.status, a.bytes.toString('utf8', 0, 300)).toBe(200)
      }
      expect(await hasEffect(row.effect, a, b)).toBe(true)
    })
  }

  it('leaves the picture alone when it is not in the table, or has no effect', async () => {
    const ignored = conformance.rows.filter(({ status }) => status === 'ignored')
    const query = ['unheard=1', ...ignored.map(({ parameter }) => `${parameter}=1`)].join('&')
    const [plain, more] = [await get('photo.jpg?w=60'), await get(`photo.jpg?w=60&${query}`)]
    expect(more.status).toBe(200)
    expect(more.bytes.equals(plain.bytes)).toBe(true)
  })

  it('is refused with 501 when it needs what is not there', async () => {
    for (const query of ['blur_faces=5', 'f=blur_faces:5'])
      expect((await get(`photo.jpg?${query}`)).status, query).toBe(501)
  })

  it.each([
    ['w=100', '100x67'],
    ['w=600', '600x400'],
    ['w=600&org_if_sml=1', '300x200'],
    ['w=400&h=50&org_if_sml=1', '300x200'],
    ['w=90&h=90', '90x90'],
    ['w=600&h=90&func=fit', '600x90'],
    ['w=400&h=400&func=cropfit', '400x400'],
    ['w=90&h=90&func=bound', '90x60'],
    ['w=90&h=90&func=boundmin', '135x90'],
    ['w=90&h=40&func=cover', '90x40'],
    ['w=90&h=90&dpr=1.5', '135x135'],
    ['w=100&aspect_ratio=2:1', '100x50'],
    ['aspect_ratio=1:1', '200x200'],
    ['aspect_ratio=1:1,2:1', '300x200'],
    ['aspect_ratio=2:1,3:1&w=100', '100x50'],
    ['tl_px=50,50&br_px=150,120', '100x70'],
    ['tl_px=250,150&w=100&h=100', '100x100'],
    ['r=90&w=100', '100x150'],
    ['func=fit&w=120&h=120&margin=10', '120x120'],
    ['func=fit&w=120&h=120&margin=10&gravity=north', '120x120'],
    ['p=thumb&w=10', '120x80'],
  ])('%s gives %s', async (query, size) => {
    expect(await sizeOf(await get(`photo.jpg?${query}`))).toBe(size)
  })

  it('takes a page of a document', async () => {
    expect(await sizeOf(await get('book.pdf?force_format=png'))).toBe('120x80')
    expect(await sizeOf(await get('book.pdf?force_format=png&doc_page=2'))).toBe('80x120')
    // A photo has no pages: it is itself, whichever is asked for.
    expect((await get('photo.jpg?doc_page=2')).bytes).toEqual((await get('photo.jpg')).bytes)
    expect(await sizeOf(await get('book.pdf?force_format=png&doc_page=2&w=20'))).toBe('20x30')
  })

  it('turns counter-clockwise, and keeps what gravity says', async () => {
    const corner = async (query: string) => {
      const { bytes } = await get(`photo.jpg?${query}&force_format=png`)
      const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true })
      return { left: data[0] ?? 0, right: data[(info.width - 1) * 3] ?? 0 }
    }
    // Red grows to the right: turned to the left, the bright side is on top.
    expect((await corner('r=90')).left).toBeGreaterThan(180)
    expect((await corner('w=20&h=200&gravity=280,100')).left).toBeGreaterThan(180)
    expect((await corner('w=20&h=200&gravity=0p,50p')).right).toBeLessThan(80)
    expect((await corner('flip=h')).left).toBeGreaterThan(180)
  })
})

describe('the format', () => {
  it('is the first of a list that the client accepts, and the source’s own otherwise', async () => {
    const list = 'photo.jpg?w=60&force_format=avif,_webp,png'
    expect(typeOf(await get(list))).toBe('image/webp')
    expect((await get(list)).headers.get('vary')).toBe('Accept')
    expect(typeOf(await get(list, 'image/avif'))).toBe('image/avif')
    expect(typeOf(await get(list, '*/*'))).toBe('image/png')
    expect(typeOf(await get('photo.jpg?w=60'))).toBe('image/jpeg')
    expect((await get('photo.jpg?w=60')).headers.get('vary')).toBeNull()
  })

  it('webp is the lighter of WebP and JPEG', async () => {
    const soft = await get('photo.jpg?q=95&force_format=webp')
    const [webp, jpeg] = [await get('photo.jpg?q=95&force_format=_webp'), await get('photo.jpg?q=95')]
    expect(soft.bytes.length).toBe(Math.min(webp.bytes.length, jpeg.bytes.length))
  })

  it('is saved under its name', async () => {
    const { headers } = await get('dir/photo%20two.jpg?w=60&force_format=png&force_download=1')
    expect(headers.get('content-disposition')).toContain('filename="photo two.png"')
  })

  it('is the original with func=proxy', async () => {
    expect((await get('photo.jpg?func=proxy&w=5')).bytes.equals(picture)).toBe(true)
  })
})

describe('an origin', () => {
  const host = () => `127.0.0.1:${port()}`
  it.each([
    ['an absolute URL', () => `v7/http://${host()}/dir/a.jpg?w=60`, '/dir/a.jpg'],
    ['merged slashes', () => `v7/http:/${host()}/dir/b.jpg?v=2&w=60`, '/dir/b.jpg'],
    ['a host over http, when https is silent', () => `${host()}/dir/c.jpg?w=60`, '/dir/c.jpg'],
    [
      'an encoded whole with a query',
      () => `${encodeURIComponent(`${host()}/dir/d.jpg?v=2&w=9`)}?ci_url_encoded=1&w=60`,
      '/dir/d.jpg?v=2&w=9',
    ],
    ['an alias', () => '_shop_/dir/e.jpg?v=3&w=60', '/dir/e.jpg?v=3'],
    ['a path below a prefix', () => 'shop/dir/f.jpg?w=60&org_if_sml=1', '/dir/f.jpg'],
  ])('may be %s', async (_, target, url) => {
    const got = await get(target())
    expect(got.status, got.bytes.toString('utf8', 0, 300)).toBe(200)
    expect(await sizeOf(got)).toBe('60x40')
    expect(asked.at(-1)).toBe(url)
  })

  it('gives watermarks too', async () => {
    const plain = await get('photo.jpg?w=100')
    for (const url of [`http://${host()}/dir/mark.jpg`, '_shop_/dir/mark.jpg', 'shop/dir/mark.jpg']) {
      const query = `w=100&wat=1&wat_scale=50p&wat_gravity=east&wat_url=${encodeURIComponent(url)}`
      const marked = await get(`photo.jpg?${query}`)
      expect(marked.status, url).toBe(200)
      expect(await hasEffect('pixels', marked, plain)).toBe(true)
    }
  })

  it.each([
    ['https://other.test/a.jpg?w=60', 403],
    ['other.test/a.jpg?w=60', 403],
    ['_gone_/a.jpg?w=60', 404],
    ['none.jpg?w=60', 404],
    ['shop/none.jpg?w=60', 404],
    ['photo.jpg?p=gone', 400],
    ['photo.jpg?func=contain', 400],
    ['photo.jpg?w=99999999', 422],
    ['book.pdf?doc_page=3', 422],
  ])('%s is answered with %i', async (target, status) => {
    const { status: got, headers, bytes } = await get(target)
    expect(got).toBe(status)
    expect(headers.get('content-type')).toBe('application/problem+json')
    expect(JSON.parse(bytes.toString()).status).toBe(status)
  })
})

describe('a signature', () => {
  const salt = () => server.firstRun.signingSecret
  const sha1 = (text: string) => createHash('sha1').update(text).digest('hex').slice(0, 18)

  it('holds for the text it covers', async () => {
    for (const text of ['/photo.jpg?w=50', 'photo.jpg?w=50']) {
      const sign = sha1(salt() + text)
      for (const version of ['', 'v7/'])
        expect((await get(`${version}photo.jpg?w=50&ci_sign=${sign}`)).status).toBe(200)
      expect((await get(`photo.jpg?w=51&ci_sign=${sign}`)).status).toBe(403)
    }
  })

  it('shows a private watermark where it is sealed, and not to those who write one beside a seal', async () => {
    const secret = await sharp({ create: { width: 20, height: 20, channels: 3, background: '#123456' } })
      .png()
      .toBuffer()
    const stored = { target_path: 'secret.png', visibility: 'private' }
    expect((await server.upload(secret, 'a.png', stored)).status).toBe(201)
    const sealedOf = (query: string) => {
      const eqs = Buffer.from(query).toString('base64url')
      return `photo.jpg?ci_eqs=${eqs}&ci_seal=${sha1(`/photo.jpg${eqs}${salt()}`)}`
    }
    const answer = await get(sealedOf('w=60&wat=1&wat_url=/secret.png'))
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([
      200,
      expect.stringContaining('private'),
    ])
    expect((await get(`${sealedOf('w=60')}&wat=1&wat_url=/secret.png`)).status).toBe(403)
    expect((await get(`${sealedOf('w=60')}&wat=1&wat_url=/logo.png`)).status).toBe(200)
  })

  it('seals a watermark that nobody can take off', async () => {
    const eqs = Buffer.from('wat=1&wat_url=/logo.png&wat_scale=80p').toString('base64url')
    const sealed = `photo.jpg?w=100&ci_eqs=${eqs}&ci_seal=${sha1(`/photo.jpg${eqs}${salt()}`)}`
    const [marked, plain] = [await get(sealed), await get('photo.jpg?w=100')]
    expect(marked.status).toBe(200)
    expect(await hasEffect('pixels', marked, plain)).toBe(true)
    for (const more of ['wat=0', 'wat_opacity=0', 'wat_scale=1', 'func=proxy'])
      expect((await get(`${sealed}&${more}`)).bytes.equals(marked.bytes), more).toBe(true)
    expect((await get(sealed.replace('photo.jpg', 'framed.png'))).status).toBe(403)
  })
})

describe('settings of the account', () => {
  const put = (settings: object) =>
    server.api('/api/v1/settings/dialects/cloudimage', {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(settings),
    })

  it('act at once: rules, the watermark of wat=1, automatic WebP', async () => {
    const plain = await get('photo.jpg?h=90')
    const answer = await put({
      rules: [{ path: 'photo*', params: { w: 90, q: 30 } }],
      watermark: { wat_url: '/logo.png', wat_scale: '80p' },
      auto_webp: true,
    })
    expect(answer.status, await answer.text()).toBe(200)
    expect(await sizeOf(await get('photo.jpg'))).toBe('90x60')
    expect(await sizeOf(await get('photo.jpg?w=70'))).toBe('70x47')
    expect(await sizeOf(await get('dir/photo%20two.jpg'))).toBe('90x60')
    const marked = await get('photo.jpg?wat=1')
    expect(await hasEffect('pixels', marked, await get('photo.jpg'))).toBe(true)
    expect([typeOf(marked), marked.headers.get('vary')]).toEqual(['image/webp', 'Accept'])
    expect(typeOf(await get('photo.jpg', 'image/*'))).toBe('image/jpeg')
    expect((await put({})).status).toBe(200)
    expect((await get('photo.jpg?h=90')).bytes.equals(plain.bytes)).toBe(true)
    expect((await get('photo.jpg?wat=1')).status).toBe(400)
  })

  it('are refused at once when no URL could say them', async () => {
    for (const settings of [
      { rules: [{ path: 'a', params: { widht: 5 } }] },
      { watermark: { wat_scale: 5 } },
      { x: 1 },
    ])
      expect((await put(settings)).status, JSON.stringify(settings)).toBe(400)
    const stored = await server.api('/api/v1/settings/dialects/cloudimage')
    expect(await stored.json()).toEqual({
      dialect: 'cloudimage',
      settings: { rules: [], watermark: null, auto_webp: false },
    })
    expect((await server.api('/api/v1/settings/dialects/imgix')).status).toBe(400)
  })
})

describe('invalidation', () => {
  const invalidate = (body: unknown, headers: Record<string, string> = {}) =>
    fetch(`${server.url}/invalidate`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-client-key': server.firstRun.apiKey, ...headers },
      body: JSON.stringify(body),
    })
  const isCached = async (target: string) => (await get(target)).headers.get('x-fovea-cache') === 'hit'

  it('is received', async () => {
    const answer = await invalidate({ scope: 'urls', urls: ['/v7/photo.jpg?w=77'] })
    expect(answer.status).toBe(201)
    expect(await answer.json()).toEqual({
      status: 'success',
      msg: 'Your invalidation request has been received',
      invalidation: {
        status: 'RECEIVED',
        uuid: expect.stringMatching(/^[0-9a-f-]{36}$/),
        added_at: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}$/),
      },
    })
  })

  it.each([
    ['a path', { scope: 'original', urls: ['/photo.jpg'] }, [false, true]],
    ['a folder', { scope: 'original', urls: ['/v7/dir/*'] }, [true, false]],
    [
      'a rendition',
      { scope: 'urls', urls: ['https://t.cloudimg.io/v7/dir/photo%20two.jpg?w=71'] },
      [true, false],
    ],
    ['everything', { scope: 'all' }, [false, false]],
    ['everything by a pattern', { scope: 'original', urls: ['*'] }, [false, false]],
  ])('makes %s anew', async (_, body, left) => {
    const targets = ['photo.jpg?w=71', 'dir/photo%20two.jpg?w=71']
    for (const target of targets) await get(target)
    for (const target of targets) expect(await isCached(target)).toBe(true)
    expect((await invalidate(body)).status).toBe(201)
    expect([await isCached(targets[0] ?? ''), await isCached(targets[1] ?? '')]).toEqual(left)
  })

  it.each([
    ['an alias', () => '_shop_/dir/i1.jpg', () => '/_shop_/dir/i1.jpg'],
    ['a host', () => `127.0.0.1:${port()}/dir/i2.jpg`, () => `/v7/127.0.0.1:${port()}/dir/i2.jpg`],
    ['a host and a pattern', () => `127.0.0.1:${port()}/dir/i3.jpg`, () => `/127.0.0.1:${port()}/*`],
    ['an address', () => `http://127.0.0.1:${port()}/dir/i4.jpg`, () => `http://127.0.0.1:${port()}/dir/i*`],
    ['a prefix', () => 'shop/dir/i5.jpg', () => '/shop/dir/i*'],
  ])('asks the origin of %s again', async (_, target, named) => {
    remote = picture
    const path = `${target()}?w=72`
    const before = await get(path)
    expect(before.status).toBe(200)
    remote = await sharp(picture).negate().jpeg().toBuffer()
    expect((await get(path)).bytes.equals(before.bytes)).toBe(true)
    expect((await invalidate({ scope: 'original', urls: [named()] })).status).toBe(201)
    expect((await get(path)).bytes.equals(before.bytes)).toBe(false)
    remote = picture
  })

  it('is for those who have a key, and says what is wrong', async () => {
    expect((await invalidate({ scope: 'all' }, { 'x-client-key': '' })).status).toBe(401)
    expect((await invalidate({ scope: 'all' }, { 'x-client-key': 'fov_nothing' })).status).toBe(401)
    const other = await server.api('/api/v1/project', {
      headers: { authorization: '', 'x-client-key': server.firstRun.apiKey },
    })
    expect(other.status).toBe(401)
    for (const body of [{}, { scope: 'some' }, { scope: 'urls' }, { scope: 'original', urls: ['/../a'] }])
      expect((await invalidate(body)).status, JSON.stringify(body)).toBe(400)
  })
})

it('describes the request with ci_info', async () => {
  const { headers, bytes } = await get('photo.jpg?w=100&h=50&wat=1&wat_url=/logo.png&ci_info=1')
  expect(headers.get('content-type')).toBe('application/json')
  expect(JSON.parse(bytes.toString())).toMatchObject({
    original: { width: 300, height: 200, format: 'image/jpeg' },
    result: { width: 100, height: 50 },
    format: 'jpeg',
  })
})
