/**
 * The hook every request passes: who is it, how fast, and may it do this. Runs before a body is read.
 *
 * A program shows an API key, which belongs to one project, or a token that names one. A person shows the session cookie, and names a project by
 * header. Order matters: strangers are counted by address before anything is looked up, a caller is counted before
 * scopes are judged, and the rate headers are on every answer, refusals included.
 */
import { type Problem, problem } from '@fovea/core'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { isFromOurPages, type SignedIn } from '../../accounts/index.ts'
import { isAtLeast, mustBeUsable, planOf, scopesOf } from '../../projects/index.ts'
import { isJwt, type Program, programByToken } from './admit-token.ts'
import type { ApiContext, Caller } from './dependencies.ts'
import type { RateState } from './rate-limit.ts'

/** Per address and minute, for requests without a valid key or session. */
const strangersPerMinute = 6_000
/** Per person and minute, for what is about no project. */
const personalPerMinute = 1_200

/** Where a person says which project is meant, by its slug. */
const projectHeader = 'x-fovea-project'

/**
 * @throws Problem `auth/missing`, `auth/invalid`, `auth/keys-unavailable`, `auth/forbidden`, `auth/cross-site`,
 * `rate/limited`
 */
export async function admit(
  request: FastifyRequest,
  reply: FastifyReply,
  context: ApiContext,
): Promise<void> {
  const { isPublic } = request.routeOptions.config
  if (isPublic === true) {
    countStranger(request, reply, context)
    return
  }
  const token = bearerToken(request.headers.authorization) ?? keyInHeader(request)
  if (token !== undefined) await admitProgram(token, request, reply, context)
  else await admitPerson(request, reply, context)
}

/** Counts a request that is refused before any hook runs, so that its answer has the rate headers too. */
export function countStranger(request: FastifyRequest, reply: FastifyReply, context: ApiContext): RateState {
  return count(reply, context, `address ${request.ip}`, strangersPerMinute)
}

/** The caller of a project's route. */
export function callerOf(request: FastifyRequest): Caller {
  if (request.caller === null) throw new TypeError(`${request.routeOptions.url} has no caller`)
  return request.caller
}

/** The person of a personal route. */
export function personOf(request: FastifyRequest): SignedIn {
  if (request.person === null) throw new TypeError(`${request.routeOptions.url} has no person`)
  return request.person
}

/**
 * The person who operates the installation: whom its first start made.
 * @throws Problem `auth/forbidden` for everybody else
 */
export function operatorOf(request: FastifyRequest): SignedIn {
  const person = personOf(request)
  if (person.isOperator) return person
  throw problem('auth/forbidden', { detail: 'This is for the operator of the installation.' })
}

async function admitProgram(
  token: string,
  request: FastifyRequest,
  reply: FastifyReply,
  context: ApiContext,
): Promise<void> {
  const identify = () => (isJwt(token) ? programByToken(token, context) : programByKey(token, context))
  const { caller, countedAs } = await knownOrCounted(request, reply, context, identify)
  refuseTooMany(count(reply, context, countedAs, caller.plan.requestsPerMinute))
  if (request.routeOptions.config.isPersonal === true) {
    throw problem('auth/forbidden', { detail: 'This is for people who are signed in, not for API keys.' })
  }
  enter(request, context, caller)
}

async function programByKey(token: string, context: ApiContext): Promise<Program> {
  const { key, projectSlug, plan } = await context.apiKeys.authenticate(token)
  const project = await context.projects.resolve(projectSlug)
  if (project === undefined || project.state === 'closed')
    throw problem('auth/invalid', { detail: 'The project of this API key is gone.' })
  const actor = { kind: 'key', key } as const
  const caller = { project, plan: planOf(context.plans, plan), scopes: key.scopes, actor }
  return { caller, countedAs: key.id }
}

async function admitPerson(request: FastifyRequest, reply: FastifyReply, context: ApiContext): Promise<void> {
  const person = await context.accounts.signedIn(request.headers.cookie)
  if (person === undefined) {
    refuseTooMany(countStranger(request, reply, context))
    // Addresses that do not exist answer 404 to anyone.
    if (request.is404) return
    throw problem('auth/missing', {
      detail: 'Send an API key, "Authorization: Bearer fov_…", or sign in.',
    })
  }
  const { isPersonal } = request.routeOptions.config
  if (isPersonal === true || request.is404) {
    refuseTooMany(count(reply, context, `person ${person.userId}`, personalPerMinute))
    refuseOtherSites(request, context)
    request.person = person
    return
  }
  const caller = await knownOrCounted(request, reply, context, () => callerOfPerson(person, request, context))
  refuseTooMany(count(reply, context, `${person.userId} ${caller.project.id}`, caller.plan.requestsPerMinute))
  refuseOtherSites(request, context)
  request.person = person
  enter(request, context, caller)
}

async function callerOfPerson(
  person: SignedIn,
  request: FastifyRequest,
  context: ApiContext,
): Promise<Caller> {
  const slug = request.headers[projectHeader]
  if (typeof slug !== 'string') {
    throw problem('request/invalid-parameter', {
      detail: 'Name the project in the header "X-Fovea-Project", by its slug.',
      members: { parameter: 'X-Fovea-Project' },
    })
  }
  const access = await context.projects.forPerson(person.userId, slug)
  if (access === undefined) {
    throw problem('project/not-found', { detail: 'You have no project of that slug.' })
  }
  const { project, role, plan } = access
  const actor = { kind: 'person', person, role } as const
  return { project, plan: planOf(context.plans, plan), scopes: scopesOf(role), actor }
}

/** A wrong key or a guessed project counts as a stranger's try. */
async function knownOrCounted<Known>(
  request: FastifyRequest,
  reply: FastifyReply,
  context: ApiContext,
  identify: () => Promise<Known>,
): Promise<Known> {
  try {
    return await identify()
  } catch (error) {
    refuseTooMany(countStranger(request, reply, context))
    throw error
  }
}

/** Lets a caller in when the route's scope and role allow it. */
function enter(request: FastifyRequest, context: ApiContext, caller: Caller): void {
  mustBeUsable(caller.project)
  context.usage.add(caller.project.id, { apiRequests: 1 })
  request.caller = caller
  const { scope, role } = request.routeOptions.config
  const { actor, scopes } = caller
  if (scope !== undefined && !scopes.includes(scope)) throw lacking(actor, scope, scopes)
  if (role !== undefined && actor.kind === 'person' && !isAtLeast(actor.role, role)) {
    throw problem('auth/forbidden', {
      detail: `This needs the role "${role}" in the project's team; yours is "${actor.role}".`,
      members: { role },
    })
  }
}

function lacking(actor: Caller['actor'], scope: string, scopes: readonly string[]): Problem {
  const detail = {
    key: `This needs an API key with the scope "${scope}"; this one has "${scopes.join('", "')}".`,
    token: `This needs a token with "fovea:${scope}" in its "scope".`,
    person: `This needs a role that may "${scope}"; yours may not.`,
  }[actor.kind]
  return problem('auth/forbidden', { detail, members: { scope } })
}

/** A browser sends the session cookie by itself; whatever changes something must come from our own pages. */
function refuseOtherSites(request: FastifyRequest, { publicUrl }: ApiContext): void {
  if (['GET', 'HEAD', 'OPTIONS'].includes(request.method)) return
  if (isFromOurPages(request.headers, publicUrl)) return
  throw problem('auth/cross-site', {
    detail: 'With a session, a change must carry an "Origin" header that names this server.',
  })
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

function keyInHeader({ headers, routeOptions }: FastifyRequest): string | undefined {
  const { keyHeader } = routeOptions.config
  const value = keyHeader === undefined ? undefined : headers[keyHeader]
  return typeof value === 'string' ? value : undefined
}

function bearerToken(header: string | undefined): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(header ?? '')?.[1]
}
