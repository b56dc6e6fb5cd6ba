import { expect, it } from 'vitest'
import { ServiceTimes } from './service-times.ts'

it('says when what waits now will have been worked off, 1 to 60 seconds', () => {
  const times = new ServiceTimes()
  expect(times.retryAfterSeconds({ fast: 0, slow: 0 }, 2)).toBe(1)
  for (let count = 0; count < 50; count++) times.record('fast', 500)
  expect(times.retryAfterSeconds({ fast: 20, slow: 0 }, 2)).toBe(5)
  expect(times.retryAfterSeconds({ fast: 20, slow: 4 }, 2)).toBe(7)
  expect(times.retryAfterSeconds({ fast: 100_000, slow: 0 }, 2)).toBe(60)
})
