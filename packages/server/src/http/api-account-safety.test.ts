import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testKinds } from '../db/databases.test-harness.ts'
import { type Harness, startApi } from './api/api.test-harness.ts'
import { Browser, letterTo, linkIn } from './api/browser.test-harness.ts'
import { totp } from './api/totp.test-harness.ts'

const password = 'a good long password'
/** The code after the one of now: that one has been used to turn the second factor on. */
const next = (totpURI: string) => totp(totpURI, Date.now() + 30_000)

describe.each(testKinds.filter(({ skip }) => skip === undefined))('account safety on $kind', ({ kind }) => {
  let harness: Harness

  beforeAll(async () => {
    harness = await startApi({ kind })
  })

  afterAll(() => harness.close())

  const joined = async (name: string) => {
    const browser = new Browser(harness)
    const email = `${name}@example.test`
    await browser.join(email, password)
    return { browser, email }
  }
  const isSignedIn = async (browser: Browser) => (await browser.ask('/api/auth/get-session')).json() !== null

  describe('a forgotten password', () => {
    it('is replaced by the link of a letter, once; all sessions end and a letter says so', async () => {
      const { browser, email } = await joined('forgetful')
      const stranger = new Browser(harness)
      await stranger.auth('/request-password-reset', { email, redirectTo: '/console/reset-password' })
      const letter = await letterTo(harness, email, 'Choose a new password')
      const followed = await stranger.ask(linkIn(letter))
      const token = URL.parse(followed.headers.location ?? '', harness.publicUrl)?.searchParams.get('token')
      const newPassword = 'another long password'
      expect((await stranger.auth('/reset-password', { token, newPassword })).statusCode).toBe(200)
      expect((await stranger.auth('/reset-password', { token, newPassword })).statusCode).toBe(400)
      expect(await isSignedIn(browser)).toBe(false)
      expect((await stranger.auth('/sign-in/email', { email, password })).statusCode).toBe(401)
      expect((await stranger.auth('/sign-in/email', { email, password: newPassword })).statusCode).toBe(200)
      await letterTo(harness, email, 'Your password was changed')
    })

    it.each(['https://evil.test/x', '//evil.test', 'javascript:alert(1)'])(
      'is never sent on to %s',
      async (redirectTo) => {
        const { email } = await joined(`victim-${redirectTo.length}`)
        const stranger = new Browser(harness)
        const asked = await stranger.auth('/request-password-reset', { email, redirectTo })
        expect(asked.statusCode).toBe(403)
        await expect(letterTo(harness, email, 'Choose a new password')).rejects.toThrow(/no letter/)
      },
    )

    it('has no link that leads anywhere but here', async () => {
      const stranger = new Browser(harness)
      for (const path of ['/verify-email', '/reset-password/made-up']) {
        const query = new URLSearchParams({ token: 'made-up', callbackURL: '/..//evil.test' })
        const followed = await stranger.ask(`/api/auth${path}?${query}`)
        expect(followed.statusCode).toBe(403)
        expect(followed.headers.location).toBeUndefined()
      }
    })
  })

  describe('a second factor', () => {
    it('is asked for after the password; a code or a recovery code, each once, lets the person in', async () => {
      const { browser, email } = await joined('careful')
      const enabled = (await browser.auth('/two-factor/enable', { password })).json()
      expect(enabled.backupCodes).toHaveLength(10)
      expect(
        (await browser.auth('/two-factor/verify-totp', { code: totp(enabled.totpURI) })).statusCode,
      ).toBe(200)

      const other = new Browser(harness)
      const half = await other.auth('/sign-in/email', { email, password })
      expect(half.json()).toMatchObject({ twoFactorRedirect: true })
      expect(other.setCookies).toHaveLength(1)
      expect(await isSignedIn(other)).toBe(false)
      expect((await other.auth('/two-factor/verify-totp', { code: '000000' })).statusCode).toBe(401)
      expect((await other.auth('/two-factor/verify-totp', { code: next(enabled.totpURI) })).statusCode).toBe(
        200,
      )
      expect(await isSignedIn(other)).toBe(true)

      const [code] = enabled.backupCodes
      for (const expected of [200, 401]) {
        const again = new Browser(harness)
        await again.auth('/sign-in/email', { email, password })
        expect((await again.auth('/two-factor/verify-backup-code', { code })).statusCode).toBe(expected)
        expect(await isSignedIn(again)).toBe(expected === 200)
      }
    })

    it('takes a code once, also of two who send it at the same moment', async () => {
      const { browser, email } = await joined('overlooked')
      const { totpURI } = (await browser.auth('/two-factor/enable', { password })).json()
      const enabling = totp(totpURI)
      await browser.auth('/two-factor/verify-totp', { code: enabling })
      const tries = async (code: string) => {
        const visitor = new Browser(harness)
        await visitor.auth('/sign-in/email', { email, password })
        return async () => {
          await visitor.auth('/two-factor/verify-totp', { code })
          return isSignedIn(visitor)
        }
      }
      expect(await (await tries(enabling))()).toBe(false)
      const both = await Promise.all([tries(next(totpURI)), tries(next(totpURI))])
      expect((await Promise.all(both.map((send) => send()))).sort()).toEqual([false, true])
    })

    it.each([
      ['/revoke-sessions', {}],
      ['/change-password', { currentPassword: password, newPassword: password }],
    ])('is asked for again on trusted devices after %s', async (path, body) => {
      const { browser, email } = await joined(`trusting${path.replace('/', '-')}`)
      const { totpURI } = (await browser.auth('/two-factor/enable', { password })).json()
      await browser.auth('/two-factor/verify-totp', { code: totp(totpURI) })
      const device = new Browser(harness)
      await device.auth('/sign-in/email', { email, password })
      await device.auth('/two-factor/verify-totp', { code: next(totpURI), trustDevice: true })
      const isAsked = async () =>
        (await device.auth('/sign-in/email', { email, password })).json().twoFactorRedirect === true
      expect(await isAsked()).toBe(false)
      expect((await browser.auth(path, body)).statusCode).toBe(200)
      expect(await isAsked()).toBe(true)
    })

    it('gives up after five wrong codes, and the password is asked for again', async () => {
      const { browser, email } = await joined('guessed')
      const { totpURI } = (await browser.auth('/two-factor/enable', { password })).json()
      await browser.auth('/two-factor/verify-totp', { code: totp(totpURI) })
      const thief = new Browser(harness)
      await thief.auth('/sign-in/email', { email, password })
      for (let tried = 0; tried < 5; tried++) await thief.auth('/two-factor/verify-totp', { code: '000000' })
      expect((await thief.auth('/two-factor/verify-totp', { code: totp(totpURI) })).statusCode).not.toBe(200)
      expect(await isSignedIn(thief)).toBe(false)
    })

    it('stores neither its secret nor recovery codes in the clear', async () => {
      const { browser } = await joined('secretive')
      const { totpURI, backupCodes } = (await browser.auth('/two-factor/enable', { password })).json()
      const rows = await harness.database.queries.selectFrom('second_factors').selectAll().execute()
      const stored = JSON.stringify(rows)
      for (const secret of [new URL(totpURI).searchParams.get('secret'), ...backupCodes]) {
        expect(stored).not.toContain(secret)
      }
    })
  })

  describe('sessions', () => {
    it('are listed, ended one by one, and all at once', async () => {
      const { browser, email } = await joined('everywhere')
      const others = [new Browser(harness), new Browser(harness), new Browser(harness)]
      for (const other of others) await other.auth('/sign-in/email', { email, password })
      const [first, second, third] = others as [Browser, Browser, Browser]
      const sessions = (await browser.ask('/api/auth/list-sessions')).json()
      expect(sessions).toHaveLength(4)
      const { session } = (await first.ask('/api/auth/get-session')).json()
      await browser.auth('/revoke-session', { token: session.token })
      expect(await Promise.all([browser, first, second].map(isSignedIn))).toEqual([true, false, true])
      await browser.auth('/revoke-other-sessions')
      expect(await Promise.all([browser, second, third].map(isSignedIn))).toEqual([true, false, false])
      await browser.auth('/revoke-sessions')
      expect(await isSignedIn(browser)).toBe(false)
    })

    it('are nobody else’s to end', async () => {
      const [{ browser: mine }, { browser: theirs }] = [await joined('mine'), await joined('theirs')]
      const { session } = (await mine.ask('/api/auth/get-session')).json()
      await theirs.auth('/revoke-session', { token: session.token })
      expect(await isSignedIn(mine)).toBe(true)
    })

    it('that have run out are none', async () => {
      const { browser } = await joined('late')
      const { session } = (await browser.ask('/api/auth/get-session')).json()
      await harness.database.queries
        .updateTable('sessions')
        .set({ expires_at: Date.now() - 1 })
        .where('id', '=', session.id)
        .execute()
      expect((await browser.ask('/api/v1/project')).statusCode).toBe(401)
      expect(await isSignedIn(browser)).toBe(false)
    })

    it('end elsewhere when the password is changed so; a letter says so', async () => {
      const { browser, email } = await joined('changer')
      const other = new Browser(harness)
      await other.auth('/sign-in/email', { email, password })
      const body = { currentPassword: password, newPassword: 'quite another one', revokeOtherSessions: true }
      expect((await browser.auth('/change-password', body)).statusCode).toBe(200)
      expect([await isSignedIn(browser), await isSignedIn(other)]).toEqual([true, false])
      await letterTo(harness, email, 'Your password was changed')
    })
  })

  it('moves to another address only when the old and the new one have agreed', async () => {
    const { browser, email } = await joined('mover')
    await browser.auth('/change-email', { newEmail: 'moved@example.test' })
    const address = async () => (await browser.ask('/api/auth/get-session')).json().user.email
    await browser.ask(linkIn(await letterTo(harness, email, 'Change of your e-mail address')))
    expect(await address()).toBe(email)
    await browser.ask(linkIn(await letterTo(harness, 'moved@example.test', 'Confirm your e-mail address')))
    expect(await address()).toBe('moved@example.test')
  })

  it('does not move to an address that somebody else has taken meanwhile, and says so', async () => {
    const { browser, email } = await joined('too-late')
    const newEmail = 'contested@example.test'
    await browser.auth('/change-email', { newEmail })
    await browser.ask(linkIn(await letterTo(harness, email, 'Change of your e-mail address')))
    const link = linkIn(await letterTo(harness, newEmail, 'Confirm your e-mail address'))
    await new Browser(harness).join(newEmail, password)
    const followed = await browser.ask(link)
    expect(followed.statusCode).toBe(302)
    expect(followed.headers.location).toMatch(/\/console\/email-changed\?error=EMAIL_TAKEN$/)
    expect((await browser.ask('/api/auth/get-session')).json().user.email).toBe(email)
  })

  it('writes to an address that is asked for no more than five times by one link, and for five links', async () => {
    const { browser, email } = await joined('sender')
    const newEmail = 'flooded@example.test'
    const asked = []
    for (let tried = 0; tried < 6; tried++)
      asked.push((await browser.auth('/change-email', { newEmail })).statusCode)
    expect(asked).toEqual([200, 200, 200, 200, 200, 429])
    const link = linkIn(await letterTo(harness, email, 'Change of your e-mail address'))
    const followed = []
    for (let tried = 0; tried < 6; tried++) followed.push((await new Browser(harness).ask(link)).statusCode)
    expect(followed).toEqual([302, 302, 302, 302, 302, 429])
  })

  describe('nobody can find out who has an account', () => {
    const shapeOf = (body: Record<string, unknown> = {}): unknown =>
      Object.fromEntries(
        Object.entries(body).map(([name, value]) => [
          name,
          typeof value === 'object' && value !== null
            ? shapeOf(value as Record<string, unknown>)
            : typeof value,
        ]),
      )

    it('by signing up: same answer, no second person, a letter to the holder', async () => {
      const { email } = await joined('holder')
      const stranger = new Browser(harness)
      const answers = [
        await stranger.auth('/sign-up/email', { email, password: 'whatever it may be', name: 'X' }),
        await stranger.auth('/sign-up/email', {
          email: 'nobody-yet@example.test',
          password: 'whatever it may be',
          name: 'X',
        }),
      ]
      expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200])
      expect(shapeOf(answers[0]?.json())).toEqual(shapeOf(answers[1]?.json()))
      expect(answers[0]?.json().user.name).toBe('X')
      await letterTo(harness, email, 'You already have an account')
      const stillMine = new Browser(harness)
      expect((await stillMine.auth('/sign-in/email', { email, password })).statusCode).toBe(200)
    })

    it.each([
      ['/sign-in/email', { password: 'not the right one' }],
      ['/request-password-reset', {}],
      ['/send-verification-email', {}],
    ])('by %s: same status, headers and body', async (path, body) => {
      const { email } = await joined(`known-${path.length}`)
      const stranger = new Browser(harness)
      const answers = [
        await stranger.auth(path, { email, ...body }),
        await stranger.auth(path, { email: `un${email}`, ...body }),
      ].map(({ statusCode, headers, body: text }) => {
        // Of the moment and of the address that asks, whatever it asks for: a new minute may begin in between.
        const rest = Object.entries(headers).filter(
          ([name]) => !/^(x-fovea-request-id|x-ratelimit-.*|date)$/.test(name),
        )
        return { statusCode, rest, text }
      })
      expect(answers[0]).toEqual(answers[1])
    })

    it('by the work of a sign-in: an unknown address costs a hash too', async () => {
      const { email } = await joined('costly')
      const stranger = new Browser(harness)
      const cpu = async (address: string) => {
        const before = process.cpuUsage()
        await stranger.auth('/sign-in/email', { email: address, password: 'not the right one' })
        const { user } = process.cpuUsage(before)
        return user
      }
      // What is least of several rounds in turn is the work itself, without what else the process did meanwhile.
      const known: number[] = []
      const unknown: number[] = []
      for (let round = 0; round < 5; round++) {
        known.push(await cpu(email))
        unknown.push(await cpu('never-seen@example.test'))
      }
      // Without its hash an unknown address costs a tenth.
      expect(Math.min(...unknown)).toBeGreaterThan(Math.min(...known) / 3)
    })
  })

  describe('guessing', () => {
    it('is stopped after ten tries from one address, whether the account exists or not', async () => {
      const { email } = await joined('target')
      for (const address of [email, 'untarget@example.test']) {
        const thief = new Browser(harness)
        const statuses: number[] = []
        for (let tried = 0; tried < 11; tried++) {
          const body = { email: address, password: `guess number ${tried}` }
          const answer = await thief.auth('/sign-in/email', body)
          statuses.push(answer.statusCode)
          if (answer.statusCode === 429) expect(Number(answer.headers['retry-after'])).toBeGreaterThan(800)
        }
        expect(statuses, address).toEqual([...Array(10).fill(401), 429])
      }
      // Neither is the right password taken then, …
      const late = new Browser(harness)
      expect((await late.auth('/sign-in/email', { email, password })).statusCode).toBe(429)
      // … until a new one is chosen by letter …
      await late.auth('/request-password-reset', { email, redirectTo: '/x' })
      const followed = await late.ask(linkIn(await letterTo(harness, email, 'Choose a new password')))
      const token = URL.parse(followed.headers.location ?? '', harness.publicUrl)?.searchParams.get('token')
      await late.auth('/reset-password', { token, newPassword: `${password} 2` })
      const signedIn = await late.auth('/sign-in/email', { email, password: `${password} 2` })
      expect(signedIn.statusCode).toBe(200)
      // … nor is anybody else kept out.
      const { email: other } = await joined('bystander')
      expect((await late.auth('/sign-in/email', { email: other, password })).statusCode).toBe(200)
    })

    it('keeps neither addresses nor e-mails', async () => {
      const rows = await harness.database.queries.selectFrom('attempts').selectAll().execute()
      expect(rows.length).toBeGreaterThan(0)
      for (const { key } of rows) expect(key).toMatch(/^[\w-]{43}$/)
    })
  })

  it.each([
    ['no JSON', 'email=a&password=b', 'application/x-www-form-urlencoded', 415],
    ['broken JSON', '{"email":', 'application/json', 400],
    ['a list', '[]', 'application/json', 400],
    ['a long text', JSON.stringify({ email: 'a'.repeat(3000) }), 'application/json', 400],
    [
      'a short password',
      JSON.stringify({ email: 'a@b.test', password: 'short', name: 'x' }),
      'application/json',
      400,
    ],
    ['no name', JSON.stringify({ email: 'a@b.test', password, name: ' ' }), 'application/json', 400],
    [
      'a picture that is no text',
      JSON.stringify({ email: 'a@b.test', password, name: 'x', image: { src: 'x' } }),
      'application/json',
      400,
    ],
    [
      'a picture by javascript',
      JSON.stringify({ email: 'a@b.test', password, name: 'x', image: 'javascript:alert(1)' }),
      'application/json',
      400,
    ],
  ])('refuses %s', async (_what, payload, type, status) => {
    const response = await harness.api.inject({
      method: 'POST',
      url: '/api/auth/sign-up/email',
      headers: { 'content-type': type },
      payload,
    })
    expect(response.statusCode).toBe(status)
    expect(response.json()).toMatchObject({ code: expect.any(String), message: expect.any(String) })
  })

  it.each(['/sign-in/social', '/delete-user', '/get-access-token', '/two-factor/send-otp'])(
    'has no %s',
    async (path) => {
      const { statusCode } = await new Browser(harness).auth(path, { provider: 'github' })
      expect(statusCode).toBe(404)
    },
  )
})
