import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testKinds } from '../db/databases.test-harness.ts'
import { startMailServer } from '../mail/mail-server.test-harness.ts'
import { type Harness, ownerLogin, startApi } from './api/api.test-harness.ts'
import { Browser, letterTo, linkIn } from './api/browser.test-harness.ts'

describe.each(testKinds.filter(({ skip }) => skip === undefined))('accounts on $kind', ({ kind }) => {
  let harness: Harness

  beforeAll(async () => {
    harness = await startApi({ kind })
  })

  afterAll(() => harness.close())

  const person = { email: 'Ada@Example.test', password: 'analytical engine', name: 'Ada' }

  it('signs up, wants the address verified, then signs in with one sealed cookie', async () => {
    const browser = new Browser(harness)
    const signedUp = await browser.auth('/sign-up/email', person)
    expect([signedUp.statusCode, signedUp.json().token]).toEqual([200, null])
    expect(browser.setCookies).toEqual([])
    const early = await browser.auth('/sign-in/email', { email: person.email, password: person.password })
    expect([early.statusCode, early.json().code]).toEqual([403, 'EMAIL_NOT_VERIFIED'])

    const letter = await letterTo(harness, 'ada@example.test', 'Confirm your e-mail address')
    expect(letter.from?.address).toBe('no-reply@images.test')
    expect(letter.html).toContain(linkIn(letter).replaceAll('&', '&amp;'))
    const followed = await browser.ask(linkIn(letter))
    expect(followed.statusCode).toBe(302)

    expect(browser.setCookies).toHaveLength(1)
    expect(browser.setCookies[0]).toMatch(
      /^fovea_session=v1\.[\w.-]+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=2592000$/,
    )
    const session = (await browser.ask('/api/auth/get-session')).json()
    expect(session.user).toMatchObject({ email: 'ada@example.test', name: 'Ada', emailVerified: true })
    expect(browser.cookie).not.toContain(session.session.token)
  })

  it('signs the first-run owner in, who then asks the API as a person', async () => {
    const browser = new Browser(harness)
    expect((await browser.auth('/sign-in/email', ownerLogin)).statusCode).toBe(200)
    expect(browser.setCookies).toHaveLength(1)
    const project = await browser.ask('/api/v1/project', { headers: { 'x-fovea-project': 'demo' } })
    expect(project.json().project.slug).toBe('demo')
    const changed = await browser.ask('/api/v1/settings', {
      method: 'PUT',
      headers: { 'x-fovea-project': 'demo' },
      body: { theme: 'dark' },
    })
    expect(changed.json().settings.theme).toBe('dark')
  })

  it('wants the project named, and knows none of somebody else', async () => {
    const browser = new Browser(harness)
    await browser.auth('/sign-in/email', ownerLogin)
    const unnamed = await browser.ask('/api/v1/project')
    expect([unnamed.statusCode, unnamed.json().parameter]).toEqual([400, 'X-Fovea-Project'])
    const other = new Browser(harness)
    await other.join('eve@example.test')
    const answers = await Promise.all(
      ['demo', 'nowhere'].map((slug) =>
        other.ask('/api/v1/project', { headers: { 'x-fovea-project': slug } }),
      ),
    )
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([404, 404])
    expect(answers[0]?.json().detail).toBe(answers[1]?.json().detail)
  })

  it('accepts a change only from its own pages, and reads without one', async () => {
    const browser = new Browser(harness)
    await browser.auth('/sign-in/email', ownerLogin)
    for (const origin of ['https://evil.test', 'null', 'http://images.test.evil.test']) {
      const change = await browser.ask('/api/v1/project/purge', {
        method: 'POST',
        headers: { origin, 'x-fovea-project': 'demo' },
      })
      expect([change.statusCode, change.json().code], origin).toEqual([403, 'auth/cross-site'])
      const signOut = await browser.ask('/api/auth/sign-out', {
        method: 'POST',
        headers: { origin },
        body: {},
      })
      expect([signOut.statusCode, signOut.json().code], origin).toEqual([403, 'INVALID_ORIGIN'])
    }
    expect((await browser.ask('/api/auth/get-session')).json().user.email).toBe(ownerLogin.email)
  })

  it('knows no cookie that it did not seal', async () => {
    const browser = new Browser(harness)
    await browser.auth('/sign-in/email', ownerLogin)
    const genuine = browser.cookie
    const { token } = (await browser.ask('/api/auth/get-session')).json().session
    for (const cookie of [
      `${genuine.slice(0, -2)}${genuine.endsWith('AA') ? 'BB' : 'AA'}`,
      `fovea.session_token=${token}`,
      'fovea_session=',
      'fovea_session=v1.x.y.z',
      `fovea_session=${'a'.repeat(5000)}`,
    ]) {
      browser.cookie = cookie
      expect((await browser.ask('/api/auth/get-session')).json(), cookie).toBeNull()
      expect((await browser.ask('/api/v1/project')).statusCode, cookie).toBe(401)
    }
  })

  it('signs out: the cookie is gone and would not work any more', async () => {
    const browser = new Browser(harness)
    await browser.auth('/sign-in/email', ownerLogin)
    const { cookie } = browser
    await browser.auth('/sign-out')
    expect(browser.setCookies).toEqual(['fovea_session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0'])
    browser.cookie = cookie
    expect(
      (await browser.ask('/api/v1/project', { headers: { 'x-fovea-project': 'demo' } })).statusCode,
    ).toBe(401)
  })

  it('hashes an old password anew when its owner signs in', async () => {
    const { queries } = harness.database
    const weak = await import('node:crypto').then(({ pbkdf2Sync }) => {
      const salt = Buffer.alloc(16, 7)
      const hash = pbkdf2Sync(ownerLogin.password, salt, 1_000, 64, 'sha512')
      return `pbkdf2-sha512$1000$${salt.toString('base64url')}$${hash.toString('base64url')}`
    })
    const owner = await queries
      .selectFrom('users')
      .select('id')
      .where('email', '=', ownerLogin.email)
      .executeTakeFirstOrThrow()
    const stored = () =>
      queries
        .selectFrom('logins')
        .select('password')
        .where('user_id', '=', owner.id)
        .executeTakeFirstOrThrow()
    await queries.updateTable('logins').set({ password: weak }).where('user_id', '=', owner.id).execute()
    const browser = new Browser(harness)
    expect((await browser.auth('/sign-in/email', ownerLogin)).statusCode).toBe(200)
    expect((await stored()).password).toMatch(/^pbkdf2-sha512\$210000\$/)
    expect((await browser.auth('/sign-in/email', ownerLogin)).statusCode).toBe(200)
  })
})

describe('terms', () => {
  it('must be accepted in the version of today; what was accepted is kept with its time', async () => {
    const harness = await startApi({ termsVersion: '2026-11' })
    const browser = new Browser(harness)
    const person = { email: 'bob@example.test', password: 'a good long password', name: 'Bob' }
    for (const termsVersion of [undefined, '2025-01']) {
      const refused = await browser.auth('/sign-up/email', { ...person, termsVersion })
      expect([refused.statusCode, refused.json().code]).toEqual([400, 'TERMS_NOT_ACCEPTED'])
    }
    const accepted = await browser.auth('/sign-up/email', { ...person, termsVersion: '2026-11' })
    expect(accepted.statusCode).toBe(200)
    const row = await harness.database.queries
      .selectFrom('users')
      .selectAll()
      .where('email', '=', person.email)
      .executeTakeFirstOrThrow()
    expect(row.terms_version).toBe('2026-11')
    expect(Date.now() - (row.terms_accepted_at ?? 0)).toBeLessThan(60_000)
    await harness.close()
  })
})

describe('letters over SMTP', () => {
  it('arrive as text and HTML, from the sender that is set', async () => {
    const server = await startMailServer()
    const { received } = server
    const harness = await startApi({ smtpUrl: server.url })
    const browser = new Browser(harness)
    await browser.auth('/sign-up/email', {
      email: 'carla@example.test',
      password: 'a good long password',
      name: 'Carla <b>',
    })
    await harness.mailer.settled()
    expect(received).toHaveLength(1)
    expect(received[0]).toMatchObject({
      subject: 'Confirm your e-mail address',
      to: [{ address: 'carla@example.test' }],
      from: { address: 'no-reply@images.test', name: 'Fovea' },
    })
    expect(received[0]?.html).toContain('<a href="http://images.test/api/auth/verify-email?token=')
    expect((await browser.ask(linkIn(received[0] ?? {}))).statusCode).toBe(302)
    await server.close()

    // The server is gone: the letter is not.
    await browser.auth('/request-password-reset', { email: 'carla@example.test' })
    const kept = await letterTo(harness, 'carla@example.test', 'Choose a new password')
    expect(kept.text).toContain('http://images.test/api/auth/reset-password/')
    expect(harness.logged.some(({ event }) => event === 'mail.not_sent')).toBe(true)
    await harness.close()
  })
})
