/** The img-src contract §2–§3 over `inject`: statuses, shapes, error bodies, headers. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Harness, picture, startApi } from './api/api.test-harness.ts'

let harness: Harness

beforeAll(async () => {
  harness = await startApi()
})
afterAll(() => harness.close())

const hex16 = /^[0-9a-f]{16}$/

describe('POST /api/v1/images', () => {
  it('answers 201 with every key of UploadResponse, png and jxl included', async () => {
    const response = await harness.upload(await picture(1), 'My Photo (1).png')
    expect(response.statusCode, response.body).toBe(201)
    const body = response.json()
    expect(body).toMatchObject({
      paths: ['My-Photo-1.png'],
      is_new: true,
      format: 'png',
      dimensions: { width: 40, height: 30 },
      visibility: 'public',
    })
    expect(body.id).toMatch(hex16)
    expect(body.hash.startsWith(body.id)).toBe(true)
    expect(body.url).toBe(`http://images.test/i/demo/My-Photo-1.png?v=h${body.hash.slice(0, 8)}`)
    expect(Object.keys(body.available_formats).sort()).toEqual(['avif', 'jpeg', 'jxl', 'png', 'webp'])
    expect(body.available_formats.webp).toContain('/i/demo/My-Photo-1.webp?v=')
    expect(new Date(body.uploaded_at).toISOString()).toBe(body.uploaded_at)
    expect(body._links).toEqual({ self: `/api/v1/images/${body.id}`, delete: `/api/v1/images/${body.id}` })
  })

  it('answers 201 and is_new false for the same bytes, adds the path, and stores them once', async () => {
    const bytes = await picture(2)
    const first = (await harness.upload(bytes, 'twice.png')).json()
    const before = (await harness.request({ url: '/api/v1/usage' })).json()
    const second = await harness.upload(bytes, 'again.png')
    expect(second.statusCode).toBe(201)
    expect(second.json()).toMatchObject({ id: first.id, is_new: false, paths: ['twice.png', 'again.png'] })
    const after = (await harness.request({ url: '/api/v1/usage' })).json()
    expect(after.storage_used_bytes).toBe(before.storage_used_bytes)
    expect(after.total_images).toBe(before.total_images)
    expect(after.current_period.uploads).toBe(before.current_period.uploads + 1)
  })

  it('makes a new version of a path that is there, and keeps the old bytes with the old version', async () => {
    const old = (await harness.upload(await picture(3), 'versioned.png')).json()
    const project = harness.project
    const before = await harness.assets.findForDelivery(project, 'versioned.png', 'exact')
    const next = (await harness.upload(await picture(4), 'versioned.png')).json()
    expect(next.is_new).toBe(true)
    expect(next.id).not.toBe(old.id)
    const after = await harness.assets.findForDelivery(project, 'versioned.png', 'exact')
    expect(after?.id).toBe(before?.id)
    expect(after?.generation).toBe((before?.generation ?? 0) + 1)
    expect(after?.hash).toBe(next.hash)
    expect((await harness.request({ url: `/api/v1/images/${old.id}` })).statusCode).toBe(404)
    expect(await harness.isStored(project.id, old.hash)).toBe(true)
  })

  it('takes target_path as a folder, or as the whole path when it names a picture', async () => {
    const folder = await harness.upload(await picture(5), 'p.png', { target_path: 'blog/2024' })
    expect(folder.json().paths).toEqual(['blog/2024/p.png'])
    const whole = await harness.upload(await picture(6), 'p.png', { target_path: 'blog/cover.jpg' })
    expect(whole.json().paths).toEqual(['blog/cover.jpg'])
    const alias = await harness.upload(await picture(7), 'p.png', { path: 'blog/alias/' })
    expect(alias.json().paths).toEqual(['blog/alias/p.png'])
  })

  it.each([
    ['../etc/passwd.png', 'segment ".."'],
    ['/absolute.png', 'empty segment'],
    ['a//b.png', 'empty segment'],
    ['a\\b.png', 'backslash'],
    [`${'x'.repeat(1100)}.png`, 'longer than 1024'],
    ['a/./b.png', 'segment "."'],
  ])('refuses the target_path %.30j with 400 and the reason', async (path, reason) => {
    const response = await harness.upload(await picture(8), 'p.png', { target_path: path })
    expect(response.statusCode).toBe(400)
    expect(response.json().error).toMatchObject({
      code: 'VALIDATION_ERROR',
      status: 400,
      path: '/api/v1/images',
    })
    expect(response.json().detail).toContain(reason)
  })

  it('refuses what is no image with 415, what cannot be decoded with 422, and leaves nothing behind', async () => {
    const text = await harness.upload(Buffer.from('#!/bin/sh\necho not a picture at all\n'), 'evil.png')
    expect(text.statusCode, text.body).toBe(415)
    expect(text.json().error.code).toBe('UNSUPPORTED_MEDIA_TYPE')
    const cut = await harness.upload((await picture(9)).subarray(0, 20), 'cut.png')
    expect([415, 422], cut.body).toContain(cut.statusCode)
    const empty = await harness.upload(Buffer.alloc(0), 'empty.png')
    expect(empty.statusCode).toBe(400)
    expect(empty.json().code).toBe('source/empty')
    expect(await temporaryFiles()).toEqual([])
  })

  it('refuses a form without a file, with two of a field, or with a field nobody knows', async () => {
    const none = await form([['target_path', 'x']])
    expect(none.statusCode).toBe(400)
    expect(none.json().detail).toContain('no file')
    const unknown = await harness.upload(await picture(10), 'p.png', { colour: 'red' })
    expect(unknown.statusCode).toBe(400)
    expect(unknown.json()).toMatchObject({ code: 'request/unknown-parameter', pointer: '/colour' })
    const visibility = await harness.upload(await picture(10), 'p.png', { visibility: 'secret' })
    expect(visibility.statusCode).toBe(400)
    expect(visibility.json().pointer).toBe('/visibility')
    const json = await harness.request({ method: 'POST', url: '/api/v1/images', payload: { file: 'x' } })
    expect([json.statusCode, json.json().pointer]).toEqual([400, '/url'])
    const torn = await harness.request({
      method: 'POST',
      url: '/api/v1/images',
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
      payload: '--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\nabc',
    })
    expect(torn.statusCode, torn.body).toBe(400)
    expect(await temporaryFiles()).toEqual([])
  })

  it('takes the file itself as the body, and its place from the query', async () => {
    const whole = await file(await picture(911), 'target_path=raw/a.png&visibility=private')
    expect(whole.statusCode, whole.body).toBe(201)
    expect(whole.json()).toMatchObject({ paths: ['raw/a.png'], is_new: true, visibility: 'private' })
    const folder = await file(await picture(912), 'target_path=raw/&file_name=My%20photo', 'image/png')
    expect(folder.json().paths).toEqual(['raw/My-photo.png'])
    for (const seed of [913, 914]) {
      const nameless = (await file(await picture(seed), '')).json()
      expect(nameless.paths).toEqual([`${nameless.id}.png`])
    }
    const blob = (await harness.upload(await picture(916), 'blob', { target_path: 'raw/' })).json()
    expect(blob.paths).toEqual([`raw/${blob.id}.png`])
    const { metadata } = (await harness.request({ url: `/api/v1/images/${whole.json().id}` })).json()
    expect(metadata.original_filename).toBe('a.png')
  })

  it('takes a file of any media type that pictures have, however it is written', async () => {
    for (const type of ['IMAGE/PNG', 'application/pdf', 'Application/Octet-Stream; x=y'])
      expect((await file(await picture(915), 'target_path=raw/typed.png', type)).statusCode).toBe(201)
    for (const type of ['text/plain', 'application/x-www-form-urlencoded']) {
      const refused = await file(await picture(915), '', type)
      expect([refused.statusCode, refused.json().detail]).toEqual([
        415,
        expect.stringContaining('as they are'),
      ])
    }
  })

  it('refuses a body that is no image, none at all, and a query that nobody would read', async () => {
    const answers = [
      await file(Buffer.from('no picture'), 'target_path=raw/no.png', 'image/png'),
      await file(Buffer.alloc(0), 'target_path=raw/none.png'),
      await file(await picture(914), 'colour=red'),
      await file(await picture(914), 'target_path=../a.png'),
      await file(await picture(914), 'target_path=raw/text.png', 'text/css'),
      await file(Buffer.from('{"url":"data:,"}'), 'target_path=raw/json.png', 'application/json'),
    ]
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([415, 400, 400, 400, 415, 400])
    expect(answers.at(-1)?.json()).toMatchObject({ parameter: 'target_path' })
    expect(await temporaryFiles()).toEqual([])
  })

  it('refuses one byte too many with 413', async () => {
    const small = await startApi({ maxUploadBytes: 10_000 })
    try {
      const response = await small.upload(Buffer.alloc(10_001, 1), 'big.png')
      expect(response.statusCode).toBe(413)
      expect(response.json().error.code).toBe('PAYLOAD_TOO_LARGE')
      expect(response.json().limitBytes).toBe(10_000)
      expect((await small.upload(Buffer.alloc(200_000, 1), 'bigger.png')).statusCode).toBe(413)
      const asBody = {
        method: 'POST',
        url: '/api/v1/images',
        headers: { 'content-type': 'image/png' },
      } as const
      const refused = await small.request({ ...asBody, payload: Buffer.alloc(10_001, 1) })
      expect([refused.statusCode, refused.json().limitBytes]).toEqual([413, 10_000])
      expect((await small.upload(await picture(1), 'fits.png')).statusCode).toBe(201)
    } finally {
      await small.close()
    }
  })
})

describe('GET /api/v1/images', () => {
  it('pages through everything, and shows folders with the images below them', async () => {
    const own = await startApi()
    try {
      for (let seed = 0; seed < 7; seed++) {
        const folder = seed < 3 ? 'blog' : seed < 5 ? 'blog/2024' : undefined
        await own.upload(
          await picture(100 + seed),
          `n${seed}.png`,
          folder === undefined ? {} : { target_path: folder },
        )
      }
      const page = (await own.request({ url: '/api/v1/images?limit=3&offset=3' })).json()
      expect(page).toMatchObject({ total: 7, limit: 3, offset: 3, has_more: true, path_filter: null })
      expect(page.images).toHaveLength(3)
      expect(page.folders).toEqual([{ name: 'blog', image_count: 5 }])
      const blog = (await own.request({ url: '/api/v1/images?path=blog' })).json()
      expect(blog).toMatchObject({ total: 3, has_more: false, path_filter: 'blog' })
      expect(blog.folders).toEqual([{ name: '2024', image_count: 2 }])
      const last = (await own.request({ url: '/api/v1/images?path=blog/2024' })).json()
      expect(last.images.map((image: { paths: string[] }) => image.paths[0]).sort()).toEqual([
        'blog/2024/n3.png',
        'blog/2024/n4.png',
      ])
      const [item] = last.images
      expect(Object.keys(item).sort()).toEqual([
        'active_signed_url',
        'alt_text',
        'cdn_url',
        'custom_metadata',
        'focal_point',
        'id',
        'original_filename',
        'path',
        'paths',
        'sanitized_filename',
        'size',
        'tags',
        'uploaded_at',
        'url',
        'visibility',
      ])
      expect(item.active_signed_url).toBeNull()
      expect((await own.request({ url: '/api/v1/images?path=' })).json().total).toBe(2)
    } finally {
      await own.close()
    }
  })

  it.each(['limit=0', 'limit=101', 'limit=abc', 'offset=-1', 'colour=red', 'limit=1&limit=2'])(
    'refuses ?%s with 400',
    async (query) => {
      const response = await harness.request({ url: `/api/v1/images?${query}` })
      expect(response.statusCode).toBe(400)
      expect(response.json().error.code).toBe('VALIDATION_ERROR')
    },
  )

  it('searches file names and paths whatever their case, and takes wildcards literally', async () => {
    await harness.upload(await picture(11), 'Sunset_100%.PNG', { target_path: 'Trips/Ålesund' })
    const find = async (q: string) =>
      (await harness.request({ url: `/api/v1/images/search?q=${encodeURIComponent(q)}` })).json()
    expect((await find('sunset_100%')).total).toBe(1)
    expect((await find('åLESUND')).results[0].original_filename).toBe('Sunset_100%.PNG')
    expect((await find('sunset%png')).total).toBe(0)
    expect((await find('sunsetx100')).total).toBe(0)
    expect((await harness.request({ url: '/api/v1/images/search?q=' })).statusCode).toBe(400)
    expect((await harness.request({ url: `/api/v1/images/search?q=${'x'.repeat(101)}` })).statusCode).toBe(
      400,
    )
  })
})

describe('one image', () => {
  it('gives metadata with oriented size, mime type and every key', async () => {
    const { id, hash } = (await harness.upload(await picture(12, 'jpeg', 64, 32), 'meta.jpg')).json()
    const body = (await harness.request({ url: `/api/v1/images/${id}` })).json()
    expect(body.metadata).toMatchObject({
      hash,
      mime_type: 'image/jpeg',
      width: 64,
      height: 32,
      dominant_color: expect.stringMatching(/^[0-9a-f]{6}$/),
      original_filename: 'meta.jpg',
    })
    expect(Object.keys(body.urls).sort()).toEqual(['avif', 'jpeg', 'jxl', 'original', 'png', 'webp'])
    expect(body.urls.jpeg).toBe(body.urls.original)
  })

  it.each(['zzzz', 'abcdef1234567890', 'ABCDEF1234567890', '../usage'])(
    'answers 404 for the id %j',
    async (id) => {
      const response = await harness.request({ url: `/api/v1/images/${encodeURIComponent(id)}` })
      expect(response.statusCode).toBe(404)
      expect(response.json().error).toMatchObject({ code: 'NOT_FOUND', status: 404 })
      expect(response.json().error.path).toBe(`/api/v1/images/${encodeURIComponent(id)}`)
    },
  )

  it('deletes by id: rows, file and caches, before it answers', async () => {
    const bytes = await picture(13)
    const { id, hash } = (await harness.upload(bytes, 'gone.png')).json()
    await harness.upload(bytes, 'gone too.png')
    expect(await harness.assets.findForDelivery(harness.project, 'gone.webp', 'stem')).toBeDefined()
    harness.announced.length = 0
    const response = await harness.request({ method: 'DELETE', url: `/api/v1/images/${id}?permanent=true` })
    expect(response.json()).toMatchObject({ success: true, deleted_paths: ['gone.png', 'gone-too.png'] })
    expect(
      harness.announced
        .filter((change) => change.kind === 'asset' && change.gone)
        .map((change) => change.kind === 'asset' && change.stem),
    ).toEqual(expect.arrayContaining(['gone', 'gone-too']))
    expect(await harness.assets.findForDelivery(harness.project, 'gone.webp', 'stem')).toBeUndefined()
    expect(await harness.isStored(harness.project.id, hash)).toBe(false)
    expect((await harness.request({ method: 'DELETE', url: `/api/v1/images/${id}` })).statusCode).toBe(404)
  })

  it('deletes by path, as one segment with %2F or with slashes; the last path takes the image along', async () => {
    const bytes = await picture(14)
    const { id } = (await harness.upload(bytes, 'a%2Fb.png', { target_path: 'del/50% off.png' })).json()
    await harness.upload(bytes, 'x.png', { target_path: 'del/x.png' })
    const first = await harness.request({
      method: 'DELETE',
      url: `/api/v1/images/path/demo/${encodeURIComponent('del/50% off.png')}`,
    })
    expect(first.json(), first.body).toMatchObject({
      success: true,
      remaining_paths: ['del/x.png'],
      image_deleted: false,
    })
    expect(
      (await harness.request({ method: 'DELETE', url: '/api/v1/images/path/other/del%2Fx.png' })).statusCode,
    ).toBe(403)
    const last = await harness.request({ method: 'DELETE', url: '/api/v1/images/path/demo/del/x.png' })
    expect(last.json()).toMatchObject({ remaining_paths: [], image_deleted: true })
    expect((await harness.request({ url: `/api/v1/images/${id}` })).statusCode).toBe(404)
    expect(
      (await harness.request({ method: 'DELETE', url: '/api/v1/images/path/demo/del/x.png' })).statusCode,
    ).toBe(404)
  })

  it('changes visibility of all paths, and announces them', async () => {
    const bytes = await picture(15)
    const { id } = (await harness.upload(bytes, 'vis.png')).json()
    await harness.upload(bytes, 'vis2.png')
    const response = await harness.request({
      method: 'PATCH',
      url: `/api/v1/images/${id}/visibility`,
      payload: { visibility: 'private' },
    })
    expect(response.json()).toEqual({ id, visibility: 'private', message: 'Visibility updated to private' })
    for (const path of ['vis.png', 'vis2.png']) {
      expect((await harness.assets.findForDelivery(harness.project, path, 'exact'))?.visibility).toBe(
        'private',
      )
    }
    const bad = await harness.request({
      method: 'PATCH',
      url: `/api/v1/images/${id}/visibility`,
      payload: { visibility: 'hidden' },
    })
    expect(bad.statusCode).toBe(400)
    // The same bytes again without a word about visibility stay private; with one they follow it.
    expect((await harness.upload(bytes, 'vis3.png')).json().visibility).toBe('private')
    expect((await harness.upload(bytes, 'vis3.png', { visibility: 'public' })).json().visibility).toBe(
      'public',
    )
    expect((await harness.assets.findForDelivery(harness.project, 'vis.png', 'exact'))?.visibility).toBe(
      'public',
    )
  })
})

describe('errors and headers', () => {
  it('answers 401 without a key, with a made-up one, and with a revoked one', async () => {
    const none = await harness.api.inject({ url: '/api/v1/images' })
    expect(none.statusCode).toBe(401)
    expect(none.json().error).toMatchObject({ code: 'UNAUTHORIZED', path: '/api/v1/images' })
    expect(none.headers['www-authenticate']).toContain('Bearer')
    for (const token of [
      'imgsrc_test',
      `${harness.apiKey.slice(0, -1)}!`,
      `${harness.apiKey.slice(0, -1)}${harness.apiKey.endsWith('a') ? 'b' : 'a'}`,
    ]) {
      const response = await harness.api.inject({
        url: '/api/v1/images',
        headers: { authorization: `Bearer ${token}` },
      })
      expect(response.statusCode).toBe(401)
    }
  })

  it('puts rate, request id and security headers on every answer', async () => {
    for (const url of ['/api/v1/usage', '/api/v1/nothing', '/health', '/api/v1/images?limit=0', '/%ff']) {
      const { headers } = await harness.request({ url })
      expect(Number(headers['x-ratelimit-limit']), url).toBeGreaterThan(0)
      expect(Number(headers['x-ratelimit-remaining'])).toBeGreaterThan(0)
      expect(Number(headers['x-ratelimit-reset'])).toBeGreaterThan(Date.now() / 1000 - 1)
      expect(headers['x-content-type-options']).toBe('nosniff')
      expect(headers['x-fovea-request-id']).toMatch(/^[0-9a-f]{20}$/)
    }
  })

  it('answers 404, malformed JSON and unknown content types in the contract form', async () => {
    const missing = await harness.request({ url: '/api/v1/nothing?secret=1' })
    expect(missing.statusCode).toBe(404)
    expect(missing.json().error).toEqual({
      code: 'NOT_FOUND',
      message: 'There is nothing at GET /api/v1/nothing.',
      status: 404,
      path: '/api/v1/nothing',
    })
    expect(missing.headers['content-type']).toContain('application/json')
    const json = await harness.request({
      method: 'PUT',
      url: '/api/v1/settings',
      headers: { 'content-type': 'application/json' },
      payload: '{"a":',
    })
    expect(json.statusCode).toBe(400)
    const proto = await harness.request({
      method: 'PUT',
      url: '/api/v1/settings',
      headers: { 'content-type': 'application/json' },
      payload: '{"__proto__":{"theme":"dark"}}',
    })
    expect(proto.statusCode).toBe(400)
    const xml = await harness.request({
      method: 'PUT',
      url: '/api/v1/settings',
      headers: { 'content-type': 'text/xml' },
      payload: '<a/>',
    })
    expect(xml.statusCode).toBe(415)
    const url = await harness.request({ url: '/api/v1/images/%ff' })
    expect(url.statusCode, url.body).toBe(400)
    expect(harness.logged.filter((line) => line.event === 'request.unexpected-error')).toEqual([])
  })

  it('answers 429 with Retry-After once the plan is used up', async () => {
    const slow = { ...[...harness.plans.values()][0], requestsPerMinute: 3 } as never
    const limited = await startApi({ plans: new Map([['unlimited', slow]]) })
    try {
      const answers = []
      for (let index = 0; index < 5; index++) answers.push(await limited.request({ url: '/api/v1/usage' }))
      expect(answers.map((answer) => answer.statusCode)).toEqual([200, 200, 200, 429, 429])
      expect(answers.map((answer) => answer.headers['x-ratelimit-remaining'])).toEqual([
        '2',
        '1',
        '0',
        '0',
        '0',
      ])
      const retryAfter = Number(answers[3]?.headers['retry-after'])
      expect(retryAfter).toBeGreaterThan(0)
      expect(retryAfter).toBeLessThanOrEqual(60)
      expect(answers[3]?.json().error.code).toBe('RATE_LIMITED')
    } finally {
      await limited.close()
    }
  })

  it('answers /health without a key', async () => {
    const response = await harness.api.inject({ url: '/health' })
    expect(response.json()).toMatchObject({ status: 'ok' })
  })
})

async function temporaryFiles(): Promise<string[]> {
  const root = join(harness.dataDir, 'tmp')
  return (await readdir(root, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name)
}

function file(payload: Buffer, query: string, type = 'application/octet-stream') {
  const url = `/api/v1/images?${query}`
  return harness.request({ method: 'POST', url, headers: { 'content-type': type }, payload })
}

async function form(fields: readonly (readonly [string, string])[]) {
  const data = new FormData()
  for (const [name, value] of fields) data.append(name, value)
  const encoded = new Response(data)
  return harness.request({
    method: 'POST',
    url: '/api/v1/images',
    headers: { 'content-type': encoded.headers.get('content-type') ?? '' },
    payload: Buffer.from(await encoded.arrayBuffer()),
  })
}
