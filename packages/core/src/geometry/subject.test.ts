import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Size } from './size.ts'
import {
  cutSubjects,
  flipSubjects,
  flopSubjects,
  type Subject,
  type SubjectKind,
  subjectOffset,
  turnSubjects,
} from './subject.ts'

function subject(kind: SubjectKind, left: number, top: number, width: number, height: number): Subject {
  return { kind, left, top, width, height, score: 0.9 }
}

/** Corners in pixels, for comparing with the geometry of whole pictures. */
function cornersOf({ left, top, width, height }: Subject, size: Size): readonly number[] {
  return [left * size.width, top * size.height, (left + width) * size.width, (top + height) * size.height]
}

const face = subject('face', 0.1, 0.2, 0.3, 0.4)

describe('what was found moves with', () => {
  it('mirrors', () => {
    expect(cornersOf(flopSubjects([face])[0] as Subject, { width: 10, height: 10 })).toEqual([
      expect.closeTo(6),
      expect.closeTo(2),
      expect.closeTo(9),
      expect.closeTo(6),
    ])
    expect(flipSubjects(flipSubjects([face]))[0]?.top).toBeCloseTo(0.2)
  })

  it('quarter turns: the top left corner goes to the top right', () => {
    const [turned] = turnSubjects([subject('face', 0, 0, 0.2, 0.1)], 1)
    expect(turned).toMatchObject({ left: 0.9, top: 0, width: 0.1, height: 0.2 })
    const [back] = turnSubjects(turnSubjects([face], 1), 3)
    expect(back).toMatchObject({ left: expect.closeTo(0.1), top: expect.closeTo(0.2) })
  })

  it('cuts, which clip it, and margins, which make it smaller', () => {
    const [half] = cutSubjects(
      [subject('person', 0, 0, 0.5, 1)],
      { width: 100, height: 50 },
      {
        left: 25,
        top: 0,
        width: 50,
        height: 50,
      },
    )
    expect(half).toMatchObject({ left: 0, width: 0.5, height: 1 })
    expect(
      cutSubjects([face], { width: 100, height: 100 }, { left: 60, top: 0, width: 40, height: 100 }),
    ).toEqual([])
    const [framed] = cutSubjects(
      [subject('face', 0, 0, 1, 1)],
      { width: 10, height: 10 },
      {
        left: -5,
        top: -5,
        width: 20,
        height: 20,
      },
    )
    expect(framed).toMatchObject({ left: 0.25, top: 0.25, width: 0.5, height: 0.5 })
  })
})

describe('a cut', () => {
  const outer = { width: 1000, height: 400 }
  const square = { width: 400, height: 400 }

  it('has a lone subject in its middle, and stops at the edge', () => {
    expect(subjectOffset(outer, square, [subject('animal', 0.6, 0.1, 0.2, 0.8)])).toEqual({
      left: 500,
      top: 0,
    })
    expect(subjectOffset(outer, square, [subject('animal', 0.9, 0.1, 0.1, 0.8)])).toEqual({
      left: 600,
      top: 0,
    })
  })

  it('keeps a face with air around it rather than all of a person', () => {
    const found = [subject('face', 0.02, 0, 0.1, 0.3), subject('person', 0, 0, 0.9, 1)]
    expect(subjectOffset(outer, square, found).left).toBe(0)
  })

  it('leaves a passer-by out for whoever is large', () => {
    const found = [subject('person', 0.05, 0.1, 0.3, 0.9), subject('person', 0.95, 0.4, 0.04, 0.2)]
    expect(subjectOffset(outer, square, found).left).toBeLessThan(60)
  })

  it('lies inside the picture and keeps a subject that fits, whatever was found', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true })
    const side = fc.integer({ min: 1, max: 5000 })
    fc.assert(
      fc.property(
        side,
        side,
        share,
        share,
        share,
        share,
        share,
        share,
        (width, height, w, h, x, y, sw, sh) => {
          const picture = { width, height }
          const inner = {
            width: Math.max(1, Math.round(width * w)),
            height: Math.max(1, Math.round(height * h)),
          }
          const box = { width: 0.01 + sw * 0.9, height: 0.01 + sh * 0.9 }
          const found = subject('object', x * (1 - box.width), y * (1 - box.height), box.width, box.height)
          const { left, top } = subjectOffset(picture, inner, [found])
          expect(left).toBeGreaterThanOrEqual(0)
          expect(left + inner.width).toBeLessThanOrEqual(width)
          expect(top + inner.height).toBeLessThanOrEqual(height)
          const [from = 0, , to = 0] = cornersOf(found, picture)
          if (to - from <= inner.width) {
            expect(left).toBeLessThanOrEqual(from + 1)
            expect(left + inner.width).toBeGreaterThanOrEqual(to - 1)
          }
        },
      ),
    )
  })
})
