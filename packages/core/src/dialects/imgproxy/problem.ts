/**
 * imgproxy's errors: a line of text, which says what is wrong where imgproxy would only say that something is.
 *
 * A URL that cannot be read and one that has expired are a 404 there, a wrong signature a 403.
 */
import type { Problem } from '../../problem/index.ts'
import type { DialectError } from '../define.ts'

export function imgproxyProblem(refusal: Problem): DialectError {
  return {
    status: statusOf(refusal),
    contentType: 'text/plain; charset=utf-8',
    body: `${refusal.message.toWellFormed()}\n`,
  }
}

function statusOf({ code, status }: Problem): number {
  switch (code) {
    case 'request/malformed':
    case 'request/unknown-parameter':
    case 'request/invalid-parameter':
    case 'request/too-many-parameters':
    case 'preset/unknown':
    case 'pipeline/invalid':
    case 'pipeline/too-long':
    case 'format/unavailable':
    case 'signature/expired':
    case 'origin/gone':
      return 404
    case 'source/unsupported':
    case 'source/too-large':
    case 'source/empty':
      return 422
    default:
      return status
  }
}
