/**
 * `Idempotency-Key`: a POST that is sent again under the same key is answered as the first time and done once.
 *
 * One pair of hooks for all routes. The first sees a request before its body is read: it claims the key, or answers
 * with what was answered before once the body has proved to be the same (read to its end, held nowhere). The second
 * sees the answer: one that went well is kept, whatever failed gives the key back and is carried out again.
 */
import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { type Problem, problem } from '@fovea/core'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { KeptAnswer } from '../../idempotency/index.ts'
import { errorFields } from '../../observe/index.ts'
import { BodyDigest } from './body-digest.ts'
import type { ApiContext } from './dependencies.ts'

/** Larger answers hold pictures: they are not kept, and the request is carried out again. */
const maxAnswerBytes = 64 * 1024
/** What a body may have beside its file, bytes. */
const formOverhead = 1024 * 1024
/** A file inside JSON is base64. */
const base64Share = 4 / 3
/** Headers that say what is asked, beside those that name the caller. */
const telling = ['accept', 'upload-length', 'upload-metadata'] as const
/** Headers that belong to one answer alone. */
const passing = /^(?:x-ratelimit-.*|x-fovea-request-id|date|connection|content-length|transfer-encoding)$/

/** A request that was claimed. */
interface Claimed {
  readonly id: string
  readonly attempt: number
  readonly body: BodyDigest
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set while a request under an `Idempotency-Key` is carried out. */
    claimed: Claimed | null
    /** Answered as before; nothing was done. */
    isReplayed: boolean
  }
}

/** @throws Problem `idempotency/running`, `idempotency/mismatch`, `request/invalid-parameter` for what is no key */
export async function claimKey(
  request: FastifyRequest,
  reply: FastifyReply,
  context: ApiContext,
): Promise<void> {
  const key = request.headers['idempotency-key']
  const caller = callerName(request)
  if (key === undefined || caller === undefined || request.method !== 'POST' || request.is404) return
  const id = digestOf([caller, readKey(key)])
  const projectId = request.caller?.project.id
  const claim = await context.idempotency.claim({ id, projectId, head: headOf(request) })
  if (claim.kind === 'first') {
    request.claimed = { id, attempt: claim.attempt, body: new BodyDigest(request.raw) }
    return
  }
  if (claim.kind === 'running') {
    throw problem('idempotency/running', {
      detail: 'A request under this Idempotency-Key is still being carried out.',
      retryAfterSeconds: 1,
    })
  }
  const isSame =
    claim.kind === 'done' && (await bodyHash(request.raw, largestBody(context))) === claim.bodyHash
  if (!isSame) throw mismatch()
  const { status, headers, body } = claim.answer
  request.isReplayed = true
  await reply
    .code(status)
    .headers({ ...headers, 'idempotency-replayed': 'true' })
    .send(body)
}

/** Keeps what is answered, or gives the key back. Returns what is to be sent. */
export async function keepAnswer(
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
  context: ApiContext,
): Promise<unknown> {
  const { claimed } = request
  if (claimed === null) return payload
  request.claimed = null
  const settle = async (body: Buffer | undefined) => {
    const { id, attempt } = claimed
    const hash = claimed.body.take()
    try {
      if (body === undefined || hash === undefined) await context.idempotency.release(id, attempt)
      else await context.idempotency.keep(id, attempt, hash, answerOf(reply, body))
    } catch (error) {
      // The answer stays what it is; the key is free again when its lease ends.
      context.log.error({ event: 'idempotency.not_written', requestId: request.id, ...errorFields(error) })
    }
  }
  const isGood = reply.statusCode < 400
  if (isGood && payload instanceof Readable)
    return Readable.from(keptWhileSent(payload, settle), { objectMode: false })
  await settle(isGood ? wholeBody(payload) : undefined)
  return payload
}

/** Passes a stream on; what it was is kept before its end is sent, when it is not too long. */
async function* keptWhileSent(
  source: Readable,
  settle: (body: Buffer | undefined) => Promise<void>,
): AsyncGenerator<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  let isWhole = false
  try {
    for await (const chunk of source) {
      const piece = Buffer.from(chunk)
      bytes += piece.length
      if (bytes <= maxAnswerBytes) chunks.push(piece)
      yield piece
    }
    isWhole = bytes <= maxAnswerBytes
  } finally {
    await settle(isWhole ? Buffer.concat(chunks) : undefined)
  }
}

function wholeBody(payload: unknown): Buffer | undefined {
  if (payload === undefined || payload === null) return Buffer.alloc(0)
  if (typeof payload !== 'string' && !Buffer.isBuffer(payload)) return undefined
  const body = Buffer.from(payload)
  return body.length > maxAnswerBytes ? undefined : body
}

function answerOf(reply: FastifyReply, body: Buffer): KeptAnswer {
  const headers = Object.entries(reply.getHeaders()).flatMap(([name, value]) =>
    value === undefined || passing.test(name) ? [] : [[name, String(value)]],
  )
  return { status: reply.statusCode, headers: Object.fromEntries(headers), body }
}

/** What any route takes, bytes: a body that is longer was never answered well. */
function largestBody({ uploads, batches }: ApiContext): number {
  return Math.ceil(Math.max(uploads.maxBytes * base64Share, batches.maxFileBytes)) + formOverhead
}

/** Reads a body to its end. `undefined` when there is more than `limit` or the client goes. */
async function bodyHash(request: IncomingMessage, limit: number): Promise<string | undefined> {
  const digest = new BodyDigest(request)
  let bytes = 0
  try {
    if (!digest.isWhole) {
      for await (const chunk of request.iterator({ destroyOnReturn: false })) {
        bytes += chunk.length
        if (bytes > limit) return undefined
      }
    }
  } catch {
    return undefined
  }
  return digest.take()
}

/** Whose keys these are; `undefined` where anybody may ask. */
function callerName({ caller, person }: FastifyRequest): string | undefined {
  const actor = caller?.actor
  const who =
    actor?.kind === 'key' ? actor.key.id : actor?.kind === 'token' ? `token ${actor.subject}` : person?.userId
  return who === undefined ? undefined : `${caller?.project.id ?? ''} ${who}`
}

/** As the draft has it a string of RFC 9651 in quotes; most clients leave them out. */
function readKey(header: string | readonly string[]): string {
  const [, quoted, plain] =
    /^(?:"([\x21\x23-\x7e]{1,255})"|([\x21\x23-\x7e]{1,255}))$/.exec(String(header)) ?? []
  const key = quoted ?? plain
  if (key !== undefined) return key
  throw problem('request/invalid-parameter', {
    detail: '"Idempotency-Key" must be 1–255 visible ASCII characters; a UUID is a good one.',
    members: { parameter: 'Idempotency-Key' },
  })
}

function headOf({ method, raw, headers }: FastifyRequest): string {
  const type = headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  return digestOf([method, raw.url ?? '', type, ...telling.map((name) => String(headers[name] ?? ''))])
}

function digestOf(words: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(words)).digest('hex')
}

function mismatch(): Problem {
  return problem('idempotency/mismatch', {
    detail:
      'This Idempotency-Key was used for another request: take a new key for each thing that is to be done.',
  })
}
