/**
 * The quota seam: every new transform asks here before pixels are touched.
 *
 * A driver decides whether the plan allows it; the caller says afterwards whether it happened. Billing counts distinct
 * `TransformId`s per project and month, so a driver must count the same id once.
 */
import type { TransformId } from '@fovea/core'
import type { ProjectId } from '../projects/index.ts'

/** A reserved transform: counted when committed, given back when released. Both may be called once. */
export interface Reservation {
  commit(): Promise<void>
  release(): Promise<void>
}

export interface UsageLedger {
  /** @throws Problem `quota/exceeded` when the plan does not allow another one */
  reserve(projectId: ProjectId, transformId: TransformId): Promise<Reservation>
}
