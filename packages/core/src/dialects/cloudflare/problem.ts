/** Cloudflare's errors: a line of text, and its number again in a header. The status is ours, which says the same. */
import type { Problem } from '../../problem/index.ts'
import type { DialectError } from '../define.ts'

export function cloudflareProblem(refusal: Problem): DialectError {
  const number = numberOf(refusal)
  return {
    status: refusal.status,
    contentType: 'text/plain; charset=utf-8',
    body: `ERROR ${number}: ${refusal.message}\n`,
    headers: { 'Cf-Resized': `err=${number}` },
  }
}

/** Numbers of others.md §1; for what the vendor has no number of, that of the nearest kind. */
function numberOf({ code, status }: Problem): number {
  switch (code) {
    case 'operation/too-large':
    case 'source/too-large':
    case 'source/too-many-frames':
    case 'render/timeout':
      return 9402
    case 'source/unsupported':
    case 'source/undecodable':
    case 'source/empty':
    case 'source/quarantined':
      return 9412
    case 'source/too-many-pixels':
      return 9413
    case 'quota/exceeded':
    case 'rate/limited':
      return 9422
    case 'origin/refused':
    case 'origin/forbidden':
    case 'origin/busy':
    case 'origin/bad-request':
      return 9408
    case 'origin/timeout':
      return 9504
    default:
      if (status === 404 || status === 410) return 9404
      if (status < 500) return 9401
      return status === 502 ? 9502 : 9510
  }
}
