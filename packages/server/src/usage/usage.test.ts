import { describe, expect, it } from 'vitest'
import { periodOf } from './period.ts'

describe('periodOf', () => {
  it.each([
    ['2026-01-01T00:00:00.000Z', '2026-01', 1_767_225_600, 1_769_904_000],
    ['2026-12-31T23:59:59.999Z', '2026-12', 1_796_083_200, 1_798_761_600],
    ['2028-02-29T12:00:00.000Z', '2028-02', 1_832_976_000, 1_835_481_600],
  ])('%s is in %s', (time, name, start, end) => {
    expect(periodOf(Date.parse(time))).toEqual({ name, start, end })
  })
})
