import { describe, expect, it } from 'vitest'
import { serveClient } from './client.test-server.ts'

const json = (heard: { readonly body: Buffer } | undefined) => JSON.parse(heard?.body.toString() ?? '')

describe('keys', () => {
  const wire = {
    id: 'k',
    name: 'build',
    prefix: 'fov_aBcD',
    scopes: ['read'],
    created_at: 1_700_000_000,
    expires_at: null,
    last_used_at: 1_700_000_060,
    total_requests: 3,
  }
  const listed = {
    id: 'k',
    name: 'build',
    prefix: 'fov_aBcD',
    scopes: ['read'],
    createdAt: new Date(1_700_000_000_000),
    expiresAt: undefined,
    lastUsedAt: new Date(1_700_000_060_000),
    totalRequests: 3,
  }

  it('are made, and shown this once', async () => {
    const { fovea, heard } = await serveClient([{ status: 201, body: { ...wire, key: 'fov_whole' } }])
    expect(await fovea.keys.create({ name: 'build', scopes: ['read'], expiresInDays: 30 })).toEqual({
      ...listed,
      key: 'fov_whole',
    })
    expect(heard[0]).toMatchObject({ method: 'POST', url: '/api/v1/settings/api-keys' })
    expect(json(heard[0])).toEqual({ name: 'build', scopes: ['read'], expires_in_days: 30 })
  })

  it('are listed and revoked', async () => {
    const { fovea, heard } = await serveClient([{ body: { api_keys: [wire], total: 1 } }])
    expect(await fovea.keys.list()).toEqual([listed])
    await fovea.keys.revoke('a/b')
    expect(heard[1]).toMatchObject({ method: 'DELETE', url: '/api/v1/settings/api-keys/a%2Fb' })
  })
})

describe('presets', () => {
  const wire = {
    id: 'p',
    name: 'thumb',
    description: null,
    dialect: 'img-src',
    params: { w: 100 },
    created_at: 1_700_000_000,
    updated_at: 1_700_000_001,
    usage_count: 2,
  }

  it('are made, changed, listed and deleted', async () => {
    const { fovea, heard } = await serveClient([
      { body: wire },
      { body: wire },
      { body: { presets: [wire] } },
      { body: wire },
    ])
    const made = await fovea.presets.create({ name: 'thumb', params: { w: 100 } })
    expect(made).toMatchObject({ name: 'thumb', description: undefined, params: { w: 100 }, usageCount: 2 })
    await fovea.presets.update('p', { params: { w: 200 } })
    expect(await fovea.presets.list({ dialect: 'imgproxy' })).toEqual([made])
    expect(await fovea.presets.get('p')).toEqual(made)
    await fovea.presets.delete('p')
    expect(heard.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'POST /api/v1/settings/presets',
      'PUT /api/v1/settings/presets/p',
      'GET /api/v1/settings/presets?dialect=imgproxy',
      'GET /api/v1/settings/presets/p',
      'DELETE /api/v1/settings/presets/p',
    ])
    expect(json(heard[1])).toEqual({ params: { w: 200 } })
  })
})
