/** An export of a project. Times in Unix milliseconds. */
import type { JobId } from '../jobs/index.ts'
import type { ProjectId } from '../projects/index.ts'

/** It has the id of the job that makes it. */
export type ExportId = JobId

export interface Export {
  readonly id: ExportId
  readonly projectId: ProjectId
  /** Who is told when it is ready; null when a key asked for it, or the person is gone. */
  readonly userId: string | null
  readonly state: 'running' | 'done' | 'failed'
  /** How many it will have; 0 until it has begun. */
  readonly files: number
  readonly filesDone: number
  /** Of the archive, bytes; null until it is done. */
  readonly size: number | null
  readonly expiresAt: number
  readonly createdAt: number
}

export function exportOf(row: {
  readonly id: string
  readonly project_id: string
  readonly user_id: string | null
  readonly state: string
  readonly files: number
  readonly files_done: number
  readonly size: number | null
  readonly expires_at: number
  readonly created_at: number
}): Export {
  return {
    id: row.id as ExportId,
    projectId: row.project_id as ProjectId,
    userId: row.user_id,
    state: row.state as Export['state'],
    files: row.files,
    filesDone: row.files_done,
    size: row.size,
    expiresAt: row.expires_at,
    createdAt: row.created_at,
  }
}
