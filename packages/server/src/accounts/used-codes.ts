/** A code of the second factor lets in once (RFC 6238 §5.2): whoever saw it typed has nothing. */
import { APIError } from 'better-auth/api'
import type { Attempts } from './attempts.ts'

/** Longer than a code is good: its half minute, and the ones before and after it. */
const keptSeconds = 2 * 60

/** @throws APIError for a code that was used, as for a wrong one */
export async function mustBeUnused(attempts: Attempts, userId: string, code: string): Promise<void> {
  const name = `code ${userId} ${code}`
  const used = await attempts.take([{ name, limit: 1, windowSeconds: keptSeconds }])
  if (used !== undefined)
    throw new APIError('UNAUTHORIZED', { code: 'INVALID_CODE', message: 'Invalid code' })
}
