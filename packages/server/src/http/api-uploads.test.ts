/** Every other way in: presigned, resumable, from an address; what a plan allows; what is refused. */
import { createHash } from 'node:crypto'
import { readdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { InjectOptions } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testKinds } from '../db/databases.test-harness.ts'
import { selfHostedPlans } from '../projects/index.ts'
import { type Harness, picture, startApi } from './api/api.test-harness.ts'

const idOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex').slice(0, 16)

for (const { kind, skip } of testKinds) {
  describe.skipIf(skip !== undefined)(`uploads on ${kind}${skip === undefined ? '' : ` (${skip})`}`, () => {
    let harness: Harness
    let seed = 100

    beforeAll(async () => {
      harness = await startApi({ kind, maxUploadBytes: 200_000 })
    })
    afterAll(() => harness?.close())

    const presign = async (wanted: object) => {
      const response = await harness.request({
        method: 'POST',
        url: '/api/v1/uploads/presign',
        payload: wanted,
      })
      expect(response.statusCode, response.body).toBe(201)
      return response.json() as { upload_url: string; headers: Record<string, string>; expires_at: string }
    }
    /** Without a key. */
    const put = (url: string, payload: Buffer, headers: Record<string, string> = {}) =>
      harness.api.inject({ method: 'PUT', url: new URL(url).pathname, payload, headers })
    const at = async (path: string) =>
      (await harness.assets.findForDelivery(harness.project, path, 'exact'))?.hash.slice(0, 16)
    const leftovers = async () => [
      ...(await readdir(join(harness.dataDir, 'uploads'))),
      ...(await readdir(join(harness.dataDir, 'tmp'), { recursive: true, withFileTypes: true }))
        .filter((entry) => entry.isFile())
        .map(({ name }) => name),
    ]

    describe('presigned', () => {
      it('takes the file once, at exactly the path, without a key, from any site', async () => {
        const bytes = await picture(++seed)
        const {
          upload_url: url,
          headers,
          expires_at: expires,
        } = await presign({
          path: 'direct/no-extension',
          content_type: 'image/png',
          visibility: 'private',
        })
        expect(Date.parse(expires) - Date.now()).toBeGreaterThan(295_000)
        expect(Date.parse(expires) - Date.now()).toBeLessThanOrEqual(300_000)
        const response = await put(url, bytes, headers)
        expect(response.statusCode, response.body).toBe(201)
        expect(response.json()).toMatchObject({ paths: ['direct/no-extension'], visibility: 'private' })
        expect(response.headers['access-control-allow-origin']).toBe('*')
        expect(await at('direct/no-extension')).toBe(idOf(bytes))
        const again = await put(url, await picture(++seed), headers)
        expect([again.statusCode, again.json().type]).toEqual([409, expect.stringContaining('upload/used')])
        expect(await at('direct/no-extension')).toBe(idOf(bytes))
        const preflight = await harness.api.inject({ method: 'OPTIONS', url: new URL(url).pathname })
        expect(preflight.statusCode).toBe(204)
        expect(preflight.headers['access-control-allow-methods']).toBe('PUT')
        expect(await leftovers()).toEqual([])
      })

      it('of two at once lets one through', async () => {
        const { upload_url: url } = await presign({ path: 'direct/race.png', overwrite: true })
        const both = await Promise.all(
          [await picture(++seed), await picture(++seed)].map((bytes) => put(url, bytes)),
        )
        expect(both.map(({ statusCode }) => statusCode).sort()).toEqual([201, 409])
        const won = both.find(({ statusCode }) => statusCode === 201)?.json()
        expect(await at('direct/race.png')).toBe(won.id)
        expect((await harness.blobs.sweep()).removed).toBe(0)
      })

      it('replaces only when it was announced so', async () => {
        const bytes = await picture(++seed)
        const { upload_url: early } = await presign({ path: 'direct/taken.png' })
        await harness.upload(bytes, 'x.png', { target_path: 'direct/taken.png' })
        expect((await put(early, await picture(++seed))).statusCode).toBe(409)
        expect(await at('direct/taken.png')).toBe(idOf(bytes))
        const refused = await harness.request({
          method: 'POST',
          url: '/api/v1/uploads/presign',
          payload: { path: 'direct/taken.png' },
        })
        expect([refused.statusCode, refused.json().error.code]).toEqual([409, 'CONFLICT'])
        const { upload_url: url } = await presign({ path: 'direct/taken.png', overwrite: true })
        const other = await picture(++seed)
        expect((await put(url, other)).statusCode).toBe(201)
        expect(await at('direct/taken.png')).toBe(idOf(other))
      })

      it('holds the file to type and size, whatever it says of itself', async () => {
        const bytes = await picture(++seed)
        const wanted = { path: 'direct/bound.png' }
        const refusals: readonly (readonly [object, Buffer, Record<string, string>, number])[] = [
          [{ content_type: 'image/png' }, bytes, {}, 415],
          [{ content_type: 'image/png' }, bytes, { 'content-type': 'image/jpeg' }, 415],
          [{ content_type: 'image/jpeg' }, bytes, { 'content-type': 'image/jpeg' }, 415],
          [{ max_bytes: bytes.length - 1 }, bytes, {}, 413],
          [{ min_bytes: bytes.length + 1 }, bytes, {}, 400],
          [{}, Buffer.from('<svg-not'), {}, 415],
          [{}, Buffer.alloc(0), {}, 400],
        ]
        for (const [bounds, body, headers, status] of refusals) {
          const { upload_url: url } = await presign({ ...wanted, ...bounds })
          const response = await put(url, body, headers)
          expect([JSON.stringify(bounds), response.statusCode]).toEqual([JSON.stringify(bounds), status])
        }
        expect(await at('direct/bound.png')).toBeUndefined()
        const exact = { content_type: 'image/png', min_bytes: bytes.length, max_bytes: bytes.length }
        const { upload_url: url } = await presign({ ...wanted, ...exact })
        // What was refused for its form may be sent again.
        expect((await put(url, bytes)).statusCode).toBe(415)
        expect((await put(url, bytes, { 'content-type': 'image/png' })).statusCode).toBe(201)
        expect(await leftovers()).toEqual([])
      })

      it('is over when its time is, and nobody guesses an address', async () => {
        const { upload_url: url } = await presign({ path: 'direct/late.png', expires_in_seconds: 1 })
        await harness.database.queries
          .updateTable('pending_uploads')
          .set({ expires_at: Date.now() - 1 })
          .where('path', '=', 'direct/late.png')
          .execute()
        expect((await put(url, await picture(1))).statusCode).toBe(410)
        expect((await put(`${url.slice(0, -1)}!`, await picture(1))).statusCode).toBe(404)
        for (const payload of [
          { path: '../etc/passwd' },
          { path: '/a.png' },
          { path: 'a.png', expires_in_seconds: 301 },
          { path: 'a.png', max_bytes: 10, min_bytes: 11 },
          { path: 'a.png', content_type: 'text/html' },
          { path: 'a.png', colour: 'red' },
        ]) {
          const response = await harness.request({ method: 'POST', url: '/api/v1/uploads/presign', payload })
          expect([JSON.stringify(payload), response.statusCode]).toEqual([JSON.stringify(payload), 400])
        }
      })
    })

    describe('resumable', () => {
      const tus = (options: InjectOptions) =>
        harness.api.inject({
          ...options,
          headers: {
            'tus-resumable': '1.0.0',
            ...(options.method === 'PATCH' ? { 'content-type': 'application/offset+octet-stream' } : {}),
            ...options.headers,
          },
        })
      const create = (length: number, headers: Record<string, string> = {}, payload?: Buffer) =>
        tus({
          method: 'POST',
          url: '/api/v1/uploads/tus',
          headers: { authorization: `Bearer ${harness.apiKey}`, 'upload-length': String(length), ...headers },
          ...(payload === undefined ? {} : { payload }),
        })
      const metadata = (pairs: Record<string, string>) =>
        Object.entries(pairs)
          .map(([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`)
          .join(',')
      const pathOf = (response: { headers: Record<string, unknown> }) =>
        new URL(String(response.headers.location)).pathname

      it('grows part by part, across restarts, and is an image with its last byte', async () => {
        const bytes = await picture(++seed)
        const created = await create(bytes.length, {
          'upload-metadata': metadata({ filename: 'Große Datei.png', target_path: 'tus/', unknown: 'x' }),
        })
        expect(created.statusCode, created.body).toBe(201)
        expect(created.headers['upload-expires']).toMatch(/GMT$/)
        const url = pathOf(created)
        const head = async () => (await tus({ method: 'HEAD', url })).headers
        expect((await head())['upload-offset']).toBe('0')
        const first = await tus({
          method: 'PATCH',
          url,
          headers: { 'upload-offset': '0' },
          payload: bytes.subarray(0, 100),
        })
        expect([first.statusCode, first.headers['upload-offset']]).toEqual([204, '100'])
        const wrong = await tus({
          method: 'PATCH',
          url,
          headers: { 'upload-offset': '0' },
          payload: bytes.subarray(0, 100),
        })
        expect(wrong.statusCode).toBe(409)
        await harness.resumable.sweep()
        const last = await tus({
          method: 'PATCH',
          url,
          headers: { 'upload-offset': '100' },
          payload: bytes.subarray(100),
        })
        expect(last.statusCode, last.body).toBe(204)
        expect(last.headers).toMatchObject({
          'upload-offset': String(bytes.length),
          'x-fovea-image-id': idOf(bytes),
          'tus-resumable': '1.0.0',
        })
        expect(await at('tus/Große-Datei.png')).toBe(idOf(bytes))
        expect(await head()).toMatchObject({
          'upload-offset': String(bytes.length),
          'upload-length': String(bytes.length),
          'x-fovea-image-id': idOf(bytes),
          'cache-control': 'no-store',
        })
        expect(await leftovers()).toEqual([])
      })

      it('takes the whole file with its announcement', async () => {
        const bytes = await picture(++seed)
        const headers = {
          'upload-metadata': metadata({ target_path: 'tus/whole.png' }),
          'content-type': 'application/offset+octet-stream',
        }
        const created = await create(bytes.length, headers, bytes)
        expect(created.statusCode, created.body).toBe(201)
        expect(created.headers).toMatchObject({ 'upload-offset': String(bytes.length) })
        expect(await at('tus/whole.png')).toBe(idOf(bytes))
      })

      it('makes nothing of an announcement with a part of another media type, which one without a part may have', async () => {
        const before = await leftovers()
        const refused = await create(3, { 'content-type': 'image/png' }, Buffer.from('abc'))
        expect([refused.statusCode, await leftovers()]).toEqual([415, before])
        const made = await create(3, { 'content-type': 'application/json' })
        expect([made.statusCode, made.headers['upload-offset']]).toEqual([201, '0'])
        expect((await tus({ method: 'DELETE', url: pathOf(made) })).statusCode).toBe(204)
      })

      it('makes the image when the server died between the last byte and the commit', async () => {
        const bytes = await picture(++seed)
        const url = pathOf(
          await create(bytes.length, { 'upload-metadata': metadata({ filename: 'late.png' }) }),
        )
        const name = createHash('sha256')
          .update(url.slice(url.lastIndexOf('/') + 1))
          .digest('hex')
        await writeFile(join(harness.dataDir, 'uploads', name), bytes)
        const head = await tus({ method: 'HEAD', url })
        expect(head.headers).toMatchObject({ 'x-fovea-image-id': idOf(bytes) })
        expect(await at('late.png')).toBe(idOf(bytes))
      })

      it('forgets bytes that are no image, and an upload that is taken back', async () => {
        const junk = Buffer.from('this is no picture at all')
        const url = pathOf(await create(junk.length))
        const refused = await tus({ method: 'PATCH', url, headers: { 'upload-offset': '0' }, payload: junk })
        expect(refused.statusCode).toBe(415)
        expect((await tus({ method: 'HEAD', url })).statusCode).toBe(404)
        const other = pathOf(await create(10))
        await tus({
          method: 'PATCH',
          url: other,
          headers: { 'upload-offset': '0' },
          payload: Buffer.from('abc'),
        })
        expect((await tus({ method: 'DELETE', url: other })).statusCode).toBe(204)
        expect((await tus({ method: 'HEAD', url: other })).statusCode).toBe(404)
        expect(await leftovers()).toEqual([])
      })

      it('sweeps what is past its time, and only that', async () => {
        const old = pathOf(await create(10, { 'upload-metadata': metadata({ filename: 'old.png' }) }))
        const kept = pathOf(await create(10))
        await writeFile(join(harness.dataDir, 'uploads', 'f'.repeat(64)), 'of a row that is gone')
        await harness.database.queries
          .updateTable('pending_uploads')
          .set({ expires_at: Date.now() - 1 })
          .where('file_name', '=', 'old.png')
          .execute()
        expect((await tus({ method: 'HEAD', url: old })).statusCode).toBe(410)
        await harness.resumable.sweep()
        expect((await tus({ method: 'HEAD', url: old })).statusCode).toBe(404)
        expect((await tus({ method: 'HEAD', url: kept })).headers['upload-offset']).toBe('0')
        expect(await leftovers()).toHaveLength(1)
        await tus({ method: 'DELETE', url: kept })
      })

      it('says what it can, and refuses what it cannot', async () => {
        const options = await harness.api.inject({ method: 'OPTIONS', url: '/api/v1/uploads/tus' })
        expect(options.headers).toMatchObject({
          'tus-version': '1.0.0',
          'tus-max-size': '200000',
          'tus-extension': 'creation,creation-with-upload,expiration,termination',
        })
        const url = pathOf(await create(10))
        const cases: readonly (readonly [InjectOptions, number])[] = [
          [{ method: 'HEAD', url, headers: { 'tus-resumable': '0.2.2' } }, 412],
          [{ method: 'PATCH', url, headers: { 'upload-offset': 'x' }, payload: 'a' }, 400],
          [
            {
              method: 'PATCH',
              url,
              headers: { 'upload-offset': '0', 'content-type': 'text/plain' },
              payload: 'a',
            },
            415,
          ],
          [{ method: 'PATCH', url, headers: { 'upload-offset': '0' }, payload: 'more than ten' }, 413],
          [{ method: 'POST', url }, 405],
          [{ method: 'POST', url: '/api/v1/uploads/tus', headers: { 'upload-length': '1' } }, 401],
        ]
        for (const [asked, status] of cases) {
          const response = await tus(asked)
          expect([JSON.stringify(asked), response.statusCode]).toEqual([JSON.stringify(asked), status])
        }
        for (const [length, headers, status] of [
          [0, {}, 400],
          [200_001, {}, 413],
          [5, { 'upload-metadata': 'filename ***' }, 400],
          [5, { 'upload-metadata': metadata({ visibility: 'secret' }) }, 400],
          [5, { 'upload-metadata': metadata({ target_path: '../a.png' }) }, 400],
        ] as const)
          expect((await create(length, headers)).statusCode).toBe(status)
        const override = { 'x-http-method-override': 'PATCH', 'upload-offset': '0' }
        const part = { 'content-type': 'application/offset+octet-stream' }
        const posted = await tus({ method: 'POST', url, headers: { ...override, ...part }, payload: 'abc' })
        expect([posted.statusCode, posted.headers['upload-offset']]).toEqual([204, '3'])
      })
    })
  })
}

describe('from an address', () => {
  let harness: Harness
  let bytes: Buffer

  beforeAll(async () => {
    harness = await startApi()
    bytes = await picture(7)
  })
  afterAll(() => harness.close())

  const from = (payload: object) => harness.request({ method: 'POST', url: '/api/v1/images', payload })

  it('fetches what a URL names, and calls it what the URL does', async () => {
    const site = createServer((request, response) => {
      if (request.url?.startsWith('/a%20b.png') === true) response.end(bytes)
      else response.writeHead(404).end()
    })
    await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve))
    const base = `http://127.0.0.1:${(site.address() as AddressInfo).port}`
    try {
      const response = await from({ url: `${base}/a%20b.png?token=secret`, target_path: 'web/' })
      expect(response.statusCode, response.body).toBe(201)
      expect(response.json()).toMatchObject({ id: idOf(bytes), paths: ['web/a-b.png'] })
      expect((await from({ url: `${base}/none.png` })).statusCode).toBe(404)
      expect((await from({ url: 'http://169.254.169.254/latest' })).statusCode).toBe(403)
      expect((await from({ url: 'file:///etc/passwd' })).statusCode).toBe(403)
    } finally {
      site.close()
    }
  })

  it('reads data URIs, base64 and percent-encoded', async () => {
    const uri = `data:image/jpeg;base64,${bytes.toString('base64')}`
    const response = await from({ url: uri, file_name: 'inline.png', visibility: 'private' })
    expect(response.json(), response.body).toMatchObject({ id: idOf(bytes), visibility: 'private' })
    const percent = `data:,${[...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')}`
    expect((await from({ url: percent, target_path: 'p.png' })).json().id).toBe(idOf(bytes))
    const base64 = bytes.toString('base64')
    for (const text of [base64.replace(/.{76}/g, '$&\n'), encodeURIComponent(base64)])
      expect((await from({ url: `data:;base64,${text}` })).json().id).toBe(idOf(bytes))
    const drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><title>Ü €</title></svg>'
    expect((await from({ url: `data:image/svg+xml,${drawing}` })).json().id).toBe(idOf(Buffer.from(drawing)))
    for (const url of ['data:image/png;base64', 'data:;base64,a*b', 'data:,%zz'])
      expect((await from({ url })).statusCode).toBe(400)
    expect((await from({ url: 'data:,' })).statusCode).toBe(400)
    expect((await from({ url: 'data:,no picture' })).statusCode).toBe(415)
    expect((await from({ url: `data:,${'no picture '.repeat(1_000_000)}` })).statusCode).toBe(415)
    expect((await from({ link: uri })).statusCode).toBe(400)
    expect((await harness.request({ method: 'POST', url: '/api/v1/images' })).statusCode).toBe(415)
  })
})

describe('an allowance', () => {
  const planned = async (bounds: { maxUploadsPerMonth?: number; maxStorageBytes?: number }) => {
    const [id, plan] = [...selfHostedPlans][0] ?? []
    if (id === undefined || plan === undefined) throw new Error('no plan')
    return startApi({ plans: new Map([[id, { ...plan, ...bounds }]]) })
  }

  it('of uploads lets a tenth more through, also of two hundred at once', async () => {
    const harness = await planned({ maxUploadsPerMonth: 10 })
    try {
      const bytes = await picture(1)
      const all = await Promise.all(
        Array.from({ length: 30 }, (_, index) => harness.upload(bytes, `${index}.png`)),
      )
      const statuses = all.map(({ statusCode }) => statusCode)
      expect(statuses.filter((status) => status === 201)).toHaveLength(11)
      expect(statuses.filter((status) => status === 429)).toHaveLength(19)
      const refused = all.find(({ statusCode }) => statusCode === 429)
      expect(refused?.headers['retry-after']).toBeDefined()
      const presigned = await harness.request({
        method: 'POST',
        url: '/api/v1/uploads/presign',
        payload: { path: 'a.png' },
      })
      expect([presigned.statusCode, presigned.json().error.code]).toEqual([402, 'PAYMENT_REQUIRED'])
    } finally {
      await harness.close()
    }
  })

  it('of bytes is asked before they come, and again when they are known', async () => {
    const bytes = await picture(1)
    const harness = await planned({ maxStorageBytes: bytes.length * 2 })
    try {
      expect((await harness.upload(bytes, 'a.png')).statusCode).toBe(201)
      expect((await harness.upload(bytes, 'same-bytes.png')).statusCode).toBe(201)
      expect((await harness.upload(await picture(2), 'b.png')).statusCode).toBe(201)
      const third = await picture(3)
      expect((await harness.upload(third, 'c.png')).statusCode).toBe(429)
      const hash = createHash('sha256').update(third).digest('hex')
      expect(await harness.isStored(harness.project.id, hash as never)).toBe(false)
    } finally {
      await harness.close()
    }
  })
})
