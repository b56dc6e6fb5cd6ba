/**
 * What a project's state forbids. A project is in the stricter one of its own state and its team's.
 *
 * `past_due`: no new images, everything is served. `suspended`: nothing, by the operator or after long non-payment.
 * `frozen`: kept, neither read, rendered nor served (restriction of processing). `closed`: as if it were gone, until it
 * is deleted or opened again. The state is part of the project in memory, so asking costs nothing.
 */
import { type Problem, problem } from '@fovea/core'

/** As they are stored, each stricter than those before. */
export const lastingStates = ['active', 'past_due', 'suspended', 'frozen'] as const
export type LastingState = (typeof lastingStates)[number]
/** Closed is whatever has a date to be deleted. */
export type ProjectState = LastingState | 'closed'

/** What the row of a project or of a team says. */
export interface StateColumns {
  readonly state: string
  readonly state_reason: string | null
  readonly delete_after: number | null
}

export interface Standing {
  readonly state: ProjectState
  /** The operator's words, for people. */
  readonly stateReason: string | null
  /** When it is deleted, Unix milliseconds. */
  readonly goneAt: number | null
}

/** What a project in memory says of it. */
type Reasoned = Pick<Standing, 'state' | 'stateReason'>

/** How a project stands by its own row and its team's, or a team by its row alone. */
export function standingOf(...rows: readonly StateColumns[]): Standing {
  const dates = rows.map((row) => row.delete_after).filter((date) => date !== null)
  if (dates.length > 0) return { state: 'closed', stateReason: null, goneAt: Math.min(...dates) }
  const strictest = rows.reduce((a, b) => (strictness(b) > strictness(a) ? b : a))
  return { state: lasting(strictest), stateReason: strictest.state_reason, goneAt: null }
}

function strictness(row: StateColumns): number {
  return lastingStates.indexOf(lasting(row))
}

function lasting({ state }: StateColumns): LastingState {
  const known = lastingStates.find((each) => each === state)
  if (known === undefined) throw new TypeError(`The database has the state "${state}"`)
  return known
}

/** @throws Problem `project/suspended`, `project/frozen`, `project/not-found` when the project may not be used */
export function mustBeUsable(project: Reasoned): void {
  const refusal = refusalOf(project)
  if (refusal !== undefined) throw refusal
}

/** @throws Problem `project/past-due` when it takes no new images */
export function mustTakeUploads(project: Reasoned): void {
  mustBeUsable(project)
  if (project.state !== 'past_due') return
  throw problem('project/past-due', {
    detail: withReason('An invoice is not paid: no new images until it is', project),
  })
}

/** Why the project may not be used; `undefined` when it may. */
export function refusalOf(project: Reasoned): Problem | undefined {
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

function withReason(what: string, { stateReason }: Reasoned): string {
  return stateReason === null ? `${what}.` : `${what}: ${stateReason}`
}
