/**
 * Makes sources be looked at again: an upload's variants are made anew, an origin is asked whether its file has changed.
 *
 * Files of an origin are not listed anywhere, so a prefix forgets everything of each origin that it reaches into.
 */
import type { SourceRef } from '@fovea/core'
import type { AssetService } from '../assets/index.ts'
import type { Changes } from '../changes.ts'
import type { ConfiguredOrigin, OriginService, Sources } from '../origins/index.ts'
import type { Project, ProjectService } from '../projects/index.ts'
import { addressPlaces, placeIn } from './origin-place.ts'

export interface ForgetfulServices {
  readonly assets: Pick<AssetService, 'purge'>
  readonly origins: Pick<OriginService, 'list' | 'update'>
  readonly sources: Pick<Sources, 'purge'>
  readonly projects: Pick<ProjectService, 'purge'>
  readonly changes: Changes
}

export async function forgetSource(
  source: SourceRef,
  project: Project,
  app: ForgetfulServices,
): Promise<void> {
  const origins = await app.origins.list(project.id)
  const remote = placeIn(source, origins)
  const web = addressPlaces(source, origins)
  const places = [
    ...(remote === undefined ? [] : [remote]),
    ...(web?.places.map((place) => ({ origin: web.origin, place })) ?? []),
  ]
  for (const { origin, place } of places) await app.sources.purge(project.id, origin, place)
  if (source.kind === 'asset' && source.origin === undefined)
    await app.assets.purge(project, { path: source.path, isPrefix: false })
  app.changes.announce({ kind: 'project', projectId: project.id, slug: project.slug })
}

/** `source` is what names begin with. */
export async function forgetPrefix(
  source: SourceRef,
  project: Project,
  app: ForgetfulServices,
): Promise<void> {
  if (source.kind === 'asset' && source.origin === undefined) {
    if (source.path === '') {
      await app.projects.purge(project)
    } else await app.assets.purge(project, { path: source.path, isPrefix: true })
  }
  for (const origin of await app.origins.list(project.id)) {
    if (reaches(source, origin)) await app.origins.update(project, origin.name, {})
  }
}

function reaches(source: SourceRef, { kind, name, prefix }: ConfiguredOrigin): boolean {
  if (source.kind === 'url') return kind === 'proxy'
  if (source.origin !== undefined) return name === source.origin
  if (kind === 'proxy') return source.address !== undefined || source.path === ''
  return prefix.startsWith(source.path) || source.path.startsWith(prefix)
}
