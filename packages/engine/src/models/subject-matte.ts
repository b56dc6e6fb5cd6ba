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

/** @throws Problem `operation/unavailable` when no model here could find one */
export function mustFindMattes(): void {
  if (!hasModel('matte')) throw unavailable()
}

function unavailable() {
  return problem('operation/unavailable', {
    detail:
      'removeBackground needs a model that is not on this server. "fovea models prepare" fetches it; a server that is starting may be fetching it now.',
    members: { operation: 'removeBackground', model: 'matte' },
  })
}
