/** Builds the answer of each outcome as data; `send.ts` adds what depends on the method and on `Range`. */
import { readFile, stat } from 'node:fs/promises'
import {
  type Dialect,
  type DialectName,
  type DialectTarget,
  type ImageRequest,
  isFormat,
  type Problem,
  problem,
  type Redirect,
  type Seen,
  splitExtension,
  traitsOf,
} from '@fovea/core'
import type { CacheState } from '../observe/index.ts'
import type { Project } from '../projects/project.ts'
import type { Asked } from './asked.ts'
import { factsJson } from './facts.ts'
import { baseHeaders, contentDisposition, degradedHeader, validatorHeaders } from './headers.ts'
import type { Identity } from './identify.ts'
import { largestHeldBytes, type Reply, type ReplyBody } from './reply.ts'
import { type FoundSource, type FoundSources, freshUntilOf, visibilityOf } from './sources.ts'
import type { Timings } from './timings.ts'
import type { Variant } from './variants/index.ts'

/** Everything that is known when a request has been understood and allowed. */
export interface Answer extends FoundSources {
  readonly asked: Asked
  readonly target: DialectTarget
  readonly dialect: Dialect<DialectName>
  readonly wanted: ImageRequest
  readonly project: Project
  readonly ids: Identity
  readonly timings: Timings
  readonly nowSeconds: number
}

/** What `X-Fovea-Cache` says for each state. */
const cacheWords: Readonly<Record<CacheState, string>> = {
  memory: 'hit',
  disk: 'hit',
  joined: 'joined',
  miss: 'miss',
  original: 'original',
  facts: 'facts',
  none: 'none',
}

export function respond(answer: Answer, variant: Variant, cache: CacheState): Reply {
  return whole(nameAsMade(answer, variant), variant.body, variant.contentType, cache)
}

/** An attachment whose format was open is called by what it became. */
function nameAsMade(answer: Answer, { format }: Variant): Answer {
  const { wanted } = answer
  const { output, delivery } = wanted
  if (delivery.download === undefined || output.kind !== 'image' || output.choice === undefined) return answer
  const { stem, extension } = splitExtension(delivery.download)
  const [assumed] = traitsOf(output.format).extensions
  if (extension !== assumed || !isFormat(format)) return answer
  const download = `${stem}.${traitsOf(format).extensions[0]}`
  return { ...answer, wanted: { ...wanted, delivery: { ...delivery, download } } }
}

/** The stored bytes, untouched. @throws Problem `storage/failed` */
export async function respondOriginal(answer: Answer): Promise<Reply> {
  const body = await answer.timings.measure('fetch', () => readOriginal(answer.asset))
  return whole(answer, body, traitsOf(answer.asset.facts.format).mime, 'original')
}

/** Facts from the header of the source and from models, in the dialect's own form where it has one. */
export function respondFacts(answer: Answer, seen: Seen | undefined): Reply {
  const { dialect, asset, wanted, target } = answer
  const document = dialect.describe?.(asset.facts, wanted, target, seen)
  const bytes = document === undefined ? factsJson(asset.facts) : Buffer.from(document.body, 'utf8')
  const contentType = document?.contentType ?? 'application/json; charset=utf-8'
  const reply = whole(answer, { kind: 'bytes', bytes }, contentType, 'facts')
  return { ...reply, headers: { ...reply.headers, ...document?.headers } }
}

/** Another spelling of the URL, for every client alike. */
export function respondRedirect({ status, location }: Redirect, requestId: string): Reply {
  return {
    status,
    headers: {
      ...baseHeaders,
      Location: location,
      'Cache-Control': 'public, max-age=3600',
      'X-Fovea-Request-Id': requestId,
    },
    cache: 'none',
  }
}

/** 304: the client already holds it. */
export function notModified(answer: Answer): Reply {
  return {
    status: 304,
    headers: {
      ...validatorHeaders({ ...answer, etag: answer.ids.etag }, answer.nowSeconds),
      ...answer.dialect.decorate?.(answer.wanted, answer.asset.facts, answer.target),
      'X-Fovea-Request-Id': answer.asked.requestId,
    },
    cache: 'none',
  }
}

/** The error in the dialect's own form. Never cached, anywhere. */
export function respondProblem(
  failure: Problem,
  dialect: Dialect,
  about: { readonly requestId: string; readonly path: string },
): Reply {
  const error = dialect.problem(failure, { instance: about.requestId, path: about.path })
  const size = failure.members.sizeBytes
  return {
    status: error.status,
    headers: {
      ...baseHeaders,
      'Cross-Origin-Resource-Policy': 'cross-origin',
      ...error.headers,
      'Content-Type': error.contentType,
      'Cache-Control': 'no-store',
      'X-Fovea-Request-Id': about.requestId,
      ...(failure.retryAfterSeconds === undefined
        ? {}
        : { 'Retry-After': String(Math.max(1, Math.ceil(failure.retryAfterSeconds))) }),
      ...(failure.code === 'request/method-not-allowed' ? { Allow: 'GET, HEAD, OPTIONS' } : {}),
      ...(failure.code === 'request/range-not-satisfiable' && typeof size === 'number'
        ? { 'Content-Range': `bytes */${size}` }
        : {}),
    },
    body: { kind: 'bytes', bytes: Buffer.from(error.body, 'utf8') },
    cache: 'none',
  }
}

/** The answer to a CORS preflight or any other `OPTIONS`. */
export function respondOptions(): Reply {
  return {
    status: 204,
    headers: {
      ...baseHeaders,
      Allow: 'GET, HEAD, OPTIONS',
      'Access-Control-Allow-Methods': 'GET, HEAD, OPTIONS',
      'Access-Control-Allow-Headers': 'Accept, If-None-Match, If-Range, Range',
      'Access-Control-Max-Age': '86400',
      'Cache-Control': 'no-store',
    },
    cache: 'none',
  }
}

function whole(answer: Answer, body: ReplyBody, contentType: string, cache: CacheState): Reply {
  const { asked, dialect, wanted, asset, pictures, project, ids, timings, nowSeconds } = answer
  const { download, inlineName, negotiated } = wanted.delivery
  const expiresAt = earliest(wanted.signature?.expiresAt ?? wanted.expiresAt, freshUntilOf(wanted, answer))
  return {
    status: 200,
    headers: {
      'Content-Type': contentType,
      ...validatorHeaders({ ...answer, etag: ids.etag }, nowSeconds),
      'Accept-Ranges': 'bytes',
      ...(download === undefined ? {} : { 'Content-Disposition': contentDisposition(download) }),
      ...(inlineName === undefined
        ? {}
        : { 'Content-Disposition': contentDisposition(inlineName, 'inline') }),
      ...dialect.decorate?.(wanted, asset.facts, answer.target),
      ...(asset.fallbackFor === undefined ? {} : { 'X-Fovea-Fallback': asset.fallbackFor.code }),
      ...degradedHeader(ids.missingModels),
      'Server-Timing': timings.header(),
      'X-Fovea-Cache': cacheWords[cache],
      'X-Fovea-Request-Id': asked.requestId,
    },
    body,
    cache,
    representation: {
      etag: ids.etag,
      shareable: isShareable(answer),
      negotiated,
      projectId: project.id,
      stems: [asset, ...pictures.values()].map(({ path }) => splitExtension(path).stem),
      ...(expiresAt === undefined ? {} : { expiresAt }),
    },
  }
}

/** Whether any client may be given these very bytes again without a look at its request. */
function isShareable(answer: Answer): boolean {
  const { wanted, project } = answer
  const { allowedReferrers } = project.settings
  return (
    visibilityOf(answer) === 'public' &&
    wanted.accessLink === undefined &&
    wanted.delivery.vary === undefined &&
    allowedReferrers.length === 0
  )
}

function earliest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b)
}

/** A file that is streamed is opened at once; until then it must not be evicted, ms. */
const openingMs = 30_000

async function readOriginal(source: FoundSource): Promise<ReplyBody> {
  const { path, release } = await source.file()
  let heldMs = 0
  try {
    const { size } = await stat(path)
    if (size <= largestHeldBytes) return { kind: 'bytes', bytes: await readFile(path) }
    heldMs = openingMs
    return { kind: 'file', path, offset: 0, sizeBytes: size }
  } catch (cause) {
    throw problem('storage/failed', {
      detail: 'The stored file cannot be read.',
      retryAfterSeconds: 30,
      cause,
    })
  } finally {
    setTimeout(release, heldMs).unref()
  }
}
