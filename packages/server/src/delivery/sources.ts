/**
 * What a request names, found and allowed: its source, and the pictures that its operations lay over it or cut it to.
 *
 * A picture gives away what it shows, so each passes the same gate as a source: a private one is for holders of a
 * signed URL, and an answer that shows one is private as a whole.
 */
import { type ImageRequest, picturesOf, problem, type SourceRef } from '@fovea/core'
import type { Asset, Visibility } from '../assets/asset.ts'
import type { Project } from '../projects/project.ts'
import { authoriseAsset } from './authorise.ts'
import type { DeliveryContext } from './dependencies.ts'

export interface FoundSources {
  readonly asset: Asset
  /** By the key under which the pipeline names them. */
  readonly pictures: ReadonlyMap<string, Asset>
}

type Finder = Pick<DeliveryContext, 'assets' | 'limits'>

/** @throws Problem `asset/not-found`, `signature/missing`, `origin/unavailable`, `pipeline/too-long` */
export async function findSources(
  wanted: ImageRequest,
  project: Project,
  app: Finder,
): Promise<FoundSources> {
  const asset = await locate(wanted.source, project, app)
  authoriseAsset(wanted, asset)
  const pictures = new Map<string, Asset>()
  for (const [key, ref] of picturesOf(wanted.pipeline, app.limits)) {
    const picture = await locate(ref, project, app)
    authoriseAsset(wanted, picture)
    pictures.set(key, picture)
  }
  return { asset, pictures }
}

/** The strictest of all: what one of them hides, the answer must not show to others. */
export function visibilityOf({ asset, pictures }: FoundSources): Visibility {
  return [asset, ...pictures.values()].some(({ visibility }) => visibility === 'private')
    ? 'private'
    : 'public'
}

/** The one place where a name becomes something with bytes. */
async function locate(ref: SourceRef, project: Project, { assets }: Finder): Promise<Asset> {
  if (ref.kind === 'url') {
    throw problem('origin/unavailable', {
      detail: `This server does not fetch images from the web: "${shown(ref.url)}". Upload it and name its path.`,
    })
  }
  const asset = await assets.findForDelivery(project, ref.path, ref.match)
  if (asset !== undefined) return asset
  throw problem('asset/not-found', { detail: `There is no image "${shown(ref.path)}" in this project.` })
}

/** A stranger's text inside a sentence: short, and without anything a terminal or a log would act on. */
export function shown(text: string): string {
  return text.slice(0, 80).replace(/[^\x20-\x7e\u00a0-\u{10ffff}]|["\\]/gu, '?')
}
