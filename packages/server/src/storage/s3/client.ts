/**
 * Signed requests to one bucket, repeated while what is wrong may pass.
 *
 * Every body is a whole buffer, so that it can be sent again, and its digest is signed: a server that got other bytes
 * refuses them. Connections are kept and shared.
 */
import { createHash } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { AwsV4Signer } from 'aws4fetch'
import { Agent, type Dispatcher, request as send } from 'undici'
import { StorageError } from '../driver.ts'
import type { S3Place } from './place.ts'
import { elementText } from './xml.ts'

export interface S3Request {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE'
  /** Below the folder of the installation; absent for what concerns the whole bucket. */
  readonly key?: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array
  readonly signal?: AbortSignal | undefined
}

export type S3Response = Dispatcher.ResponseData

const attempts = 4
/** Before the first repetition, ms; four times as long before each other one. */
const firstPauseMs = 100
/** 409: another request on the same key was in the way. */
const passing: ReadonlySet<number> = new Set([408, 409, 429, 500, 502, 503, 504])
const connections = 32
const silenceMs = 30_000

export class S3Client {
  readonly place: S3Place
  readonly #agent = new Agent({
    connections,
    connect: { timeout: 10_000 },
    headersTimeout: silenceMs,
    bodyTimeout: silenceMs,
  })
  /** Signing keys by day, which the signer fills. */
  readonly #signingKeys = new Map<string, ArrayBuffer>()

  constructor(place: S3Place) {
    this.place = place
  }

  /**
   * The answer to a request that the server took, or one of the statuses in `accepted`; its body must be read or
   * dumped.
   * @throws StorageError
   */
  async send(request: S3Request, accepted: readonly number[] = []): Promise<S3Response> {
    const response = await this.#patiently(request)
    if (response.statusCode < 300 || accepted.includes(response.statusCode)) return response
    throw await this.#refusal(request, response)
  }

  /** The answer as text, for the XML of small ones. @throws StorageError, also for an error that came with 200 */
  async text(request: S3Request): Promise<string> {
    const response = await this.send(request)
    const text = await response.body.text()
    if (elementText(text, 'Error') === undefined) return text
    throw this.#error(request, response.statusCode, text)
  }

  close(): Promise<void> {
    return this.#agent.close()
  }

  async #patiently(request: S3Request): Promise<S3Response> {
    for (let attempt = 1; ; attempt++) {
      try {
        const response = await this.#once(request)
        if (!passing.has(response.statusCode) || attempt === attempts) return response
        await response.body.dump()
      } catch (error) {
        request.signal?.throwIfAborted()
        if (attempt === attempts) {
          const why = error instanceof Error ? error.message : String(error)
          throw new StorageError(`${this.place.base} did not answer ${named(request)}: ${why}`, {
            cause: error,
          })
        }
      }
      // Half of it by chance, so that many do not come back together.
      await setTimeout(firstPauseMs * 4 ** (attempt - 1) * (0.5 + Math.random() / 2), undefined, {
        ...(request.signal === undefined ? {} : { signal: request.signal }),
      })
    }
  }

  async #once({ method, key, query = {}, headers = {}, body, signal }: S3Request): Promise<S3Response> {
    const { base, prefix, region, accessKeyId, secretAccessKey } = this.place
    const url = new URL(key === undefined ? base : `${base}/${prefix}${key}`)
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
    const digest = createHash('sha256')
      .update(body ?? '')
      .digest('hex')
    const signer = new AwsV4Signer({
      ...{ method, url: url.href, service: 's3', region, accessKeyId, secretAccessKey },
      headers: { ...headers, 'x-amz-content-sha256': digest },
      cache: this.#signingKeys,
    })
    const signed = await signer.sign()
    return send(signed.url, {
      method,
      headers: Object.fromEntries(signed.headers as unknown as Iterable<[string, string]>),
      dispatcher: this.#agent,
      body: body ?? null,
      ...(signal === undefined ? {} : { signal }),
    })
  }

  async #refusal(request: S3Request, response: S3Response): Promise<StorageError> {
    return this.#error(request, response.statusCode, await response.body.text())
  }

  #error(request: S3Request, status: number, text: string): StorageError {
    const code = elementText(text, 'Code')
    const message = elementText(text, 'Message')
    const why = [code, message].filter((part) => part !== undefined).join(': ')
    return new StorageError(
      `${this.place.base} answered ${named(request)} with ${status}${why === '' ? '' : ` ${why}`}`,
      { status },
    )
  }
}

function named({ method, key, query }: S3Request): string {
  return `${method} ${key ?? 'the bucket'}${query === undefined ? '' : ` (${Object.keys(query).join(', ')})`}`
}
