/** Which failures are worth another try. */
import type { Problem } from '@fovea/core'

/** The server is busy or slow, or the host of a file is. */
export function mayYetSucceed({ code, status }: Problem): boolean {
  return status === 429 || status >= 502 || code === 'origin/busy'
}
