/** Access links: made, listed, ended, and opened as delivery does. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AccessLinkService } from '../access-links/index.ts'
import { testKinds } from '../db/databases.test-harness.ts'
import { type Harness, picture, startApi } from './api/api.test-harness.ts'

describe.each(testKinds.filter(({ skip }) => skip === undefined))('access links on $kind', ({ kind }) => {
  let harness: Harness
  let image: string

  beforeAll(async () => {
    harness = await startApi({ kind })
    const uploaded = await harness.upload(await picture(1), 'a.png', {
      target_path: 'private/a b.png',
      visibility: 'private',
    })
    image = uploaded.json().id
    await harness.request({
      method: 'POST',
      url: '/api/v1/settings/presets',
      payload: { name: 'card', params: { w: 20 } },
    })
  })
  afterAll(() => harness.close())

  const make = (payload?: object, id = image) =>
    harness.request({
      method: 'POST',
      url: `/api/v1/images/${id}/links`,
      ...(payload === undefined ? {} : { payload }),
    })
  const list = async (query = '') => (await harness.request({ url: `/api/v1/links${query}` })).json()
  const tokenOf = (url: string) => new URL(url).searchParams.get('link') ?? ''
  const open = (token: string) => harness.links.open(harness.project.id, token)

  it('are told once, with a token of which only the hash is stored', async () => {
    const made = await make({ note: 'for Ada', max_uses: 3, preset: 'card', expires_in_seconds: 60 })
    expect(made.statusCode, made.body).toBe(201)
    const link = made.json()
    expect(link).toMatchObject({
      image_id: image,
      path: 'private/a b.png',
      preset: 'card',
      note: 'for Ada',
      state: 'active',
      max_uses: 3,
      uses: 0,
      last_used_at: null,
      revoked_at: null,
    })
    expect(Date.parse(link.expires_at) - Date.parse(link.created_at)).toBeCloseTo(60_000, -2)
    const token = tokenOf(link.url)
    expect(link.url).toBe(`http://images.test/i/demo/private/a%20b.png?p:card&link=${token}`)
    expect(token).toMatch(/^[0-9A-Za-z]{32}$/)
    const again = await harness.request({ url: `/api/v1/links/${link.id}` })
    expect(again.body).not.toContain(token)
    const rows = await harness.database.queries.selectFrom('access_links').selectAll().execute()
    expect(JSON.stringify(rows)).not.toContain(token)
    expect(await open(token)).toMatchObject({ id: link.id, preset: 'card' })
  })

  it('last a week unless told otherwise', async () => {
    const { created_at, expires_at } = (await make()).json()
    expect(Date.parse(expires_at) - Date.parse(created_at)).toBeCloseTo(604_800_000, -2)
    const at = new Date(Date.now() + 3_600_000).toISOString()
    expect((await make({ expires_at: at })).json().expires_at).toBe(at)
  })

  it.each([
    ['both times', { expires_in_seconds: 60, expires_at: '2099-01-01T00:00:00Z' }, '/expires_at'],
    ['a time long gone', { expires_at: '2001-01-01T00:00:00Z' }, '/expires_at'],
    ['a time too far', { expires_at: '2199-01-01T00:00:00Z' }, '/expires_at'],
    ['a time too near', { expires_in_seconds: 1 }, '/expires_in_seconds'],
    ['an unknown preset', { preset: 'nothing' }, '/preset'],
    ['no uses', { max_uses: 0 }, '/max_uses'],
    ['an unknown word', { uses: 4 }, '/uses'],
  ])('refuse %s', async (_, payload, pointer) => {
    const refused = await make(payload)
    expect([refused.statusCode, refused.json().pointer], refused.body).toEqual([400, pointer])
  })

  it('are listed newest first, by state, a page at a time, of the project and of an image', async () => {
    const other = (await harness.upload(await picture(2), 'b.png')).json().id
    const first = (await make({ note: 'first' }, other)).json()
    const second = (await make({ note: 'second' }, other)).json()
    await harness.request({ method: 'DELETE', url: `/api/v1/links/${first.id}` })
    const ofImage = (await harness.request({ url: `/api/v1/images/${other}/links` })).json()
    expect(ofImage.links.map((link: { note: string }) => link.note)).toEqual(['second', 'first'])
    expect((await list('?state=revoked')).links.map((link: { id: string }) => link.id)).toEqual([first.id])
    const page = await list('?limit=1')
    expect(page.links.map((link: { id: string }) => link.id)).toEqual([second.id])
    const rest = await list(`?limit=100&cursor=${page.next_cursor}`)
    expect(rest.links[0].id).toBe(first.id)
    expect(rest.next_cursor).toBeNull()
    expect((await harness.request({ url: '/api/v1/images/0123456789abcdef/links' })).statusCode).toBe(404)
  })

  it('that are revoked open nothing more, at once, and stay revoked', async () => {
    const made = (await make()).json()
    const token = tokenOf(made.url)
    await open(token)
    const revoked = await harness.request({ method: 'DELETE', url: `/api/v1/links/${made.id}` })
    expect(revoked.json()).toMatchObject({ id: made.id, state: 'revoked' })
    await expect(open(token)).rejects.toMatchObject({ code: 'link/revoked' })
    const again = await harness.request({ method: 'DELETE', url: `/api/v1/links/${made.id}` })
    expect(again.json().revoked_at).toBe(revoked.json().revoked_at)
    expect((await harness.request({ method: 'DELETE', url: '/api/v1/links/link_none' })).statusCode).toBe(404)
  })

  it('that have run out open nothing more, also when they are remembered', async () => {
    const made = (await make()).json()
    const token = tokenOf(made.url)
    await harness.database.queries
      .updateTable('access_links')
      .set({ expires_at: Date.now() + 150 })
      .where('id', '=', made.id)
      .execute()
    await open(token)
    await new Promise((resolve) => setTimeout(resolve, 160))
    await expect(open(token)).rejects.toMatchObject({ code: 'link/expired' })
    expect((await list('?state=expired')).links.map((link: { id: string }) => link.id)).toEqual([made.id])
  })

  it('of another project open nothing', async () => {
    const token = tokenOf((await make()).json().url)
    const other = 'another' as typeof harness.project.id
    await expect(harness.links.open(other, token)).rejects.toMatchObject({ code: 'link/not-found' })
  })

  it('with a number of uses are used exactly so often, whoever asks at the same moment', async () => {
    const made = (await make({ max_uses: 5 })).json()
    const token = tokenOf(made.url)
    const tries = await Promise.allSettled(
      Array.from({ length: 20 }, async () => harness.links.use(await open(token))),
    )
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(5)
    await expect(open(token)).rejects.toMatchObject({ code: 'link/used-up' })
    expect((await list('?state=used_up')).links).toMatchObject([{ id: made.id, uses: 5, state: 'used_up' }])
  })

  it('count their uses', async () => {
    const made = (await make()).json()
    for (let uses = 0; uses < 3; uses++) await harness.links.use(await open(tokenOf(made.url)))
    const told = (await harness.request({ url: `/api/v1/links/${made.id}` })).json()
    expect(told.uses).toBe(3)
    expect(Date.parse(told.last_used_at)).toBeGreaterThanOrEqual(Date.parse(told.created_at))
  })

  it('are forgotten long after their end, and with the image', async () => {
    const bytes = await picture(3)
    const { id } = (await harness.upload(bytes, 'c.png')).json()
    const kept = (await make({ expires_in_seconds: 3_600 })).json()
    const gone = (await make({}, id)).json()
    await harness.request({ method: 'DELETE', url: `/api/v1/images/${id}?permanent=true` })
    expect((await harness.request({ url: `/api/v1/links/${gone.id}` })).statusCode).toBe(404)
    const aMonth = 30 * 24 * 60 * 60 * 1000
    await harness.links.removeOld(Date.now() + aMonth)
    expect((await harness.request({ url: `/api/v1/links/${kept.id}` })).statusCode).toBe(200)
    await harness.links.removeOld(Date.now() + 4 * aMonth)
    expect((await harness.request({ url: `/api/v1/links/${kept.id}` })).statusCode).toBe(404)
  })

  if (kind !== 'postgres') return
  it('revoked by another process end within seconds', async () => {
    const elsewhere = new AccessLinkService(harness.database)
    const made = (await make()).json()
    const token = tokenOf(made.url)
    await open(token)
    await elsewhere.revoke(harness.project.id, made.id)
    await expect.poll(() => open(token).catch(({ code }) => code), { timeout: 7_000 }).toBe('link/revoked')
    await elsewhere.close()
  })
})
