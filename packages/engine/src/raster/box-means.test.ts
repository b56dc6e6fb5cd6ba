import fc from 'fast-check'
import { expect, it } from 'vitest'
import { boxMeans } from './box-means.ts'

it('is the mean of what lies in the window', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 0, max: 12 }),
      fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
      (width, height, radius, numbers) => {
        const values = Float32Array.from({ length: width * height }, () => numbers.next().value)
        const means = boxMeans(values, { width, height }, radius)
        for (let at = 0; at < values.length; at++) {
          const around = [...values].filter(
            (_, other) =>
              Math.abs((other % width) - (at % width)) <= radius &&
              Math.abs(Math.floor(other / width) - Math.floor(at / width)) <= radius,
          )
          const mean = around.reduce((sum, value) => sum + value, 0) / around.length
          expect(Math.abs((means[at] ?? 0) - mean)).toBeLessThan(1e-5)
        }
      },
    ),
    { numRuns: 60 },
  )
})
