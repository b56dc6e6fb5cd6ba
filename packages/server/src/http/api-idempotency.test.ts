/** `Idempotency-Key` on every kind of POST: done once, answered the same. */
import { Readable } from 'node:stream'
import type { InjectOptions } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testKinds } from '../db/databases.test-harness.ts'
import { ownerName } from '../storage/index.ts'
import { type Harness, picture, startApi } from './api/api.test-harness.ts'
import { Browser } from './api/browser.test-harness.ts'

describe.each(testKinds.filter(({ skip }) => skip === undefined))('Idempotency-Key on $kind', ({ kind }) => {
  let harness: Harness
  let serial = 0

  beforeAll(async () => {
    harness = await startApi({ kind, maxUploadBytes: 64 * 1024 })
  })
  afterAll(() => harness.close())

  const newKey = () => `key-${++serial}-of-this-test`
  const post = (key: string, url: string, payload?: InjectOptions['payload'], headers = {}) =>
    harness.request({
      method: 'POST',
      url,
      headers: { 'idempotency-key': key, ...headers },
      ...(payload === undefined ? {} : { payload }),
    })
  const makePreset = (key: string, name: string, w = 10) =>
    post(key, '/api/v1/settings/presets', { name, params: { w } })
  const form = (boundary: string, bytes: Buffer) => ({
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    payload: Buffer.concat([
      Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="target_path"\r\n\r\nforms/\r\n`),
      Buffer.from(
        `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n` +
          'Content-Type: image/png\r\n\r\n',
      ),
      bytes,
      Buffer.from(`\r\n--${boundary}--\r\n`),
    ]),
  })
  const kept = () => harness.database.queries.selectFrom('idempotency_keys').selectAll().execute()
  const events = async (action: string) =>
    (await harness.audit.list({ projectId: harness.project.id }, { limit: 500 })).filter(
      (event) => event.action === action,
    ).length

  it('answers a repeated request as the first time, and does and records it once', async () => {
    const key = newKey()
    const first = await makePreset(key, 'once')
    const before = await events('POST /api/v1/settings/presets')
    const second = await makePreset(`"${key}"`, 'once')
    expect([first.statusCode, second.statusCode]).toEqual([201, 201])
    expect(second.body).toBe(first.body)
    expect(first.headers).not.toHaveProperty('idempotency-replayed')
    expect(second.headers).toMatchObject({
      'idempotency-replayed': 'true',
      'content-type': first.headers['content-type'],
      'x-ratelimit-limit': first.headers['x-ratelimit-limit'],
    })
    expect(second.headers['x-fovea-request-id']).not.toBe(first.headers['x-fovea-request-id'])
    expect(await events('POST /api/v1/settings/presets')).toBe(before)
  })

  it('refuses another request under the same key', async () => {
    const key = newKey()
    await makePreset(key, 'mine')
    for (const other of [
      await makePreset(key, 'mine', 11),
      await post(key, '/api/v1/settings/presets?dialect=imgix', { name: 'mine', params: { w: 10 } }),
      await post(key, '/api/v1/domains', { name: 'mine', params: { w: 10 } }),
      await post(key, '/api/v1/settings/presets'),
    ])
      expect([other.statusCode, other.json().code]).toEqual([422, 'idempotency/mismatch'])
  })

  it('knows a form by what it holds, whatever its boundary', async () => {
    const key = newKey()
    const bytes = await picture(1)
    const send = (boundary: string, file = bytes) => {
      const { headers, payload } = form(boundary, file)
      return post(key, '/api/v1/images', payload, headers)
    }
    const first = await send('----first1234')
    const second = await send('----another-and-longer-one')
    expect([first.statusCode, second.statusCode]).toEqual([201, 201])
    expect(second.json()).toEqual(first.json())
    expect(second.headers['idempotency-replayed']).toBe('true')
    expect((await send('----first1234', await picture(2))).statusCode).toBe(422)
  })

  it('knows a body that is longer than any upload: a list for a job', async () => {
    const key = newKey()
    const lines = Array.from({ length: 8_000 }, (_, at) =>
      JSON.stringify({ asset: `in/${at}.png`, name: `${at} ${'x'.repeat(150)}.png` }),
    )
    const request = JSON.stringify({ pipeline: [], store: { path: 'out/{name}' } })
    const send = (boundary: string, list: readonly string[]) =>
      post(
        key,
        '/api/v1/jobs',
        [
          `--${boundary}\r\nContent-Disposition: form-data; name="request"\r\n\r\n${request}\r\n`,
          `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.jsonl"\r\n\r\n`,
          `${list.join('\n')}\r\n--${boundary}--\r\n`,
        ].join(''),
        { 'content-type': `multipart/form-data; boundary=${boundary}` },
      )
    const first = await send('one', lines)
    expect(first.statusCode, first.body).toBe(202)
    expect(lines.join('').length).toBeGreaterThan(harness.uploads.maxBytes + 1024 * 1024)
    const again = await send('two', lines)
    expect([again.statusCode, again.json().id]).toEqual([202, first.json().id])
    expect(again.headers['idempotency-replayed']).toBe('true')
    expect((await send('three', lines.slice(1))).statusCode).toBe(422)
  })

  it('keeps what is told once sealed, and tells it again', async () => {
    const key = newKey()
    const make = () => post(key, '/api/v1/settings/api-keys', { name: 'sealed', scopes: ['read'] })
    const secret = (await make()).json().key
    expect(secret).toMatch(/^fov_/)
    expect((await make()).json().key).toBe(secret)
    expect(JSON.stringify(await kept())).not.toContain(secret)
    const listed = (await harness.request({ url: '/api/v1/settings/api-keys' })).json()
    expect(listed.api_keys.filter(({ name }: { name: string }) => name === 'sealed')).toHaveLength(1)
  })

  it('answers 409 while the first is still running, then as it was answered', async () => {
    const key = newKey()
    const text = JSON.stringify({ name: 'slow', params: { w: 10 } })
    const body = new Readable({ read() {} })
    body.push(text.slice(0, 10))
    const headers = { 'content-type': 'application/json', 'content-length': String(text.length) }
    const first = post(key, '/api/v1/settings/presets', body, headers)
    await expect.poll(async () => (await kept()).filter(({ answer }) => answer === null).length).toBe(1)
    const second = await post(key, '/api/v1/settings/presets', text, headers)
    expect([second.statusCode, second.json().code]).toEqual([409, 'idempotency/running'])
    expect(Number(second.headers['retry-after'])).toBeGreaterThan(0)
    body.push(text.slice(10))
    body.push(null)
    expect((await first).statusCode).toBe(201)
    const third = await post(key, '/api/v1/settings/presets', text, headers)
    expect(third.body).toBe((await first).body)
  })

  it('does it once however many come at the same moment', async () => {
    const key = newKey()
    const answers = await Promise.all(Array.from({ length: 8 }, () => makePreset(key, 'crowd')))
    const done = answers.filter(({ statusCode }) => statusCode === 201)
    expect(done.filter(({ headers }) => headers['idempotency-replayed'] === undefined)).toHaveLength(1)
    for (const { statusCode } of answers) expect([201, 409]).toContain(statusCode)
  })

  it('gives the key back when the request failed', async () => {
    const key = newKey()
    expect((await makePreset(key, 'not a name')).statusCode).toBe(400)
    const mended = await makePreset(key, 'a-name')
    expect([mended.statusCode, mended.headers['idempotency-replayed']]).toEqual([201, undefined])
  })

  it('goes on where a process died, and when a lease has run out', async () => {
    for (const lost of [
      { owner: (await ownerName()).replace(/-\d+-/, '-4194305-') },
      { owner: 'elsewhere-1-1', lease_until: 1 },
    ]) {
      const key = newKey()
      const first = await makePreset(key, `died-${serial}`)
      await harness.database.queries
        .updateTable('idempotency_keys')
        .set({ answer: null, body_hash: null, ...lost })
        .where('answer', 'is not', null)
        .execute()
      expect(first.statusCode).toBe(201)
      expect((await makePreset(key, `died-${serial}`)).json().code).toBe('preset/conflict')
      expect((await makePreset(key, `after-${serial}`)).statusCode).toBe(201)
    }
  })

  it('waits for a process that may still be at work elsewhere', async () => {
    const key = newKey()
    await makePreset(key, 'elsewhere')
    await harness.database.queries
      .updateTable('idempotency_keys')
      .set({ answer: null, body_hash: null, owner: 'elsewhere-1-1' })
      .execute()
    expect((await makePreset(key, 'elsewhere')).json().code).toBe('idempotency/running')
  })

  it('belongs to a caller', async () => {
    const made = await post(newKey(), '/api/v1/settings/api-keys', { name: 'other' })
    const key = newKey()
    const first = await makePreset(key, 'callers')
    const other = await harness.api.inject({
      method: 'POST',
      url: '/api/v1/settings/presets',
      headers: { authorization: `Bearer ${made.json().key}`, 'idempotency-key': key },
      payload: { name: 'callers', params: { w: 10 } },
    })
    expect([first.statusCode, other.json().code]).toEqual([201, 'preset/conflict'])
  })

  it('holds for what a person does outside any project', async () => {
    const person = new Browser(harness)
    await person.join('maker@example.test')
    const make = () =>
      person.ask('/api/v1/projects', {
        method: 'POST',
        headers: { 'idempotency-key': 'a-project' },
        body: { name: 'Once', slug: 'once' },
      })
    const first = await make()
    const second = await make()
    expect([first.statusCode, second.statusCode, second.body]).toEqual([201, 201, first.body])
  })

  it('lasts a day', async () => {
    const key = newKey()
    await makePreset(key, 'a-day')
    await harness.database.queries
      .updateTable('idempotency_keys')
      .set({ expires_at: Date.now() - 1 })
      .execute()
    expect((await makePreset(key, 'a-day')).json().code).toBe('preset/conflict')
    await makePreset(newKey(), 'later')
    await harness.database.queries
      .updateTable('idempotency_keys')
      .set({ expires_at: Date.now() - 1 })
      .execute()
    await harness.idempotency.removeOld()
    expect(await kept()).toEqual([])
  })

  it.each(['', 'with space', 'é', 'x'.repeat(256), '"unclosed'])('refuses the key %j', async (key) => {
    const refused = await makePreset(key, 'refused')
    expect([refused.statusCode, refused.json().parameter]).toEqual([400, 'Idempotency-Key'])
  })

  it('is passed over where nothing is made', async () => {
    const headers = { 'idempotency-key': 'not a key at all' }
    expect((await harness.request({ url: '/api/v1/images', headers })).statusCode).toBe(200)
  })

  it('announces a resumable upload once', async () => {
    const key = newKey()
    const announce = (length: number) =>
      post(key, '/api/v1/uploads/tus', undefined, {
        'tus-resumable': '1.0.0',
        'upload-length': String(length),
      })
    const first = await announce(100)
    const second = await announce(100)
    expect([first.statusCode, second.statusCode]).toEqual([201, 201])
    expect(second.headers.location).toBe(first.headers.location)
    expect((await announce(101)).statusCode).toBe(422)
  })

  it('stores the result of a transform once', async () => {
    await harness.upload(await picture(5), 'p.png', { target_path: 'p.png' })
    const stored = {
      source: { asset: 'p.png' },
      output: { format: 'webp' },
      store: { path: 'made/p.webp' },
    }
    const key = newKey()
    const first = await post(key, '/api/v1/transform', stored)
    const second = await post(key, '/api/v1/transform', stored)
    expect([first.statusCode, second.statusCode], first.body).toEqual([200, 200])
    expect(second.body).toBe(first.body)
    expect(harness.runs).toHaveLength(1)
  })

  it('keeps no large pictures: they are made again', async () => {
    await harness.upload(await picture(6), 'q.png', { target_path: 'q.png' })
    const shown = {
      source: { asset: 'q.png' },
      pipeline: [{ op: 'resize', width: 1500 }],
      output: { format: 'jpeg', quality: 100 },
    }
    const key = newKey()
    const runs = harness.runs.length
    const first = await post(key, '/api/v1/transform', shown)
    expect(first.rawPayload.length).toBeGreaterThan(64 * 1024)
    const second = await post(key, '/api/v1/transform', shown)
    expect([second.statusCode, harness.runs.length - runs]).toEqual([200, 2])
    expect(second.rawPayload.equals(first.rawPayload)).toBe(true)
  })
})
