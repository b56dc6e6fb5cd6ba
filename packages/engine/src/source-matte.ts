/**
 * What of a source belongs to its subject: looked for once on the whole picture, upright, however many outputs and
 * places in their pipelines ask. Who keeps it (the server does) hands it in again with the next run.
 */
import {
  type Placement,
  placeFlipped,
  placeFlopped,
  placeTurned,
  type Step,
  wholePlacement,
} from '@fovea/core/model'
import type { SourceImage } from './image.ts'
import { canFindMattes, mustFindMattes, type OperationPlace, subjectMatte } from './models/subject-matte.ts'
import type { Matte } from './pool/protocol.ts'
import { preview } from './sightings.ts'

export interface SourceMatte {
  /** `undefined` when it is not known and there is no model that could find it. */
  of(image: SourceImage, leading: readonly Step[]): Promise<Matte | undefined>
  /** What had to be looked for; known when all outputs are made. */
  readonly found: Matte | undefined
}

/**
 * @param known from an earlier run
 * @param need the first operation that cannot do without
 * @throws Problem `operation/unavailable` when it is needed, must be looked for and there is no model that can
 */
export function sourceMatte(known: Matte | undefined, need: OperationPlace | undefined): SourceMatte {
  if (known === undefined && need !== undefined) mustFindMattes(need)
  let looking: Promise<Matte | undefined> | undefined
  let found: Matte | undefined
  return {
    async of(image, leading) {
      if (known !== undefined) return known
      if (!canFindMattes()) return undefined
      looking ??= preview(image, leading).then(subjectMatte)
      found = await looking
      return found
    },
    get found() {
      return found
    },
  }
}

/** Where a picture lies in itself upright, before the steps that bring it there: mirrors and turns. */
export function placementBefore(leading: readonly Step[]): Placement {
  return leading.reduceRight((placement, step) => {
    if (step.step === 'flip') return placeFlipped(placement)
    if (step.step === 'flop') return placeFlopped(placement)
    return step.step === 'turn' ? placeTurned(placement, (4 - step.quarters) as 1 | 2 | 3) : placement
  }, wholePlacement)
}
