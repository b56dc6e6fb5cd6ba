/** What of a picture belongs to its subject. There is nothing to fall back to: without a model it is refused. */
import { problem } from '@fovea/core/model'
import type { Matte } from '../pool/protocol.ts'
import type { Pixels } from '../raster/pixels.ts'
import { ask, hasModel } from './runtime.ts'
import { viewOf } from './view.ts'

/** @throws Problem `operation/unavailable` */
export async function subjectMatte(pixels: Pixels): Promise<Matte> {
  const matte = await ask('matte', viewOf(pixels))
  if (matte === undefined) throw unavailable()
  return matte
}

/** Where an operation stands in a request; the first output goes without saying. */
export interface OperationPlace {
  readonly index: number
  readonly output?: number
}

/** @throws Problem `operation/unavailable`, for the operation that wants one, when no model here could find it */
export function mustFindMattes(wish: OperationPlace): void {
  if (!hasModel('matte')) throw unavailable(wish)
}

function unavailable(place?: OperationPlace) {
  return problem('operation/unavailable', {
    detail:
      'removeBackground needs a model that is not on this server. "fovea models prepare" fetches it; a server that is starting may be fetching it now.',
    members: { ...place, operation: 'removeBackground', model: 'matte' },
  })
}
