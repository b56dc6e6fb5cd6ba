/** The pages that letters lead to: every letter is followed to its end through forms alone, as a person would. */
import axe from 'axe-core'
import type { LightMyRequestResponse } from 'fastify'
import { JSDOM, VirtualConsole } from 'jsdom'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Harness, ownerLogin, startApi } from './api/api.test-harness.ts'
import { Browser, letterTo, linkIn } from './api/browser.test-harness.ts'
import { totp } from './api/totp.test-harness.ts'

const password = 'a good long password'

let harness: Harness
beforeAll(async () => {
  harness = await startApi({ termsVersion: '2026-11' })
})
afterAll(() => harness.close())

/** A browser that reads pages, fills in their forms and follows redirects. */
class Visitor extends Browser {
  page = new JSDOM('').window.document
  status = 0

  async open(url: string): Promise<this> {
    return this.#read(await this.ask(url))
  }

  /** Fills in the form that has this button; fields that are not named keep what they hold. */
  async send(button: string, values: Readonly<Record<string, string>> = {}): Promise<this> {
    const form = [...this.page.forms].find((each) => each.querySelector('button')?.textContent === button)
    if (form === undefined) throw new Error(`no "${button}" on the page: ${this.page.body.textContent}`)
    const filled = new URLSearchParams()
    for (const input of form.querySelectorAll('input')) {
      const value = values[input.name] ?? (input.type === 'checkbox' ? undefined : input.value)
      if (value !== undefined) filled.set(input.name, value)
    }
    return this.#read(await this.post(form.getAttribute('action') ?? '', String(filled)))
  }

  post(url: string, payload: string, headers: Readonly<Record<string, string>> = {}) {
    return harness.api
      .inject({
        method: 'POST',
        url,
        payload,
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          origin: harness.publicUrl,
          ...(this.cookie === '' ? {} : { cookie: this.cookie }),
          ...headers,
        },
      })
      .then((response) => {
        this.keep(response)
        return response
      })
  }

  /** The link or button of that text. */
  async follow(text: string): Promise<this> {
    const link = [...this.page.querySelectorAll('a')].find((each) => each.textContent === text)
    if (link === undefined) throw new Error(`no "${text}" on the page: ${this.page.body.textContent}`)
    return this.open(link.getAttribute('href') ?? '')
  }

  get title(): string {
    return this.page.querySelector('h1')?.textContent ?? ''
  }

  get alert(): string {
    return this.page.querySelector('[role=alert]')?.textContent ?? ''
  }

  async #read(response: LightMyRequestResponse): Promise<this> {
    const { location } = response.headers
    if (location !== undefined) {
      const { pathname, search } = new URL(String(location), harness.publicUrl)
      return this.open(pathname + search)
    }
    expect(response.headers['content-type']).toBe('text/html; charset=utf-8')
    this.status = response.statusCode
    this.page = new JSDOM(response.body).window.document
    return this
  }
}

const links = async (address: string, subject: string) => linkIn(await letterTo(harness, address, subject))

async function signedUp(name: string): Promise<Visitor> {
  const visitor = await new Visitor(harness).open('/console/sign-up')
  await visitor.send('Sign up', { name, email: `${name}@example.test`, password, terms: 'yes' })
  await visitor.open(await links(`${name}@example.test`, 'Confirm your e-mail address'))
  return visitor
}

describe('signing up', () => {
  it('sends a letter whose link confirms the address and signs in', async () => {
    const visitor = await new Visitor(harness).open('/console/sign-up')
    await visitor.send('Sign up', { name: 'Ada', email: 'ada@example.test', password, terms: 'yes' })
    expect([visitor.status, visitor.title]).toEqual([200, 'Look into your mail'])
    await visitor.open(await links('ada@example.test', 'Confirm your e-mail address'))
    expect([visitor.status, visitor.title]).toEqual([200, 'Your address is confirmed'])
    await visitor.open('/console/sign-in')
    expect(visitor.page.body.textContent).toContain('As ada@example.test.')
    await visitor.send('Sign out')
    expect([visitor.title, visitor.cookie]).toEqual(['Sign in', ''])
  })

  it.each([
    [{ name: ' ' }, 'Please tell your name, in at most 100 characters.', 'name'],
    [{ password: 'short' }, 'The password is too short.', 'password'],
    [{ email: 'nobody' }, 'That is not an e-mail address.', 'email'],
    [{ terms: '' }, 'Please accept the terms.', undefined],
  ])('keeps what was typed and says what is wrong: %j', async (wrong, sentence, field) => {
    const visitor = await new Visitor(harness).open('/console/sign-up')
    const typed = { name: 'Bob', email: 'bob@example.test', password, terms: 'yes' }
    await visitor.send('Sign up', { ...typed, ...wrong })
    expect([visitor.status, visitor.alert]).toEqual([400, sentence])
    expect(visitor.page.title).toMatch(/^Error: /)
    const invalid = visitor.page.querySelector('[aria-invalid]')
    expect(invalid?.getAttribute('name')).toBe(field)
    expect(visitor.page.querySelector('[name=name]')?.getAttribute('value')).toBe({ ...typed, ...wrong }.name)
    expect(visitor.page.body.innerHTML).not.toContain(password)
  })

  it('shows markup in a name as text', async () => {
    const visitor = await new Visitor(harness).open('/console/sign-up')
    await visitor.send('Sign up', { name: '"><script>alert(1)</script>', email: 'x', password: 'short' })
    expect(visitor.page.querySelector('script')).toBeNull()
    expect(visitor.page.querySelector('[name=name]')?.getAttribute('value')).toContain('<script>')
  })

  it('says of a broken link what is wrong, and sends another letter', async () => {
    const visitor = await new Visitor(harness).open('/console/sign-up')
    await visitor.send('Sign up', { name: 'Carl', email: 'carl@example.test', password, terms: 'yes' })
    const link = await links('carl@example.test', 'Confirm your e-mail address')
    await visitor.open(link.replace(/token=[^&]+/, 'token=broken'))
    expect([visitor.status, visitor.alert]).toEqual([
      400,
      'This link does not work any more: it was used, or it is too old.',
    ])
    await visitor.send('Send the letter', { email: 'carl@example.test' })
    expect(visitor.title).toBe('Look into your mail')
    await visitor.open(await links('carl@example.test', 'Confirm your e-mail address'))
    expect(visitor.title).toBe('Your address is confirmed')
  })
})

describe('signing in', () => {
  it('leads on to where somebody wanted to go, never out of the console', async () => {
    for (const [next, location] of [
      ['/console/invitation?token=a', '/console/invitation?token=a'],
      ['//evil.test/console', '/console'],
      ['/\\evil.test/console', '/console'],
      ['https://evil.test/console', '/console'],
      ['/console/../api/docs', '/console'],
      ['/consolation', '/console'],
      ['javascript:alert(1)', '/console'],
    ]) {
      const visitor = new Visitor(harness)
      await visitor.open(`/console/sign-in?next=${encodeURIComponent(next ?? '')}`)
      const hidden = visitor.page.querySelector('[name=next]')?.getAttribute('value')
      expect(hidden).toBe(location)
    }
    for (const [next, location] of [
      ['/console/later?a=b', '/console/later?a=b'],
      ['//evil.test/console', '/console'],
    ] as const) {
      const form = String(new URLSearchParams({ ...ownerLogin, next }))
      const { statusCode, headers } = await new Visitor(harness).post('/console/sign-in', form)
      expect([statusCode, headers.location]).toEqual([303, location])
    }
  })

  it('sets one cookie, for as long as the browser is open unless asked', async () => {
    const visitor = await new Visitor(harness).open('/console/sign-in')
    await visitor.post('/console/sign-in', String(new URLSearchParams(ownerLogin)))
    expect(visitor.setCookies).toHaveLength(1)
    expect(visitor.setCookies[0]).not.toContain('Max-Age')
    const other = new Visitor(harness)
    await other.post('/console/sign-in', String(new URLSearchParams({ ...ownerLogin, remember: 'yes' })))
    expect(other.setCookies[0]).toContain('Max-Age=2592000')
  })

  it('says the same of a wrong password and an unknown address', async () => {
    for (const email of [ownerLogin.email, 'never@example.test']) {
      const visitor = await new Visitor(harness).open('/console/sign-in')
      await visitor.send('Sign in', { email, password: 'not the right one' })
      expect([visitor.status, visitor.alert]).toEqual([401, 'The address or the password is not right.'])
      expect(visitor.cookie).toBe('')
    }
  })

  it('offers the letter again while the address is not confirmed', async () => {
    const visitor = await new Visitor(harness).open('/console/sign-up')
    await visitor.send('Sign up', { name: 'Dora', email: 'dora@example.test', password, terms: 'yes' })
    await visitor.open('/console/sign-in?next=/console/later')
    await visitor.send('Sign in', { email: 'dora@example.test', password })
    expect(visitor.status).toBe(403)
    await visitor.send('Send the letter again')
    await visitor.open(await links('dora@example.test', 'Confirm your e-mail address'))
    const on = [...visitor.page.querySelectorAll('a')].find(({ textContent }) => textContent === 'Go on')
    expect(on?.getAttribute('href')).toBe('/console/sign-in?next=%2Fconsole%2Flater')
  })

  it('takes no form of another site, with or without a cookie', async () => {
    const form = String(new URLSearchParams(ownerLogin))
    for (const origin of ['https://evil.test', 'null', '']) {
      const visitor = new Visitor(harness)
      const answer = await visitor.post('/console/sign-in', form, { origin })
      expect([answer.statusCode, visitor.cookie], origin).toEqual([403, ''])
    }
  })

  it('takes nothing but a form', async () => {
    const visitor = new Visitor(harness)
    const json = await visitor.post('/console/sign-in', JSON.stringify(ownerLogin), {
      'content-type': 'application/json',
    })
    expect(json.statusCode).toBe(415)
    const long = await visitor.post('/console/sign-in', `email=${'a'.repeat(20_000)}`)
    expect(long.statusCode).toBe(413)
  })
})

describe('a second factor', () => {
  it('is asked for after the password: a code of the app, or a recovery code', async () => {
    const holder = await signedUp('erin')
    const enabled = (await holder.auth('/two-factor/enable', { password })).json()
    const code = totp(enabled.totpURI)
    expect((await holder.auth('/two-factor/verify-totp', { code })).statusCode).toBe(200)

    const [recovery] = enabled.backupCodes
    // The one of now was used just above.
    const unused = totp(enabled.totpURI, Date.now() + 30_000)
    for (const given of [`${unused.slice(0, 3)} ${unused.slice(3)}`, recovery]) {
      const visitor = await new Visitor(harness).open('/console/sign-in?next=/console/sign-in')
      await visitor.send('Sign in', { email: 'erin@example.test', password })
      expect(visitor.title).toBe('Second factor')
      await visitor.send('Sign in', { code: unused === '000000' ? '000001' : '000000' })
      expect(visitor.status).toBe(401)
      expect(visitor.alert).toContain('That code is not right.')
      await visitor.send('Sign in', { code: given })
      expect([given, visitor.title]).toEqual([given, 'You are signed in'])
    }
  })

  it('without the password before leads back to it', async () => {
    const visitor = await new Visitor(harness).open('/console/second-factor')
    await visitor.send('Sign in', { code: '123456' })
    expect([visitor.status, visitor.alert]).toEqual([
      401,
      'That took too long. Sign in again with your password.',
    ])
    expect((await visitor.follow('Back to the password')).title).toBe('Sign in')
  })
})

describe('a new password', () => {
  it('is chosen by the link of the letter, once', async () => {
    await signedUp('fay')
    const visitor = await new Visitor(harness).open('/console/sign-in')
    await visitor.follow('Forgotten the password?')
    await visitor.send('Send the letter', { email: 'fay@example.test' })
    expect(visitor.title).toBe('Look into your mail')
    const link = await links('fay@example.test', 'Choose a new password')
    await visitor.open(link)
    await visitor.send('Keep this password', { password: 'short' })
    expect([visitor.status, visitor.alert]).toEqual([400, 'The password is too short.'])
    await visitor.send('Keep this password', { password: 'an even better password' })
    expect(visitor.title).toBe('Your password is changed')
    await visitor.follow('Sign in')
    await visitor.send('Sign in', {
      ...{ email: 'fay@example.test', password: 'an even better password' },
      next: '/console/sign-in',
    })
    expect(visitor.title).toBe('You are signed in')
    await visitor.open(link)
    expect([visitor.status, visitor.title]).toEqual([400, 'Forgotten the password?'])
  })

  it('is asked for by the API without a place to lead to: the letter leads to our page all the same', async () => {
    await signedUp('gus')
    await new Browser(harness).auth('/request-password-reset', { email: 'gus@example.test' })
    const visitor = await new Visitor(harness).open(await links('gus@example.test', 'Choose a new password'))
    expect(visitor.title).toBe('Choose a new password')
  })

  it('is counted like any other: the sixth letter in an hour is not sent', async () => {
    const visitor = await new Visitor(harness).open('/console/reset-password')
    for (let asked = 0; asked < 6; asked++) {
      await visitor.open('/console/reset-password')
      await visitor.send('Send the letter', { email: 'many@example.test' })
    }
    const sentence = 'This was tried too often. Try again in 60 minutes.'
    expect([visitor.status, visitor.alert]).toEqual([429, sentence])
  })

  it('says the same whether an account has the address or not', async () => {
    const visitor = await new Visitor(harness).open('/console/reset-password')
    await visitor.send('Send the letter', { email: 'nobody@example.test' })
    expect([visitor.status, visitor.title]).toEqual([200, 'Look into your mail'])
  })
})

it('a change of address is followed through both letters', async () => {
  const visitor = await signedUp('hal')
  await visitor.auth('/change-email', { newEmail: 'hal@new.test' })
  await visitor.open(await links('hal@example.test', 'Change of your e-mail address'))
  expect([visitor.status, visitor.title]).toEqual([200, 'Change of your address'])
  expect(visitor.page.body.textContent).toContain('is hal@example.test.')
  await visitor.open(await links('hal@new.test', 'Confirm your e-mail address'))
  expect(visitor.page.body.textContent).toContain('is hal@new.test.')
  await visitor.open('/console/email-changed?error=TOKEN_EXPIRED')
  expect([visitor.status, visitor.alert]).toEqual([400, 'This link does not work any more: it is too old.'])
})

describe('an invitation', () => {
  async function invite(email: string): Promise<string> {
    const owner = new Browser(harness)
    await owner.auth('/sign-in/email', ownerLogin)
    const team = (await owner.ask('/api/v1/teams')).json().teams[0]
    const body = { email, role: 'viewer' }
    await owner.ask(`/api/v1/teams/${team.id}/invitations`, { method: 'POST', body })
    return links(email, 'Owner invites you to First team')
  }

  it('makes a stranger a member: sign up, confirm, join', async () => {
    const link = await invite('ina@example.test')
    const visitor = await new Visitor(harness).open(link)
    expect([visitor.status, visitor.title]).toEqual([200, expect.stringMatching(/^Join /)])
    await visitor.follow('Sign up')
    await visitor.send('Sign up', { name: 'Ina', email: 'ina@example.test', password, terms: 'yes' })
    await visitor.open(await links('ina@example.test', 'Confirm your e-mail address'))
    await visitor.follow('Go on')
    expect(visitor.title).toBe('You are signed in')
    await visitor.follow('Go on')
    await visitor.send('Join the team')
    expect([visitor.status, visitor.title]).toEqual([200, expect.stringMatching(/^You are in /)])
    expect((await visitor.ask('/api/v1/teams')).json().teams).toHaveLength(1)
    const { events } = (await visitor.ask('/api/v1/account/audit')).json()
    expect(events[0].action).toBe('POST /console/invitation')
    await visitor.open(link)
    expect([visitor.status, visitor.title]).toEqual([404, 'This invitation is over'])
  })

  it('is for nobody else: who is signed in by another address can change that', async () => {
    const link = await invite('jan@example.test')
    const visitor = await signedUp('kim')
    await visitor.open(link)
    expect(visitor.alert).toBe('This invitation went to another address.')
    expect(visitor.page.body.textContent).not.toContain('jan@example.test')
    const token = new URL(link, harness.publicUrl).searchParams.get('token') ?? ''
    const forced = await visitor.post('/console/invitation', `token=${token}`)
    expect(forced.statusCode).toBe(404)
    await visitor.open(link)
    await visitor.send('Sign in as somebody else')
    expect([visitor.title, visitor.cookie]).toEqual(['Sign in', ''])
    expect(visitor.page.querySelector('[name=next]')?.getAttribute('value')).toBe(link)
  })

  it('is answered with 404 when there is none', async () => {
    const visitor = await new Visitor(harness).open('/console/invitation?token=nothing')
    expect([visitor.status, visitor.title]).toEqual([404, 'This invitation is over'])
  })
})

describe('every page', () => {
  const paths = [
    '/console/sign-in',
    '/console/second-factor',
    '/console/sign-up',
    '/console/reset-password',
    '/console/reset-password?token=x',
    '/console/reset-password?error=INVALID_TOKEN',
    '/console/email-confirmed',
    '/console/email-confirmed?error=TOKEN_EXPIRED',
    '/console/email-changed',
    '/console/invitation?token=x',
  ]

  it.each(paths)('%s runs no script, is framed by nobody and kept by no cache', async (path) => {
    const { headers, body } = await harness.api.inject({ url: path })
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'none'; img-src 'self'; style-src 'sha256-[\w+/=]+'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'$/,
    )
    expect([headers['cache-control'], headers['referrer-policy']]).toEqual(['no-store', 'same-origin'])
    expect(body).not.toMatch(/<script|\son\w+=|\sstyle=/)
  })

  // The fullest of each kind; the others are made of the same pieces.
  it.each([paths[1], paths[2], paths[5]])('%s has no fault that axe finds', async (path) => {
    const { body } = await harness.api.inject({ url: path ?? '' })
    const { window } = new JSDOM(body, { runScripts: 'outside-only', virtualConsole: new VirtualConsole() })
    window.eval(axe.source)
    // jsdom lays nothing out: contrast is looked at in a browser.
    const options = { rules: { 'color-contrast': { enabled: false } } }
    const run = window.eval('options => axe.run(document, options)') as typeof axe.run
    const { violations } = await run(options)
    expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([])
  })
})
