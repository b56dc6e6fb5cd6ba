/** Presigned uploads that a browser sends straight to the bucket, and confirms. */
import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newBucketUrl, withoutBucket } from '../storage/bucket.test-harness.ts'
import { type Harness, picture, startApi } from './api/api.test-harness.ts'

const idOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex').slice(0, 16)

interface Announced {
  readonly upload_url: string
  readonly method: string
  readonly fields: Record<string, string>
  readonly confirm_url: string
  readonly expires_at: string
}

describe.skipIf(withoutBucket !== undefined)(`uploads to the bucket (${withoutBucket ?? 'there'})`, () => {
  let harness: Harness
  let seed = 300

  beforeAll(async () => {
    harness = await startApi({ storageUrl: await newBucketUrl(), maxUploadBytes: 200_000 })
  })
  afterAll(() => harness?.close())

  const presign = async (wanted: object) => {
    const response = await harness.request({
      method: 'POST',
      url: '/api/v1/uploads/presign',
      payload: wanted,
    })
    expect(response.statusCode, response.body).toBe(201)
    return response.json() as Announced
  }
  /** As a browser would, without a key. */
  const post = async ({ upload_url: url, fields }: Announced, bytes: Uint8Array, other: object = {}) => {
    const form = new FormData()
    for (const [name, value] of Object.entries({ ...fields, ...other })) form.append(name, String(value))
    form.append('file', new Blob([Uint8Array.from(bytes)]))
    const response = await fetch(url, { method: 'POST', body: form })
    return { status: response.status, text: await response.text() }
  }
  const confirm = ({ confirm_url: url }: Announced) =>
    harness.api.inject({ method: 'POST', url: new URL(url).pathname })
  const at = async (path: string) =>
    (await harness.assets.findForDelivery(harness.project, path, 'exact'))?.hash.slice(0, 16)
  const inBucket = async (prefix: string) => (await harness.storage.driver.list(prefix)).objects.length
  const staged = async () =>
    (await readdir(join(harness.dataDir, 'tmp'), { recursive: true, withFileTypes: true })).filter((entry) =>
      entry.isFile(),
    )

  it('become images when they are confirmed, from any site, without a key', async () => {
    const bytes = await picture(++seed)
    const announced = await presign({ path: 'post/a.png', content_type: 'image/png', visibility: 'private' })
    expect(announced).toMatchObject({ method: 'POST', headers: {} })
    expect(new URL(announced.upload_url).host).toBe(new URL(process.env.FOVEA_TEST_S3_URL ?? '').host)
    expect(JSON.stringify(announced)).not.toContain('fovea-test-secret')
    expect(Date.parse(announced.expires_at) - Date.now()).toBeLessThanOrEqual(300_000)
    const posted = await post(announced, bytes)
    expect(posted.status, posted.text).toBe(204)
    expect(await at('post/a.png'), 'before it is confirmed').toBeUndefined()
    const confirmed = await confirm(announced)
    expect(confirmed.statusCode, confirmed.body).toBe(201)
    expect(confirmed.json()).toMatchObject({
      paths: ['post/a.png'],
      visibility: 'private',
      hash: createHash('sha256').update(bytes).digest('hex'),
    })
    expect(confirmed.headers['access-control-allow-origin']).toBe('*')
    expect(await at('post/a.png')).toBe(idOf(bytes))
    expect([
      await inBucket('incoming/'),
      await inBucket(harness.project.id),
      (await staged()).length,
    ]).toEqual([0, 1, 0])
    const again = await confirm(announced)
    expect([again.statusCode, again.json().id], 'an answer that was lost').toEqual([201, idOf(bytes)])
  })

  it('are held to key, type and size by the bucket itself', async () => {
    const bytes = await picture(++seed)
    const announced = await presign({
      path: 'post/bound.png',
      content_type: 'image/png',
      min_bytes: bytes.length,
      max_bytes: bytes.length,
    })
    for (const [other, body] of [
      [{}, bytes.subarray(1)],
      [{}, Buffer.concat([bytes, bytes])],
      [{ 'Content-Type': 'image/jpeg' }, bytes],
      [{ key: 'images/elsewhere' }, bytes],
      [{ 'x-amz-date': '20200101T000000Z' }, bytes],
      [
        {
          policy: Buffer.from('{"expiration":"2099-01-01T00:00:00.000Z","conditions":[]}').toString('base64'),
        },
        bytes,
      ],
    ] as const) {
      const { status } = await post(announced, body, other)
      expect([JSON.stringify(other), status]).toEqual([JSON.stringify(other), expect.toBeOneOf([400, 403])])
    }
    expect((await confirm(announced)).json()).toMatchObject({
      type: expect.stringContaining('upload/not-found'),
    })
    expect((await post(announced, bytes)).status).toBe(204)
    expect((await confirm(announced)).statusCode).toBe(201)
  })

  it('are over when their time is', async () => {
    const announced = await presign({ path: 'post/late.png', expires_in_seconds: 1 })
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    expect((await post(announced, await picture(++seed))).status).toBe(403)
  })

  it('are no images when they are none, or other ones than announced, and leave nothing behind', async () => {
    for (const [wanted, bytes, status] of [
      [{}, Buffer.from('<svg-not'), 415],
      [{ content_type: 'image/jpeg' }, await picture(++seed), 415],
    ] as const) {
      const announced = await presign({ path: 'post/wrong.png', ...wanted })
      expect((await post(announced, bytes)).status).toBe(204)
      expect((await confirm(announced)).statusCode).toBe(status)
      expect(await inBucket('incoming/')).toBe(0)
    }
    expect(await at('post/wrong.png')).toBeUndefined()
    expect(await staged()).toEqual([])
  })

  it('replace only when announced so, however late the other came', async () => {
    const announced = await presign({ path: 'post/taken.png' })
    const first = await picture(++seed)
    await harness.upload(first, 'x.png', { target_path: 'post/taken.png' })
    await post(announced, await picture(++seed))
    expect((await confirm(announced)).statusCode).toBe(409)
    expect(await at('post/taken.png')).toBe(idOf(first))
  })

  it('of three who confirm at once make one image, and all are told of it', async () => {
    const bytes = await picture(++seed)
    const announced = await presign({ path: 'post/race.png' })
    await post(announced, bytes)
    const all = await Promise.all([confirm(announced), confirm(announced), confirm(announced)])
    const answers = all.map((response) => [response.statusCode, response.json().id])
    expect(answers).toEqual(all.map(() => [201, idOf(bytes)]))
    expect(await at('post/race.png')).toBe(idOf(bytes))
    expect((await harness.blobs.sweep()).removed).toBe(0)
  })

  it('that nobody confirms are swept, those still waited for not', async () => {
    const forgotten = await presign({ path: 'post/forgotten.png' })
    const awaited = await presign({ path: 'post/awaited.png' })
    const bytes = await picture(++seed)
    for (const announced of [forgotten, awaited]) await post(announced, bytes)
    await harness.database.queries
      .updateTable('pending_uploads')
      .set({ expires_at: Date.now() - 1 })
      .where('path', '=', 'post/forgotten.png')
      .execute()
    await harness.resumable.sweep()
    await harness.directUploads.sweep()
    expect(await inBucket('incoming/')).toBe(1)
    expect((await confirm(forgotten)).statusCode).toBe(404)
    expect((await confirm(awaited)).statusCode).toBe(201)
  })

  it('have no way round the form', async () => {
    const { confirm_url: url } = await presign({ path: 'post/put.png' })
    const token = new URL(url).pathname.replace(/\/confirm$/, '')
    const put = await harness.api.inject({ method: 'PUT', url: token, payload: await picture(++seed) })
    expect(put.statusCode).toBe(404)
    expect((await harness.api.inject({ method: 'POST', url: `${token}x/confirm` })).statusCode).toBe(404)
    const preflight = await harness.api.inject({ method: 'OPTIONS', url: new URL(url).pathname })
    expect(preflight.headers['access-control-allow-methods']).toBe('POST')
  })
})
