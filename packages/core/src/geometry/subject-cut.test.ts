import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Subject, SubjectKind } from './subject.ts'
import { subjectOffset } from './subject-cut.ts'

function subject(kind: SubjectKind, left: number, top: number, width: number, height: number): Subject {
  return { kind, left, top, width, height, score: 0.9 }
}

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

  it('keeps the middle of a face that does not fit, whatever else is there', () => {
    const found = [subject('face', 0.1, 0, 0.6, 1), subject('person', 0.1, 0, 0.9, 1)]
    expect(subjectOffset(outer, square, found).left).toBe(200)
  })

  it('keeps the whole main face and its hair before parts of many others', () => {
    const upright = { width: 400, height: 1000 }
    const others = [0.5, 0.6, 0.7, 0.8].map((top) => subject('face', 0.1, top, 0.1, 0.09))
    const { top } = subjectOffset(upright, square, [subject('face', 0.4, 0.1, 0.5, 0.2), ...others])
    expect(top).toBeLessThanOrEqual(10)
  })

  it('is for an animal before a face on a poster behind it', () => {
    const found = [subject('face', 0.9, 0.1, 0.02, 0.05), subject('animal', 0, 0.1, 0.35, 0.9)]
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
          const from = found.left * width
          const to = from + found.width * width
          if (to - from <= inner.width) {
            expect(left).toBeLessThanOrEqual(from + 1)
            expect(left + inner.width).toBeGreaterThanOrEqual(to - 1)
          }
        },
      ),
    )
  })
})
