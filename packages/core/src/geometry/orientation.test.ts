import { describe, expect, it } from 'vitest'
import { orientationOf, orientedSize } from './orientation.ts'

const stored = { width: 40, height: 30 }

describe('orientedSize', () => {
  it.each([
    [1, 40, 30],
    [2, 40, 30],
    [3, 40, 30],
    [4, 40, 30],
    [5, 30, 40],
    [6, 30, 40],
    [7, 30, 40],
    [8, 30, 40],
  ])('tag %i makes 40×30 into %i×%i', (tag, width, height) => {
    expect(orientedSize(stored, tag)).toEqual({ width, height })
  })

  it.each([0, 9, -1, 1.5, Number.NaN])('the meaningless tag %d counts as upright', (tag) => {
    expect(orientedSize(stored, tag)).toEqual(stored)
    expect(orientationOf(tag)).toEqual({ quarters: 0, flop: false })
  })
})

describe('orientationOf', () => {
  /** Where the stored pixel (0, 0) of a 2×1 image ends, as EXIF names row 0 and column 0. */
  it.each([
    [1, 'top', 'left'],
    [2, 'top', 'right'],
    [3, 'bottom', 'right'],
    [4, 'bottom', 'left'],
    [5, 'left', 'top'],
    [6, 'right', 'top'],
    [7, 'right', 'bottom'],
    [8, 'left', 'bottom'],
  ])('tag %i puts row 0 at the %s and column 0 at the %s', (tag, row, column) => {
    const { quarters, flop } = orientationOf(tag)
    const clockwise = ['top', 'right', 'bottom', 'left']
    const move = (side: string) => {
      const turned = clockwise[(clockwise.indexOf(side) + quarters) % 4] ?? ''
      const mirrored: Record<string, string> = { left: 'right', right: 'left' }
      return flop ? (mirrored[turned] ?? turned) : turned
    }
    expect([move('top'), move('left')]).toEqual([row, column])
  })
})
