import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Placement,
  placeBox,
  placeFlipped,
  placeFlopped,
  placeRotated,
  placeTurned,
  wholePlacement,
} from './placement.ts'

const size = { width: 200, height: 100 }
const start = placeBox(wholePlacement, size, { left: 40, top: 10, width: 100, height: 50 })

/** Where a point of the frame, in parts of its sides, lies in the other picture. */
function at({ origin, across, down }: Placement, u: number, v: number): readonly [number, number] {
  return [origin.x + u * across.x + v * down.x, origin.y + u * across.y + v * down.y]
}

function expectSame(a: Placement, b: Placement): void {
  for (const [u, v] of [
    [0, 0],
    [1, 0],
    [0.3, 0.8],
  ] as const) {
    expect(at(a, u, v)[0]).toBeCloseTo(at(b, u, v)[0], 9)
    expect(at(a, u, v)[1]).toBeCloseTo(at(b, u, v)[1], 9)
  }
}

describe('a placement', () => {
  it('of a box has the box’s corners', () => {
    expect(at(start, 0, 0)).toEqual([0.2, 0.1])
    expect(at(start, 1, 1)[0]).toBeCloseTo(0.7)
    expect(at(start, 1, 1)[1]).toBeCloseTo(0.6)
  })

  it('reaches beyond the picture where room was added', () => {
    expect(at(placeBox(wholePlacement, size, { left: -20, top: 0, width: 220, height: 100 }), 0, 0)).toEqual([
      -0.1, 0,
    ])
  })

  it.each([
    ['a mirror', placeFlopped, 1, 0],
    ['a flip', placeFlipped, 0, 1],
    ['a quarter turn', (place: Placement) => placeTurned(place, 1), 0, 1],
    ['a half turn', (place: Placement) => placeTurned(place, 2), 1, 1],
    ['three quarter turns', (place: Placement) => placeTurned(place, 3), 1, 0],
  ])('behind %s has in its top left corner what was in that one', (_, move, u, v) => {
    const [x, y] = at(start, u, v)
    expect(at(move(start), 0, 0)).toEqual([expect.closeTo(x, 9), expect.closeTo(y, 9)])
  })

  it.each([
    [90, 1],
    [180, 2],
    [270, 3],
  ] as const)('behind a free rotation by %i° is that of quarter turns', (angle, quarters) => {
    expectSame(placeRotated(start, size, angle), placeTurned(start, quarters))
  })

  it('keeps its centre and its lengths in pixels behind any rotation', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 359 }), (angle) => {
        const turned = placeRotated(wholePlacement, size, angle)
        const [x, y] = at(turned, 0.5, 0.5)
        expect([x, y]).toEqual([expect.closeTo(0.5, 9), expect.closeTo(0.5, 9)])
        const canvasWidth = Math.hypot(turned.across.x * size.width, turned.across.y * size.height)
        const radians = (angle * Math.PI) / 180
        const width = Math.abs(size.width * Math.cos(radians)) + Math.abs(size.height * Math.sin(radians))
        expect(Math.abs(canvasWidth - width)).toBeLessThanOrEqual(0.5 + 1e-9)
      }),
    )
  })
})
