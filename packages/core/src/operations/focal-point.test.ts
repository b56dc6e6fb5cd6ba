import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { storedPoint } from '../geometry/orientation.ts'
import { defaultLimits } from '../limits/index.ts'
import { parsePipeline } from '../pipeline/index.ts'
import { exifOrientationSteps } from '../plan/orientation.ts'
import type { Step } from '../steps/step.ts'
import { focalPointAfter } from './focal-point.ts'
import { frameOf } from './frame.test-kit.ts'
import { followsFocalPoint, frameAfterAll, frameBehind, lowerOperation } from './index.ts'

const frame = frameOf(400, 200, { focalPoint: { x: 0.75, y: 0.25 } })
const background = { r: 0, g: 0, b: 0, alpha: 1 }
const edges = { top: 100, right: 0, bottom: 0, left: 400, background }
const parse = (...pipeline: readonly object[]) => parsePipeline(pipeline, defaultLimits)

/** Steps of the last operation, the others done before it. */
function stepsOf(...pipeline: readonly object[]): readonly Step[] {
  let now = frame
  let steps: readonly Step[] = []
  for (const operation of parse(...pipeline)) {
    steps = lowerOperation(operation, now)
    now = frameBehind(operation, now, steps)
  }
  return steps
}

describe('a focal point', () => {
  it.each<[Step, { x: number; y: number } | undefined]>([
    [
      { step: 'extract', left: 200, top: 0, width: 200, height: 100 },
      { x: 0.5, y: 0.5 },
    ],
    [
      { step: 'extract', left: 0, top: 100, width: 200, height: 100 },
      { x: 1, y: 0 },
    ],
    [
      { step: 'resize', width: 40, height: 300, kernel: 'nearest' },
      { x: 0.75, y: 0.25 },
    ],
    [{ step: 'flip' }, { x: 0.75, y: 0.75 }],
    [{ step: 'flop' }, { x: 0.25, y: 0.25 }],
    [
      { step: 'turn', quarters: 1 },
      { x: 0.75, y: 0.75 },
    ],
    [
      { step: 'turn', quarters: 2 },
      { x: 0.25, y: 0.75 },
    ],
    [
      { step: 'turn', quarters: 3 },
      { x: 0.25, y: 0.25 },
    ],
    [
      { step: 'extend', ...edges },
      { x: 0.875, y: 0.5 },
    ],
    [
      { step: 'backdrop', ...edges, sigma: 3, opacity: 1 },
      { x: 0.875, y: 0.5 },
    ],
    [{ step: 'interest', width: 9, height: 9, strategy: 'attention' }, undefined],
    [
      { step: 'blur', sigma: 3 },
      { x: 0.75, y: 0.25 },
    ],
  ])('moves with the pixels of %o', (step, expected) => {
    expect(frameAfterAll(frame, [step]).focalPoint).toEqual(expected)
  })

  it('turns freely as it does by quarters', () => {
    const point = { x: 0.9, y: 0.2 }
    for (const quarters of [1, 2, 3] as const) {
      const free = focalPointAfter(point, frame, { step: 'rotate', angle: 90 * quarters, background })
      const exact = focalPointAfter(point, frame, { step: 'turn', quarters })
      expect(free?.x).toBeCloseTo(exact?.x ?? 0, 9)
      expect(free?.y).toBeCloseTo(exact?.y ?? 0, 9)
    }
  })

  it('is found in the file, however that lies', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), share, share, (tag, x, y) => {
        const stored = { ...frame, focalPoint: storedPoint({ x, y }, tag) }
        const upright = frameAfterAll(stored, exifOrientationSteps(tag)).focalPoint
        expect(upright?.x).toBeCloseTo(x, 9)
        expect(upright?.y).toBeCloseTo(y, 9)
      }),
    )
  })
})

describe('a cut that names no place', () => {
  const cover = { op: 'resize', width: 100, height: 200 }

  it.each<[string, readonly object[], number]>([
    ['covers around it', [cover], 250],
    ['is cut around it', [{ op: 'crop', aspect: '1:2' }], 250],
    ['keeps it in a mirror', [{ op: 'flop' }, cover], 50],
    ['keeps it behind a cut', [{ op: 'crop', left: 200, width: 200, top: 0, height: 200 }, cover], 50],
    ['stops at the edge', [{ op: 'crop', width: 300 }], 100],
    ['is not moved where the centre is said', [{ ...cover, position: 'center' }], 150],
  ])('%s', (_, pipeline, left) => {
    expect(stepsOf(...pipeline).at(-1)).toMatchObject({ step: 'extract', left })
  })

  it('is in the centre where there is no point', () => {
    const [operation] = parse(cover)
    if (operation === undefined) throw new Error('no operation')
    expect(lowerOperation(operation, { ...frame, focalPoint: undefined }).at(-1)).toMatchObject({ left: 150 })
  })

  it.each<[object, boolean]>([
    [cover, true],
    [{ ...cover, fit: 'auto' }, true],
    [{ op: 'crop', aspect: '1:1' }, true],
    [{ op: 'crop', left: 3, width: 9, height: 9 }, true],
    [{ ...cover, position: 'center' }, false],
    [{ ...cover, position: { x: 0.2, y: 0.2 } }, false],
    [{ ...cover, position: 'attention' }, false],
    [{ ...cover, fit: 'contain' }, false],
    [{ ...cover, fit: 'inside' }, false],
    [{ op: 'resize', width: 100 }, false],
    [{ op: 'crop', left: 3, top: 3, width: 9, height: 9 }, false],
    [{ op: 'pad', aspect: '1:1' }, false],
  ])('%o follows a focal point: %s', (operation, expected) => {
    expect(followsFocalPoint(parse({ op: 'grayscale' }, operation))).toBe(expected)
  })
})
