/** The HTTP request as delivery reads it: the raw target, the few headers that matter, and who is waiting. */
import type { IncomingMessage } from 'node:http'
import { type HintHeader, problem } from '@fovea/core'

export interface Question {
  readonly method: 'GET' | 'HEAD'
  /** Raw request target in origin form, nothing decoded. */
  readonly target: string
  readonly path: string
  /** Without the question mark. */
  readonly query: string
  readonly accept: string | undefined
  readonly ifNoneMatch: string | undefined
  readonly ifRange: string | undefined
  readonly range: string | undefined
  readonly referrer: string | undefined
  readonly hints: Readonly<Partial<Record<HintHeader, string>>>
  readonly requestId: string
}

const hintHeaders: readonly HintHeader[] = [
  'dpr',
  'width',
  'viewport-width',
  'save-data',
  'sec-ch-dpr',
  'sec-ch-width',
]

export interface Asked extends Question {
  /** Fires when the client goes away. */
  readonly signal: AbortSignal
}

/** Longest request target, characters: what common proxies and CDNs pass on. */
const maxTargetLength = 8_192

/**
 * Reads a request.
 * @throws Problem `request/too-long`, `request/method-not-allowed`
 */
export function readQuestion(request: IncomingMessage, target: string, requestId: string): Question {
  if (target.length > maxTargetLength) {
    throw problem('request/too-long', {
      detail: `The URL has ${target.length} characters; ${maxTargetLength} are allowed.`,
      members: { limit: maxTargetLength, actual: target.length },
    })
  }
  const { method = '', headers } = request
  if (method !== 'GET' && method !== 'HEAD') {
    throw problem('request/method-not-allowed', {
      detail: `Images are read with GET or HEAD, not ${method}.`,
      members: { allow: ['GET', 'HEAD', 'OPTIONS'] },
    })
  }
  const question = target.indexOf('?')
  return {
    method,
    target,
    path: question === -1 ? target : target.slice(0, question),
    query: question === -1 ? '' : target.slice(question + 1),
    accept: headers.accept,
    ifNoneMatch: headers['if-none-match'],
    ifRange: single(headers['if-range']),
    range: headers.range,
    referrer: headers.referer,
    hints: hintsOf(request),
    requestId,
  }
}

/** Turns the absolute form that proxies send (`http://host/path`) into the origin form; other forms stay as they are. */
export function originForm(target: string): string {
  if (target.startsWith('/')) return target
  const authority = /^https?:\/\/[^/?#]*/i.exec(target)
  if (authority === null) return target
  const rest = target.slice(authority[0].length)
  return rest.startsWith('/') ? rest : `/${rest}`
}

/** The headers a dialect may look at; nothing else of a request reaches one. */
function hintsOf({ headers }: IncomingMessage): Question['hints'] {
  const hints: Partial<Record<HintHeader, string>> = {}
  for (const name of hintHeaders) {
    const value = single(headers[name])
    if (value !== undefined) hints[name] = value
  }
  return hints
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header
}
