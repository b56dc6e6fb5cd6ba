/** What a plan lets a project store: asked before bytes are taken, and again in the transaction that keeps them. */
import { problem } from '@fovea/core'
import type { Queries } from '../db/index.ts'
import type { Plan, ProjectId } from '../projects/index.ts'
import { storedBytes, uploadsThisMonth } from '../usage/index.ts'

/** What of a plan bounds uploads; `null` = no bound. */
export type Allowance = Pick<Plan, 'maxUploadsPerMonth' | 'maxStorageBytes'>

/** An allowance is soft: nothing is refused before a tenth more, rounded up. */
const tolerance = 1.1

/**
 * Reads nothing where the plan has no bounds.
 * @throws Problem `quota/exceeded` when one more upload, of so many bytes that are not stored yet, would pass a bound
 */
export async function checkAllowance(
  queries: Queries,
  projectId: ProjectId,
  { maxUploadsPerMonth, maxStorageBytes }: Allowance,
  addedBytes: number,
): Promise<void> {
  if (maxUploadsPerMonth !== null) {
    const used = await uploadsThisMonth(queries, projectId)
    if (used + 1 > Math.ceil(maxUploadsPerMonth * tolerance))
      throw exceeded(`${maxUploadsPerMonth} uploads a month`, { limit: maxUploadsPerMonth, used })
  }
  if (maxStorageBytes !== null) {
    const used = await storedBytes(queries, projectId)
    if (used + addedBytes > Math.ceil(maxStorageBytes * tolerance))
      throw exceeded(`${maxStorageBytes} bytes`, { limitBytes: maxStorageBytes, usedBytes: used })
  }
}

function exceeded(what: string, members: Readonly<Record<string, number>>) {
  return problem('quota/exceeded', { detail: `The plan of this project allows ${what}.`, members })
}
