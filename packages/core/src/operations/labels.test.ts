/** Cuts around things by their names. */
import { describe, expect, it } from 'vitest'
import type { Subject } from '../geometry/index.ts'
import { defaultLimits } from '../limits/index.ts'
import { canonicalPipeline, parsePipeline } from '../pipeline/index.ts'
import type { Step } from '../steps/index.ts'
import { frameOf } from './frame.test-kit.ts'
import { type Frame, frameAfter, lowerOperation, modelWork, sightingsIn } from './index.ts'

const person: Subject = {
  kind: 'person',
  label: 'person',
  left: 0.05,
  top: 0,
  width: 0.3,
  height: 1,
  score: 0.9,
}
const dog: Subject = {
  kind: 'animal',
  label: 'dog',
  left: 0.6,
  top: 0.6,
  width: 0.1,
  height: 0.3,
  score: 0.5,
}
const face: Subject = { kind: 'face', left: 0.9, top: 0.1, width: 0.05, height: 0.1, score: 0.9 }

const frame = frameOf(1_000, 500, { facts: { faces: [face], subjects: [face, person, dog] } })

function cut(labels: readonly string[], within: Frame = frame): Step | undefined {
  const pipeline = parsePipeline(
    [{ op: 'crop', width: 100, height: 500, position: { labels } }],
    defaultLimits,
  )
  return pipeline.flatMap((operation) => lowerOperation(operation, within))[0]
}

describe('a cut around things by name', () => {
  it('goes around them, not around what matters more', () => {
    expect(cut(['dog'])).toMatchObject({ step: 'extract', left: 600 })
    expect(cut(['person'])).toMatchObject({ step: 'extract', left: 150 })
    expect(cut(['face'])).toMatchObject({ step: 'extract', left: 875 })
  })

  it('takes all that are named together', () => {
    const wide = parsePipeline(
      [{ op: 'resize', width: 400, height: 400, position: { labels: ['dog', 'face'] } }],
      defaultLimits,
    ).flatMap((operation) => lowerOperation(operation, frame))
    const left = wide.find((step) => step.step === 'extract')?.left ?? 0
    // Both lie within 0.6–0.95 of 800 px.
    expect(left).toBeLessThanOrEqual(480)
    expect(left + 400).toBeGreaterThanOrEqual(760)
  })

  it('falls to what draws the eye where there are none', () => {
    expect(cut(['cat', 'sheep'])).toMatchObject({ step: 'interest', strategy: 'attention' })
  })

  it('still finds them behind mirrors and turns', () => {
    const mirrored = frameAfter(frame, { step: 'flop' })
    expect(cut(['dog'], mirrored)).toMatchObject({ step: 'extract', left: 300 })
    const turned = frameAfter(frameAfter(frame, { step: 'turn', quarters: 1 }), { step: 'turn', quarters: 3 })
    expect(cut(['dog'], turned)).toMatchObject({ step: 'extract', left: 600 })
  })

  it('has one key, however the names are written down', () => {
    const key = (labels: readonly string[]) =>
      canonicalPipeline(
        parsePipeline([{ op: 'resize', width: 9, height: 9, position: { labels } }], defaultLimits),
      )
    expect(key(['dog', 'cat', 'dog'])).toBe(key(['cat', 'dog']))
  })

  it('asks the models for subjects', () => {
    const pipeline = parsePipeline(
      [{ op: 'crop', aspect: '1:1', position: { labels: ['dog'] } }],
      defaultLimits,
    )
    expect(modelWork(pipeline)).toEqual(['subjects'])
  })

  it.each([[[]], [['dragon']], [['Dog']], ['dog']])('refuses %j', (labels) => {
    expect(() => cut(labels as string[])).toThrow(/labels/)
  })
})

it('what models saw keeps its name', () => {
  const { kind: _, ...region } = face
  const point = { x: 0.5, y: 0.5 }
  const landmarks = { leftEye: point, rightEye: point, nose: point, mouth: point }
  const told = sightingsIn({
    faces: [{ ...region, landmarks }],
    subjects: [{ ...dog, kind: 'animal', label: 'dog' }],
  })
  expect(told).toEqual({ faces: [face], subjects: [face, dog] })
})
