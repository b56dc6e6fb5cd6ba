/** Cloudinary's errors: the sentence in `X-Cld-Error`, and as the JSON of its API; 400, 401 and 404 for all a request can do wrong. */
import type { Problem } from '../../problem/index.ts'
import type { DialectError } from '../define.ts'

/** Statuses that keep their meaning; every other 4xx is a 400 there. */
const kept: ReadonlySet<number> = new Set([401, 402, 404, 405, 416, 420, 429, 499])

export function cloudinaryProblem(problem: Problem): DialectError {
  return {
    status: statusOf(problem),
    contentType: 'application/json; charset=utf-8',
    body: JSON.stringify({ error: { message: problem.message.toWellFormed() } }),
    headers: { 'X-Cld-Error': headerText(problem.message) },
  }
}

function statusOf({ code, status }: Problem): number {
  if (code.startsWith('signature/') || code.startsWith('auth/') || code.startsWith('access/')) return 401
  if (code === 'origin/not-found' || code === 'origin/gone') return 404
  if (status >= 500 || kept.has(status)) return status
  return 400
}

/** Printable ASCII of a bounded length: whatever else a message quotes must not end a header. */
function headerText(message: string): string {
  return message.slice(0, 600).replace(/[^\x20-\x7e]/g, '?')
}
