/** Programs that show a token of an issuer the operator trusts, in the place of an API key. */
import { problem } from '@fovea/core'
import { planOf } from '../../projects/index.ts'
import type { ApiContext, Caller } from './dependencies.ts'

/** A program, and the name under which its requests are counted. */
export interface Program {
  readonly caller: Caller
  readonly countedAs: string
}

/** Whether a Bearer token has the form of a JWT: an API key has no dots. */
export function isJwt(token: string): boolean {
  return token.includes('.')
}

/** @throws Problem `auth/invalid`, `auth/keys-unavailable` */
export async function programByToken(
  token: string,
  { tokens, projects, plans }: Pick<ApiContext, 'tokens' | 'projects' | 'plans'>,
): Promise<Program> {
  if (tokens === undefined) {
    throw problem('auth/invalid', { detail: 'This server takes API keys, and no tokens of anybody else.' })
  }
  const { subject, projectSlug, scopes, expiresAt } = await tokens.verify(token)
  const project = await projects.resolve(projectSlug)
  if (project === undefined || project.state === 'closed') {
    throw problem('auth/invalid', { detail: 'The project of this token is not here.' })
  }
  const { plan } = await projects.account(project.id)
  const actor = { kind: 'token', subject, expiresAt } as const
  const caller = { project, plan: planOf(plans, plan), scopes, actor }
  return { caller, countedAs: `token ${subject} ${project.id}` }
}
