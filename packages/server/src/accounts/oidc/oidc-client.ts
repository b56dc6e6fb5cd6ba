/**
 * Our side of OpenID Connect's authorization code flow: PKCE, state, nonce, and an ID token whose signature, issuer,
 * audience and times are checked.
 *
 * The provider is asked when somebody signs in, never at the start, and through the guarded way out. What it says of
 * itself is kept for an hour; a failure is not kept.
 */
import * as oauth from 'openid-client'
import { type Egress, egressFetch } from '../../egress/index.ts'
import type { OidcSettings } from './oidc-settings.ts'

/** What must come back with the person, kept in their cookie meanwhile. */
export interface Checks {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
}

/** What the provider says of a person. */
export interface ProviderClaims {
  /** Who it is, whatever their address is now: unique among all providers. */
  readonly accountId: string
  readonly email: string | undefined
  readonly isEmailVerified: boolean
  readonly name: string | undefined
}

const freshMs = 60 * 60 * 1000

export class OidcClient {
  readonly #settings: OidcSettings
  readonly #egress: Egress
  readonly #redirectUri: string
  #found: { readonly configuration: Promise<oauth.Configuration>; readonly until: number } | undefined

  constructor(settings: OidcSettings, egress: Egress, redirectUri: string) {
    this.#settings = settings
    this.#egress = egress
    this.#redirectUri = redirectUri
  }

  /** Where to send a browser, and what to keep until it comes back. */
  async begin(): Promise<{ readonly url: URL; readonly checks: Checks }> {
    const configuration = await this.configuration()
    const checks = {
      state: oauth.randomState(),
      nonce: oauth.randomNonce(),
      verifier: oauth.randomPKCECodeVerifier(),
    }
    const url = oauth.buildAuthorizationUrl(configuration, {
      redirect_uri: this.#redirectUri,
      scope: this.#settings.scopes,
      state: checks.state,
      nonce: checks.nonce,
      code_challenge: await oauth.calculatePKCECodeChallenge(checks.verifier),
      code_challenge_method: 'S256',
    })
    return { url, checks }
  }

  /** Exchanges the code in the address the browser came back to. @throws whatever is wrong with the answers */
  async finish(address: URL, { state, nonce, verifier }: Checks): Promise<ProviderClaims> {
    const configuration = await this.configuration()
    const tokens = await oauth.authorizationCodeGrant(configuration, address, {
      expectedState: state,
      expectedNonce: nonce,
      pkceCodeVerifier: verifier,
      idTokenExpected: true,
    })
    const claims = tokens.claims()
    if (claims === undefined) throw new TypeError('an ID token is expected, and there is none')
    // Many providers put the address into the answer of the userinfo endpoint only.
    const hasEndpoint = configuration.serverMetadata().userinfo_endpoint !== undefined
    const all =
      claims.email === undefined && hasEndpoint
        ? await oauth.fetchUserInfo(configuration, tokens.access_token, claims.sub)
        : claims
    return {
      accountId: `${claims.iss} ${claims.sub}`,
      email: typeof all.email === 'string' ? all.email.trim().toLowerCase() : undefined,
      isEmailVerified: all.email_verified === true,
      name: typeof all.name === 'string' ? all.name : undefined,
    }
  }

  /** What the provider says of itself. @throws when it cannot be asked, or names another issuer */
  configuration(now = Date.now()): Promise<oauth.Configuration> {
    if (this.#found !== undefined && now < this.#found.until) return this.#found.configuration
    const configuration = this.#discover()
    this.#found = { configuration, until: now + freshMs }
    configuration.catch(() => {
      this.#found = undefined
    })
    return configuration
  }

  #discover(): Promise<oauth.Configuration> {
    const { issuer, clientId, clientSecret } = this.#settings
    // The guarded way out decides what may be asked without TLS.
    const execute = [oauth.enableNonRepudiationChecks, oauth.allowInsecureRequests]
    return oauth.discovery(new URL(issuer), clientId, undefined, authenticated(clientSecret), {
      execute,
      [oauth.customFetch]: (url, init) => egressFetch(this.#egress, url, init),
    })
  }
}

/** By the way that the provider lists; Basic is what OpenID Connect Discovery has where it lists none. */
function authenticated(secret: string): oauth.ClientAuth {
  const [basic, post] = [oauth.ClientSecretBasic(secret), oauth.ClientSecretPost(secret)]
  return (server, ...rest) => {
    const listed = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic']
    const way = listed.includes('client_secret_basic') ? basic : post
    return way(server, ...rest)
  }
}
