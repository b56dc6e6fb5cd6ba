/** Where every part of the server says what happened. */
import type { Compilable } from 'kysely'
import type { Queries } from '../db/index.ts'
import type { ProjectId } from '../projects/project.ts'
import type { ProjectEvent } from './kinds/index.ts'

export interface EventSink {
  /**
   * Writes down who is to be told, with the caller's transaction: an event is told exactly when its change was made.
   * `once`: an event of this id is told once, however often it is recorded.
   */
  record(
    queries: Queries,
    projectId: ProjectId,
    event: ProjectEvent,
    once?: { readonly id: string },
  ): Promise<void>
  /** A statement that returns a row while nobody is told of anything in the project. */
  unheard(queries: Queries, projectId: ProjectId): Compilable
}
