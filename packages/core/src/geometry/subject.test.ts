import { describe, expect, it } from 'vitest'
import type { Size } from './size.ts'
import {
  cutSubjects,
  flipSubjects,
  flopSubjects,
  type Subject,
  type SubjectKind,
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
