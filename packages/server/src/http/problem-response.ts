/**
 * The one place where an error becomes an API answer: img-src's `error` object with the RFC 9457 members beside it, and
 * on the paths of Iteration Layer that service's own form.
 *
 * Refusals of those below us are recognised by their codes and become Problems too. What is left is a
 * disk that fails (503) or a bug (an opaque 500): the log gets the cause.
 */
import { imgSrcProblem, Problem, problem } from '@fovea/core'
import { isIterationLayerPath, iterationLayerProblem } from '@fovea/core/dialects/json'
import { isDiskFailure } from '../storage/index.ts'

export interface ErrorAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly problem: Problem
  /** The error is ours to look into. */
  readonly isUnexpected: boolean
}

export interface ErrorContext {
  /** The request id. */
  readonly instance: string
  /** Raw path, without the query: it may hold a signature. */
  readonly path: string
}

export function problemResponse(error: unknown, about: ErrorContext): ErrorAnswer {
  const known = error instanceof Problem ? error : foreignProblem(error)
  const shown = known ?? unexpected(error)
  const form = isIterationLayerPath(about.path) ? iterationLayerProblem : imgSrcProblem
  const { status, contentType, body } = form(shown, about)
  return {
    status,
    headers: {
      'content-type': contentType,
      'cache-control': 'no-store',
      ...(shown.retryAfterSeconds === undefined
        ? {}
        : { 'retry-after': String(Math.ceil(shown.retryAfterSeconds)) }),
      ...(status === 401 ? { 'www-authenticate': 'Bearer realm="fovea"' } : {}),
    },
    body,
    problem: shown,
    isUnexpected: known === undefined || known.code === 'internal/unexpected',
  }
}

/** Codes of Fastify, its multipart plugin and PostgreSQL that mean the client did something wrong. */
const foreign: ReadonlyMap<string, () => Problem> = new Map([
  ['FST_ERR_CTP_INVALID_MEDIA_TYPE', () => unsupportedBody()],
  ['FST_INVALID_MULTIPART_CONTENT_TYPE', () => unsupportedBody()],
  [
    'FST_ERR_CTP_BODY_TOO_LARGE',
    () => problem('source/too-large', { detail: 'The request body is too large.' }),
  ],
  ['FST_ERR_CTP_INVALID_CONTENT_LENGTH', () => malformed('The body is not as long as Content-Length says.')],
  ['FST_ERR_CTP_INVALID_JSON_BODY', () => malformed('The body is not valid JSON.')],
  ['FST_ERR_CTP_EMPTY_JSON_BODY', () => malformed('The body is empty.')],
  ['FST_ERR_BAD_URL', () => malformed('The path has a percent-encoding that is not valid UTF-8.')],
  [
    'FST_ERR_MAX_PARAM_LENGTH',
    () => problem('request/too-long', { detail: 'A part of the path is too long.' }),
  ],
  ['FST_PROTO_VIOLATION', () => malformed('The form has a field of a forbidden name.')],
  ['FST_PARTS_LIMIT', () => malformed('The form has too many parts.')],
  ['FST_FILES_LIMIT', () => malformed('The form has more than one file.')],
  ['FST_FIELDS_LIMIT', () => malformed('The form has too many fields.')],
  ['FST_INVALID_JSON_FIELD_ERROR', () => malformed('A field of the form is not the JSON it says it is.')],
  [
    'FST_MP_PREMATURE_CLOSE',
    () => problem('request/client-closed', { detail: 'The client left before the end.' }),
  ],
  // PostgreSQL takes no text with U+0000, and nothing here is called so.
  ['22021', () => malformed('The request has a text with the character U+0000.')],
])

function foreignProblem(error: unknown): Problem | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined
  return foreign.get(error.code)?.()
}

function unexpected(cause: unknown): Problem {
  return isDiskFailure(cause)
    ? problem('storage/failed', {
        detail: 'The server cannot write to its disk right now.',
        retryAfterSeconds: 60,
        cause,
      })
    : problem('internal/unexpected', { detail: 'Something went wrong on our side.', cause })
}

function malformed(detail: string): Problem {
  return problem('request/malformed', { detail })
}

function unsupportedBody(): Problem {
  return problem('request/unsupported-media-type', {
    detail:
      'Images are uploaded as they are, with their media type, or as multipart/form-data; every other body is application/json.',
  })
}
