/**
 * GET an image: any dialect in, one variant out. Never decodes what a key, a signature or a quota can answer.
 *
 * Read from top to bottom; each call goes to the file of its name. Everything that can refuse comes before everything
 * that costs.
 */
import { acceptBucket, type Dialect, type DialectName, problem } from '@fovea/core'
import { dialectContext, mustBeUsable } from '../projects/index.ts'
import type { Asked } from './asked.ts'
import { authoriseReferrer, authoriseUrl } from './authorise.ts'
import { holds } from './conditional.ts'
import type { DeliveryContext } from './dependencies.ts'
import { withFocalPoint } from './focal-point.ts'
import { identify } from './identify.ts'
import { render } from './render.ts'
import type { Reply } from './reply.ts'
import {
  type Answer,
  notModified,
  respond,
  respondFacts,
  respondOriginal,
  respondRedirect,
} from './respond.ts'
import { toldSightings } from './sightings.ts'
import { findSources, shown } from './sources.ts'
import type { Timings } from './timings.ts'
import { withWatermark } from './watermark.ts'

/** Where a raw path leads: found by `detect` before anything else is read. */
export interface Address {
  readonly dialect: Dialect<DialectName>
  readonly projectSlug: string
  /** Raw path behind `/{mount}/{project}/`. */
  readonly rest: string
  /** Address of what stands before it, as the client wrote it; no slash at the end. */
  readonly base: string
  /** Name of the origin that bare paths come from; `null` = by path. */
  readonly origin: string | null
}

/** @throws Problem with the status and cause of every refusal */
export async function deliver(
  asked: Asked,
  address: Address,
  app: DeliveryContext,
  timings: Timings,
): Promise<Reply> {
  const { dialect, projectSlug, rest, base } = address
  const nowSeconds = Math.floor(Date.now() / 1000)

  const project = await app.projects.resolve(projectSlug)
  if (project === undefined)
    throw problem('project/not-found', { detail: `There is no project "${shown(projectSlug)}".` })
  mustBeUsable(project)
  const { query, hints, accept: acceptText = '' } = asked
  const target = { path: rest, query, accept: acceptBucket(acceptText), acceptText, base, hints }
  const redirect = dialect.redirect?.(target)
  if (redirect !== undefined) return respondRedirect(redirect, asked.requestId)
  const named = dialect.parse(target, dialectContext(project, dialect.name, app.limits))
  const link = named.accessLink === undefined ? undefined : await app.links.open(project.id, named.accessLink)
  authoriseUrl(named, project, { digest: app.digest, nowSeconds, link })
  authoriseReferrer(asked.referrer, project)

  const way = { hostOrigin: address.origin, link }
  const found = await timings.measure('lookup', () => findSources(named, project, app, way))
  const { asset } = found
  const decode = withFocalPoint(named.decode, asset, named.pipeline)
  const wanted = withWatermark({ ...named, decode }, project)

  const ids = identify(wanted, found, project, app)
  const answer: Answer = { asked, target, dialect, wanted, ...found, project, ids, timings, nowSeconds }
  if (holds(asked.ifNoneMatch, ids.etag)) return notModified(answer)
  const reply = await replyTo(answer, app)
  if (link !== undefined && asked.method === 'GET') await app.links.use(link)
  return reply
}

/** From what is kept where possible, else made. */
async function replyTo(answer: Answer, app: DeliveryContext): Promise<Reply> {
  const { asked, dialect, wanted, asset, pictures, project, ids, timings } = answer
  if (ids.kind === 'facts') return respondFacts(answer, await toldSightings(answer, app))
  if (ids.kind === 'original') return respondOriginal(answer)

  const place = { projectId: project.id, assetId: asset.id, address: ids.address }
  const kept = await timings.measure('cache', () => app.variants.get(place))
  if (kept !== undefined) return respond(answer, kept, 'disk')

  const { part, result } = app.flights.join(
    { key: ids.address, group: asset.id, signal: asked.signal },
    (flight) =>
      render({ dialect: dialect.name, wanted, asset, pictures, project, ids, timings }, app, flight),
  )
  return respond(answer, await result, cacheStates[part])
}

/** A variant that is made but not yet stored is as good as one on disk. */
const cacheStates = { started: 'miss', joined: 'joined', made: 'disk' } as const
