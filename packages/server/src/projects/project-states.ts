/**
 * What a project's state forbids.
 *
 * `past_due`: no new images, everything is served. `suspended`: nothing, by the operator or after long non-payment.
 * `frozen`: kept, neither read, rendered nor served (restriction of processing). `closed`: as if it were gone, until it
 * is deleted or opened again. The state is part of the project in memory, so asking costs nothing.
 */
import { type Problem, problem } from '@fovea/core'
import type { Project } from './project.ts'

export const projectStates = ['active', 'past_due', 'suspended', 'frozen', 'closed'] as const
export type ProjectState = (typeof projectStates)[number]

/** @throws Problem `project/suspended`, `project/frozen`, `project/not-found` when the project may not be used */
export function mustBeUsable(project: Project): void {
  const refusal = refusalOf(project)
  if (refusal !== undefined) throw refusal
}

/** @throws Problem `project/past-due` when it takes no new images */
export function mustTakeUploads(project: Project): void {
  mustBeUsable(project)
  if (project.state !== 'past_due') return
  throw problem('project/past-due', {
    detail: withReason('An invoice is not paid: no new images until it is', project),
  })
}

function refusalOf(project: Project): Problem | undefined {
  switch (project.state) {
    case 'active':
    case 'past_due':
      return undefined
    case 'suspended':
      return problem('project/suspended', { detail: withReason('The project is suspended', project) })
    case 'frozen':
      return problem('project/frozen', { detail: withReason('The project is frozen', project) })
    case 'closed':
      return problem('project/not-found', { detail: 'There is no such project.' })
  }
}

function withReason(what: string, { stateReason }: Project): string {
  return stateReason === null ? `${what}.` : `${what}: ${stateReason}`
}
