import { describe, expect, it } from 'vitest'
import { quietAfter, retryPause } from './retry.ts'

const hour = 60 * 60 * 1000

describe('retryPause', () => {
  it.each([
    [1, 0, 4_000],
    [1, 0.5, 5_000],
    [2, 0.5, 20_000],
    [3, 0.5, 80_000],
    [8, 0.5, 8 * hour],
    [8, 0.999_999_999, 9.6 * hour],
    [40, 0.5, 8 * hour],
  ])('behind attempt %i with chance %f is %i ms', (attempts, random, pause) => {
    expect(retryPause(attempts, { queuedAt: 0, now: 0, random })).toBe(pause)
  })

  it.each([0, 0.5, 0.999])('ends after three days, with 14 to 18 attempts (chance %f)', (random) => {
    let [now, attempts] = [0, 1]
    for (;;) {
      const pause = retryPause(attempts, { queuedAt: 0, now, random })
      if (pause === undefined) break
      now += pause
      attempts++
    }
    expect(now).toBeGreaterThan(60 * hour)
    expect(now).toBeLessThanOrEqual(72 * hour)
    expect(attempts).toBeGreaterThanOrEqual(14)
    expect(attempts).toBeLessThanOrEqual(18)
  })
})

it('a webhook is left alone from the third failure in a row on, for at most five minutes', () => {
  expect([0, 1, 2, 3, 4, 5, 9, 60].map(quietAfter)).toEqual([
    0, 0, 0, 5_000, 10_000, 20_000, 300_000, 300_000,
  ])
})
