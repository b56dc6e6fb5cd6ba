import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cutOffset, gravities, isStrategy, placeOffset } from './gravity.ts'
import { contains } from './size.ts'

const outer = { width: 10, height: 7 }
const inner = { width: 5, height: 4 }

describe('cutOffset and placeOffset', () => {
  it.each([
    ['center', [3, 2], [2, 1]],
    ['top', [3, 0], [2, 0]],
    ['bottom', [3, 3], [2, 3]],
    ['left', [0, 2], [0, 1]],
    ['right', [5, 2], [5, 1]],
    ['top-left', [0, 0], [0, 0]],
    ['top-right', [5, 0], [5, 0]],
    ['bottom-left', [0, 3], [0, 3]],
    ['bottom-right', [5, 3], [5, 3]],
  ] as const)('%s cuts at %o and places at %o', (gravity, cut, placed) => {
    expect(Object.values(cutOffset(outer, inner, gravity))).toEqual(cut)
    expect(Object.values(placeOffset(outer, inner, gravity))).toEqual(placed)
  })

  it('always stays inside', () => {
    const side = fc.integer({ min: 1, max: 100_000 })
    fc.assert(
      fc.property(side, side, side, side, fc.constantFrom(...gravities), (a, b, c, d, gravity) => {
        const whole = { width: Math.max(a, b), height: Math.max(c, d) }
        const piece = { width: Math.min(a, b), height: Math.min(c, d) }
        expect(contains(whole, { ...cutOffset(whole, piece, gravity), ...piece })).toBe(true)
        expect(contains(whole, { ...placeOffset(whole, piece, gravity), ...piece })).toBe(true)
      }),
    )
  })
})

describe('isStrategy', () => {
  it('tells strategies from places', () => {
    expect(isStrategy('attention')).toBe(true)
    expect(isStrategy('entropy')).toBe(true)
    for (const gravity of gravities) expect(isStrategy(gravity)).toBe(false)
  })
})
