/** Which of its ends a link has reached; the first that applies, in this order. */
import type { AccessLink, AccessLinkState } from './access-link.ts'

export const linkStates = [
  'active',
  'expired',
  'revoked',
  'used_up',
] as const satisfies readonly AccessLinkState[]

export function stateOf(
  { revokedAt, expiresAt, maxUses, uses }: Pick<AccessLink, 'revokedAt' | 'expiresAt' | 'maxUses' | 'uses'>,
  now: number,
): AccessLinkState {
  if (revokedAt !== null) return 'revoked'
  if (expiresAt <= now) return 'expired'
  return maxUses !== null && uses >= maxUses ? 'used_up' : 'active'
}
