import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { foldAngle, rotatedSize } from './turn.ts'

describe('foldAngle', () => {
  it.each([
    [0, 0],
    [360, 0],
    [-360, 0],
    [-90, 270],
    [450, 90],
    [12.34567, 12.3457],
    [359.99999, 0],
    [-0.00001, 0],
  ])('%d becomes %d', (angle, folded) => {
    expect(foldAngle(angle)).toBe(folded)
  })

  it('is idempotent and stays in [0, 360)', () => {
    fc.assert(
      fc.property(fc.double({ min: -3600, max: 3600, noNaN: true }), (angle) => {
        const folded = foldAngle(angle)
        expect(folded >= 0 && folded < 360).toBe(true)
        expect(Object.is(foldAngle(folded), folded)).toBe(true)
      }),
    )
  })
})

describe('rotatedSize', () => {
  it.each([
    [90, 30, 40],
    [180, 40, 30],
    [45, 49, 49],
    [10, 45, 36],
  ])('40×30 turned by %d needs %i×%i', (angle, width, height) => {
    expect(rotatedSize({ width: 40, height: 30 }, angle)).toEqual({ width, height })
  })
})
