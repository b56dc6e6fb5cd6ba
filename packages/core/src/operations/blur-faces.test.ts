import { describe, expect, it } from 'vitest'
import type { Subject } from '../geometry/subject.ts'
import { defaultLimits } from '../limits/index.ts'
import { parsePipeline } from '../pipeline/index.ts'
import { type Frame, lowerOperation, type OperationInput } from './index.ts'

const found = { left: 0.4, top: 0.2, width: 0.1, height: 0.3, score: 0.9 }
const face: Subject = { kind: 'face', ...found }
const person: Subject = { kind: 'person', left: 0.3, top: 0.2, width: 0.2, height: 0.7, score: 0.9 }

function lower(options: Omit<Extract<OperationInput, { op: 'blurFaces' }>, 'op'>, over: Partial<Frame> = {}) {
  const frame: Frame = {
    width: 1000,
    height: 1000,
    hasAlpha: false,
    pages: 1,
    format: 'jpeg',
    facts: { shown: [face] },
    limits: defaultLimits,
    ...over,
  }
  return parsePipeline([{ op: 'blurFaces', ...options }], defaultLimits).flatMap((operation) =>
    lowerOperation(operation, frame),
  )
}

describe('faces that are hidden', () => {
  it('are blurred by a sixth of their longer side, times the strength, with room around them', () => {
    expect(lower({ strength: 2, padding: 0.5 })).toEqual([
      { step: 'within', left: 350, top: 50, width: 200, height: 600, steps: [{ step: 'blur', sigma: 100 }] },
    ])
  })

  it('become as coarse whatever the size of the picture', () => {
    const [small] = lower({}, { width: 100, height: 100 })
    const [large] = lower({}, { width: 20_000, height: 20_000 })
    const sigmaOf = (step: typeof small) =>
      step?.step === 'within' && step.steps[0]?.step === 'blur' ? step.steps[0].sigma : undefined
    expect(sigmaOf(small)).toBeCloseTo(7.5)
    expect(sigmaOf(large)).toBeCloseTo(1500)
  })

  it('are laid out in at most six blocks along their longer side', () => {
    const [step] = lower({ how: 'pixelate', strength: 1, padding: 0 })
    expect(step).toMatchObject({
      step: 'within',
      steps: [
        { step: 'resize', width: 2, height: 6 },
        { step: 'resize', width: 100, height: 300, kernel: 'nearest' },
      ],
    })
  })

  it('are hidden up to the edge of the picture, each on its own', () => {
    const atEdge = { ...face, left: 0, top: 0, width: 0.125, height: 0.25 }
    expect(lower({ padding: 0.5 }, { facts: { shown: [atEdge, face] } })).toMatchObject([
      { left: 0, top: 0, width: 188, height: 375 },
      { left: 350, top: 50, width: 200, height: 600 },
    ])
  })

  it('may be whole people, who keep less of a head than of a figure', () => {
    expect(lower({ what: 'people', strength: 1, padding: 0 }, { facts: { shown: [person] } })).toMatchObject([
      { left: 300, top: 200, width: 200, height: 700, steps: [{ step: 'blur', sigma: 700 / 7 / 6 }] },
    ])
  })

  it('leave a picture without any as it is', () => {
    expect(lower({}, { facts: { shown: [] } })).toEqual([])
  })
})
