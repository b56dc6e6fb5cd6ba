/**
 * The client: where the server is, who is asking, and which project is meant.
 *
 * Keep `apiKey` and `signingSecret` on a server; a browser gets the URLs they make.
 */
import { type CallOptions, type Connection, callJson, callOnly, connections, usual } from './connection.ts'
import { Exports } from './exports.ts'
import { Images } from './images.ts'
import { Keys } from './keys.ts'
import { Links } from './links.ts'
import { Presets } from './presets.ts'
import { ProjectAccess } from './project-access.ts'
import {
  resultOf,
  type TransformRequest,
  type TransformResult,
  transformBody,
  type WireResult,
} from './transform.ts'
import { type Usage, usageOf, type WireUsage } from './usage.ts'
import { Webhooks } from './webhooks.ts'

export interface FoveaOptions {
  /** API key of the project, `fov_…`. */
  readonly apiKey: string
  /** Address of the server (`http://localhost:3000`); a path in front of Fovea is kept. */
  readonly url?: string | undefined
  /** Slug of the project the key belongs to; asked of the server when absent. */
  readonly project?: string | undefined
  /** Signing secret of the project; asked of the server when absent, which a key that may only read is refused. */
  readonly signingSecret?: string | undefined
  /** Id of that secret: spares the server trying every live one. */
  readonly keyId?: string | undefined
  /** How often a call is repeated after 429 or 503 (2). */
  readonly retries?: number | undefined
  /** How long one attempt may take, ms (60 000), beside a second for each 64 KB of a file that is sent. */
  readonly timeoutMs?: number | undefined
  /** Replaces the platform's `fetch`. */
  readonly fetch?: typeof globalThis.fetch | undefined
}

export class Fovea {
  readonly exports: Exports
  readonly images: Images
  readonly keys: Keys
  readonly links: Links
  readonly presets: Presets
  readonly webhooks: Webhooks
  readonly #connection: Connection

  /** @throws TypeError naming the option that is wrong */
  constructor(options: FoveaOptions) {
    const connection: Connection = {
      baseUrl: baseUrl(options.url ?? 'http://localhost:3000'),
      credentials: { authorization: `Bearer ${keyIn(options)}` },
      fetch: options.fetch,
      retries: wholeNumber(options.retries ?? usual.retries, 'retries'),
      timeoutMs: wholeNumber(options.timeoutMs ?? usual.timeoutMs, 'timeoutMs'),
    }
    const { project, signingSecret, keyId } = options
    if (project !== undefined && !/^[a-z0-9][a-z0-9-]{0,62}$/.test(project)) {
      throw new TypeError(`Fovea: "project" must be a slug such as "demo", not ${JSON.stringify(project)}.`)
    }
    if (signingSecret === '') throw new TypeError('Fovea: "signingSecret" is empty.')
    this.#connection = connection
    connections.set(this, connection)
    this.exports = new Exports(connection)
    this.images = new Images(connection, new ProjectAccess(connection, { project, signingSecret, keyId }))
    this.keys = new Keys(connection)
    this.links = new Links(connection)
    this.presets = new Presets(connection)
    this.webhooks = new Webhooks(connection)
  }

  /**
   * Runs pictures through a pipeline without storing the source: one result, or one for each of `outputs`.
   * @throws FoveaError 400 naming the place by a JSON pointer, 402, 422 what cannot be done, 501
   */
  async transform(
    request: TransformRequest,
    { signal }: CallOptions = {},
  ): Promise<readonly TransformResult[]> {
    const answer = await callJson(this.#connection, {
      method: 'POST',
      target: '/api/v1/transform',
      ...transformBody(request),
      authorised: true,
      signal,
    })
    const { outputs } = answer as { readonly outputs: readonly WireResult[] }
    return outputs.map(resultOf)
  }

  /** What the project has used this month. */
  async usage({ signal }: CallOptions = {}): Promise<Usage> {
    const target = '/api/v1/usage'
    return usageOf((await callJson(this.#connection, { target, authorised: true, signal })) as WireUsage)
  }

  /** Every variant of the project is made anew when it is next asked for. */
  async purge({ signal }: CallOptions = {}): Promise<void> {
    const target = '/api/v1/project/purge'
    await callOnly(this.#connection, { method: 'POST', target, authorised: true, signal })
  }
}

function keyIn({ apiKey }: FoveaOptions): string {
  // Out of a file it comes with a line break.
  if (/^[!-~]+$/.test(apiKey ?? '')) return apiKey
  throw new TypeError('Fovea: "apiKey" is missing or holds blanks.')
}

function baseUrl(url: string): string {
  const text = String(url).replace(/\/+$/, '')
  if (!URL.canParse(text) || !/^https?:\/\//i.test(text) || /[?#]/.test(text)) {
    throw new TypeError(`Fovea: "url" must be an http or https address, not ${JSON.stringify(url)}.`)
  }
  return text
}

function wholeNumber(value: number, name: string): number {
  if (Number.isInteger(value) && value >= 0) return value
  throw new TypeError(`Fovea: "${name}" must be a whole number, not ${String(value)}.`)
}
