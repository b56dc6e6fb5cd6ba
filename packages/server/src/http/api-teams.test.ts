import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testKinds } from '../db/databases.test-harness.ts'
import { type Harness, ownerLogin, startApi } from './api/api.test-harness.ts'
import { Browser, letterTo } from './api/browser.test-harness.ts'

describe.each(testKinds.filter(({ skip }) => skip === undefined))('teams on $kind', ({ kind }) => {
  let harness: Harness
  let owner: Browser
  /** The team that the first start made. */
  let team: string

  const userIds = new Map<string, string>()

  const joined = async (name: string) => {
    const browser = new Browser(harness)
    await browser.join(`${name}@example.test`)
    userIds.set(name, (await browser.ask('/api/auth/get-session')).json().user.id)
    return browser
  }
  const send = async (
    browser: Browser,
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    url: string,
    body?: object,
  ) => {
    const answer = await browser.ask(url, { method, ...(body === undefined ? {} : { body }) })
    return { status: answer.statusCode, body: answer.json() }
  }
  /** Invites a person and lets them accept. */
  const invited = async (name: string, role: string, by = owner) => {
    const browser = await joined(name)
    const email = `${name}@example.test`
    const invitation = await send(by, 'POST', `/api/v1/teams/${team}/invitations`, { email, role })
    expect(invitation.status).toBe(201)
    const token = await tokenOf(email)
    expect((await send(browser, 'POST', '/api/v1/invitations/accept', { token })).body.team.role).toBe(role)
    return browser
  }
  const tokenOf = async (email: string) => {
    const { text = '' } = await letterTo(harness, email, 'Owner invites you to First team')
    return new URL(/https?:\S+/.exec(text)?.[0] ?? '').searchParams.get('token') ?? ''
  }

  beforeAll(async () => {
    harness = await startApi({ kind })
    owner = new Browser(harness)
    await owner.auth('/sign-in/email', ownerLogin)
    team = (await send(owner, 'GET', '/api/v1/teams')).body.teams[0].id
  })

  afterAll(() => harness.close())

  it('lets a new person make a project, in a first team of their own', async () => {
    const ada = await joined('ada')
    expect((await send(ada, 'GET', '/api/v1/projects')).body).toEqual({ projects: [], total: 0 })
    const made = await send(ada, 'POST', '/api/v1/projects', { name: 'Engine', slug: 'engine' })
    expect(made.status).toBe(201)
    expect(made.body.project).toMatchObject({ slug: 'engine', role: 'owner', team_name: 'ada' })
    expect((await send(ada, 'GET', '/api/v1/projects')).body.projects).toEqual([made.body.project])
    // It works at once: delivery knows it and it can sign.
    const project = await harness.projects.resolve('engine')
    expect(project?.signingSecrets).toHaveLength(1)
    const asked = await ada.ask('/api/v1/images', { headers: { 'x-fovea-project': 'engine' } })
    expect(asked.json().total).toBe(0)
  })

  it('makes one first team, also for projects that are made at once', async () => {
    const hasty = await joined('hasty')
    const made = await Promise.all(
      ['one', 'two', 'three'].map((slug) => send(hasty, 'POST', '/api/v1/projects', { name: slug, slug })),
    )
    expect(made.map(({ status }) => status)).toEqual([201, 201, 201])
    expect((await send(hasty, 'GET', '/api/v1/teams')).body.total).toBe(1)
  })

  it.each([
    [{ name: 'X', slug: 'demo' }, 409],
    // Hosts below the base domain that are the installation's.
    [{ name: 'X', slug: 'cdn' }, 409],
    [{ name: 'X', slug: 'app' }, 409],
    [{ name: 'X', slug: 'Not A Slug' }, 400],
    [{ name: '', slug: 'fine' }, 400],
    [{ name: 'X', slug: 'fine', team_id: 'team_of_others' }, 404],
    [{ name: 'X', slug: 'fine', colour: 'red' }, 400],
  ])('refuses the project %j with %i', async (body, status) => {
    expect((await send(owner, 'POST', '/api/v1/projects', body)).status).toBe(status)
  })

  it('makes no project for a person whose address is not confirmed', async () => {
    const eager = await joined('eager')
    await harness.database.queries
      .updateTable('users')
      .set({ email_verified: 0 })
      .where('email', '=', 'eager@example.test')
      .execute()
    for (const [url, body] of [
      ['/api/v1/projects', { name: 'X', slug: 'eager' }],
      ['/api/v1/teams', { name: 'X' }],
    ] as const) {
      expect((await send(eager, 'POST', url, body)).body.code).toBe('auth/unverified')
    }
  })

  it('gives each role what it may, and no more', async () => {
    const people = {
      viewer: await invited('vera', 'viewer'),
      editor: await invited('edna', 'editor'),
      admin: await invited('adam', 'admin'),
      owner,
    }
    const asked = async (browser: Browser, method: 'GET' | 'POST' | 'PUT', url: string, body?: object) =>
      (
        await browser.ask(url, {
          method,
          headers: { 'x-fovea-project': 'demo' },
          ...(body === undefined ? {} : { body }),
        })
      ).statusCode
    const key = { name: 'k', scopes: ['read'] }
    const table: Record<string, readonly number[]> = {}
    for (const [role, browser] of Object.entries(people)) {
      table[role] = [
        await asked(browser, 'GET', '/api/v1/images'),
        await asked(browser, 'PUT', '/api/v1/settings', { theme: 'dark' }),
        await asked(browser, 'POST', '/api/v1/settings/api-keys', key),
        (await send(browser, 'PATCH', `/api/v1/teams/${team}`, { name: 'First team' })).status,
        (await send(browser, 'GET', `/api/v1/teams/${team}/members`)).status,
        (await send(browser, 'GET', `/api/v1/teams/${team}/invitations`)).status,
      ]
    }
    const headers = { 'x-fovea-project': 'demo' }
    const knowing = await Promise.all(
      Object.values(people).map(
        async (browser) => (await browser.ask('/api/v1/project/client', { headers })).json().signing !== null,
      ),
    )
    expect(knowing).toEqual([false, false, true, true])
    expect(table).toEqual({
      viewer: [200, 403, 403, 403, 200, 403],
      editor: [200, 200, 403, 403, 200, 403],
      admin: [200, 200, 201, 200, 200, 200],
      owner: [200, 200, 201, 200, 200, 200],
    })
  })

  it('lets nobody give or take more than they have', async () => {
    const adam = new Browser(harness)
    await adam.auth('/sign-in/email', { email: 'adam@example.test', password: 'a good long password' })
    const ownerId = (await send(owner, 'GET', `/api/v1/teams/${team}/members`)).body.members[0].user_id
    const member = (id: string | undefined) => `/api/v1/teams/${team}/members/${id}`
    const invite = { email: 'x@example.test', role: 'owner' }
    expect((await send(adam, 'POST', `/api/v1/teams/${team}/invitations`, invite)).status).toBe(403)
    expect((await send(adam, 'PATCH', member(userIds.get('edna')), { role: 'owner' })).status).toBe(403)
    expect((await send(adam, 'PATCH', member(ownerId), { role: 'viewer' })).status).toBe(403)
    expect((await send(adam, 'DELETE', member(ownerId))).status).toBe(403)
    expect((await send(adam, 'PATCH', member(userIds.get('edna')), { role: 'viewer' })).status).toBe(200)
    expect((await send(adam, 'PATCH', member('nobody'), { role: 'viewer' })).status).toBe(404)
  })

  it('never loses its last owner, also when two leave at once', async () => {
    const self = (await send(owner, 'GET', '/api/auth/get-session')).body.user.id
    const member = `/api/v1/teams/${team}/members/${self}`
    expect((await send(owner, 'DELETE', member)).body.code).toBe('team/last-owner')
    expect((await send(owner, 'PATCH', member, { role: 'admin' })).body.code).toBe('team/last-owner')
    const olga = await invited('olga', 'owner')
    const both = await Promise.all([
      send(owner, 'PATCH', member, { role: 'admin' }),
      send(olga, 'PATCH', `/api/v1/teams/${team}/members/${userIds.get('olga')}`, { role: 'admin' }),
    ])
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409])
    const keeper = both[0].status === 409 ? owner : olga
    await send(keeper, 'PATCH', member, { role: 'owner' })
    const people = (await send(owner, 'GET', `/api/v1/teams/${team}/members`)).body.members
    expect(people.filter(({ role }: { role: string }) => role === 'owner').length).toBeGreaterThan(0)
  })

  it('ends a member’s access at once', async () => {
    const gone = await invited('gone', 'editor')
    const asked = () => gone.ask('/api/v1/project', { headers: { 'x-fovea-project': 'demo' } })
    expect((await asked()).statusCode).toBe(200)
    await send(owner, 'DELETE', `/api/v1/teams/${team}/members/${userIds.get('gone')}`)
    expect((await asked()).statusCode).toBe(404)
    expect((await send(gone, 'GET', `/api/v1/teams/${team}/members`)).status).toBe(404)
  })

  describe('an invitation', () => {
    it('is only for the address it went to, and only once', async () => {
      await send(owner, 'POST', `/api/v1/teams/${team}/invitations`, {
        email: 'Wanted@Example.test',
        role: 'viewer',
      })
      const token = await tokenOf('wanted@example.test')
      const thief = await joined('thief')
      const wanted = await joined('wanted')
      const accept = async (browser: Browser) =>
        (await send(browser, 'POST', '/api/v1/invitations/accept', { token })).status
      expect([await accept(thief), await accept(wanted), await accept(wanted)]).toEqual([404, 200, 404])
    })

    it('replaces an older one, can be withdrawn, and ends after a week', async () => {
      const email = 'later@example.test'
      const later = await joined('later')
      const accept = async (token: string) =>
        (await send(later, 'POST', '/api/v1/invitations/accept', { token })).status
      const invite = async () =>
        (await send(owner, 'POST', `/api/v1/teams/${team}/invitations`, { email, role: 'viewer' })).body
          .invitation
      await invite()
      const first = await tokenOf(email)
      const { id } = await invite()
      const second = await tokenOf(email)
      expect(second).not.toBe(first)
      expect(await accept(first)).toBe(404)
      const withdrawn = await send(owner, 'DELETE', `/api/v1/teams/${team}/invitations/${id}`)
      expect([withdrawn.status, await accept(second)]).toEqual([200, 404])
      await invite()
      await harness.database.queries
        .updateTable('invitations')
        .set({ expires_at: Date.now() - 1 })
        .where('email', '=', email)
        .execute()
      expect(await accept(await tokenOf(email))).toBe(404)
    })

    it('is not stored in the clear, and not sent to members', async () => {
      const email = 'hidden@example.test'
      await send(owner, 'POST', `/api/v1/teams/${team}/invitations`, { email, role: 'viewer' })
      const rows = await harness.database.queries.selectFrom('invitations').selectAll().execute()
      expect(JSON.stringify(rows)).not.toContain(await tokenOf(email))
      const again = { email: 'edna@example.test', role: 'viewer' }
      const refused = await send(owner, 'POST', `/api/v1/teams/${team}/invitations`, again)
      expect([refused.status, refused.body.code]).toEqual([409, 'team/member-conflict'])
    })
  })

  it('deletes a team only without projects', async () => {
    const made = (await send(owner, 'POST', '/api/v1/teams', { name: 'Short-lived' })).body.team
    await send(owner, 'POST', '/api/v1/projects', { name: 'X', slug: 'short-lived', team_id: made.id })
    expect((await send(owner, 'DELETE', `/api/v1/teams/${made.id}`)).body.code).toBe('team/not-empty')
    const empty = (await send(owner, 'POST', '/api/v1/teams', { name: 'Empty' })).body.team
    expect((await send(owner, 'DELETE', `/api/v1/teams/${empty.id}`)).status).toBe(200)
    expect((await send(owner, 'GET', `/api/v1/teams/${empty.id}/members`)).status).toBe(404)
  })

  it('asks which team when it could be several', async () => {
    const refused = await send(owner, 'POST', '/api/v1/projects', { name: 'X', slug: 'which' })
    expect([refused.status, refused.body.pointer]).toEqual([400, '/team_id'])
  })

  it('is nothing for API keys', async () => {
    const refused = await harness.request({ url: '/api/v1/teams' })
    expect([refused.statusCode, refused.json().code]).toEqual([403, 'auth/forbidden'])
  })
})

describe('signing up by invitation only', () => {
  it('refuses everybody else in the same words, whether they have an account or not', async () => {
    const harness = await startApi({ signUp: 'invited' })
    const stranger = new Browser(harness)
    const password = 'a good long password'
    const answers = await Promise.all(
      ['unknown@example.test', ownerLogin.email].map((email) =>
        stranger.auth('/sign-up/email', { email, password, name: 'X' }),
      ),
    )
    expect(answers.map(({ statusCode, body }) => [statusCode, body])).toEqual(
      Array(2).fill([403, expect.stringContaining('SIGN_UP_BY_INVITATION')]),
    )
    const owner = new Browser(harness)
    await owner.auth('/sign-in/email', ownerLogin)
    const team = (await owner.ask('/api/v1/teams')).json().teams[0].id
    await owner.ask(`/api/v1/teams/${team}/invitations`, {
      method: 'POST',
      body: { email: 'guest@example.test', role: 'viewer' },
    })
    await stranger.join('guest@example.test', password)
    expect((await stranger.ask('/api/auth/get-session')).json().user.email).toBe('guest@example.test')
    await harness.close()
  })
})
