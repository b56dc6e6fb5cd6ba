/**
 * Bearer tokens of an issuer that the operator trusts: JWTs (RFC 7519), checked with the keys it publishes.
 *
 * One rule says what a token may do: `fovea_project` names a project by its slug, and the words `fovea:read` and
 * `fovea:write` of `scope` (RFC 8693 §4.2) are the scopes of an API key. `sub` is who is written into the audit log.
 *
 * Only signatures that need the issuer's private key are taken: with HMAC the published key would be the secret.
 */
import { Problem, problem } from '@fovea/core'
import type { JWTPayload, JWTVerifyGetKey } from 'jose'
import type { Config } from '../../config.ts'
import type { Egress } from '../../egress/index.ts'
import type { Log } from '../../observe/index.ts'
import { type Scope, scopes } from '../../projects/index.ts'
import { TokenKeys } from './token-keys.ts'

interface TokenSettings {
  readonly issuer: string
  readonly audience: string
}

export interface VerifiedToken {
  readonly subject: string
  readonly projectSlug: string
  readonly scopes: readonly Scope[]
  /** Unix milliseconds. */
  readonly expiresAt: number
}

const algorithms = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
]
/** Clocks of two machines may differ by this much, seconds. */
const clockTolerance = 30
/** The last moment that a date can say, Unix milliseconds. */
const latest = 8.64e15
/** Longest name in the audit log, characters. */
const maxSubjectLength = 200

export type TokenVariable = Extract<keyof Config, `FOVEA_JWT_${string}`>

export class TokenVerifier {
  readonly #settings: TokenSettings
  readonly #keys: TokenKeys

  constructor(settings: TokenSettings, keys: TokenKeys) {
    this.#settings = settings
    this.#keys = keys
  }

  /** @throws Problem `auth/invalid` that says why, `auth/keys-unavailable` */
  async verify(token: string): Promise<VerifiedToken> {
    const { issuer, audience } = this.#settings
    const { jwtVerify } = await import('jose')
    const find: JWTVerifyGetKey = async (header, jws) => (await this.#keys.finder())(header, jws)
    const expected = { issuer, audience, algorithms, clockTolerance, requiredClaims: ['exp', 'sub'] }
    const { payload } = await jwtVerify(token, find, expected).catch((error: unknown) => {
      throw refusalFor(error)
    })
    return meaningOf(payload)
  }
}

/** `undefined` where API keys alone are taken. */
export function createTokenVerifier(
  config: Pick<Config, TokenVariable>,
  way: { readonly egress: Egress; readonly log: Log },
): TokenVerifier | undefined {
  const { FOVEA_JWT_JWKS_URL: url, FOVEA_JWT_ISSUER: issuer, FOVEA_JWT_AUDIENCE: audience } = config
  if (url === undefined || issuer === undefined || audience === undefined) return undefined
  return new TokenVerifier({ issuer, audience }, new TokenKeys(url, way))
}

function meaningOf({ sub, exp, fovea_project: projectSlug, scope }: JWTPayload): VerifiedToken {
  if (typeof sub !== 'string' || sub === '' || sub.length > maxSubjectLength)
    throw refused('"sub" is not right')
  if (typeof projectSlug !== 'string') throw refused('"fovea_project" must be the slug of a project')
  const words = typeof scope === 'string' ? scope.split(' ') : []
  const granted = scopes.filter((each) => words.includes(`fovea:${each}`))
  if (granted.length === 0) throw refused('"scope" holds neither fovea:read nor fovea:write')
  if (exp === undefined) throw refused('"exp" is not right')
  return { subject: sub, projectSlug, scopes: granted, expiresAt: Math.min(exp * 1000, latest) }
}

/** By jose's codes; what has none is a key of the set that is too weak or no key at all. */
function refusalFor(error: unknown): Problem {
  if (error instanceof Problem) return error
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'ERR_JWT_EXPIRED') return refused('its time is over')
  if (code === 'ERR_JWT_CLAIM_VALIDATION_FAILED') return refused(`"${claimOf(error)}" is not right`)
  if (code === 'ERR_JOSE_ALG_NOT_ALLOWED') return refused('it is signed in a way that is not taken')
  if (/^ERR_(JWS_SIGNATURE|JWKS)_/.test(code)) return refused('no key of its issuer has signed it')
  return refused(/^ERR_(JWT|JWS|JOSE)_/.test(code) ? 'it is no JWT' : 'the key that it names cannot be used')
}

function claimOf(error: unknown): string {
  return error instanceof Error && 'claim' in error ? String(error.claim) : 'a claim'
}

function refused(why: string): Problem {
  return problem('auth/invalid', { detail: `The token is not valid: ${why}.` })
}
