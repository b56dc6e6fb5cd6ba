/**
 * Deletes the closed projects whose time is over.
 *
 * What was made or fetched for a project goes before its rows: after a kill in between the rows still lead here. Files
 * of originals go last, because a row must never lead to nothing; those left behind are swept as files without a row.
 */
import type { App } from '../app.ts'
import { forgetDeleted } from '../db/index.ts'

type Keepers = Pick<App, 'database' | 'projects' | 'sources' | 'blobs' | 'log'> & {
  readonly delivery: Pick<App['delivery'], 'removeProject'>
}

export async function deleteDueProjects(
  { database, projects, delivery, sources, blobs, log }: Keepers,
  signal: AbortSignal,
  now = Date.now(),
): Promise<void> {
  const due = await projects.due(now)
  for (const project of due) {
    await delivery.removeProject(project.id)
    await sources.removeProject(project.id)
    await projects.remove(project, signal)
    const originals = await blobs.removeProject(project.id, signal)
    log.info({ event: 'project.deleted', project: project.slug, originals })
  }
  if (due.length > 0) await forgetDeleted(database)
}
