/**
 * Speaks to a server as a person who is signed in: projects are made and closed by people, not by API keys.
 *
 * What is kept is the session's cookie, which the server has sealed; it says where it may be used by itself.
 */
import { FoveaError } from '@fovea/client'

export interface SignIn {
  readonly email: string
  readonly password: string
  /** Asked for the code of the second factor when the account has one. */
  code(): Promise<string>
}

interface Asked {
  readonly method?: 'GET' | 'POST' | 'DELETE'
  readonly json?: unknown
  /** Slug of the project that is meant. */
  readonly project?: string
}

export class Person {
  readonly #url: string
  readonly #session: string

  constructor(url: string, session: string) {
    this.#url = url
    this.#session = session
  }

  /** The session of who shows this e-mail and password. @throws FoveaError */
  static async signIn(url: string, { email, password, code }: SignIn): Promise<string> {
    const first = await send(url, '/api/auth/sign-in/email', { method: 'POST', json: { email, password } })
    const session = sessionIn(first.response)
    if (Reflect.get(Object(first.body), 'twoFactorRedirect') !== true) return session
    const path = '/api/auth/two-factor/verify-totp'
    const second = await send(url, path, { method: 'POST', json: { code: await code() }, session })
    return sessionIn(second.response)
  }

  /** The JSON of a successful answer. @throws FoveaError */
  async ask(path: string, asked: Asked = {}): Promise<unknown> {
    return (await send(this.#url, path, { ...asked, session: this.#session })).body
  }
}

async function send(
  url: string,
  path: string,
  { method = 'GET', json, project, session }: Asked & { readonly session?: string },
): Promise<{ readonly response: Response; readonly body: unknown }> {
  const response = await fetch(url.replace(/\/+$/, '') + path, {
    method,
    redirect: 'error',
    headers: {
      accept: 'application/json',
      // As a page of the server itself would say, which a change by session demands.
      origin: new URL(url).origin,
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      ...(session === undefined ? {} : { cookie: `${cookieName}=${session}` }),
      ...(project === undefined ? {} : { 'x-fovea-project': project }),
    },
    body: json === undefined ? null : JSON.stringify(json),
  }).catch((cause: unknown) => {
    throw new FoveaError('The server could not be reached.', { status: 0, cause })
  })
  const text = await response.text()
  const body = parsed(text)
  if (response.ok) return { response, body }
  const { error, message, detail } = Object(body)
  const said = [error?.message, message, detail].find((each) => typeof each === 'string' && each !== '')
  throw new FoveaError(said ?? `The server answered ${response.status}.`, { status: response.status, body })
}

const cookieName = 'fovea_session'

function sessionIn({ headers, status }: Response): string {
  for (const line of headers.getSetCookie()) {
    const [pair = ''] = line.split(';')
    if (pair.startsWith(`${cookieName}=`)) return pair.slice(cookieName.length + 1)
  }
  throw new FoveaError('The server gave no session.', { status })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
