/**
 * The hook every request passes: who is it, how fast, and may it do this. Runs before a body is read.
 *
 * Order matters: strangers are counted by address before a key is looked up, a key is counted before its scopes are
 * judged, and the rate headers are on every answer, refusals included.
 */
import { problem } from '@fovea/core'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { planOf } from '../../projects/index.ts'
import type { ApiContext, Caller } from './dependencies.ts'
import type { RateState } from './rate-limit.ts'

/** Per address and minute, for requests without a valid key. */
const strangersPerMinute = 6_000

/** @throws Problem `auth/missing`, `auth/invalid`, `auth/forbidden`, `rate/limited` */
export async function admit(
  request: FastifyRequest,
  reply: FastifyReply,
  context: ApiContext,
): Promise<void> {
  const { isPublic, scope } = request.routeOptions.config
  const token = bearerToken(request.headers.authorization)
  if (isPublic === true || token === undefined) {
    const state = count(reply, context, `address ${request.ip}`, strangersPerMinute)
    if (isPublic === true) return
    refuseTooMany(state)
    // Addresses that do not exist answer 404 to anyone.
    if (request.is404) return
    throw problem('auth/missing', { detail: 'Send an API key: "Authorization: Bearer fov_…".' })
  }
  const caller = await identify(token, request, reply, context)
  refuseTooMany(count(reply, context, caller.key.id, caller.plan.requestsPerMinute))
  context.usage.add(caller.project.id, { apiRequests: 1 })
  request.caller = caller
  if (scope !== undefined && !caller.key.scopes.includes(scope)) {
    throw problem('auth/forbidden', {
      detail: `This needs an API key with the scope "${scope}"; this one has "${caller.key.scopes.join('", "')}".`,
      members: { scope },
    })
  }
}

/** Counts a request that is refused before any hook runs, so that its answer has the rate headers too. */
export function countStranger(request: FastifyRequest, reply: FastifyReply, context: ApiContext): void {
  count(reply, context, `address ${request.ip}`, strangersPerMinute)
}

/** The caller of a route that is not public. */
export function callerOf(request: FastifyRequest): Caller {
  if (request.caller === null) throw new TypeError(`${request.routeOptions.url} has no caller`)
  return request.caller
}

async function identify(
  token: string,
  request: FastifyRequest,
  reply: FastifyReply,
  context: ApiContext,
): Promise<Caller> {
  try {
    const { key, projectSlug, plan } = await context.apiKeys.authenticate(token)
    const project = await context.projects.resolve(projectSlug)
    if (project === undefined)
      throw problem('project/not-found', { detail: 'The project of this API key is gone.' })
    return { key, project, plan: planOf(context.plans, plan) }
  } catch (error) {
    refuseTooMany(count(reply, context, `address ${request.ip}`, strangersPerMinute))
    throw error
  }
}

function count(reply: FastifyReply, { rates }: ApiContext, who: string, limit: number): RateState {
  const state = rates.take(who, limit)
  reply.headers({
    'x-ratelimit-limit': state.limit,
    'x-ratelimit-remaining': state.remaining,
    'x-ratelimit-reset': state.resetAt,
  })
  return state
}

function refuseTooMany({ isAllowed, limit, secondsLeft }: RateState): void {
  if (isAllowed) return
  throw problem('rate/limited', {
    detail: `At most ${limit} requests a minute are allowed.`,
    retryAfterSeconds: secondsLeft,
    members: { limit },
  })
}

function bearerToken(header: string | undefined): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(header ?? '')?.[1]
}
