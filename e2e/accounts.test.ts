/** People against a real server: one cookie, the API by session, a project of one's own, letters in the outbox. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningServer, startServer } from './support.ts'

let server: RunningServer
let cookie: string

const json = { 'content-type': 'application/json' }
const ask = (path: string, init: RequestInit = {}) =>
  fetch(new URL(path, server.url), {
    ...init,
    headers: { cookie, origin: server.url, ...json, ...(init.headers as Record<string, string>) },
  })

beforeAll(async () => {
  server = await startServer()
  const { email, password } = server.firstRun
  const signedIn = await fetch(new URL('/api/auth/sign-in/email', server.url), {
    method: 'POST',
    headers: { origin: server.url, ...json },
    body: JSON.stringify({ email, password }),
  })
  expect(signedIn.status).toBe(200)
  const set = signedIn.headers.getSetCookie()
  expect(set.map((line) => line.split('=', 1)[0])).toEqual(['fovea_session'])
  cookie = set[0]?.split(';', 1)[0] ?? ''
})

afterAll(() => server.stop())

describe('a person', () => {
  it('signs in with the printed login and asks the API', async () => {
    const asked = await ask('/api/v1/project', { headers: { 'x-fovea-project': 'demo' } })
    expect([asked.status, (await asked.json()).project.slug]).toEqual([200, 'demo'])
  })

  it('makes a project whose pictures are served at once, closes it, and opens it again', async () => {
    const made = await ask('/api/v1/projects', {
      method: 'POST',
      body: JSON.stringify({ name: 'Mine', slug: 'mine' }),
    })
    expect(made.status).toBe(201)
    const inMine = { 'x-fovea-project': 'mine' }
    const answer = async () => (await fetch(new URL('/i/mine/nothing.webp', server.url))).json()
    expect((await answer()).code).toBe('asset/not-found')
    expect((await ask('/api/v1/project', { method: 'DELETE', headers: inMine, body: '' })).status).toBe(200)
    expect((await answer()).code).toBe('project/not-found')
    expect((await ask('/api/v1/projects/mine/restore', { method: 'POST', body: '' })).status).toBe(200)
    expect((await answer()).code).toBe('asset/not-found')
  })

  it('who signs up finds the letter in the outbox, and the log says where', async () => {
    const body = { email: 'new@example.test', password: 'a good long password', name: 'New' }
    const signedUp = await ask('/api/auth/sign-up/email', { method: 'POST', body: JSON.stringify(body) })
    expect(signedUp.status).toBe(200)
    await expect
      .poll(() => server.logs.find(({ event }) => event === 'mail.outbox')?.path)
      .toMatch(/outbox\/.*\.eml$/)
    expect(readdirSync(join(server.dataDir, 'outbox'))).toHaveLength(1)
  })

  it('takes a project along: the worker makes the archive, and a letter says so', async () => {
    const inDemo = { 'x-fovea-project': 'demo' }
    const started = await ask('/api/v1/exports', { method: 'POST', headers: inDemo, body: '' })
    expect(started.status).toBe(202)
    const look = async () =>
      (await (await ask(started.headers.get('location') ?? '', { headers: inDemo })).json()).export
    await expect.poll(async () => (await look()).state, { timeout: 30_000 }).toBe('done')
    const { download_url: address, size } = await look()
    const archive = Buffer.from(await (await fetch(address)).arrayBuffer())
    expect([archive.length, archive.toString('latin1', 0, 2)]).toEqual([size, 'PK'])
    expect(archive.includes('originals/')).toBe(true)
    await expect.poll(() => readdirSync(join(server.dataDir, 'outbox')).length).toBe(2)
  })

  it('is nobody any more after signing out', async () => {
    expect((await ask('/api/auth/sign-out', { method: 'POST', body: '{}' })).status).toBe(200)
    expect((await ask('/api/v1/projects')).status).toBe(401)
  })
})
