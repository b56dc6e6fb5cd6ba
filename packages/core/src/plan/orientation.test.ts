import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exifOrientationSteps, mergeOrientations, orientBox, orientSize } from './orientation.ts'
import { cells, orientation, walk } from './testing/cells.ts'

describe('mergeOrientations', () => {
  it('keeps the effect of any run and needs at most two steps', () => {
    fc.assert(
      fc.property(fc.array(orientation, { maxLength: 9 }), (run) => {
        const merged = mergeOrientations(run)
        expect(merged.length).toBeLessThanOrEqual(2)
        expect(walk(cells(5, 3), merged)).toEqual(walk(cells(5, 3), run))
      }),
    )
  })

  it('adds quarter turns and cancels mirrors', () => {
    expect(
      mergeOrientations([
        { step: 'turn', quarters: 1 },
        { step: 'turn', quarters: 3 },
      ]),
    ).toEqual([])
    expect(
      mergeOrientations([
        { step: 'turn', quarters: 3 },
        { step: 'turn', quarters: 2 },
      ]),
    ).toEqual([{ step: 'turn', quarters: 1 }])
    expect(mergeOrientations([{ step: 'flip' }, { step: 'flip' }])).toEqual([])
    expect(mergeOrientations([{ step: 'flip' }, { step: 'flop' }])).toEqual([{ step: 'turn', quarters: 2 }])
  })
})

describe('exifOrientationSteps', () => {
  // What the stored pixels' corners (a top left, b top right, c bottom left, d bottom right) must become.
  it.each([
    [1, 'ab/cd'],
    [2, 'ba/dc'],
    [3, 'dc/ba'],
    [4, 'cd/ab'],
    [5, 'ac/bd'],
    [6, 'ca/db'],
    [7, 'db/ca'],
    [8, 'bd/ac'],
    [0, 'ab/cd'],
    [9, 'ab/cd'],
  ])('stands tag %i upright', (tag, upright) => {
    const stored = [
      ['a', 'b'],
      ['c', 'd'],
    ]
    const moved = walk(stored, exifOrientationSteps(tag))
    expect(moved.map((row) => row.join('')).join('/')).toBe(upright)
  })
})

describe('orientBox', () => {
  it('names the box that a step turns into the wanted one', () => {
    fc.assert(
      fc.property(orientation, fc.nat(3), fc.nat(2), (step, left, top) => {
        const before = { width: 9, height: 7 }
        const box = { left, top, width: 3, height: 2 }
        const after = orientSize(step, before)
        fc.pre(left + 3 <= after.width && top + 2 <= after.height)
        const source = cells(before.width, before.height)
        const cutLast = walk(source, [step, { step: 'extract', ...box }])
        const cutFirst = walk(source, [{ step: 'extract', ...orientBox(step, before, box) }, step])
        expect(cutFirst).toEqual(cutLast)
      }),
    )
  })
})
