/**
 * The border between node:http and `deliver`: reads the request, tells every failure in the dialect's form, and
 * notes what happened. Nothing that a client sends may end here as a 500.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { acceptBucket, type Dialect, type DialectMatch, Problem, problem } from '@fovea/core'
import { errorFields } from '../observe/index.ts'
import { readQuestion } from './asked.ts'
import { holds } from './conditional.ts'
import { deliver } from './deliver.ts'
import type { DeliveryContext } from './dependencies.ts'
import { bodySize, type Reply } from './reply.ts'
import { respondOptions, respondProblem } from './respond.ts'
import { applyRange, send } from './send.ts'
import { Timings } from './timings.ts'

/** Where a request leads. */
export interface Routed {
  /** Of the mount or host, for the form of errors. */
  readonly dialect: Dialect
  /** `undefined` when the path names no project and no image. */
  readonly match: DialectMatch | undefined
  /** The project's host; empty on the installation's own. */
  readonly host: string
  /** Name of the origin that the host's bare paths come from. */
  readonly origin: string | null
}

export interface Handled {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** Raw target in origin form. */
  readonly target: string
  readonly routed: Routed
  readonly requestId: string
}

/** Answers one request. Never rejects. */
export async function handle(handled: Handled, app: DeliveryContext): Promise<void> {
  const { request, response, target, requestId } = handled
  const { dialect } = handled.routed
  const timings = new Timings()
  const method = request.method ?? ''
  const path = pathOf(target)
  let reply: Reply
  let failure: Problem | undefined
  try {
    reply = method === 'OPTIONS' ? respondOptions() : await answer(handled, app, timings)
  } catch (error) {
    failure = toProblem(error, app, requestId)
    reply = respondProblem(failure, dialect, { requestId, path })
  }
  if (!response.destroyed) await sendOrBreak(response, reply, method, app)
  if (reply.cache === 'memory') return
  const bytes = method === 'HEAD' ? 0 : bodySize(reply.body)
  const ms = timings.totalMs
  const { status, cache, representation } = reply
  if (representation !== undefined) app.usage.add(representation.projectId, { bandwidthBytes: bytes })
  app.metrics.delivered({ dialect: dialect.name, status, cache, bytes, ms })
  const line = { requestId, method, path, dialect: dialect.name, status, cache, bytes, ms }
  app.access.add(failure === undefined ? line : { ...line, problem: failure.code })
}

async function answer(handled: Handled, app: DeliveryContext, timings: Timings): Promise<Reply> {
  const { request, response, target, requestId, routed } = handled
  const question = readQuestion(request, target, requestId)
  const bucket = () => acceptBucket(question.accept)
  const key = hitKey(routed.host, target)
  const hit = app.hits.find(key, bucket, Math.floor(Date.now() / 1000))
  if (hit !== undefined) {
    const whole = hit.reply
    const reply = holds(question.ifNoneMatch, hit.representation.etag)
      ? withoutBody(whole)
      : applyRange(whole, question)
    app.hits.note(hit, question.method === 'HEAD' ? 0 : bodySize(reply.body))
    return reply
  }
  const sequence = app.changes.sequence
  const { match, origin } = routed
  if (match === undefined)
    throw problem('route/not-found', { detail: 'The path names no project and no image.' })
  const asked = { ...question, signal: departure(response) }
  const base = baseOf(app.clients.origin(request), target, match)
  const reply = await deliver(asked, { ...match, base, origin }, app, timings)
  app.hits.add(key, bucket(), reply, sequence)
  return applyRange(reply, question)
}

/** Key of a target in the memory cache. No target holds a space, so no host's key is another one's target. */
export function hitKey(host: string, target: string): string {
  return host === '' ? target : `${host} ${target}`
}

/** Raw path of a target in origin form. */
export function pathOf(target: string): string {
  const question = target.indexOf('?')
  return question === -1 ? target : target.slice(0, question)
}

/** Everything before the dialect's path, as the client wrote it. */
function baseOf(origin: string, target: string, { rest }: DialectMatch): string {
  const path = pathOf(target)
  return origin + path.slice(0, path.length - rest.length).replace(/\/$/, '')
}

/** A reply that cannot be written (a file vanished this moment) is not worth a second try: the connection is closed. */
async function sendOrBreak(
  response: ServerResponse,
  reply: Reply,
  method: string,
  app: DeliveryContext,
): Promise<void> {
  try {
    await send(response, reply, method)
  } catch (error) {
    if (response.destroyed) return
    app.log.error({ event: 'delivery.not_sent', ...errorFields(error) })
    response.destroy()
  }
}

/** Fires when the client goes away before its answer is complete. */
function departure(response: ServerResponse): AbortSignal {
  const gone = new AbortController()
  response.once('close', () => {
    if (!response.writableFinished) gone.abort()
  })
  return gone.signal
}

/** The 304 of an answer that is held in memory. */
function withoutBody(reply: Reply): Reply {
  const {
    'Content-Type': _type,
    'Accept-Ranges': _ranges,
    'Content-Disposition': _name,
    ...headers
  } = reply.headers
  return { status: 304, headers, cache: 'memory' }
}

/** Everything that is no Problem is a mistake of ours: opaque to the client, with its cause to the operator. */
function toProblem(error: unknown, app: DeliveryContext, requestId: string): Problem {
  if (error instanceof Problem && error.code !== 'internal/unexpected') return error
  app.metrics.errors.add()
  app.log.error({ event: 'delivery.unexpected', requestId, ...errorFields(error) })
  return problem('internal/unexpected', {
    detail: `Something went wrong here; the log has it under ${requestId}.`,
  })
}
