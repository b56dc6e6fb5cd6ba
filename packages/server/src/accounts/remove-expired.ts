/** Removes what has run out by itself: sessions, links in letters, half sign-ins, invitations, counted tries. */
import type { Database } from '../db/index.ts'

export async function removeExpired({ queries }: Database, now = Date.now()): Promise<number> {
  let removed = 0n
  for (const table of ['sessions', 'verifications', 'invitations'] as const) {
    const { numDeletedRows } = await queries
      .deleteFrom(table)
      .where('expires_at', '<=', now)
      .executeTakeFirstOrThrow()
    removed += numDeletedRows
  }
  const { numDeletedRows } = await queries
    .deleteFrom('attempts')
    .where('ends_at', '<=', now)
    .executeTakeFirstOrThrow()
  return Number(removed + numDeletedRows)
}
