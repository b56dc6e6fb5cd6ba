import { createHmac } from 'node:crypto'
import { type Dialect, defaultLimits, imgSrc, signedPayload, verifySignature } from '@fovea/core'
import { describe, expect, it } from 'vitest'
import { nodeDigest } from '../../../fixtures/node-digest.ts'
import { type Answer, serve } from './client.test-server.ts'
import { type Edit, Fovea, type FoveaOptions } from './index.ts'

const secret = 'top secret ☃'
async function client(answer: Answer) {
  const server = await serve(answer)
  return { images: offline({ url: server.url }), server }
}
const offline = (options: Partial<FoveaOptions> = {}) =>
  new Fovea({
    apiKey: 'fov_key',
    url: 'https://img.example/base',
    project: 'demo',
    signingSecret: secret,
    ...options,
  }).images

function parse(dialect: Dialect, target: string) {
  const { pathname, search } = new URL(target, 'http://x/')
  return dialect.parse(
    { path: pathname.slice(1), query: search.slice(1), accept: 'none', base: '', acceptText: '', hints: {} },
    { limits: defaultLimits, deliveryFormats: ['webp'], presets: new Map() },
  )
}

/** What core reads from a URL of the client, its signature checked with core's own verifier. */
function read(url: string, mount: 'i' | 't', nowSeconds = 0) {
  const prefix = `https://img.example/base/${mount}/demo/`
  expect(url.startsWith(prefix)).toBe(true)
  const request = parse(mount === 'i' ? imgSrc : signedPayload, url.slice(prefix.length))
  if (request.signature !== undefined) {
    verifySignature(
      nodeDigest,
      request.signature,
      [
        { kid: 'k1', secret },
        { kid: 'k2', secret: 'other' },
      ],
      nowSeconds,
    )
  }
  return request
}

describe('url', () => {
  it('signs the payload and nothing else', async () => {
    const url = await offline().url('hero.jpg', { resize: { width: 800, height: 600 } })
    const payload = Buffer.from('{"key":"hero.jpg","edits":{"resize":{"width":800,"height":600}}}').toString(
      'base64url',
    )
    const sig = createHmac('sha256', secret).update(payload).digest('hex')
    expect(url).toBe(`https://img.example/base/t/demo/${payload}?sig=${sig}`)
  })

  it('is understood by the server, whatever the key', async () => {
    for (const key of ['a.jpg', 'blog/é ☃?&=#.png', '\u{1f408}.webp']) {
      expect(read(await offline().url(key), 't').source).toEqual({ kind: 'asset', path: key, match: 'exact' })
    }
  })

  it('takes every edit in order', async () => {
    const edits: Edit[] = [
      { autoOrient: false },
      { resize: { width: 800, fit: 'contain', background: 'white', upscale: true } },
      { crop: { left: 1, top: 2, width: 3, height: 4 } },
      { extend: { top: 5, background: 'red' } },
      { trim: { threshold: 12 } },
      { rotate: { angle: 45 } },
      { flip: true },
      { flop: true },
      { blur: 3 },
      { sharpen: 2 },
      { sharpen: { sigma: 2, jagged: 4 } },
      { grayscale: true },
      { modulate: { brightness: 1.2, hue: 10 } },
      { flatten: { background: '#fff' } },
    ]
    const request = read(await offline().url('a.jpg', edits, { format: 'avif', quality: 55 }), 't')
    expect(request.pipeline.map(({ op }) => op)).toEqual([
      'resize',
      'crop',
      'extend',
      'trim',
      'rotate',
      'flip',
      'flop',
      'blur',
      'sharpen',
      'sharpen',
      'grayscale',
      'modulate',
      'flatten',
    ])
    expect(request).toMatchObject({ decode: { orient: false }, output: { format: 'avif', quality: 55 } })
  })

  it('names expiry and key, which the signature covers', async () => {
    const images = offline({ keyId: 'k1' })
    const url = await images.url('a.jpg', undefined, undefined, { expires: new Date(1_900_000_000_500) })
    const request = read(url, 't', 1_900_000_000)
    expect(request.signature).toMatchObject({ expiresAt: 1_900_000_001, keyId: 'k1' })
    expect(() => read(url, 't', 1_900_000_001)).toThrow('expiry')
    expect(() => read(url.replace('exp=19', 'exp=29'), 't')).toThrow('signature')
    const soon = read(await images.url('a.jpg', [], {}, { expires: 60 }), 't').signature?.expiresAt ?? 0
    expect(soon - Date.now() / 1000).toBeGreaterThan(58)
    expect(soon - Date.now() / 1000).toBeLessThan(62)
  })

  it('needs a moment to come', async () => {
    for (const expires of [0, -5, Number.NaN, new Date(0), new Date(Number.NaN)]) {
      await expect(offline().url('a.jpg', [], {}, { expires })).rejects.toThrow('"expires"')
    }
  })
})

describe('deliveryUrl', () => {
  it('writes the plain form', async () => {
    expect(await offline().deliveryUrl('blog/photo.jpg')).toBe(
      'https://img.example/base/i/demo/blog/photo.jpg',
    )
    expect(
      await offline().deliveryUrl('blog/photo 1.jpg', { w: 800, h: 600, fit: 'cover', format: 'avif' }),
    ).toBe('https://img.example/base/i/demo/blog/photo%201.avif?w=800&h=600&fit=cover')
  })

  it('is the same URL whatever the order of parameters', async () => {
    expect(await offline().deliveryUrl('a.jpg', { h: 2, w: 1 })).toBe(
      await offline().deliveryUrl('a.jpg', { w: 1, h: 2 }),
    )
  })

  it('is understood by the server, every parameter', async () => {
    const url = await offline().deliveryUrl('a/b.jpg', {
      w: 100,
      h: 50,
      fit: 'cover',
      q: 70,
      dpr: 1.5,
      crop: 'top-left',
      grayscale: true,
      blur: 2.5,
      sharpen: 30,
      rotate: 90,
      flip: 'both',
      v: 'x_1',
      download: 'a b&c.jpg',
      format: 'webp',
      aspect: 'original',
    })
    expect(read(url, 'i')).toMatchObject({
      source: { path: 'a/b.webp' },
      pipeline: [
        { op: 'rotate' },
        { op: 'flip' },
        { op: 'flop' },
        { op: 'resize', width: 150, height: 75, position: 'top-left' },
        { op: 'grayscale' },
        { op: 'blur' },
        { op: 'sharpen' },
      ],
      output: { format: 'webp', quality: 70 },
      delivery: { version: 'x_1', download: 'a b&c.jpg' },
    })
  })

  it('names a preset and an attachment', async () => {
    expect(await offline().deliveryUrl('a.jpg', { preset: 'thumb', download: true })).toContain(
      '/a.jpg?p:thumb&download',
    )
    expect(await offline().deliveryUrl('a.b/c', { format: 'png', download: false })).toContain('/a.b/c.png')
  })

  it('can be signed', async () => {
    const signed = await offline().signedDeliveryUrl('a b.jpg', { w: 5 }, { expires: 3600 })
    expect(read(signed, 'i').signature?.signedText).toMatch(/^a%20b\.jpg\?w=5&exp=\d+$/)
    expect(read(await offline().signedDeliveryUrl('a.jpg'), 'i').signature?.signedText).toBe('a.jpg')
  })
})

describe('upload', () => {
  const stored = {
    ...{ id: '0123456789abcdef', path: 'blog/new.png', paths: ['old.png', 'blog/new.png'], is_new: false },
  }
  const bytes = new Uint8Array([137, 80, 78, 71])
  const stream = () =>
    new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(bytes.subarray(0, 2))
        controller.enqueue(bytes.subarray(2))
        controller.close()
      },
    })

  it.each([
    ['bytes', () => bytes],
    ['a buffer', () => bytes.buffer],
    ['a blob', () => new Blob([bytes])],
    ['a stream', stream],
  ])('sends %s as the body', async (_, data) => {
    const { images, server } = await client({ status: 201, body: stored })
    expect(await images.upload(data(), 'blog/new.png', { visibility: 'private' })).toEqual({
      key: 'blog/new.png',
      id: '0123456789abcdef',
      isNew: false,
    })
    const [heard] = server.heard
    expect(heard).toMatchObject({
      method: 'POST',
      url: '/api/v1/images?target_path=blog%2Fnew.png&visibility=private',
      headers: { authorization: 'Bearer fov_key', 'content-type': 'application/octet-stream' },
    })
    expect(heard?.body).toEqual(Buffer.from(bytes))
  })

  it.each(['new', 'new.', '.new', 'new one'])('returns the key the server made of blog/%s', async (name) => {
    const { images, server } = await client({ status: 201, body: stored })
    expect(await images.upload(bytes, `blog/${name}`)).toMatchObject({ key: 'blog/new.png' })
    const { searchParams } = new URL(server.heard[0]?.url ?? '', server.url)
    expect([...searchParams.values()]).toEqual(['blog/', name])
  })

  it('is not sent after a redirect, where it would arrive without its key and file', async () => {
    const moved = { status: 301, headers: { location: '/elsewhere' } }
    const { images, server } = await client(moved)
    await expect(images.upload(bytes, 'blog/new.png')).rejects.toMatchObject({ status: 301 })
    expect(server.heard).toHaveLength(1)
  })

  it('is repeated whole after 503', async () => {
    const server = await serve(
      { status: 503, headers: { 'retry-after': '0' } },
      { status: 201, body: stored },
    )
    await offline({ url: server.url }).upload(stream(), 'blog/new.png')
    expect(server.heard.map(({ body }) => body.includes(Buffer.from(bytes)))).toEqual([true, true])
  })
})

describe('list', () => {
  const item = (id: string, ...paths: string[]) => ({
    id,
    paths,
    size: 7,
    uploaded_at: '2026-01-02T03:04:05.000Z',
    visibility: 'public',
  })
  const listed = (id: string, key: string) => ({
    key,
    id,
    size: 7,
    lastModified: '2026-01-02T03:04:05.000Z',
    visibility: 'public',
  })

  it('pages with a cursor', async () => {
    const { images, server } = await client({
      body: { images: [item('a', 'x.png', 'y/z.png'), item('b', 'q.png')], next_cursor: 'c2' },
    })
    expect(await images.list({ limit: 2, cursor: 'c1' })).toEqual({
      images: [listed('a', 'x.png'), listed('a', 'y/z.png'), listed('b', 'q.png')],
      nextCursor: 'c2',
    })
    expect(server.heard[0]?.url).toBe('/api/v1/images?limit=2&cursor=c1')
  })

  it('keeps to the folder asked for', async () => {
    const { images, server } = await client({
      body: { images: [item('a', 'x.png', 'y/z.png')], next_cursor: null },
    })
    expect(await images.list({ folder: '/y/' })).toEqual({ images: [listed('a', 'y/z.png')] })
    expect(server.heard[0]?.url).toBe('/api/v1/images?path=y')
  })
})

describe('list by prefix', () => {
  it('names the key that brought the image in', async () => {
    const { images, server } = await client({
      body: {
        images: [
          {
            ...{ id: 'a', size: 7, uploaded_at: 't', visibility: 'public' },
            paths: ['x', 'y/z'],
            path: 'y/z',
          },
        ],
        next_cursor: null,
      },
    })
    expect((await images.list({ prefix: 'y' })).images.map(({ key }) => key)).toEqual(['y/z'])
    expect(server.heard[0]?.url).toBe('/api/v1/images?prefix=y')
  })
})

describe('update', () => {
  it('sends what is named', async () => {
    const { images, server } = await client({ body: {} })
    await images.update('ab', {
      altText: 'A shoe',
      tags: ['red'],
      metadata: { sku: null },
      focalPoint: { x: 0.5, y: 0.2 },
    })
    expect(server.heard[0]).toMatchObject({ method: 'PATCH', url: '/api/v1/images/ab' })
    expect(JSON.parse(server.heard[0]?.body.toString() ?? '')).toEqual({
      alt_text: 'A shoe',
      tags: ['red'],
      custom_metadata: { sku: null },
      focal_point: { x: 0.5, y: 0.2 },
    })
  })
})

describe('get, delete and metadata', () => {
  it('reads details', async () => {
    const { images, server } = await client({
      body: {
        id: 'ab',
        metadata: {
          hash: 'ff',
          original_filename: 'a.png',
          size: 9,
          uploaded_at: 't',
          mime_type: 'image/png',
          width: 3,
          height: null,
        },
        urls: { webp: '/i/demo/a.webp' },
        visibility: 'private',
      },
    })
    expect(await images.get('ab/../c')).toEqual({
      id: 'ab/../c',
      hash: 'ff',
      originalFilename: 'a.png',
      size: 9,
      uploadedAt: 't',
      mimeType: 'image/png',
      width: 3,
      height: undefined,
      visibility: 'private',
      urls: { webp: '/i/demo/a.webp' },
    })
    expect(server.heard[0]?.url).toBe('/api/v1/images/ab%2F..%2Fc')
  })

  it('deletes one key, sent as one segment', async () => {
    const { images, server } = await client({ body: { success: true } })
    await images.delete('blog/é.png')
    expect(server.heard[0]).toMatchObject({
      method: 'DELETE',
      url: '/api/v1/images/path/demo/blog%2F%C3%A9.png',
    })
  })

  it('asks for metadata through a signed URL, without the API key', async () => {
    const { images, server } = await client({ body: { width: 3, height: 4 } })
    expect(await images.metadata('a.png')).toEqual({ width: 3, height: 4 })
    const heard = server.heard[0]
    expect(heard?.headers.authorization).toBeUndefined()
    const request = parse(signedPayload, heard?.url.slice('/t/demo/'.length) ?? '')
    expect(request).toMatchObject({ output: { kind: 'metadata' }, source: { path: 'a.png' } })
  })
})
