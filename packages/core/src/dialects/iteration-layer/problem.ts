/**
 * The vendor's error form, `{"success":false,"error":"…"}` under its own statuses.
 *
 * Its client reads every answer as JSON, looks at `success` alone, and prints `error`, which therefore is always a
 * text; the code and the place stand beside it.
 */
import type { Problem } from '../../problem/index.ts'
import type { DialectError } from '../define.ts'

/** The vendor's texts for what money forbids. */
const noCredits = 'Insufficient credits'

export function iterationLayerProblem(refusal: Problem, about: { readonly instance: string }): DialectError {
  const { code, message } = refusal
  return {
    status: iterationLayerStatus(refusal),
    contentType: 'application/json; charset=utf-8',
    body: JSON.stringify({
      success: false,
      error: code === 'quota/exceeded' ? noCredits : message,
      code,
      details: refusal.members,
      request_id: about.instance,
    }),
  }
}

/** What its table has no status for: a file that cannot be had or read is 422, an address that is refused 400. */
function iterationLayerStatus({ code, status }: Problem): number {
  if (code === 'origin/forbidden') return 400
  if (code.startsWith('origin/') || code === 'source/unsupported' || code === 'source/empty') return 422
  return status
}

/** Raw paths that the vendor's clients ask: this product, its neighbours that are not here, and the probe of a key. */
export function isIterationLayerPath(path: string): boolean {
  return /^\/(?:v1|(?:image|document|sheet|website)-[a-z]+(?:-[a-z]+)?\/v1)(?:\/|$)/.test(path)
}
