/** Signing in at an identity provider: a real one on loopback, and everything that must not let anybody in. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openJar, setCookieOf } from '../accounts/cookie-jar.ts'
import { testKinds } from '../db/databases.test-harness.ts'
import { type Harness, type HarnessOptions, ownerLogin, startApi } from './api/api.test-harness.ts'
import { Browser } from './api/browser.test-harness.ts'
import { type IdentityProvider, startIdentityProvider } from './api/identity-provider.test-harness.ts'

let idp: IdentityProvider
beforeAll(async () => {
  idp = await startIdentityProvider('http://images.test/api/auth/oidc/callback')
})
afterAll(() => idp.close())

let count = 0
beforeEach(() => {
  const name = `person-${++count}`
  idp.person = { sub: name, email: `${name}@example.test`, email_verified: true, name: `Person ${count}` }
})

class Visitor extends Browser {
  /** Away to the provider and back; where that leads in the end. */
  async signIn(query = ''): Promise<string> {
    return this.follow(await idp.visit(await this.begin(query)))
  }

  async begin(query = ''): Promise<string> {
    const { statusCode, headers } = await this.ask(`/api/auth/sign-in/oidc${query}`)
    expect(statusCode).toBe(302)
    return String(headers.location)
  }

  /** Asks for an address of ours; the path that the answer leads on to. */
  async follow(url: string): Promise<string> {
    const { pathname, search } = new URL(url)
    const { headers } = await this.ask(pathname + search)
    return String(headers.location).replace('http://images.test', '')
  }

  async email(): Promise<string | undefined> {
    return (await this.ask('/api/auth/get-session')).json()?.user.email
  }
}

const refused = (code: string) => `/console/sign-in?error=${code}&next=%2Fconsole`

describe.each(testKinds.filter(({ skip }) => skip === undefined))('on $kind', ({ kind }) => {
  let harness: Harness
  const visitor = () => new Visitor(harness)
  beforeAll(async () => {
    harness = await startApi({ kind, settings: idp.settings })
  })
  afterAll(() => harness.close())

  it('makes an account, keeps one sealed cookie, and finds the account again whatever its address is then', async () => {
    const browser = visitor()
    const authorization = new URL(await browser.begin('?next=/console/invitation?token=x'))
    expect(browser.setCookies).toHaveLength(1)
    expect(authorization.searchParams.get('code_challenge_method')).toBe('S256')
    expect(authorization.searchParams.get('nonce')).toBeTruthy()
    const next = await browser.follow(await idp.visit(authorization.href))
    expect(next).toBe('/console/invitation?token=x')
    expect(browser.setCookies).toHaveLength(1)
    expect(browser.setCookies[0]).toMatch(
      /^fovea_session=v1\.[\w.-]+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=2592000$/,
    )
    expect(Object.keys(openJar(harness.masterKey, browser.cookie))).not.toContain('fovea.oidc')
    const { user } = (await browser.ask('/api/auth/get-session')).json()
    expect(user).toMatchObject({ email: idp.person.email, name: idp.person.name, emailVerified: true })
    const { events } = (await browser.ask('/api/v1/account/audit')).json()
    expect(events[0].action).toBe('sign-in/oidc')

    idp.person = { ...idp.person, email: 'moved@example.test' }
    const again = visitor()
    await again.signIn()
    expect(await again.email()).toBe(user.email)
  })

  it('keeps nothing of the provider but who it is', async () => {
    await visitor().signIn()
    const row = await harness.database.queries
      .selectFrom('logins')
      .selectAll()
      .where('account_id', '=', `${idp.issuer} ${idp.person.sub}`)
      .executeTakeFirstOrThrow()
    expect([row.password, row.access_token, row.refresh_token, row.id_token]).toEqual([
      null,
      null,
      null,
      null,
    ])
  })

  it.each([
    [{ email_verified: false }, 'OIDC_EMAIL_NOT_VERIFIED'],
    [{ email_verified: undefined }, 'OIDC_EMAIL_NOT_VERIFIED'],
    [{ email: undefined }, 'OIDC_EMAIL_MISSING'],
  ])('lets nobody in with %j, not even into an account that is there', async (wrong, code) => {
    const address = idp.person.email
    await visitor().join(address ?? '')
    idp.person = { ...idp.person, ...wrong } as IdentityProvider['person']
    const browser = visitor()
    expect(await browser.signIn()).toBe(refused(code))
    expect(await browser.email()).toBeUndefined()
    const ties = await harness.database.queries
      .selectFrom('logins')
      .select('id')
      .where('account_id', '=', `${idp.issuer} ${idp.person.sub}`)
      .execute()
    expect(ties).toEqual([])
  })

  it('opens the account of a verified address, whose password stays', async () => {
    const email = idp.person.email ?? ''
    await visitor().join(email, 'a good long password')
    const browser = visitor()
    await browser.signIn()
    expect(await browser.email()).toBe(email)
    const byPassword = await visitor().auth('/sign-in/email', { email, password: 'a good long password' })
    expect(byPassword.statusCode).toBe(200)
  })

  it('takes its password from an account that somebody made in wait and never confirmed', async () => {
    const email = idp.person.email ?? ''
    const thief = { email, password: 'the password of a thief', name: 'Thief' }
    await visitor().auth('/sign-up/email', thief)
    const browser = visitor()
    await browser.signIn()
    const { user } = (await browser.ask('/api/auth/get-session')).json()
    expect(user).toMatchObject({ email, name: idp.person.name, emailVerified: true })
    expect((await visitor().auth('/sign-in/email', thief)).statusCode).toBe(401)
  })

  it('gives an account to nobody else when the provider gives its address to a new person', async () => {
    await visitor().signIn()
    idp.person = { ...idp.person, sub: 'somebody-new' }
    const browser = visitor()
    expect(await browser.signIn()).toBe(refused('OIDC_OTHER_PERSON'))
    expect(await browser.email()).toBeUndefined()
  })

  it('opens no account that is closed', async () => {
    const browser = visitor()
    await browser.signIn()
    const closed = await browser.ask('/api/v1/account', { method: 'DELETE', body: {} })
    expect(closed.statusCode).toBe(200)
    expect(await visitor().signIn()).toBe(refused('ACCOUNT_CLOSED'))
  })

  describe('a way back that does not fit', () => {
    it('is refused with another state', async () => {
      const browser = visitor()
      const back = new URL(await idp.visit(await browser.begin()))
      back.searchParams.set('state', 'another')
      expect(await browser.follow(back.href)).toBe(refused('OIDC_FAILED'))
    })

    it('is refused in another browser, and a second time', async () => {
      const browser = visitor()
      const back = await idp.visit(await browser.begin())
      expect(await visitor().follow(back)).toBe(refused('OIDC_TOO_LATE'))
      const { cookie } = browser
      expect(await browser.follow(back)).toBe('/console')
      await browser.auth('/sign-out')
      expect(await browser.follow(back)).toBe(refused('OIDC_TOO_LATE'))
      browser.cookie = cookie
      expect(await browser.follow(back)).toBe(refused('OIDC_FAILED'))
    })

    it.each(['nonce', 'verifier'])('is refused with another %s', async (name) => {
      const browser = visitor()
      const back = await idp.visit(await browser.begin())
      const { masterKey } = harness
      const jar = openJar(masterKey, browser.cookie)
      const kept = JSON.parse(Buffer.from(jar['fovea.oidc']?.value ?? '', 'base64url').toString())
      const value = Buffer.from(JSON.stringify({ ...kept, [name]: 'another'.repeat(8) })).toString(
        'base64url',
      )
      const cookie = setCookieOf(masterKey, { 'fovea.oidc': { value } }, { isSecure: false })
      browser.cookie = cookie.split(';')[0] ?? ''
      expect(await browser.follow(back)).toBe(refused('OIDC_FAILED'))
      expect(await browser.email()).toBeUndefined()
    })

    it('says that somebody did not want to', async () => {
      const browser = visitor()
      const state = new URL(await browser.begin()).searchParams.get('state')
      const back = `http://images.test/api/auth/oidc/callback?error=access_denied&state=${state}`
      expect(await browser.follow(back)).toBe(refused('OIDC_FAILED'))
    })
  })

  it('leads nowhere but into the console', async () => {
    expect(await visitor().signIn('?next=https://evil.test/console')).toBe('/console')
  })

  it('is on the page to sign in, beside the sentence that says what went wrong', async () => {
    const { body } = await visitor().ask('/console/sign-in?error=OIDC_EMAIL_DOMAIN&next=/console/later')
    expect(body).toContain('<a class="button plain" href="/api/auth/sign-in/oidc?next=%2Fconsole%2Flater">')
    expect(body).toContain('Addresses of this domain may not sign in here.')
  })
})

describe('who may have an account', () => {
  async function withHarness(options: HarnessOptions, work: (harness: Harness) => Promise<void>) {
    const harness = await startApi({ ...options, settings: { ...idp.settings, ...options.settings } })
    try {
      await work(harness)
    } finally {
      await harness.close()
    }
  }

  it('nobody new where it is closed; whoever has one signs in', () =>
    withHarness({ settings: { FOVEA_OIDC_SIGN_UP: 'closed' } }, async (harness) => {
      expect(await new Visitor(harness).signIn()).toBe(refused('OIDC_UNKNOWN_PERSON'))
      await new Visitor(harness).join(idp.person.email ?? '')
      expect(await new Visitor(harness).signIn()).toBe('/console')
    }))

  it('only the invited where signing up is for the invited', () =>
    withHarness({ signUp: 'invited' }, async (harness) => {
      expect(await new Visitor(harness).signIn()).toBe(refused('OIDC_UNKNOWN_PERSON'))
      const owner = new Browser(harness)
      await owner.auth('/sign-in/email', ownerLogin)
      const [team] = (await owner.ask('/api/v1/teams')).json().teams
      await owner.ask(`/api/v1/teams/${team.id}/invitations`, {
        method: 'POST',
        body: { email: idp.person.email, role: 'viewer' },
      })
      expect(await new Visitor(harness).signIn()).toBe('/console')
    }))

  it('only addresses of the domains that are set', () =>
    withHarness({ settings: { FOVEA_OIDC_EMAIL_DOMAINS: 'works.test, Example.test' } }, async (harness) => {
      expect(await new Visitor(harness).signIn()).toBe('/console')
      for (const email of ['a@evil-example.test', 'a@example.test.evil.test', 'a@example.test@evil.test']) {
        idp.person = { sub: email, email, email_verified: true }
        expect(await new Visitor(harness).signIn(), email).toBe(refused('OIDC_EMAIL_DOMAIN'))
      }
    }))

  it('only who accepts the terms', () =>
    withHarness({ termsVersion: '2026-11' }, async (harness) => {
      expect(await new Visitor(harness).signIn()).toBe('/console/sign-up')
      const { body } = await new Visitor(harness).ask('/console/sign-up')
      expect(body).toContain('/api/auth/sign-in/oidc?next=%2Fconsole&amp;termsVersion=2026-11')
      const browser = new Visitor(harness)
      expect(await browser.signIn('?termsVersion=2026-11')).toBe('/console')
      const row = await harness.database.queries
        .selectFrom('users')
        .select(['terms_version', 'terms_accepted_at'])
        .where('email', '=', idp.person.email ?? '')
        .executeTakeFirstOrThrow()
      expect(row).toEqual({ terms_version: '2026-11', terms_accepted_at: expect.any(Number) })
    }))
})

it('tells that the provider cannot be asked', async () => {
  const other = await startIdentityProvider('http://images.test/api/auth/oidc/callback')
  await other.close()
  const harness = await startApi({ settings: other.settings })
  const browser = new Visitor(harness)
  expect(await browser.begin()).toBe(`http://images.test${refused('OIDC_UNREACHABLE')}`)
  expect(harness.logged.at(-1)).toMatchObject({ event: 'oidc.unreachable' })
  expect(JSON.stringify(harness.logged)).not.toContain(other.settings.FOVEA_OIDC_CLIENT_SECRET)
  await harness.close()
})

it('goes out only where the operator allows it', async () => {
  const harness = await startApi({
    settings: { ...idp.settings, FOVEA_OIDC_ISSUER: 'https://169.254.169.254/' },
  })
  expect(await new Visitor(harness).begin()).toBe(`http://images.test${refused('OIDC_UNREACHABLE')}`)
  expect(harness.logged.at(-1)).toMatchObject({ cause: { errorCode: 'origin/forbidden' } })
  await harness.close()
})

it('is nothing where it is not set', async () => {
  const harness = await startApi()
  expect((await new Browser(harness).ask('/api/auth/sign-in/oidc')).statusCode).toBe(404)
  expect((await new Browser(harness).ask('/console/sign-in')).body).not.toContain('/oidc')
  await harness.close()
})
