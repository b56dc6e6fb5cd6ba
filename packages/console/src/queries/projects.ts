/** What a page asks a project for. One session for each, because it remembers what signs addresses. */
import { Facts } from '@fovea/client/facts'
import { Library } from '@fovea/client/library'
import type { ProjectSession } from '@fovea/client/session'
import { session } from './session.ts'

export interface OpenProject {
  readonly slug: string
  readonly session: ProjectSession
  readonly library: Library
  readonly facts: Facts
}

const opened = new Map<string, OpenProject>()

export function openProject(slug: string): OpenProject {
  const known = opened.get(slug)
  if (known !== undefined) return known
  const own = session.project(slug)
  const project = { slug, session: own, library: new Library(own), facts: new Facts(own) }
  opened.set(slug, project)
  return project
}
