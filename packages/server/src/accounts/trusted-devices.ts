/** Browsers that are not asked for the second factor for a month, because their owner said so (`trustDevice`). */
import type { Database } from '../db/index.ts'

/** What ends it for all of them, beside a new password: whoever asks for these thinks that somebody else is in. */
export const distrusting: ReadonlySet<string> = new Set([
  '/change-password',
  '/revoke-sessions',
  '/revoke-other-sessions',
  '/two-factor/disable',
])

/** All browsers of a person are asked again. */
export async function distrustDevices({ queries }: Database, userId: string): Promise<void> {
  await queries
    .deleteFrom('verifications')
    .where('value', '=', userId)
    .where('identifier', 'like', 'trust-device-%')
    .execute()
}
