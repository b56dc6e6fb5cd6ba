/** Keeps the row of a picture up to date while it is made, at most once a second. */
import type { ClaimedItem } from './batch.ts'
import type { BatchQueue } from './batch-queue.ts'

const pauseMs = 1_000

/** Told how far the picture has come, 0–1. */
export function progressWriter(
  batchQueue: Pick<BatchQueue, 'setProgress'>,
  item: ClaimedItem,
): (fraction: number) => void {
  let writtenAt = Number.NEGATIVE_INFINITY
  return (fraction) => {
    const now = performance.now()
    if (now - writtenAt < pauseMs) return
    writtenAt = now
    // A picture does not fail for its progress; the next report comes soon.
    batchQueue.setProgress(item, fraction).catch(() => undefined)
  }
}
