/**
 * Two projects in one installation: every route × the other's ids.
 *
 * Each route with a parameter is asked by a key of "other", and by a person who owns it, for things of "demo": the
 * answer is 404, the same as for an id that never existed, and nothing of "demo" has changed afterwards. A new route
 * with a parameter fails here until its ids and bodies stand in the tables below.
 */
import type { InjectOptions } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testKinds } from '../db/databases.test-harness.ts'
import { type Harness, type KnownRoute, ownerLogin, picture, startApi } from './api/api.test-harness.ts'
import { Browser } from './api/browser.test-harness.ts'

/** What each route must be sent so that only the id is wrong. */
const bodies: Readonly<Record<string, object>> = {
  'PATCH /api/v1/images/:id': { tags: ['taken'] },
  'PATCH /api/v1/images/path/:username/*': { tags: ['taken'] },
  'PATCH /api/v1/images/:id/visibility': { visibility: 'private' },
  'PATCH /api/v1/origins/:id': { settings: { cacheTtlSeconds: 60 } },
  'POST /api/v1/origins/:id/purge': { paths: ['a.jpg'] },
  'PUT /api/v1/settings/presets/:id': { description: 'taken over' },
  'PUT /api/v1/operator/projects/:project/state': { state: 'suspended' },
  'PUT /api/v1/operator/teams/:team/state': { state: 'suspended' },
  'PATCH /api/v1/webhooks/:id': { description: 'taken over' },
  'POST /api/v1/webhooks/:id/replay': { since: '2026-01-01T00:00:00Z' },
  'PATCH /api/v1/teams/:team': { name: 'Taken over' },
  'PATCH /api/v1/teams/:team/members/:user': { role: 'viewer' },
  'POST /api/v1/teams/:team/invitations': { email: 'friend@example.test', role: 'viewer' },
}

/** Kinds of things by the route they are named in: the longest prefix that fits. */
type Thing =
  | 'image'
  | 'path'
  | 'trashed'
  | 'project'
  | 'preset'
  | 'key'
  | 'origin'
  | 'domain'
  | 'secret'
  | 'webhook'
  | 'delivery'
  | 'team'
  | 'user'
  | 'invitation'
  | 'job'
  | 'notice'
  | 'export'
  | 'link'

const things: readonly (readonly [prefix: string, parameter: string, thing: Thing])[] = [
  ['/api/v1/images/', 'id', 'image'],
  ['/api/v1/images/path/', '*', 'path'],
  ['/api/v1/trash/', 'id', 'trashed'],
  ['/api/v1/jobs/', 'id', 'job'],
  ['/api/v1/settings/presets/', 'id', 'preset'],
  ['/api/v1/settings/api-keys/', 'id', 'key'],
  ['/api/v1/origins/', 'id', 'origin'],
  ['/api/v1/domains/', 'host', 'domain'],
  ['/api/v1/project/signing-secrets/', 'kid', 'secret'],
  ['/api/v1/webhooks/', 'id', 'webhook'],
  ['/api/v1/webhooks/', 'delivery', 'delivery'],
  ['/api/v1/projects/', 'project', 'project'],
  ['/api/v1/operator/projects/', 'project', 'project'],
  ['/api/v1/links/', 'link', 'link'],
  ['/api/v1/operator/teams/', 'team', 'team'],
  ['/api/v1/teams/', 'team', 'team'],
  ['/api/v1/teams/', 'user', 'user'],
  ['/api/v1/teams/', 'invitation', 'invitation'],
  ['/api/v1/notices/', 'notice', 'notice'],
  ['/api/v1/exports/', 'id', 'export'],
  ['/api/v1/operator/notices/', 'notice', 'notice'],
]

/** Parameters that name nothing of a project; a user name is the slug of whoever asks. */
const plain: Readonly<Record<string, string>> = { version: '1', dialect: 'cloudimage' }

type Ids = Readonly<Record<Thing, string>>

const unknown: Ids = {
  image: '0123456789abcdef',
  path: 'never/there.png',
  trashed: '01JD0000000000000000000000',
  job: '01JD0000000000000000000000',
  project: 'never-there',
  preset: 'preset_01jd0000000000000000000000',
  key: 'key_01jd0000000000000000000000',
  origin: 'never-there',
  domain: 'never.there.test',
  secret: 'neverone',
  webhook: 'webhook_01jd0000000000000000000000',
  delivery: 'delivery_01jd0000000000000000000000',
  team: 'team_01jd0000000000000000000000',
  user: '01JD0000000000000000000000',
  invitation: 'invitation_01jd0000000000000000000000',
  notice: 'notice_01jd0000000000000000000000',
  export: '01JD0000000000000000000000',
  link: 'link_01jd0000000000000000000000',
}

function thingOf(url: string, parameter: string): Thing | undefined {
  return things
    .filter(([prefix, of]) => url.startsWith(prefix) && of === parameter)
    .sort(([a], [b]) => b.length - a.length)[0]?.[2]
}

/** Whether any part of the address is the id of something. */
function hasId({ url }: KnownRoute): boolean {
  return [...url.matchAll(/:(\w+)|\*/g)].some(([whole, name]) => thingOf(url, name ?? whole) !== undefined)
}

function addressOf({ url }: KnownRoute, ids: Ids, slug = 'other'): string {
  return url.replace(/:(\w+)|\*/g, (whole, name: string | undefined) => {
    const parameter = name ?? whole
    if (parameter === 'username') return slug
    const thing = thingOf(url, parameter)
    const value = thing === undefined ? plain[parameter] : ids[thing]
    if (value === undefined) throw new Error(`${url}: say in this test what ":${parameter}" is`)
    return encodeURIComponent(value)
  })
}

describe.each(testKinds.filter(({ skip }) => skip === undefined))('two projects on $kind', ({ kind }) => {
  let harness: Harness
  /** The person who owns `other`, and its key. */
  let stranger: Browser
  let strangerKey: string
  let theirs: Ids

  const projectRoutes = () =>
    harness.routes.filter(
      ({ url, config }) => config.isPublic !== true && config.isPersonal !== true && url !== '*',
    )
  const hasParameter = ({ url }: KnownRoute) => /[:*]/.test(url)

  beforeAll(async () => {
    harness = await startApi({ kind })
    stranger = new Browser(harness)
    await stranger.join('stranger@example.test')
    await stranger.ask('/api/v1/projects', { method: 'POST', body: { name: 'Other', slug: 'other' } })
    const key = await stranger.ask('/api/v1/settings/api-keys', {
      method: 'POST',
      headers: { 'x-fovea-project': 'other' },
      body: { name: 'mine', scopes: ['read', 'write'] },
    })
    strangerKey = key.json().key
    theirs = await furnish()
  })

  afterAll(() => harness.close())

  /** One thing of each kind in `demo`. */
  async function furnish(): Promise<Ids> {
    const post = async (url: string, payload: object) =>
      (await harness.request({ method: 'POST', url, payload })).json()
    const image = (await harness.upload(await picture(1), 'a.png', { target_path: 'secret/a.png' })).json()
    const deleted = (await harness.upload(await picture(2), 'b.png', { target_path: 'secret/b.png' })).json()
    await harness.request({ method: 'DELETE', url: `/api/v1/images/${deleted.id}` })
    const trash = (await harness.request({ url: '/api/v1/trash' })).json()
    const preset = await post('/api/v1/settings/presets', { name: 'card', params: { w: 100 } })
    const key = await post('/api/v1/settings/api-keys', { name: 'theirs', scopes: ['read'] })
    await post('/api/v1/origins', { name: 'shop', kind: 'web', settings: { baseUrl: 'https://shop.test' } })
    await post('/api/v1/domains', { host: 'img.demo.test' })
    const link = await post(`/api/v1/images/${image.id}/links`, {})
    const webhook = await post('/api/v1/webhooks', {
      url: 'https://shop.test/hook',
      events: ['image.uploaded'],
    })
    const sent = await post(`/api/v1/webhooks/${webhook.id}/test`, {})
    const job = await post('/api/v1/jobs', { sources: { prefix: 'secret/' }, store: { path: 'made/{name}' } })
    const owner = new Browser(harness)
    await owner.auth('/sign-in/email', ownerLogin)
    const team = (await owner.ask('/api/v1/teams')).json().teams[0].id
    const notice = await owner.ask('/api/v1/operator/notices', {
      method: 'POST',
      body: { title: 'For you', text: 'Only for you.', team_id: team },
    })
    const invitation = await owner.ask(`/api/v1/teams/${team}/invitations`, {
      method: 'POST',
      body: { email: 'guest@example.test', role: 'viewer' },
    })
    return {
      image: image.id,
      path: 'secret/a.png',
      trashed: trash.items[0].id,
      job: job.id,
      project: 'demo',
      preset: preset.id,
      key: key.id,
      origin: 'shop',
      domain: 'img.demo.test',
      secret: 'k1',
      webhook: webhook.id,
      delivery: sent.delivery,
      team,
      user: (await owner.ask('/api/auth/get-session')).json().user.id,
      invitation: invitation.json().invitation.id,
      notice: notice.json().notice.id,
      export: (await post('/api/v1/exports', {})).export.id,
      link: link.id,
    }
  }

  const asKey = ({ method, url }: KnownRoute, address: string) =>
    harness.api.inject({
      method: method as NonNullable<InjectOptions['method']> & 'GET',
      url: address,
      headers: { authorization: `Bearer ${strangerKey}` },
      ...withBody(method, url),
    })
  const asPerson = ({ method, url }: KnownRoute, address: string, slug: string) =>
    harness.api.inject({
      method: method as NonNullable<InjectOptions['method']> & 'GET',
      url: address,
      headers: { cookie: stranger.cookie, origin: harness.publicUrl, 'x-fovea-project': slug },
      ...withBody(method, url),
    })
  const withBody = (method: string, url: string): Pick<InjectOptions, 'payload'> => {
    const body = bodies[`${method} ${url}`]
    return body === undefined ? {} : { payload: body }
  }

  const everything = async () => {
    const tables = [
      'assets',
      'blobs',
      'presets',
      'origins',
      'domains',
      'signing_secrets',
      'webhooks',
      'webhook_deliveries',
      'teams',
      'team_members',
      'invitations',
      'notices',
      'exports',
      'dismissed_notices',
      'signed_urls',
      'batches',
      'batch_items',
      'access_links',
    ] as const
    const rows = await Promise.all(
      tables.map((table) => harness.database.queries.selectFrom(table).selectAll().execute()),
    )
    const keys = await harness.database.queries
      .selectFrom('api_keys')
      .select(['id', 'name', 'scopes'])
      .execute()
    return JSON.stringify([rows, keys])
  }

  it('answers 404 for the other’s ids on every route, in the words for one that never was', async () => {
    const before = await everything()
    const asked: string[] = []
    for (const route of harness.routes.filter(hasParameter)) {
      if (route.config.isPublic === true) continue
      addressOf(route, theirs)
      if (!hasId(route)) continue
      const ask = (ids: Ids) =>
        route.config.isPersonal === true
          ? asPerson(route, addressOf(route, ids), 'other')
          : asKey(route, addressOf(route, ids))
      const [real, never] = [await ask(theirs), await ask(unknown)]
      const name = `${route.method} ${route.url}`
      expect([name, real.statusCode], real.body).toEqual([name, 404])
      const words = (
        { instance: _instance, path: _path, error, ...rest }: Record<string, unknown>,
        ids: Ids,
      ) =>
        Object.values(ids).reduce(
          (text, id) => text.replaceAll(id, 'ID'),
          JSON.stringify([rest, messageOf(error)]),
        )
      expect([name, words(real.json(), theirs)]).toEqual([name, words(never.json(), unknown)])
      asked.push(name)
    }
    expect(asked.length).toBeGreaterThan(20)
    expect(await everything()).toBe(before)
  })

  it('answers the project’s own key and owner on the same addresses', async () => {
    const owner = new Browser(harness)
    await owner.auth('/sign-in/email', ownerLogin)
    for (const route of harness.routes.filter(hasParameter)) {
      if (route.method !== 'GET' || route.config.isPublic === true) continue
      const address = addressOf(route, theirs, 'demo')
      const answer =
        route.config.isPersonal === true ? await owner.ask(address) : await harness.request({ url: address })
      expect([route.url, answer.statusCode], answer.body).toEqual([route.url, 200])
    }
  })

  it('knows no project of others on any route, by session', async () => {
    const before = await everything()
    for (const route of projectRoutes()) {
      const name = `${route.method} ${route.url}`
      const address = hasParameter(route) ? addressOf(route, theirs) : route.url
      for (const slug of ['demo', 'never-there']) {
        const { statusCode, body } = await asPerson(route, address, slug)
        expect([name, slug, statusCode], body).toEqual([name, slug, 404])
      }
    }
    expect(await everything()).toBe(before)
  })

  it('names nothing of the other’s in any list', async () => {
    for (const route of harness.routes) {
      if (route.method !== 'GET' || hasParameter(route) || route.config.isPublic === true) continue
      const answer =
        route.config.isPersonal === true
          ? await asPerson(route, route.url, 'other')
          : await asKey(route, `${route.url}${route.url.endsWith('/search') ? '?q=a' : ''}`)
      for (const [thing, id] of Object.entries(theirs)) {
        // The word the key of "other" signs with may well be "k1" too.
        if (thing !== 'secret') expect(answer.body, `${route.url} names the ${thing}`).not.toContain(id)
      }
    }
  })

  it.each([
    ['GET', '/api/v1/versions?path=secret%2Fa.png', undefined],
    ['POST', '/api/v1/versions/restore', { path: 'secret/a.png', version: 1 }],
  ] as const)(
    'answers 404 to %s %s, which names a thing elsewhere than in the path',
    async (method, url, payload) => {
      const ask = (key: string) =>
        harness.api.inject({
          method,
          url,
          headers: { authorization: `Bearer ${key}` },
          ...(payload === undefined ? {} : { payload }),
        })
      expect((await ask(strangerKey)).statusCode).toBe(404)
      expect((await ask(harness.apiKey)).statusCode).not.toBe(404)
    },
  )

  it('refuses a path under another project’s name as the vendor does, whether it exists or not', async () => {
    for (const slug of ['demo', 'never-there']) {
      const refused = await harness.api.inject({
        method: 'DELETE',
        url: `/api/v1/images/path/${slug}/secret%2Fa.png`,
        headers: { authorization: `Bearer ${strangerKey}` },
      })
      expect(refused.statusCode, slug).toBe(403)
    }
  })
})

function messageOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'message' in error ? error.message : undefined
}
