/**
 * The keys of a token issuer, read from its JWKS address through the guarded way out.
 *
 * They are kept for ten minutes. A key id that is not among them makes us look once more, at most every 30 seconds, so
 * that a new key works soon and made-up key ids are no way to make us ask. An address that does not answer is left
 * alone for five seconds.
 */
import { problem } from '@fovea/core'
import type { createRemoteJWKSet } from 'jose'
import { type Egress, egressFetch } from '../../egress/index.ts'
import { errorFields, type Log } from '../../observe/index.ts'

const keptMs = 10 * 60 * 1000
const cooldownMs = 30 * 1000
const pauseMs = 5 * 1000

type Finder = ReturnType<typeof createRemoteJWKSet>

export class TokenKeys {
  readonly #url: URL
  readonly #egress: Egress
  readonly #log: Log
  #finder: Promise<Finder> | undefined
  #failedAt = Number.NEGATIVE_INFINITY

  constructor(url: string, { egress, log }: { readonly egress: Egress; readonly log: Log }) {
    this.#url = new URL(url)
    this.#egress = egress
    this.#log = log
  }

  /** Finds the key of a token's header. It throws Problem `auth/keys-unavailable`, or jose's errors. */
  finder(): Promise<Finder> {
    this.#finder ??= this.#make()
    return this.#finder
  }

  /** Reads the keys anew, and says how many there are. @throws Problem `auth/keys-unavailable` */
  async read(): Promise<number> {
    const finder = await this.finder()
    await finder.reload()
    return finder.jwks()?.keys.length ?? 0
  }

  async #make(): Promise<Finder> {
    const { createRemoteJWKSet, customFetch } = await import('jose')
    return createRemoteJWKSet(this.#url, {
      cacheMaxAge: keptMs,
      cooldownDuration: cooldownMs,
      [customFetch]: (url: string, { headers }: { headers: Headers }) => this.#fetch(url, headers),
    })
  }

  async #fetch(url: string, headers: Headers): Promise<Response> {
    if (Date.now() - this.#failedAt < pauseMs) throw unavailable()
    try {
      const answer = await egressFetch(this.#egress, url, { headers: Object.fromEntries(headers) })
      const isKeySet = answer.ok && Array.isArray(((await answer.clone().json()) as { keys?: unknown }).keys)
      if (!isKeySet) throw new TypeError(`${url} answered ${answer.status} and no key set`)
      return answer
    } catch (error) {
      this.#failedAt = Date.now()
      this.#log.warn({ event: 'tokens.keys-unavailable', ...errorFields(error) })
      throw unavailable(error)
    }
  }
}

function unavailable(cause?: unknown) {
  return problem('auth/keys-unavailable', {
    detail: 'The keys of the token issuer cannot be read just now.',
    retryAfterSeconds: pauseMs / 1000,
    cause,
  })
}
