/** ID tokens that a provider, or somebody between us and it, might send: only the right one lets anybody in. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lazyEgress } from '../../egress/index.ts'
import { type Checks, OidcClient } from './oidc-client.ts'

const egress = lazyEgress('127.0.0.1')
const redirectUri = 'http://images.test/api/auth/oidc/callback'
const settings = {
  ...{ clientId: 'fovea', clientSecret: 'a-secret-between-the-two', scopes: 'openid email' },
  ...{ emailDomains: [], signUp: 'open' as const },
}
const keys = await generateKeyPair('RS256')
const otherKeys = await generateKeyPair('RS256')
const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' }

let issuer = ''
/** What the token endpoint answers. */
let idToken = ''
const asked: (string | undefined)[] = []

const server = createServer((request, response) => {
  const answers: Record<string, object> = {
    '/.well-known/openid-configuration': {
      ...{ issuer, authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token` },
      ...{
        jwks_uri: `${issuer}/jwks`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
      },
      id_token_signing_alg_values_supported: ['RS256', 'HS256', 'none'],
    },
    '/jwks': { keys: [jwk] },
    '/token': { access_token: 'a', token_type: 'Bearer', expires_in: 60, id_token: idToken },
  }
  if (request.url === '/token') asked.push(request.headers.authorization)
  response.setHeader('content-type', 'application/json').end(JSON.stringify(answers[request.url ?? '']))
})

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(async () => {
  server.closeAllConnections()
  server.close()
  await egress.close()
})

type Make = (claims: JWTPayload) => Promise<string> | string

async function finish(make: Make) {
  const client = new OidcClient({ ...settings, issuer }, egress, redirectUri)
  const { checks } = await client.begin()
  idToken = await make(rightClaims(checks))
  return client.finish(new URL(`${redirectUri}?code=c&state=${checks.state}`), checks)
}

function rightClaims({ nonce }: Checks): JWTPayload {
  const now = Math.floor(Date.now() / 1000)
  return {
    iss: issuer,
    aud: 'fovea',
    sub: 'ada',
    nonce,
    iat: now,
    exp: now + 60,
    email: 'Ada@Example.test',
    email_verified: true,
  }
}

const signed = (claims: JWTPayload, key: CryptoKey | Uint8Array = keys.privateKey, alg = 'RS256') =>
  new SignJWT(claims).setProtectedHeader({ alg, kid: 'k1' }).sign(key)

describe('an ID token', () => {
  it('that is right says who it is; the code is exchanged with the secret', async () => {
    expect(await finish((claims) => signed(claims))).toEqual({
      accountId: `${issuer} ada`,
      ...{ email: 'ada@example.test', isEmailVerified: true, name: undefined },
    })
    expect(asked.at(-1)).toMatch(/^Basic /)
  })

  it('with an address that is verified in words only is not verified', async () => {
    const claims = await finish((right) => signed({ ...right, email_verified: 'true' }))
    expect(claims.isEmailVerified).toBe(false)
  })

  const past = Math.floor(Date.now() / 1000) - 3_600
  it.each<[string, Make]>([
    ['is signed by somebody else', (claims) => signed(claims, otherKeys.privateKey)],
    ['is not signed', (claims) => new UnsecuredJWT(claims).encode()],
    [
      'is signed with our public key as a secret',
      (claims) => signed(claims, new TextEncoder().encode(JSON.stringify(jwk)), 'HS256'),
    ],
    [
      'is signed with the client secret',
      (claims) => signed(claims, new TextEncoder().encode(settings.clientSecret.padEnd(32)), 'HS256'),
    ],
    ['is for another client', (claims) => signed({ ...claims, aud: 'another' })],
    ['is of another issuer', (claims) => signed({ ...claims, iss: 'https://evil.test' })],
    ['is over', (claims) => signed({ ...claims, iat: past, exp: past + 60 })],
    ['has another nonce', (claims) => signed({ ...claims, nonce: 'another' })],
    ['has no nonce', ({ nonce: _, ...claims }) => signed(claims)],
    ['has no subject', ({ sub: _, ...claims }) => signed(claims)],
    [
      'was changed',
      async (claims) =>
        (await signed(claims)).replace(
          /\.[^.]+\./,
          `.${Buffer.from(JSON.stringify({ ...claims, sub: 'eve' })).toString('base64url')}.`,
        ),
    ],
    ['is missing', () => ''],
  ])('that %s lets nobody in', async (_what, make) => {
    await expect(finish(make)).rejects.toThrow()
  })
})
