/** Settings, presets, keys, usage and signed URLs, as the img-src contract §2–§3 has them. */
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

describe('presets', () => {
  it('are made, read, changed and deleted by id or by name', async () => {
    const made = await send('POST', '/api/v1/settings/presets', {
      name: 'thumb',
      params: { w: 200, h: 200, fit: 'cover', format: 'webp' },
    })
    expect(made.statusCode, made.body).toBe(201)
    const preset = made.json()
    expect(preset).toMatchObject({
      name: 'thumb',
      description: null,
      usage_count: 0,
      params: { w: 200, h: 200, fit: 'cover', format: 'webp' },
    })
    expect(preset.id).toMatch(/^preset_/)
    expect((await harness.projects.resolve('demo'))?.presets).toMatchObject([
      { name: 'thumb', dialect: 'img-src', params: { w: 200 } },
    ])
    expect((await send('GET', '/api/v1/settings/presets')).json()).toMatchObject({
      total: 1,
      presets: [{ id: preset.id }],
    })
    const changed = await send('PUT', `/api/v1/settings/presets/${preset.id}`, {
      params: { w: 300 },
      description: 'small',
    })
    expect(changed.json()).toMatchObject({ params: { w: 300 }, description: 'small', name: 'thumb' })
    expect(
      (await send('PUT', `/api/v1/settings/presets/${preset.id}`, { description: null })).json().description,
    ).toBeNull()
    expect((await send('GET', '/api/v1/settings/presets/thumb')).json().id).toBe(preset.id)
    expect((await send('DELETE', '/api/v1/settings/presets/thumb')).json()).toMatchObject({ success: true })
    expect((await send('DELETE', `/api/v1/settings/presets/${preset.id}`)).statusCode).toBe(404)
    expect((await harness.projects.resolve('demo'))?.presets).toEqual([])
    const again = (await send('POST', '/api/v1/settings/presets', { name: 'thumb', params: {} })).json()
    expect((await send('DELETE', `/api/v1/settings/presets/${again.id}`)).statusCode).toBe(200)
  })

  it('belong to a dialect: one name may be one preset of each, and each speaks its own words', async () => {
    const ours = { name: 'card', params: { w: 90 } }
    const theirs = { name: 'card', dialect: 'cloudinary', params: { transformation: 'c_fill,w_80,h_60' } }
    expect((await send('POST', '/api/v1/settings/presets', ours)).json().dialect).toBe('img-src')
    const made = await send('POST', '/api/v1/settings/presets', theirs)
    expect(made.json()).toMatchObject(theirs)
    expect((await send('POST', '/api/v1/settings/presets', theirs)).statusCode).toBe(409)
    expect((await send('POST', '/api/v1/settings/presets', { ...theirs, name: 'Card' })).statusCode).toBe(201)

    const listed = async (query: string) =>
      (await send('GET', `/api/v1/settings/presets${query}`))
        .json()
        .presets.map(({ id }: { id: string }) => id)
    expect(await listed('')).not.toContain(made.json().id)
    expect(await listed('?dialect=cloudinary')).toContain(made.json().id)
    expect(await listed('?dialect=all')).toHaveLength(
      (await listed('')).length + (await listed('?dialect=cloudinary')).length,
    )
    const found = (ref: string) => send('GET', `/api/v1/settings/presets/${ref}`)
    expect((await found('card')).json().params).toEqual({ w: 90 })
    expect((await found('card?dialect=cloudinary')).json().id).toBe(made.json().id)
    expect((await found(made.json().id)).json().dialect).toBe('cloudinary')

    const wrong = await send('PUT', '/api/v1/settings/presets/card?dialect=cloudinary', { params: { w: 90 } })
    expect(wrong.statusCode).toBe(400)
    expect(wrong.json().error.message).toContain('transformation')
    expect((await found('card?dialect=iiif')).statusCode).toBe(400)
    for (const ref of ['card', 'card?dialect=cloudinary', 'Card?dialect=cloudinary'])
      expect((await send('DELETE', `/api/v1/settings/presets/${ref}`)).statusCode).toBe(200)
  })

  it('keep what they said before a change, and can say it again', async () => {
    const path = '/api/v1/settings/presets/aged'
    const { id } = (await send('POST', '/api/v1/settings/presets', { name: 'aged', params: { w: 1 } })).json()
    expect((await send('PUT', path, { params: { w: 2 }, description: 'two' })).json().version).toBe(2)
    expect((await send('PUT', path, { params: { w: 2 } })).json().version).toBe(2)
    const renamed = `/api/v1/settings/presets/${id}`
    expect((await send('PUT', renamed, { name: 'older' })).json()).toMatchObject({
      name: 'older',
      version: 3,
    })
    const { versions, total } = (await send('GET', `${renamed}/versions?limit=2`)).json()
    expect(total).toBe(3)
    expect(versions).toMatchObject([
      { version: 3, name: 'older', params: { w: 2 } },
      { version: 2, name: 'aged', params: { w: 2 }, description: 'two' },
    ])

    const restored = (await send('POST', `${renamed}/versions/1/restore`)).json()
    expect(restored).toMatchObject({ id, name: 'aged', params: { w: 1 }, description: null, version: 4 })
    const now = (await harness.projects.resolve('demo'))?.presets.find((preset) => preset.id === id)
    expect(now).toMatchObject({ name: 'aged', params: { w: 1 } })

    await send('PUT', renamed, { name: 'elsewhere' })
    await send('POST', '/api/v1/settings/presets', { name: 'aged', params: { w: 9 } })
    expect((await send('POST', `${renamed}/versions/1/restore`)).statusCode).toBe(409)
    expect((await send('POST', `${renamed}/versions/9/restore`)).statusCode).toBe(404)
    expect((await send('POST', `${renamed}/versions/99999999999/restore`)).statusCode).toBe(400)
    await send('DELETE', renamed)
    expect((await send('GET', `${renamed}/versions`)).statusCode).toBe(404)
    await send('DELETE', path)
  })

  it('keeps the fields that two people change at the same time', async () => {
    await send('POST', '/api/v1/settings/presets', { name: 'both', params: { w: 1 } })
    const path = '/api/v1/settings/presets/both'
    await Promise.all([send('PUT', path, { description: 'mine' }), send('PUT', path, { params: { w: 7 } })])
    expect((await send('GET', path)).json()).toMatchObject({
      description: 'mine',
      params: { w: 7 },
      version: 3,
    })
    await send('DELETE', path)
  })

  it('refuses a taken name with 409, and bodies that no URL could say with 400', async () => {
    await send('POST', '/api/v1/settings/presets', { name: 'a', params: { w: 1 } })
    const other = (await send('POST', '/api/v1/settings/presets', { name: 'b', params: { w: 1 } })).json()
    const taken = await send('POST', '/api/v1/settings/presets', { name: 'a', params: { w: 2 } })
    expect(taken.statusCode).toBe(409)
    expect(taken.json().error.code).toBe('CONFLICT')
    expect((await send('PUT', `/api/v1/settings/presets/${other.id}`, { name: 'a' })).statusCode).toBe(409)
    for (const body of [
      { name: 'c', params: { w: 0 } },
      { name: 'c', params: { width: 10 } },
      { name: 'c', params: { w: { deep: 1 } } },
      { name: 'c d', params: {} },
      { name: '', params: {} },
      { name: 'c'.repeat(51), params: {} },
      { name: 'c' },
      { name: 'c', params: {}, description: 'x'.repeat(201) },
    ]) {
      expect((await send('POST', '/api/v1/settings/presets', body)).statusCode, JSON.stringify(body)).toBe(
        400,
      )
    }
    expect((await send('GET', '/api/v1/settings/presets/none')).statusCode).toBe(404)
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
