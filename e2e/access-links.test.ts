/** Access links against a real server: made over the API, opened as anybody would, ended. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generatePng, type RunningServer, startServer } from './support.ts'

describe('access links', () => {
  let server: RunningServer
  let image: string

  beforeAll(async () => {
    server = await startServer({ env: { FOVEA_WORKERS: '1' } })
    const bytes = await generatePng({ width: 60, height: 40, seed: 1 })
    const uploaded = await server.upload(bytes, 'a.png', { target_path: 'p/a.png', visibility: 'private' })
    image = (await uploaded.json()).id
  })
  afterAll(() => server?.stop())

  const make = async (body: object) => {
    const made = await server.api(`/api/v1/images/${image}/links`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    const { id, url } = await made.json()
    return { id, address: server.url + new URL(url).pathname + new URL(url).search }
  }

  it('open a private image, until they are taken back', async () => {
    expect((await fetch(`${server.url}/i/${server.firstRun.project}/p/a.png`)).status).toBe(403)
    const { id, address } = await make({})
    const original = await fetch(address)
    expect([original.status, original.headers.get('content-type')]).toEqual([200, 'image/png'])
    const small = await fetch(address.replace('a.png?', 'a.webp?w=20&'))
    expect([small.status, small.headers.get('cache-control')]).toEqual([200, 'private, no-store'])
    await server.api(`/api/v1/links/${id}`, { method: 'DELETE' })
    const refused = await fetch(address)
    expect([refused.status, refused.headers.get('cache-control'), (await refused.json()).code]).toEqual([
      410,
      'no-store',
      'link/revoked',
    ])
  })

  it('are used no more than so often by many at once', async () => {
    const { id, address } = await make({ max_uses: 3 })
    const answers = await Promise.all(Array.from({ length: 12 }, () => fetch(address)))
    const statuses = answers.map(({ status }) => status).sort()
    expect(statuses).toEqual([200, 200, 200, ...Array.from({ length: 9 }, () => 410)])
    const told = await (await server.api(`/api/v1/links/${id}`)).json()
    expect(told).toMatchObject({ uses: 3, state: 'used_up' })
  })

  it('stand in no log', async () => {
    const { address } = await make({})
    await fetch(address)
    await expect.poll(() => server.output()).toContain('/p/a.png')
    expect(server.output()).not.toContain(new URL(address).searchParams.get('link'))
  })
})
