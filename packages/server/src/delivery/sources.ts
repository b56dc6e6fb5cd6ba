/**
 * What a request names, found and allowed: its source, the pictures that its operations lay over it or cut it to, and
 * the project's watermark.
 *
 * A picture gives away what it shows, so each passes the same gate as a source: a private one is for holders of a
 * signed URL, and an answer that shows one is private as a whole.
 */
import {
  type AssetRef,
  type ImageRequest,
  Problem,
  pictureKey,
  picturesOf,
  problem,
  type SourceRef,
} from '@fovea/core'
import type { AccessLink } from '../access-links/access-link.ts'
import type { Asset, AssetId, Visibility } from '../assets/asset.ts'
import type { ConfiguredOrigin, OriginPlace, RemoteSource } from '../origins/index.ts'
import type { Project } from '../projects/project.ts'
import type { HeldFile } from '../storage/index.ts'
import { authoriseAsset, authorisePicture } from './authorise.ts'
import type { DeliveryContext } from './dependencies.ts'
import { addressPlaces, placeIn } from './origin-place.ts'
import { findWatermark } from './watermark.ts'

/** An upload, or a picture of an origin, as delivery uses both. */
export interface FoundSource
  extends Pick<Asset, 'id' | 'projectId' | 'path' | 'hash' | 'generation' | 'visibility' | 'facts'>,
    Partial<Pick<Asset, 'focalPoint'>> {
  /** Unix seconds until which its origin need not be asked again; absent for uploads, which cannot change unnoticed. */
  readonly freshUntil?: number
  /** It stands in for one that the origin does not have: why. */
  readonly fallbackFor?: Problem
  /** The bytes as a file, held until it is released. */
  file(): Promise<HeldFile>
}

export interface FoundSources {
  readonly asset: FoundSource
  /** By the key under which the pipeline names them. */
  readonly pictures: ReadonlyMap<string, FoundSource>
}

export type Finder = Pick<DeliveryContext, 'assets' | 'blobs' | 'limits' | 'origins' | 'sources'>

interface Way {
  /** Name of the origin that bare paths of the request's host come from. */
  readonly hostOrigin?: string | null
  /** What opened the request: then only the upload it was made for is found. */
  readonly link?: AccessLink | undefined
}

/**
 * @throws Problem `asset/not-found`, `signature/missing`, `origin/…`, `pipeline/too-long`, `watermark/missing`
 */
export async function findSources(
  wanted: ImageRequest,
  project: Project,
  app: Finder,
  { hostOrigin = null, link }: Way = {},
): Promise<FoundSources> {
  const { source } = wanted
  const named =
    source.kind === 'asset' && source.origin === undefined && hostOrigin !== null
      ? { ...source, origin: hostOrigin }
      : source
  if (source.kind === 'asset' && source.origin !== undefined) await checkOrigin(source, project, app)
  const asset =
    link === undefined ? await locate(named, project, app) : await linked(source, link, project, app)
  if (link === undefined) authoriseAsset(wanted, asset)
  const pictures = new Map<string, FoundSource>()
  for (const [key, ref] of picturesOf(wanted.pipeline, app.limits)) {
    const picture = await locate(ref, project, app)
    authorisePicture(wanted, picture)
    pictures.set(key, picture)
  }
  const mark = await findWatermark(wanted, project, app)
  // One that the request names itself keeps its own visibility.
  const markKey = mark === undefined ? '' : pictureKey(mark.picture)
  if (mark !== undefined && !pictures.has(markKey))
    pictures.set(markKey, { ...uploaded(mark.asset, app), visibility: 'public' })
  return { asset, pictures }
}

/** A link opens its own image and says of no other whether it exists. */
async function linked(
  ref: SourceRef,
  { hash }: AccessLink,
  project: Project,
  app: Finder,
): Promise<FoundSource> {
  const asset = ref.kind === 'asset' ? await app.assets.findLinked(project, ref.path, hash) : undefined
  if (asset === undefined) throw notFound(ref, [])
  return uploaded(asset, app)
}

/** An upload of the same path is no stand-in for a picture of an origin that the request names and nobody has set up. */
async function checkOrigin(source: AssetRef, project: Project, app: Finder): Promise<void> {
  const origins = await app.origins.list(project.id)
  if (!origins.some(({ name, kind }) => name === source.origin && kind !== 'proxy'))
    throw notFound(source, origins)
}

/** The strictest of all: what one of them hides, the answer must not show to others. */
export function visibilityOf({ asset, pictures }: FoundSources): Visibility {
  return [asset, ...pictures.values()].some(({ visibility }) => visibility === 'private')
    ? 'private'
    : 'public'
}

/**
 * Unix seconds until which the answer is known to be what it is; `undefined` when nothing in it can change unnoticed.
 * A URL that names a version is not concerned by changes at an origin, but by a stand-in that was sent instead.
 */
export function freshUntilOf(
  { delivery }: ImageRequest,
  { asset, pictures }: FoundSources,
): number | undefined {
  const all = [asset, ...pictures.values()]
  if (delivery.immutable && all.every(({ fallbackFor: reason }) => reason === undefined)) return undefined
  const times = all.map(({ freshUntil = Number.POSITIVE_INFINITY }) => freshUntil)
  const first = Math.min(...times)
  return first === Number.POSITIVE_INFINITY ? undefined : first
}

/**
 * The one place where a name becomes something with bytes. Says nothing about who may see it.
 * @throws Problem `asset/not-found`, `origin/…`
 */
export async function locate(ref: SourceRef, project: Project, app: Finder): Promise<FoundSource> {
  const origins = await app.origins.list(project.id)
  const web = addressPlaces(ref, origins)
  // A dialect names no origin beside an address: this one is the host's, for what lies nowhere else.
  if (web !== undefined && ref.kind === 'asset' && ref.origin !== undefined)
    return fetched(web.origin, web.places, project, app)
  const remote = placeIn(ref, origins)
  if (remote?.isSure === true) return fetched(remote.origin, [remote.place], project, app)
  if (ref.kind === 'asset') {
    const asset = await app.assets.findForDelivery(project, ref.path, ref.match)
    if (asset !== undefined) return uploaded(asset, app)
  }
  if (web !== undefined) return fetched(web.origin, web.places, project, app)
  if (remote !== undefined) return fetched(remote.origin, [remote.place], project, app)
  throw notFound(ref, origins)
}

function uploaded(asset: Asset, { blobs }: Finder): FoundSource {
  return { ...asset, file: () => blobs.file(asset.projectId, asset.hash) }
}

/** From the first of the places that can be reached. */
async function fetched(
  origin: ConfiguredOrigin,
  places: readonly OriginPlace[],
  project: Project,
  app: Finder,
): Promise<FoundSource> {
  try {
    const { place, found } = await reached(origin, places, project, app)
    const { id, hash, facts, freshUntil, file } = found
    return {
      id: id as AssetId,
      projectId: project.id,
      path: place.path,
      hash,
      generation: origin.revision,
      visibility: 'public',
      facts,
      freshUntil: Math.floor(freshUntil / 1000),
      file,
    }
  } catch (error) {
    return fallbackFor(error, origin, project, app)
  }
}

async function reached(
  origin: ConfiguredOrigin,
  [place, ...others]: readonly OriginPlace[],
  project: Project,
  app: Finder,
): Promise<{ readonly place: OriginPlace; readonly found: RemoteSource }> {
  if (place === undefined) throw new TypeError('a source without a place')
  try {
    return { place, found: await app.sources.find(project.id, origin, place) }
  } catch (error) {
    const isSilent = error instanceof Problem && error.code === 'origin/unreachable'
    if (!isSilent || others.length === 0) throw error
    return reached(origin, others, project, app)
  }
}

/** How long a stand-in is shown before the origin is asked again, seconds. */
const fallbackSeconds = 60

async function fallbackFor(
  error: unknown,
  { settings: { fallback } }: ConfiguredOrigin,
  project: Project,
  app: Finder,
): Promise<FoundSource> {
  if (fallback === null || !isOriginProblem(error)) throw error
  const asset = await app.assets.findForDelivery(project, fallback, 'exact')
  if (asset === undefined || asset.visibility === 'private') throw error
  const freshUntil = Math.floor(Date.now() / 1000) + fallbackSeconds
  return { ...uploaded(asset, app), freshUntil, fallbackFor: error }
}

/** What the origin is to blame for; a forbidden address is the request's own fault. */
function isOriginProblem(error: unknown): error is Problem {
  if (!(error instanceof Error) || error.name !== 'Problem') return false
  const { code } = error as Problem
  return code !== 'origin/forbidden' && /^(?:origin|source)\//.test(code)
}

function notFound(ref: SourceRef, origins: readonly ConfiguredOrigin[]): Problem {
  const isBarred =
    ref.kind === 'asset' && ref.address !== undefined && origins.some(({ kind }) => kind === 'proxy')
  if (isBarred) {
    return problem('origin/forbidden', {
      detail: `There is no image "${shown(ref.path)}" in this project, and its web proxy fetches nothing from there.`,
    })
  }
  if (ref.kind === 'asset') {
    const place = ref.origin === undefined ? 'in this project' : `in the origin "${shown(ref.origin)}"`
    return problem('asset/not-found', { detail: `There is no image "${shown(ref.path)}" ${place}.` })
  }
  return problem('origin/forbidden', {
    detail: `This project fetches no images from the web: "${shown(ref.url)}". An origin of the kind "proxy" says which addresses may be named.`,
  })
}

/** A stranger's text inside a sentence: short, and without anything a terminal or a log would act on. */
export function shown(text: string): string {
  return text.slice(0, 80).replace(/[^\x20-\x7e\u00a0-\u{10ffff}]|["\\]/gu, '?')
}
