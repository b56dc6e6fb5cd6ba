/** Presets, as the img-src contract §2 has them, with dialects and versions beside it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testKinds } from '../db/databases.test-harness.ts'
import { type Harness, startApi } from './api/api.test-harness.ts'

describe.each(testKinds.filter(({ skip }) => skip === undefined))('presets on $kind', ({ kind }) => {
  let harness: Harness

  beforeAll(async () => {
    harness = await startApi({ kind })
  })
  afterAll(() => harness.close())

  const send = (method: 'POST' | 'PUT' | 'DELETE' | 'GET', url: string, payload?: object) =>
    harness.request({ method, url, ...(payload === undefined ? {} : { payload }) })

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

  it('are told in parts to those who ask for parts', async () => {
    for (const name of ['part-a', 'part-b', 'part-c'])
      await send('POST', '/api/v1/settings/presets', { name, params: {} })
    const whole = (await send('GET', '/api/v1/settings/presets')).json()
    const part = (await send('GET', '/api/v1/settings/presets?limit=1&offset=1')).json()
    expect(part).toEqual({ presets: [whole.presets[1]], total: 3 })
    expect((await send('GET', '/api/v1/settings/presets?offset=3')).json()).toEqual({ presets: [], total: 3 })
    for (const query of ['limit=0', 'limit=1001', 'offset=-1', 'page=2'])
      expect((await send('GET', `/api/v1/settings/presets?${query}`)).statusCode, query).toBe(400)
    for (const name of ['part-a', 'part-b', 'part-c'])
      await send('DELETE', `/api/v1/settings/presets/${name}`)
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
