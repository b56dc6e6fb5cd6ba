/** A preset from its creation through the API to the pixels, and what the API says of its use afterwards. */
import sharp from 'sharp'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type RunningServer, startServer } from './support.ts'

let server: RunningServer

beforeAll(async () => {
  server = await startServer()
})
afterAll(async () => {
  await server.stop()
})

const get = (query: string) => fetch(`${server.url}/i/demo/landscape.webp?${query}`)

async function sizeOf(response: Response): Promise<{ width: number; height: number }> {
  expect(response.status, await response.clone().text()).toBe(200)
  const { width, height } = await sharp(Buffer.from(await response.arrayBuffer())).metadata()
  return { width, height }
}

it('fills in what the URL leaves open, yields to what it says, and counts the variants made', async () => {
  const created = await server.api('/api/v1/settings/presets', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'card', params: { w: 120, h: 90, fit: 'cover', grayscale: true } }),
  })
  expect(created.status).toBe(201)

  expect(await sizeOf(await get('p:card'))).toEqual({ width: 120, height: 90 })
  expect(await sizeOf(await get('p%3Acard='))).toEqual({ width: 120, height: 90 })
  expect(await sizeOf(await get('p:card&w=60&h=60'))).toEqual({ width: 60, height: 60 })

  await server.api('/api/v1/usage')
  const { presets } = (await (await server.api('/api/v1/settings/presets')).json()) as {
    presets: { name: string; usage_count: number }[]
  }
  expect(presets).toEqual([expect.objectContaining({ name: 'card', usage_count: 2 })])
})

it('gives the new picture at once when it is changed, and the old one when that is undone', async () => {
  const put = (params: object) =>
    server.api('/api/v1/settings/presets/card', {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ params }),
    })
  const before = await get('p:card')
  const etag = before.headers.get('etag') ?? ''
  expect(await sizeOf(before)).toEqual({ width: 120, height: 90 })

  expect((await put({ w: 40, h: 40 })).status).toBe(200)
  const after = await fetch(`${server.url}/i/demo/landscape.webp?p:card`, {
    headers: { 'if-none-match': etag },
  })
  expect(await sizeOf(after)).toEqual({ width: 40, height: 40 })
  expect(after.headers.get('etag')).not.toBe(etag)

  const restored = await server.api('/api/v1/settings/presets/card/versions/1/restore', { method: 'POST' })
  expect(await restored.json()).toMatchObject({ version: 3, params: { w: 120 } })
  const again = await get('p:card')
  expect(again.headers.get('x-fovea-cache')).toBe('hit')
  expect(again.headers.get('etag')).toBe(etag)
})

it('is named exactly as it is written', async () => {
  expect((await get('p:Card')).status).toBe(400)
})

it('is 400 when it is unknown or deleted, and its name is told', async () => {
  expect((await server.api('/api/v1/settings/presets/card', { method: 'DELETE' })).status).toBe(200)
  const refused = await get('p:card')
  expect(refused.status).toBe(400)
  expect(await refused.text()).toContain('card')
})
