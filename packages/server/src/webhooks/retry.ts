/** When a message is sent again, and when a webhook is left alone. */

const firstPauseMs = 5_000
const growth = 4
const longestPauseMs = 8 * 60 * 60 * 1000
/** How far a pause may be off either way, so that what failed together does not come back together. */
const jitter = 0.2
/** From when it was put into the queue. */
const giveUpMs = 72 * 60 * 60 * 1000

/**
 * How long to wait behind an attempt, ms: 5 s, 20 s, 80 s … up to 8 h, each ± a fifth. `undefined` when the next one
 * would come more than three days after the message was queued: sixteen attempts or so.
 * `random` is in [0, 1).
 */
export function retryPause(
  attempts: number,
  { queuedAt, now, random }: { readonly queuedAt: number; readonly now: number; readonly random: number },
): number | undefined {
  const pause = Math.min(firstPauseMs * growth ** (attempts - 1), longestPauseMs)
  const inMs = Math.round(pause * (1 - jitter + 2 * jitter * random))
  return now + inMs - queuedAt > giveUpMs ? undefined : inMs
}

/** Failures in a row before a webhook is left alone for a while: one bad message must not hold up the others. */
const tolerated = 3
const longestQuietMs = 5 * 60 * 1000

/**
 * How long nothing at all is sent to a webhook behind so many failures in a row, ms; 0 = no pause. Messages for a
 * server that is down would else keep those for all others waiting.
 */
export function quietAfter(failures: number): number {
  if (failures < tolerated) return 0
  return Math.min(firstPauseMs * 2 ** (failures - tolerated), longestQuietMs)
}
