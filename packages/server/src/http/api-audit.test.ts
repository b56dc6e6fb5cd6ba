import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testKinds } from '../db/databases.test-harness.ts'
import { type Harness, ownerLogin, picture, startApi } from './api/api.test-harness.ts'
import { Browser } from './api/browser.test-harness.ts'

describe.each(testKinds.filter(({ skip }) => skip === undefined))('the audit log on $kind', ({ kind }) => {
  let harness: Harness
  let owner: Browser

  beforeAll(async () => {
    harness = await startApi({ kind })
    owner = new Browser(harness)
    await owner.auth('/sign-in/email', ownerLogin)
  })

  afterAll(() => harness.close())

  const ofProject = async (query = '') =>
    (await harness.request({ url: `/api/v1/project/audit${query}` })).json()

  it('says who did what to which thing, by key and by person', async () => {
    const made = await harness.request({
      method: 'POST',
      url: '/api/v1/domains',
      payload: { host: 'img.shop.test' },
    })
    expect(made.statusCode).toBe(201)
    await owner.ask('/api/v1/domains/img.shop.test', {
      method: 'DELETE',
      headers: { 'x-fovea-project': 'demo' },
    })
    const [deleted, created] = (await ofProject()).events
    expect(created).toMatchObject({
      actor: { kind: 'key', name: 'First key' },
      action: 'POST /api/v1/domains',
      target: {},
    })
    expect(deleted).toMatchObject({
      actor: { kind: 'person', name: ownerLogin.email },
      action: 'DELETE /api/v1/domains/:host',
      target: { host: 'img.shop.test' },
    })
    expect(Date.now() - Date.parse(deleted.at)).toBeLessThan(60_000)
  })

  it('leaves out what was refused, and what only reads', async () => {
    const before = (await ofProject()).events.length
    await harness.request({ method: 'POST', url: '/api/v1/domains', payload: { host: 'localhost' } })
    await harness.request({ method: 'DELETE', url: '/api/v1/domains/never.there.test' })
    await harness.request({ url: '/api/v1/images' })
    expect((await ofProject()).events).toHaveLength(before)
  })

  it('is paged, newest first', async () => {
    for (const host of ['a.shop.test', 'b.shop.test', 'c.shop.test'])
      await harness.request({ method: 'POST', url: '/api/v1/domains', payload: { host } })
    const whole = (await ofProject('?limit=500')).events
    const first = await ofProject('?limit=2')
    const second = await ofProject(`?limit=2&cursor=${first.next_cursor}`)
    expect([...first.events, ...second.events]).toEqual(whole.slice(0, 4))
    expect((await ofProject(`?limit=500&cursor=${first.next_cursor}`)).next_cursor).toBeNull()
    expect((await harness.request({ url: '/api/v1/project/audit?cursor=x' })).statusCode).toBe(400)
  })

  it('knows every change of a burst', async () => {
    const count = async () => (await ofProject('?limit=500')).events.length
    const before = await count()
    const uploads = await Promise.all(
      Array.from({ length: 12 }, async (_, index) =>
        harness.upload(await picture(index + 1), `${index}.png`),
      ),
    )
    expect(uploads.every(({ statusCode }) => statusCode === 201)).toBe(true)
    expect(await count()).toBe(before + 12)
  })

  it('has what people did with teams and accounts', async () => {
    const team = (await owner.ask('/api/v1/teams', { method: 'POST', body: { name: 'New' } })).json().team.id
    const invited = { email: 'x@example.test', role: 'viewer' }
    await owner.ask(`/api/v1/teams/${team}/invitations`, { method: 'POST', body: invited })
    const actions = async (url: string) =>
      (await owner.ask(url)).json().events.map(({ action }: { action: string }) => action)
    expect(await actions(`/api/v1/teams/${team}/audit`)).toEqual([
      'POST /api/v1/teams/:team/invitations',
      'POST /api/v1/teams',
    ])
    await owner.auth('/update-user', { name: 'Own Er' })
    expect(await actions('/api/v1/account/audit')).toEqual(
      expect.arrayContaining(['sign-in/email', 'update-user', 'POST /api/v1/teams']),
    )
  })

  it('is not for editors, nor for keys that only read', async () => {
    const { key } = (
      await harness.request({
        method: 'POST',
        url: '/api/v1/settings/api-keys',
        payload: { name: 'reader', scopes: ['read'] },
      })
    ).json()
    const refused = await harness.api.inject({
      url: '/api/v1/project/audit',
      headers: { authorization: `Bearer ${key}` },
    })
    expect(refused.statusCode).toBe(403)
  })

  it('keeps neither keys nor passwords nor addresses', async () => {
    const rows = JSON.stringify(
      await harness.database.queries.selectFrom('audit_events').selectAll().execute(),
    )
    for (const secret of [harness.apiKey, ownerLogin.password, '127.0.0.1'])
      expect(rows).not.toContain(secret)
  })

  it('forgets what is older than it is kept', async () => {
    const { audit } = harness
    const all = await audit.list({ projectId: harness.project.id }, { limit: 500 })
    expect(await audit.removeOld(1)).toBe(0)
    expect(await audit.removeOld(1, Date.now() + 25 * 60 * 60 * 1000)).toBeGreaterThanOrEqual(all.length)
    expect(await audit.list({ projectId: harness.project.id }, { limit: 500 })).toEqual([])
  })
})
