/**
 * The client: where the server is, who is asking, and which project is meant.
 *
 * Keep `apiKey` and `signingSecret` on a server; a browser only needs the URLs they make.
 */
import type { Connection } from './connection.ts'
import { Images } from './images.ts'

export interface FoveaOptions {
  /** API key of the project, `fov_…`. */
  readonly apiKey: string
  /** Address of the server, such as `https://images.example.com`; a path in front of Fovea is kept. */
  readonly url: string
  /** Slug of the project the key belongs to. */
  readonly project: string
  /** Signing secret of the project; needed by everything that signs. */
  readonly signingSecret?: string | undefined
  /** Id of that secret: spares the server trying every live one. */
  readonly keyId?: string | undefined
  /** How often a call is repeated after 429 or 503 (2). */
  readonly retries?: number | undefined
  /** How long one attempt may take, ms (60 000). */
  readonly timeoutMs?: number | undefined
  /** Replaces the platform's `fetch`. */
  readonly fetch?: typeof globalThis.fetch | undefined
}

export class Fovea {
  readonly images: Images

  /** @throws TypeError naming the option that is wrong */
  constructor(options: FoveaOptions) {
    const connection: Connection = {
      baseUrl: baseUrl(options.url),
      apiKey: required(options.apiKey, 'apiKey'),
      fetch: options.fetch ?? globalThis.fetch.bind(globalThis),
      retries: wholeNumber(options.retries ?? 2, 'retries'),
      timeoutMs: wholeNumber(options.timeoutMs ?? 60_000, 'timeoutMs'),
    }
    const project = required(options.project, 'project')
    if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(project)) {
      throw new TypeError(`Fovea: "project" must be a slug such as "demo", not ${JSON.stringify(project)}.`)
    }
    this.images = new Images(connection, project, { secret: options.signingSecret, keyId: options.keyId })
  }
}

function required(value: string, name: string): string {
  if (typeof value === 'string' && value !== '') return value
  throw new TypeError(`Fovea: "${name}" is missing.`)
}

function baseUrl(url: string): string {
  const text = required(url, 'url').replace(/\/+$/, '')
  if (!URL.canParse(text) || !/^https?:\/\//i.test(text) || /[?#]/.test(text)) {
    throw new TypeError(`Fovea: "url" must be an http or https address, not ${JSON.stringify(url)}.`)
  }
  return text
}

function wholeNumber(value: number, name: string): number {
  if (Number.isInteger(value) && value >= 0) return value
  throw new TypeError(`Fovea: "${name}" must be a whole number, not ${String(value)}.`)
}
