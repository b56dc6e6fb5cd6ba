/** ImageKit's errors, in the form of its API: 400 for what a URL says wrong, 401 without a right, 404 for what is not there. */
import type { Problem } from '../../problem/index.ts'
import type { DialectError } from '../define.ts'

export function imageKitProblem(refusal: Problem): DialectError {
  return {
    status: statusOf(refusal),
    contentType: 'application/json; charset=utf-8',
    body: JSON.stringify({ message: refusal.message.toWellFormed() }),
  }
}

function statusOf({ code, status }: Problem): number {
  if (/^(?:signature|auth|access)\//.test(code)) return 401
  return code === 'origin/gone' ? 404 : status
}
