import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { ClaimedItem } from './batch.ts'
import { progressWriter } from './report-progress.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

it('is written at once, then once a second at the most, and never fails the work', async () => {
  const written: number[] = []
  const setProgress = async (_item: ClaimedItem, fraction: number) => {
    written.push(fraction)
    throw new Error('the database is busy')
  }
  const tell = progressWriter({ setProgress }, {} as ClaimedItem)
  for (const [fraction, afterMs] of [
    [0.1, 0],
    [0.2, 999],
    [0.3, 1],
    [0.4, 500],
    [0.5, 500],
  ] as const) {
    vi.advanceTimersByTime(afterMs)
    tell(fraction)
  }
  expect(written).toEqual([0.1, 0.3, 0.5])
})
