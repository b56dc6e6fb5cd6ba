/** Settings, keys, usage and signed URLs, as the img-src contract §2–§3 has them. */
import { verifySignature } from '@fovea/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nodeDigest } from '../delivery/index.ts'
import { type Harness, picture, startApi } from './api/api.test-harness.ts'

let harness: Harness

beforeAll(async () => {
  harness = await startApi()
})
afterAll(() => harness.close())

const send = (method: 'POST' | 'PUT' | 'DELETE' | 'GET', url: string, payload?: object) =>
  harness.request({ method, url, ...(payload === undefined ? {} : { payload }) })

describe('settings', () => {
  it('gives every key of UserSettings', async () => {
    const { settings } = (await send('GET', '/api/v1/settings')).json()
    expect(settings).toEqual({
      id: harness.project.id,
      username: 'demo',
      email: 'owner@fovea.local',
      plan: 'unlimited',
      delivery_formats: ['webp'],
      default_quality: 80,
      default_fit_mode: 'cover',
      default_max_width: null,
      default_max_height: null,
      theme: 'system',
      language: 'en',
      created_at: expect.any(Number),
      updated_at: expect.any(Number),
      total_uploads: 0,
      storage_used_bytes: 0,
    })
  })

  it('changes only what is named, null clears, and delivery sees it at once', async () => {
    const first = await send('PUT', '/api/v1/settings', {
      default_quality: 70,
      default_max_width: 1920,
      delivery_formats: ['avif', 'webp'],
    })
    expect(first.statusCode, first.body).toBe(200)
    expect(first.json().message).toBe('Settings updated successfully')
    const second = await send('PUT', '/api/v1/settings', { default_max_width: null, theme: 'dark' })
    expect(second.json().settings).toMatchObject({
      default_quality: 70,
      default_max_width: null,
      theme: 'dark',
      delivery_formats: ['avif', 'webp'],
    })
    expect((await harness.projects.resolve('demo'))?.settings).toMatchObject({
      defaultQuality: 70,
      deliveryFormats: ['avif', 'webp'],
    })
    expect(harness.announced.at(-1)).toMatchObject({ kind: 'project', slug: 'demo' })
  })

  it.each([
    { default_quality: 0 },
    { default_quality: 101 },
    { default_fit_mode: 'inside' },
    { delivery_formats: [] },
    { delivery_formats: ['jxl'] },
    { delivery_formats: ['webp', 'webp'] },
    { default_max_width: -1 },
    { username: 'other' },
    { theme: '<script>' },
  ])('refuses %j with 400', async (body) => {
    const response = await send('PUT', '/api/v1/settings', body)
    expect(response.statusCode).toBe(400)
    expect(response.json().error.code).toBe('VALIDATION_ERROR')
    expect(response.json().pointer).toContain(`/${Object.keys(body)[0]}`)
  })
})

describe('api keys', () => {
  it('are shown once, listed without the key, counted, and dead when revoked', async () => {
    const made = await send('POST', '/api/v1/settings/api-keys', {
      name: 'CI',
      scopes: ['read'],
      expires_in_days: 30,
    })
    expect(made.statusCode, made.body).toBe(201)
    const { key, id, prefix, scopes } = made.json()
    expect(key).toMatch(/^fov_[0-9A-Za-z]{30}$/)
    expect(prefix).toBe(key.slice(0, 8))
    expect(scopes).toEqual(['read'])
    const asKey = (method: 'GET' | 'POST', url: string) =>
      harness.api.inject({ method, url, headers: { authorization: `Bearer ${key}` } })
    expect((await asKey('GET', '/api/v1/images')).statusCode).toBe(200)
    const refused = await asKey('POST', '/api/v1/images')
    expect(refused.statusCode).toBe(403)
    expect(refused.json().error.code).toBe('FORBIDDEN')
    const list = (await send('GET', '/api/v1/settings/api-keys')).json()
    const row = list.api_keys.find((each: { id: string }) => each.id === id)
    expect(row).toMatchObject({
      name: 'CI',
      total_requests: 2,
      last_used_at: expect.any(Number),
      expires_at: expect.any(Number),
    })
    expect(JSON.stringify(list)).not.toContain(key)
    const stored = await harness.database.queries.selectFrom('api_keys').selectAll().execute()
    expect(JSON.stringify(stored)).not.toContain(key)
    expect((await send('DELETE', `/api/v1/settings/api-keys/${id}`)).statusCode).toBe(200)
    expect((await asKey('GET', '/api/v1/images')).statusCode).toBe(401)
    expect((await send('DELETE', `/api/v1/settings/api-keys/${id}`)).statusCode).toBe(404)
  })

  it('cannot make a key that may do more, and expire', async () => {
    const { key } = (await send('POST', '/api/v1/settings/api-keys', { name: 'w', scopes: ['write'] })).json()
    const beyond = await harness.api.inject({
      method: 'POST',
      url: '/api/v1/settings/api-keys',
      headers: { authorization: `Bearer ${key}` },
      payload: { name: 'x', scopes: ['read', 'write'] },
    })
    expect(beyond.statusCode).toBe(403)
    const old = await harness.apiKeys.create(harness.project.id, {
      name: 'old',
      scopes: ['read'],
      expiresAt: Date.now() - 1,
    })
    expect(
      (await harness.api.inject({ url: '/api/v1/usage', headers: { authorization: `Bearer ${old.text}` } }))
        .statusCode,
    ).toBe(401)
    expect(
      (await send('POST', '/api/v1/settings/api-keys', { name: 'x', expires_in_days: 366 })).statusCode,
    ).toBe(400)
    expect((await send('POST', '/api/v1/settings/api-keys', { name: '  ' })).statusCode).toBe(400)
  })

  it('that expires makes none that lives longer', async () => {
    const short = await harness.apiKeys.create(harness.project.id, {
      name: 'for a while',
      scopes: ['read', 'write'],
      expiresAt: Date.now() + 3 * 86_400_000,
    })
    const make = (body: object) =>
      harness.api.inject({
        method: 'POST',
        url: '/api/v1/settings/api-keys',
        headers: { authorization: `Bearer ${short.text}` },
        payload: { name: 'x', ...body },
      })
    expect((await make({})).json().expires_at).toBe(Math.floor((short.key.expiresAt ?? 0) / 1000))
    expect((await make({ expires_in_days: 2 })).statusCode).toBe(201)
    const refused = await make({ expires_in_days: 4 })
    expect([refused.statusCode, refused.json().pointer]).toEqual([403, '/expires_in_days'])
  })
})

describe('usage', () => {
  it('counts images, bytes, uploads, requests and distinct transforms', async () => {
    const bytes = await picture(21)
    await harness.upload(bytes, 'u.png')
    for (const id of ['t1', 't1', 't2']) {
      await (await harness.usage.reserve(harness.project.id, id as never)).commit()
    }
    await (await harness.usage.reserve(harness.project.id, 't3' as never)).release()
    harness.usage.add(harness.project.id, { bandwidthBytes: 1234 })
    const usage = (await send('GET', '/api/v1/usage')).json()
    expect(usage).toMatchObject({
      plan: 'unlimited',
      plan_name: 'Unlimited',
      plan_status: 'active',
      subscription_ends_at: null,
      plan_limits: { max_uploads_per_month: null, max_storage_bytes: null },
      total_images: 1,
      storage_used_bytes: bytes.length,
      current_period: { uploads: 1, transformations: 2, bandwidth_bytes: 1234 },
      credits: { storage_bytes: 0, api_requests: 0, transformations: 0 },
    })
    expect(usage.current_period.api_requests).toBeGreaterThan(5)
    expect(usage.current_period.period).toBe(new Date().toISOString().slice(0, 7))
    expect(usage.current_period.period_end).toBeGreaterThan(usage.current_period.period_start)
  })
})

describe('signed URLs', () => {
  it('verify with the project secret over the raw target, and show in the list until they expire', async () => {
    const { id } = (
      await harness.upload(await picture(22), 'secret photo.png', { visibility: 'private' })
    ).json()
    const response = await send('POST', `/api/v1/images/${id}/signed-url`, { expires_in_seconds: 120 })
    expect(response.statusCode, response.body).toBe(200)
    const { signed_url, expires_at, expires_in_seconds } = response.json()
    expect(expires_in_seconds).toBe(120)
    expect(Math.abs(expires_at - (Date.now() / 1000 + 120))).toBeLessThan(3)
    const [, signedText = '', value = ''] =
      /^http:\/\/images\.test\/i\/demo\/(.*)&sig=([0-9a-f]{64})$/.exec(signed_url) ?? []
    expect(signedText).toBe(`secret-photo.png?exp=${expires_at}&kid=k1`)
    const signed = {
      scheme: 'fovea-hmac-sha256',
      value,
      signedText,
      keyId: 'k1',
      expiresAt: expires_at,
    } as const
    expect(() =>
      verifySignature(nodeDigest, signed, harness.project.signingSecrets, Date.now() / 1000),
    ).not.toThrow()
    const [item] = (await send('GET', '/api/v1/images?limit=1')).json().images
    expect(item.active_signed_url).toEqual({ signed_url, expires_at })
  })

  it('take no body, an empty JSON body, the older words, and a transform', async () => {
    const { id } = (await harness.upload(await picture(23), 'b.png')).json()
    const url = `/api/v1/images/${id}/signed-url`
    expect((await send('POST', url)).json().expires_in_seconds).toBe(3600)
    const empty = await harness.request({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/json' },
      payload: '',
    })
    expect(empty.statusCode, empty.body).toBe(200)
    const older = await send('POST', url, {
      expires_in: 600,
      transform: { w: 100, fit: 'cover', format: 'avif' },
    })
    expect(older.json().expires_in_seconds).toBe(600)
    expect(older.json().signed_url).toContain('/i/demo/b.avif?w=100&fit=cover&exp=')
  })

  it.each([
    { expires_in_seconds: 59 },
    { expires_in_seconds: 604_801 },
    { expires_in: 86_401 },
    { transform: { w: 0 } },
    { transform: { sig: 'x' } },
    { seconds: 1 },
  ])('refuse %j with 400', async (body) => {
    const { id } = (await harness.upload(await picture(23), 'b.png')).json()
    expect((await send('POST', `/api/v1/images/${id}/signed-url`, body)).statusCode).toBe(400)
    expect((await send('POST', '/api/v1/images/0000000000000000/signed-url', {})).statusCode).toBe(404)
  })
})
