import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testKinds } from '../db/databases.test-harness.ts'
import { deleteDuePeople } from '../roles/delete-people.ts'
import { deleteDueProjects } from '../roles/delete-projects.ts'
import { type Harness, ownerLogin, picture, startApi } from './api/api.test-harness.ts'
import { Browser, letterTo, linkIn } from './api/browser.test-harness.ts'
import { totp } from './api/totp.test-harness.ts'

const password = 'a good long password'
const dayMs = 86_400_000

describe.each(testKinds.filter(({ skip }) => skip === undefined))(
  'closing an account on $kind',
  ({ kind }) => {
    let harness: Harness
    /** Of the installation's first team, and its operator. */
    let operator: Browser
    let firstTeam: string

    beforeAll(async () => {
      harness = await startApi({ kind })
      operator = new Browser(harness)
      await operator.auth('/sign-in/email', ownerLogin)
      firstTeam = (await operator.ask('/api/v1/teams')).json().teams[0].id
    })

    afterAll(() => harness.close())

    const joined = async (name: string) => {
      const browser = new Browser(harness)
      const email = `${name}@example.test`
      await browser.join(email, password)
      const { id } = (await browser.ask('/api/auth/get-session')).json().user
      return { browser, email, id: id as string }
    }
    const makeProject = (browser: Browser, slug: string) =>
      browser.ask('/api/v1/projects', { method: 'POST', body: { name: slug, slug } })
    const close = (browser: Browser, body: object = { password, close_teams: true }) =>
      browser.ask('/api/v1/account', { method: 'DELETE', body })
    const signIn = (email: string) => new Browser(harness).auth('/sign-in/email', { email, password })
    const tokenFor = async (email: string) => {
      const link = linkIn(await letterTo(harness, email, 'Your account was closed'))
      return new URL(link, harness.publicUrl).searchParams.get('token') ?? ''
    }
    const restore = (token: string) =>
      harness.api.inject({ method: 'POST', url: '/api/v1/account/restore', payload: { token } })
    const ageSession = (id: string) =>
      harness.database.queries
        .updateTable('sessions')
        .set({ created_at: Date.now() - 3_600_000 })
        .where('user_id', '=', id)
        .execute()
    /** Lets the worker do what is due in so many days. */
    const after = async (days: number) => {
      // A week before, what was counted would have been written long since.
      await harness.usage.report(harness.project.id)
      const { signal } = new AbortController()
      const now = Date.now() + days * dayMs
      const keepers = {
        ...harness,
        config: { FOVEA_DATA_DIR: harness.dataDir },
        delivery: { removeProject: async () => {} },
        sources: { ...harness.sources, removeProject: async () => {} },
      } as unknown as Parameters<typeof deleteDueProjects>[0] & Parameters<typeof deleteDuePeople>[0]
      await deleteDueProjects(keepers, signal, now)
      await deleteDuePeople(keepers, signal, now)
    }

    describe('asks who it is', () => {
      it.each([
        ['no password in an old session', {}, /Send your password/],
        ['a wrong password', { password: 'not the right one' }, /not your password/],
      ])('%s', async (what, body, words) => {
        const { browser, email, id } = await joined(`unproved-${what.length}`)
        await ageSession(id)
        const refused = await close(browser, body)
        expect([refused.statusCode, refused.json().code]).toEqual([403, 'auth/not-proved'])
        expect(refused.json().detail).toMatch(words)
        expect((await signIn(email)).statusCode).toBe(200)
      })

      it('a young session needs no password', async () => {
        const { browser } = await joined('young')
        expect((await close(browser, {})).statusCode).toBe(200)
      })

      it('a second factor is asked for beside the password', async () => {
        const { browser, id } = await joined('two-factors')
        const { totpURI } = (await browser.auth('/two-factor/enable', { password })).json()
        await harness.database.queries
          .updateTable('users')
          .set({ two_factor_enabled: 1 })
          .where('id', '=', id)
          .execute()
        await harness.database.queries
          .updateTable('second_factors')
          .set({ verified: 1 })
          .where('user_id', '=', id)
          .execute()
        for (const code of [undefined, '000000']) {
          const refused = await close(browser, { password, ...(code === undefined ? {} : { code }) })
          expect([refused.statusCode, refused.json().pointer]).toEqual([403, '/code'])
        }
        expect((await close(browser, { password, code: totp(totpURI) })).statusCode).toBe(200)
      })

      it('the try is counted', async () => {
        const { browser, id } = await joined('guesser')
        await ageSession(id)
        const statuses = new Set<number>()
        for (let tried = 0; tried < 61; tried++) statuses.add((await close(browser, {})).statusCode)
        expect([...statuses]).toEqual([403, 429])
        await harness.database.queries.deleteFrom('attempts').execute()
      })
    })

    it('refuses the operator: nobody could take their place', async () => {
      const refused = await close(operator, { password: ownerLogin.password, close_teams: true })
      expect([refused.statusCode, refused.json().code]).toEqual([409, 'account/operator'])
    })

    it('names the teams that nobody else owns, and leaves all as it was', async () => {
      const { browser } = await joined('sole')
      await makeProject(browser, 'sole-project')
      const [team] = (await browser.ask('/api/v1/teams')).json().teams
      const refused = await close(browser, { password })
      expect([refused.statusCode, refused.json().code]).toEqual([409, 'account/sole-owner'])
      expect(refused.json().teams).toEqual([team.id])
      expect(refused.json().detail).toContain('"sole"')
      expect((await browser.ask('/api/v1/teams')).statusCode).toBe(200)
    })

    it('a frozen team keeps its only owner', async () => {
      const { browser } = await joined('held')
      await makeProject(browser, 'held-project')
      const [team] = (await browser.ask('/api/v1/teams')).json().teams
      await operator.ask(`/api/v1/operator/teams/${team.id}/state`, {
        method: 'PUT',
        body: { state: 'frozen' },
      })
      const refused = await close(browser)
      expect([refused.statusCode, refused.json().code]).toEqual([403, 'team/frozen'])
    })

    it('ends sessions and keys at once, and the link of the letter opens all of it again, once', async () => {
      const { browser, email } = await joined('undoer')
      await makeProject(browser, 'undone')
      const mine = { 'x-fovea-project': 'undone' }
      const { key } = (
        await browser.ask('/api/v1/settings/api-keys', {
          method: 'POST',
          headers: mine,
          body: { name: 'k', scopes: ['read'] },
        })
      ).json()
      const other = new Browser(harness)
      await other.auth('/sign-in/email', { email, password })
      const byKey = async () =>
        (await harness.api.inject({ url: '/api/v1/images', headers: { authorization: `Bearer ${key}` } }))
          .statusCode
      expect(await byKey()).toBe(200)

      const closed = await close(browser)
      expect(closed.statusCode).toBe(200)
      expect(Math.round((Date.parse(closed.json().gone_at) - Date.now()) / dayMs)).toBe(7)
      expect(browser.cookie).toBe('')
      expect(await byKey()).toBe(401)
      expect((await other.ask('/api/v1/teams')).statusCode).toBe(401)
      expect((await harness.projects.resolve('undone'))?.state).toBe('closed')
      const refused = await signIn(email)
      expect([refused.statusCode, refused.json().code]).toEqual([403, 'ACCOUNT_CLOSED'])
      // A wrong password is told nothing of it.
      expect(
        (await new Browser(harness).auth('/sign-in/email', { email, password: 'a wrong one!' })).statusCode,
      ).toBe(401)

      await after(6)
      const token = await tokenFor(email)
      expect((await restore(`${token}x`)).statusCode).toBe(404)
      expect((await restore(token)).statusCode).toBe(200)
      expect((await restore(token)).statusCode).toBe(404)
      expect((await signIn(email)).statusCode).toBe(200)
      expect(await byKey()).toBe(200)
      await after(30)
      expect((await signIn(email)).statusCode).toBe(200)
    })

    it('opens again from the page that the letter leads to, whose link alone changes nothing', async () => {
      const { browser, email } = await joined('page-reader')
      await close(browser, { password })
      const link = linkIn(await letterTo(harness, email, 'Your account was closed'))
      const page = await harness.api.inject({ url: link })
      expect(page.body).toContain('Open my account again')
      expect((await signIn(email)).statusCode).toBe(403)
      const token = await tokenFor(email)
      expect(page.body).toContain(`name="token" value="${token}"`)
      const send = () =>
        harness.api.inject({
          method: 'POST',
          url: '/console/restore-account',
          headers: { origin: harness.publicUrl, 'content-type': 'application/x-www-form-urlencoded' },
          payload: `token=${token}`,
        })
      expect((await send()).statusCode).toBe(200)
      expect((await signIn(email)).statusCode).toBe(200)
      expect((await send()).statusCode).toBe(404)
    })

    it('leaves nothing of the person when the time is over, in no table and no file, and nothing of others is lost', async () => {
      const { browser, email, id } = await joined('goner')
      await makeProject(browser, 'gone-project')
      const [team] = (await browser.ask('/api/v1/teams')).json().teams
      // A member of the team that goes, …
      const friend = await joined('friend')
      await invite(browser, team.id, friend, 'viewer')
      // … a team of others in which they made a project and did things, …
      await invite(operator, firstTeam, { browser, email }, 'admin')
      await browser.ask('/api/v1/projects', {
        method: 'POST',
        body: { name: 'Kept', slug: 'kept-project', team_id: firstTeam },
      })
      await operator.ask(`/api/v1/teams/${firstTeam}/members/${id}`, {
        method: 'PATCH',
        body: { role: 'editor' },
      })
      // … an invitation that was not answered, a second factor, a link that is out, a picture.
      await browser.ask(`/api/v1/teams/${team.id}/invitations`, {
        method: 'POST',
        body: { email: 'nobody@example.test', role: 'viewer' },
      })
      await operator.ask(`/api/v1/teams/${firstTeam}/members/${id}`, { method: 'DELETE' })
      await operator.ask(`/api/v1/teams/${firstTeam}/invitations`, {
        method: 'POST',
        body: { email, role: 'viewer' },
      })
      await browser.auth('/two-factor/enable', { password })
      await browser.auth('/request-password-reset', { email, redirectTo: '/x' })
      const gone = await harness.projects.resolve('gone-project')
      if (gone === undefined) throw new Error('no project')
      await uploadTo(browser, 'gone-project', await picture(7))
      const kept = (await harness.upload(await picture(8), 'kept.png')).json()

      expect((await close(browser)).statusCode).toBe(200)
      await letterTo(harness, friend.email, 'The team "goner" was closed')
      await after(8)
      await harness.audit.flush()

      const tables = await harness.database.queries.introspection.getTables()
      for (const { name } of tables) {
        const { rows } = await sql`select * from ${sql.table(name)}`.execute(harness.database.queries)
        const text = JSON.stringify(rows, (_, value) => (typeof value === 'bigint' ? String(value) : value))
        for (const trace of [id, email, team.id, gone.id]) {
          // What happened in the closed team stays in the audit log, without a name.
          if (name === 'audit_events' && trace === team.id) continue
          expect(text.includes(trace), `${name} knows ${trace}`).toBe(false)
        }
      }
      const files = (await readdir(harness.dataDir, { recursive: true, withFileTypes: true })).filter(
        (entry) => entry.isFile(),
      )
      expect(files.filter(({ parentPath }) => parentPath.includes(gone.id))).toEqual([])
      for (const { parentPath, name } of files.filter((each) => each.name.endsWith('.eml'))) {
        expect((await readFile(join(parentPath, name), 'utf8')).split('\n\n')[0]).not.toContain(email)
      }
      // Pages that are free again, and the log of changes, too.
      for (const { parentPath, name } of files.filter((each) => each.name.startsWith('meta.db'))) {
        const bytes = await readFile(join(parentPath, name), 'latin1')
        for (const trace of [id, email, gone.id])
          expect(bytes.includes(trace), `${name} holds ${trace}`).toBe(false)
      }

      const events = (await operator.ask(`/api/v1/teams/${firstTeam}/audit?limit=500`)).json().events
      const theirs = events.filter(({ actor }: { actor: { id: string } }) => actor.id === 'deleted')
      expect(theirs.map(({ action }: { action: string }) => action)).toContain('POST /api/v1/projects')
      expect(theirs[0].actor).toEqual({ kind: 'person', id: 'deleted', name: 'a deleted person' })

      expect((await harness.request({ url: `/api/v1/images/${kept.id}` })).statusCode).toBe(200)
      expect((await harness.projects.resolve('kept-project'))?.state).toBe('active')
      expect((await signIn(friend.email)).statusCode).toBe(200)
      // The address is free again.
      await new Browser(harness).join(email, password)
    })

    it('is no owner any more while closed: another owner cannot leave the team to nobody', async () => {
      const first = await joined('first-owner')
      await makeProject(first.browser, 'shared')
      const [team] = (await first.browser.ask('/api/v1/teams')).json().teams
      const second = await joined('second-owner')
      await invite(first.browser, team.id, second, 'owner')
      expect((await close(first.browser, { password })).statusCode).toBe(200)
      const leave = await second.browser.ask(`/api/v1/teams/${team.id}/members/${second.id}`, {
        method: 'DELETE',
      })
      expect([leave.statusCode, leave.json().code]).toEqual([409, 'team/last-owner'])
      await after(8)
      const { owner_id: owner } = await harness.database.queries
        .selectFrom('projects')
        .select('owner_id')
        .where('slug', '=', 'shared')
        .executeTakeFirstOrThrow()
      expect(owner).toBe(second.id)
    })

    it('two owners who close at the same time do not both leave the team behind', async () => {
      const first = await joined('racer-one')
      await makeProject(first.browser, 'raced')
      const [team] = (await first.browser.ask('/api/v1/teams')).json().teams
      const second = await joined('racer-two')
      await invite(first.browser, team.id, second, 'owner')
      const answers = await Promise.all([first, second].map(({ browser }) => close(browser, { password })))
      expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409])
    })

    it('a person stays while a closed team of theirs is frozen', async () => {
      const { browser, id } = await joined('kept-back')
      await makeProject(browser, 'kept-back')
      const [team] = (await browser.ask('/api/v1/teams')).json().teams
      await close(browser)
      const state = (to: string) =>
        operator.ask(`/api/v1/operator/teams/${team.id}/state`, { method: 'PUT', body: { state: to } })
      const isThere = async () =>
        (await harness.database.queries.selectFrom('users').select('id').where('id', '=', id).execute())
          .length === 1
      await state('frozen')
      await after(8)
      expect([await isThere(), (await harness.projects.resolve('kept-back'))?.state]).toEqual([
        true,
        'closed',
      ])
      await state('active')
      await after(8)
      expect([await isThere(), await harness.projects.resolve('kept-back')]).toEqual([false, undefined])
    })

    async function invite(by: Browser, team: string, { browser, email }: Guest, role: string): Promise<void> {
      const url = `/api/v1/teams/${team}/invitations`
      const made = await by.ask(url, { method: 'POST', body: { email, role } })
      expect(made.statusCode, made.body).toBe(201)
      const { name } = (await by.ask('/api/v1/teams'))
        .json()
        .teams.find(({ id }: { id: string }) => id === team)
      const inviter = (await by.ask('/api/auth/get-session')).json().user.name
      const letter = await letterTo(harness, email, `${inviter} invites you to ${name}`)
      const token = new URL(/https?:\S+/.exec(letter.text ?? '')?.[0] ?? '').searchParams.get('token')
      const accepted = await browser.ask('/api/v1/invitations/accept', { method: 'POST', body: { token } })
      expect(accepted.statusCode, accepted.body).toBe(200)
    }

    async function uploadTo(by: Browser, slug: string, bytes: Uint8Array): Promise<void> {
      const uploaded = await by.ask('/api/v1/images', {
        method: 'POST',
        headers: { 'x-fovea-project': slug },
        body: { url: `data:image/png;base64,${Buffer.from(bytes).toString('base64')}` },
      })
      expect(uploaded.statusCode, uploaded.body).toBe(201)
    }
  },
)

interface Guest {
  readonly browser: Browser
  readonly email: string
}
