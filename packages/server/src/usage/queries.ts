/** Statements about what a project has used. */
import { sql } from 'kysely'
import type { Database, Queries } from '../db/index.ts'
import type { ProjectId } from '../projects/index.ts'
import { type Period, periodOf } from './period.ts'

export interface UsageReport {
  readonly period: Period
  readonly images: number
  readonly storageBytes: number
  readonly totalUploads: number
  readonly uploads: number
  readonly bandwidthBytes: number
  readonly apiRequests: number
  readonly transformations: number
}

/** Everything that GET /usage tells, read from the rows. */
export async function reportUsage({ queries }: Database, projectId: ProjectId): Promise<UsageReport> {
  const period = periodOf(Date.now())
  const [listed, stored, uploads, current, transforms] = await Promise.all([
    queries
      .selectFrom('folders')
      .select('images')
      .where('project_id', '=', projectId)
      .where('path', '=', '')
      .executeTakeFirst(),
    storedBytes(queries, projectId),
    queries
      .selectFrom('usage_periods')
      .select(sql<number>`coalesce(sum(uploads), 0)`.as('total'))
      .where('project_id', '=', projectId)
      .executeTakeFirstOrThrow(),
    queries
      .selectFrom('usage_periods')
      .selectAll()
      .where('project_id', '=', projectId)
      .where('period', '=', period.name)
      .executeTakeFirst(),
    queries
      .selectFrom('transforms')
      .select((of) => of.fn.countAll<number>().as('count'))
      .where('project_id', '=', projectId)
      .where('period', '=', period.name)
      .executeTakeFirstOrThrow(),
  ])
  return {
    period,
    images: listed?.images ?? 0,
    storageBytes: stored,
    totalUploads: uploads.total,
    uploads: current?.uploads ?? 0,
    bandwidthBytes: current?.bandwidth_bytes ?? 0,
    apiRequests: current?.api_requests ?? 0,
    transformations: transforms.count,
  }
}

/** Bytes of all blobs: old versions and the trash are stored, too. */
export async function storedBytes(queries: Queries, projectId: ProjectId): Promise<number> {
  const { bytes } = await queries
    .selectFrom('blobs')
    .select(sql<number>`coalesce(sum(size), 0)`.as('bytes'))
    .where('project_id', '=', projectId)
    .executeTakeFirstOrThrow()
  return bytes
}

export async function uploadsThisMonth(queries: Queries, projectId: ProjectId): Promise<number> {
  const current = await queries
    .selectFrom('usage_periods')
    .select('uploads')
    .where('project_id', '=', projectId)
    .where('period', '=', periodOf(Date.now()).name)
    .executeTakeFirst()
  return current?.uploads ?? 0
}

/** The statement that counts one upload. Run inside the upload's own transaction: the count is as durable as the image. */
export function countUpload(queries: Queries, projectId: ProjectId) {
  return queries
    .insertInto('usage_periods')
    .values({ project_id: projectId, period: periodOf(Date.now()).name, uploads: 1 })
    .onConflict((conflict) =>
      conflict.columns(['project_id', 'period']).doUpdateSet({ uploads: sql`usage_periods.uploads + 1` }),
    )
}
