/** Which bounds of its plan an upload brought a project to: told once each time that one is crossed. */
import type { Queries } from '../db/index.ts'
import type { ProjectEvent } from '../events/index.ts'
import type { ProjectId } from '../projects/index.ts'
import { storedBytes, uploadsThisMonth } from '../usage/index.ts'
import type { Allowance } from './allowance.ts'

/** Of the allowance. */
const warningShare = 0.8

/** Asked in the upload's own transaction, behind all it writes; reads nothing where the plan has no bounds. */
export async function quotaEvents(
  queries: Queries,
  projectId: ProjectId,
  { maxUploadsPerMonth, maxStorageBytes }: Allowance,
  addedBytes: number,
): Promise<readonly ProjectEvent[]> {
  const told: ProjectEvent[] = []
  if (maxUploadsPerMonth !== null) {
    const used = await uploadsThisMonth(queries, projectId)
    const type = crossed(used - 1, used, maxUploadsPerMonth)
    const data = { resource: 'uploads', used, limit: maxUploadsPerMonth } as const
    if (type !== undefined) told.push({ type, data })
  }
  if (maxStorageBytes !== null) {
    const used = await storedBytes(queries, projectId)
    const type = crossed(used - addedBytes, used, maxStorageBytes)
    const data = { resource: 'storage', used, limit: maxStorageBytes } as const
    if (type !== undefined) told.push({ type, data })
  }
  return told
}

/** The higher of the bounds between `before` and `after`. */
function crossed(
  before: number,
  after: number,
  limit: number,
): 'quota.warning' | 'quota.reached' | undefined {
  const reaches = (bound: number) => before < bound && after >= bound
  if (reaches(limit)) return 'quota.reached'
  return reaches(limit * warningShare) ? 'quota.warning' : undefined
}
