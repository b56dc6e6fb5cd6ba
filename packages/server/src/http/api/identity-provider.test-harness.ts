/** A real OpenID Connect provider on loopback, whose sign-in page lets one person in without asking. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider from 'oidc-provider'

export interface ProvidedPerson {
  readonly sub: string
  readonly email?: string
  readonly email_verified?: boolean
  readonly name?: string
}

export interface IdentityProvider {
  readonly issuer: string
  /** Variables of a server that trusts it. */
  readonly settings: Readonly<Record<string, string>>
  /** Whoever signs in next. */
  person: ProvidedPerson
  /** Address of our callback, after the person at the browser has signed in there. */
  visit(authorization: string): Promise<string>
  close(): Promise<void>
}

const client = { id: 'fovea', secret: 'a-secret-between-the-two' } as const

export async function startIdentityProvider(redirectUri: string): Promise<IdentityProvider> {
  let answer: (request: IncomingMessage, response: ServerResponse) => void = () => {}
  const server = createServer((request, response) => answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const idp = { person: { sub: 'nobody' } as ProvidedPerson }
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: client.id,
        client_secret: client.secret,
        redirect_uris: [redirectUri],
        scope: 'openid email profile',
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    cookies: { keys: ['a key of the test'] },
    features: { devInteractions: { enabled: false } },
    findAccount: async (_context, id) => ({
      accountId: id,
      claims: async () => ({ ...idp.person, sub: id }),
    }),
    interactions: { url: () => '/interaction' },
    async loadExistingGrant({ oidc }) {
      const grant = new oidc.provider.Grant({
        clientId: oidc.client?.clientId ?? '',
        accountId: oidc.session?.accountId ?? '',
      })
      grant.addOIDCScope('openid email profile')
      await grant.save()
      return grant
    },
  })
  const handle = provider.callback()
  answer = (request, response) => {
    if (request.url !== '/interaction') void handle(request, response)
    else void provider.interactionFinished(request, response, { login: { accountId: idp.person.sub } })
  }
  return Object.assign(idp, {
    issuer,
    settings: {
      FOVEA_OIDC_ISSUER: issuer,
      FOVEA_OIDC_CLIENT_ID: client.id,
      FOVEA_OIDC_CLIENT_SECRET: client.secret,
    },
    async visit(authorization: string) {
      const cookies = new Map<string, string>()
      let url = authorization
      while (!url.startsWith(redirectUri)) {
        const cookie = [...cookies].map((pair) => pair.join('=')).join('; ')
        const response = await fetch(url, { redirect: 'manual', headers: { cookie } })
        for (const line of response.headers.getSetCookie()) {
          const [name = '', value = ''] = (line.split(';')[0] ?? '').split(/=(.*)/s)
          cookies.set(name, value)
        }
        const location = response.headers.get('location')
        if (location === null) throw new Error(`no redirect but ${response.status}: ${await response.text()}`)
        url = new URL(location, url).href
      }
      return url
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  })
}
