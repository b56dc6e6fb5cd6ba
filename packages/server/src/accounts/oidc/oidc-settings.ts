/** The identity provider of an installation, as its operator set it. */
import type { Config } from '../../config.ts'

export interface OidcSettings {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  readonly scopes: string
  /** Domains of e-mail addresses that may sign in; any when empty. */
  readonly emailDomains: readonly string[]
  /** Who may get an account by signing in there for the first time. */
  readonly signUp: 'open' | 'invited' | 'closed'
}

export type OidcVariable = Extract<keyof Config, `FOVEA_OIDC_${string}`>

/** `undefined` where people sign in here alone. */
export function oidcSettings(config: Pick<Config, OidcVariable | 'FOVEA_SIGN_UP'>): OidcSettings | undefined {
  const { FOVEA_OIDC_ISSUER: issuer, FOVEA_OIDC_CLIENT_ID: clientId } = config
  const clientSecret = config.FOVEA_OIDC_CLIENT_SECRET
  if (issuer === undefined || clientId === undefined || clientSecret === undefined) return undefined
  return {
    issuer,
    clientId,
    clientSecret,
    scopes: config.FOVEA_OIDC_SCOPES,
    emailDomains: config.FOVEA_OIDC_EMAIL_DOMAINS,
    signUp: config.FOVEA_OIDC_SIGN_UP ?? config.FOVEA_SIGN_UP,
  }
}

/** A sign-in that was refused; the code is shown on the page as a sentence. */
export class OidcRefusal extends Error {
  override readonly name = 'OidcRefusal'
  readonly code: string

  constructor(code: string) {
    super(code)
    this.code = code
  }
}
