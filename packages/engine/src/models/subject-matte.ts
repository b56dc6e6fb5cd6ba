/** What of a picture belongs to its subject, and the refusal of those who need to know it and have no model. */
import { type Problem, problem } from '@fovea/core/model'
import type { Matte } from '../pool/protocol.ts'
import type { Pixels } from '../raster/pixels.ts'
import { ask, hasModel } from './runtime.ts'
import { viewOf } from './view.ts'

/** `undefined` without a model. */
export function subjectMatte(pixels: Pixels): Promise<Matte | undefined> {
  return ask('matte', viewOf(pixels))
}

/** Whether there is a model that could find one. */
export function canFindMattes(): boolean {
  return hasModel('matte')
}

/** Where an operation stands in a request; the first output goes without saying. */
export interface OperationPlace {
  readonly index: number
  readonly output?: number
}

/** @throws Problem `operation/unavailable`, for the operation that wants one, when no model here could find it */
export function mustFindMattes(wish: OperationPlace): void {
  if (!hasModel('matte')) throw noMatte(wish)
}

export function noMatte(place?: OperationPlace): Problem {
  return problem('operation/unavailable', {
    detail:
      'removeBackground needs a model that is not on this server. "fovea models prepare" fetches it; a server that is starting may be fetching it now.',
    members: { ...place, operation: 'removeBackground', model: 'matte' },
  })
}
