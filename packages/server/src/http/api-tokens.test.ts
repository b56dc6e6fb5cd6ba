/** Bearer JWTs: real keys of a real address on loopback, and every token that must not be taken. */
import { generateKeyPairSync, sign } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { testKinds } from '../db/databases.test-harness.ts'
import { type Harness, ownerLogin, startApi } from './api/api.test-harness.ts'
import { Browser } from './api/browser.test-harness.ts'

type KeyPair = Awaited<ReturnType<typeof generateKeyPair>>

const issuer = 'https://login.example.test'
const audience = 'fovea-api'

let first: KeyPair
let second: KeyPair
let stranger: KeyPair
/** What the address of the keys answers, and how often it was asked. */
let published: object[] = []
let status = 200
let asked = 0

const server = createServer((_request, response) => {
  asked++
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: published }))
})
let settings: Readonly<Record<string, string>> = {}

beforeAll(async () => {
  const make = () => generateKeyPair('RS256', { extractable: true })
  ;[first, second, stranger] = await Promise.all([make(), make(), make()])
  published = [await publicKey(first, 'k1')]
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  settings = {
    FOVEA_JWT_JWKS_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`,
    FOVEA_JWT_ISSUER: issuer,
    FOVEA_JWT_AUDIENCE: audience,
  }
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})
afterEach(() => vi.useRealTimers())

const publicKey = async (pair: KeyPair, kid: string) => ({
  ...(await exportJWK(pair.publicKey)),
  ...{ kid, use: 'sig', alg: 'RS256' },
})

function claims(changes: Readonly<Record<string, unknown>> = {}): JWTPayload {
  const now = Math.floor(Date.now() / 1000)
  return {
    ...{ iss: issuer, aud: audience, sub: 'robot@login.example.test', iat: now, exp: now + 300 },
    ...{ fovea_project: 'demo', scope: 'openid fovea:read fovea:write' },
    ...changes,
  }
}

const signed = (payload: JWTPayload, { privateKey }: KeyPair = first, kid = 'k1') =>
  new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid }).sign(privateKey)

const ask = (harness: Harness, token: string, url = '/api/v1/project', method: 'GET' | 'POST' = 'GET') =>
  harness.api.inject({ method, url, headers: { authorization: `Bearer ${token}` } })

describe.each(testKinds.filter(({ skip }) => skip === undefined))('a token on $kind', ({ kind }) => {
  let harness: Harness
  beforeAll(async () => {
    harness = await startApi({ kind, settings })
  })
  afterAll(() => harness.close())

  it('is as good as an API key of the project that it names', async () => {
    const answer = await ask(harness, await signed(claims()))
    expect([answer.statusCode, answer.json().project.slug]).toEqual([200, 'demo'])
    expect(answer.headers).toHaveProperty('x-ratelimit-remaining')
    const changed = await ask(harness, await signed(claims()), '/api/v1/project/purge', 'POST')
    expect(changed.statusCode).toBe(200)
    const { events } = (await ask(harness, await signed(claims()), '/api/v1/project/audit')).json()
    expect(events[0]).toMatchObject({
      actor: { kind: 'token', id: 'robot@login.example.test' },
      action: 'POST /api/v1/project/purge',
    })
  })

  it.each([300, 1e300])('with %i s to go makes no API key that outlives it', async (seconds) => {
    const exp = Math.floor(Date.now() / 1000) + seconds
    const made = await harness.api.inject({
      method: 'POST',
      url: '/api/v1/settings/api-keys',
      headers: { authorization: `Bearer ${await signed(claims({ exp }))}` },
      payload: { name: `for ${seconds} s` },
    })
    expect([made.statusCode, made.json().expires_at]).toEqual([201, Math.min(exp, 8.64e12)])
  })

  it('may do what its scopes say, and nothing that is for people', async () => {
    const reader = await signed(claims({ scope: 'fovea:read' }))
    expect((await ask(harness, reader)).statusCode).toBe(200)
    const purge = await ask(harness, reader, '/api/v1/project/purge', 'POST')
    expect([purge.statusCode, purge.json().code]).toEqual([403, 'auth/forbidden'])
    for (const url of ['/api/v1/teams', '/api/v1/projects']) {
      expect((await ask(harness, await signed(claims()), url)).statusCode, url).toBe(403)
    }
    const closing = await harness.api.inject({
      method: 'DELETE',
      url: '/api/v1/project',
      headers: { authorization: `Bearer ${await signed(claims())}` },
    })
    expect(closing.statusCode).toBe(403)
  })

  it('has Idempotency-Keys of its own', async () => {
    const make = async (sub: string) =>
      harness.api.inject({
        method: 'POST',
        url: '/api/v1/settings/presets',
        headers: { authorization: `Bearer ${await signed(claims({ sub }))}`, 'idempotency-key': 'one' },
        payload: { name: 'card', params: { w: 100 } },
      })
    const [made, again] = [await make('robot'), await make('robot')]
    expect([made.statusCode, again.body]).toEqual([201, made.body])
    expect((await make('another')).statusCode).toBe(409)
  })

  const past = Math.floor(Date.now() / 1000) - 3_600
  it.each<[string, () => Promise<string> | string, string]>([
    ['is not signed', () => new UnsecuredJWT(claims()).encode(), 'way that is not taken'],
    [
      'is signed with the published key as a secret',
      async () =>
        new SignJWT(claims())
          .setProtectedHeader({ alg: 'HS256', kid: 'k1' })
          .sign(new TextEncoder().encode(await exportSPKI(first.publicKey))),
      'way that is not taken',
    ],
    ['is signed by a stranger', () => signed(claims(), stranger), 'no key of its issuer'],
    ['names a key that is not there', () => signed(claims(), stranger, 'k9'), 'no key of its issuer'],
    [
      'brings its own key along',
      async () => {
        const jwk = await exportJWK(stranger.publicKey)
        return new SignJWT(claims()).setProtectedHeader({ alg: 'RS256', jwk }).sign(stranger.privateKey)
      },
      'no key of its issuer',
    ],
    [
      'was changed',
      async () => {
        const body = Buffer.from(JSON.stringify(claims({ sub: 'eve' }))).toString('base64url')
        return (await signed(claims({ scope: 'fovea:read' }))).replace(/\.[^.]+\./, `.${body}.`)
      },
      'no key of its issuer',
    ],
    ['is over', () => signed(claims({ iat: past, exp: past + 60 })), 'its time is over'],
    ['has no end', () => signed(claims({ exp: undefined })), '"exp" is not right'],
    [
      'is not good yet',
      () => signed(claims({ nbf: Math.floor(Date.now() / 1000) + 600 })),
      '"nbf" is not right',
    ],
    ['is for somebody else', () => signed(claims({ aud: 'another-api' })), '"aud" is not right'],
    ['is for nobody', () => signed(claims({ aud: undefined })), '"aud" is not right'],
    [
      'is of another issuer',
      () => signed(claims({ iss: 'https://login.example.test.evil' })),
      '"iss" is not right',
    ],
    ['is of nobody', () => signed(claims({ sub: undefined })), '"sub" is not right'],
    ['names no project', () => signed(claims({ fovea_project: undefined })), 'slug of a project'],
    ['names several projects', () => signed(claims({ fovea_project: ['demo'] })), 'slug of a project'],
    ['names a project that is not here', () => signed(claims({ fovea_project: 'nowhere' })), 'is not here'],
    ['has no scope', () => signed(claims({ scope: undefined })), '"scope"'],
    ['has scopes of others', () => signed(claims({ scope: 'read write fovea:admin' })), '"scope"'],
    ['is none', () => 'a.b.c', 'it is no JWT'],
    [
      'has a broken end',
      async () => `${(await signed(claims())).split('.').slice(0, 2).join('.')}.`,
      'The token is not valid',
    ],
  ])('that %s is refused, and it is said why', async (_what, make, why) => {
    const answer = await ask(harness, await make())
    expect([answer.statusCode, answer.json().code]).toEqual([401, 'auth/invalid'])
    expect(answer.json().detail).toContain(why)
    expect(answer.headers['www-authenticate']).toContain('Bearer')
  })

  it('with a weak key is refused', async () => {
    const weak = generateKeyPairSync('rsa', { modulusLength: 1024 })
    published = [...published, { ...weak.publicKey.export({ format: 'jwk' }), kid: 'weak', alg: 'RS256' }]
    const other = await startApi({ settings })
    const header = Buffer.from(JSON.stringify({ alg: 'RS256', kid: 'weak' })).toString('base64url')
    const body = Buffer.from(JSON.stringify(claims())).toString('base64url')
    const mac = sign('sha256', Buffer.from(`${header}.${body}`), weak.privateKey).toString('base64url')
    const answer = await ask(other, `${header}.${body}.${mac}`)
    expect([answer.statusCode, answer.json().detail]).toEqual([
      401,
      'The token is not valid: the key that it names cannot be used.',
    ])
    published = published.slice(0, 1)
    await other.close()
  })

  it('opens no project that is closed', async () => {
    const owner = new Browser(harness)
    await owner.auth('/sign-in/email', ownerLogin)
    await owner.ask('/api/v1/projects', { method: 'POST', body: { name: 'Gone', slug: 'gone' } })
    const token = await signed(claims({ fovea_project: 'gone' }))
    expect((await ask(harness, token)).statusCode).toBe(200)
    await owner.ask('/api/v1/project', { method: 'DELETE', headers: { 'x-fovea-project': 'gone' } })
    expect((await ask(harness, token)).statusCode).toBe(401)
  })
})

describe('the keys', () => {
  it('are read once for many tokens, and once more for a key id that is new, however many are made up', async () => {
    const harness = await startApi({ settings })
    vi.useFakeTimers({ toFake: ['Date'] })
    asked = 0
    const token = await signed(claims())
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(harness, token)))
    expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([200]))
    expect(asked).toBe(1)
    for (let made = 0; made < 20; made++)
      await ask(harness, await signed(claims(), stranger, `made-up-${made}`))
    expect(asked).toBe(1)

    published = [await publicKey(second, 'k2')]
    vi.setSystemTime(Date.now() + 31_000)
    expect((await ask(harness, await signed(claims(), second, 'k2'))).statusCode).toBe(200)
    for (let made = 0; made < 20; made++)
      await ask(harness, await signed(claims(), stranger, `made-up-${made}`))
    expect(asked).toBe(2)
    // The old key is gone with the set that had it.
    expect((await ask(harness, await signed(claims()))).statusCode).toBe(401)
    published = [await publicKey(first, 'k1')]
    await harness.close()
  })

  it('that cannot be read are 503, not the caller’s fault, and not asked for by every request', async () => {
    const harness = await startApi({ settings })
    asked = 0
    status = 500
    const token = await signed(claims())
    for (let times = 0; times < 5; times++) {
      const answer = await ask(harness, token)
      expect([answer.statusCode, answer.json().code]).toEqual([503, 'auth/keys-unavailable'])
      expect(answer.headers['retry-after']).toBe('5')
    }
    expect(asked).toBe(1)
    expect(harness.logged.filter(({ event }) => event === 'tokens.keys-unavailable')).toHaveLength(1)
    status = 200
    vi.useFakeTimers({ toFake: ['Date'] })
    vi.setSystemTime(Date.now() + 6_000)
    expect((await ask(harness, token)).statusCode).toBe(200)
    await harness.close()
  })
})

it('no token is taken where no issuer is set', async () => {
  const harness = await startApi()
  const answer = await ask(harness, await signed(claims()))
  expect([answer.statusCode, answer.json().code]).toEqual([401, 'auth/invalid'])
  await harness.close()
})
