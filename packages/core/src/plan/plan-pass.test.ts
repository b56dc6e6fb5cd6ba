import { describe, expect, it } from 'vitest'
import { defaultLimits } from '../limits/index.ts'
import { frameOf } from '../operations/frame.test-kit.ts'
import type { Frame, OperationInput } from '../operations/index.ts'
import { parsePipeline } from '../pipeline/index.ts'
import type { Step } from '../steps/index.ts'
import type { EngineProfile } from './engine-profile.ts'
import { type Plan, planPasses } from './plan-pass.ts'

const profile: EngineProfile = {
  order: ['extract', 'flatten', 'greyscale', 'resize', 'flip', 'flop', 'turn', 'extract', 'extend', 'blur'],
  apart: [],
  apartWithAlpha: [],
  alone: ['rotate'],
}
const frame = frameOf(4000, 3000)

function plan(
  operations: readonly OperationInput[],
  {
    start = frame,
    leading = [],
    trailing = [],
  }: { start?: Frame; leading?: readonly Step[]; trailing?: readonly Step[] } = {},
): Plan {
  const pipeline = parsePipeline(operations, defaultLimits)
  const options = { shrinksOnLoad: true }
  return planPasses({ leading, pipeline, trailing: () => trailing, frame: start, profile, options })
}

function told({ passes }: Plan): string {
  return passes.map((pass) => pass.map(({ step }) => step).join(' ')).join(' | ')
}

describe('planPasses', () => {
  it('plans an upright cover of a turned photo in one pass that begins with the shrink', () => {
    const planned = plan([{ op: 'resize', width: 300, height: 300 }], {
      leading: [{ step: 'turn', quarters: 1 }],
    })
    expect(told(planned)).toBe('resize turn extract')
    expect(planned.remaining).toEqual([])
    expect(planned.frame).toMatchObject({ width: 300, height: 300 })
  })

  it('stops before an operation whose facts are missing', () => {
    const planned = plan([{ op: 'flip' }, { op: 'trim' }, { op: 'blur', sigma: 2 }])
    expect(told(planned)).toBe('flip')
    expect(planned.remaining.map(({ op }) => op)).toEqual(['trim', 'blur'])
  })

  it('uses a fact once, even when the operation changes nothing', () => {
    const whole = { left: 0, top: 0, width: 4000, height: 3000 }
    const planned = plan([{ op: 'trim' }, { op: 'trim' }], { start: { ...frame, facts: { trimBox: whole } } })
    expect(planned.passes).toEqual([])
    expect(planned.remaining.map(({ op }) => op)).toEqual(['trim'])
  })

  it('stops behind a free rotation, whose size the engine decides', () => {
    const planned = plan([
      { op: 'rotate', angle: 10 },
      { op: 'resize', width: 100 },
    ])
    expect(told(planned)).toBe('rotate')
    expect(planned.remaining.map(({ op }) => op)).toEqual(['resize'])
  })

  it('adds what the output needs only at the end', () => {
    const trailing: readonly Step[] = [{ step: 'blur', sigma: 1 }]
    expect(told(plan([{ op: 'flip' }], { trailing }))).toBe('flip blur')
    expect(told(plan([{ op: 'flip' }, { op: 'trim' }], { trailing }))).toBe('flip')
    expect(told(plan([], { trailing }))).toBe('blur')
  })

  it('refuses what is larger than the limits before anything is executed', () => {
    expect(() => plan([{ op: 'flip' }, { op: 'extend', left: 16_000 }])).toThrow(
      expect.objectContaining({ code: 'operation/too-large' }),
    )
  })
})
