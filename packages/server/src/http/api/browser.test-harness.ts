/** A person at a browser: one cookie jar, requests from our own pages, and the letters that arrive. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { LightMyRequestResponse } from 'fastify'
import PostalMime, { type Email } from 'postal-mime'
import type { Harness } from './api.test-harness.ts'

interface Asked {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly body?: object
  readonly headers?: Readonly<Record<string, string>>
}

export class Browser {
  readonly #harness: Harness
  /** As the browser holds it; empty when there is none. */
  cookie = ''
  /** `Set-Cookie` lines of the last answer. */
  setCookies: readonly string[] = []

  constructor(harness: Harness) {
    this.#harness = harness
  }

  async ask(url: string, { method = 'GET', body, headers }: Asked = {}): Promise<LightMyRequestResponse> {
    const response = await this.#harness.api.inject({
      method,
      url,
      headers: {
        ...(method === 'GET' ? {} : { origin: this.#harness.publicUrl }),
        ...(this.cookie === '' ? {} : { cookie: this.cookie }),
        ...headers,
      },
      ...(body === undefined ? {} : { payload: body }),
    })
    this.keep(response)
    return response
  }

  /** Keeps the cookies that an answer sets. */
  keep({ headers }: Pick<LightMyRequestResponse, 'headers'>): void {
    this.setCookies = [headers['set-cookie'] ?? []].flat()
    for (const line of this.setCookies) {
      const [pair = ''] = line.split(';')
      this.cookie = /max-age=0/i.test(line) ? '' : pair
    }
  }

  /** POST to `/api/auth`. */
  async auth(path: string, body: object = {}): Promise<LightMyRequestResponse> {
    return this.ask(`/api/auth${path}`, { method: 'POST', body })
  }

  /** Signs up and follows the link of the letter: signed in afterwards. */
  async join(email: string, password = 'a good long password'): Promise<void> {
    const signedUp = await this.auth('/sign-up/email', { email, password, name: email.split('@')[0] })
    if (signedUp.statusCode !== 200) throw new Error(`sign-up: ${signedUp.body}`)
    await this.ask(linkIn(await letterTo(this.#harness, email, 'Confirm your e-mail address')))
  }
}

/** Letters in the outbox, oldest first. */
async function letters({ dataDir, mailer }: Harness): Promise<readonly Email[]> {
  await mailer.settled()
  const outbox = join(dataDir, 'outbox')
  const names = (await readdir(outbox).catch(() => [])).filter((name) => name.endsWith('.eml')).sort()
  return Promise.all(names.map(async (name) => PostalMime.parse(await readFile(join(outbox, name)))))
}

/** Letters to somebody, of that subject, oldest first. */
export async function lettersTo(
  harness: Harness,
  address: string,
  subject: string,
): Promise<readonly Email[]> {
  return (await letters(harness)).filter(
    (letter) => letter.to?.[0]?.address === address && letter.subject === subject,
  )
}

/** The newest letter to somebody, of that subject. */
export async function letterTo(harness: Harness, address: string, subject: string): Promise<Email> {
  const letter = (await lettersTo(harness, address, subject)).at(-1)
  if (letter === undefined) throw new Error(`no letter "${subject}" to ${address}`)
  return letter
}

/** Path and query of the first link in a letter. */
export function linkIn({ text = '' }: Pick<Email, 'text'>): string {
  const { pathname, search } = new URL(/https?:\/\/\S+/.exec(text)?.[0] ?? '')
  return pathname + search
}
