import { describe, expect, it } from 'vitest'
import { frameOf } from '../operations/frame.test-kit.ts'
import { frameAfterAll } from '../operations/index.ts'
import type { Step } from '../steps/index.ts'
import { expandWideBlurs } from './wide-blur.ts'

const frame = frameOf(4000, 3000)
const blur = (sigma: number): Step => ({ step: 'blur', sigma })

describe('expandWideBlurs', () => {
  it('leaves narrow blurs and other steps alone', () => {
    const steps: readonly Step[] = [blur(32), { step: 'flip' }]
    expect(expandWideBlurs(steps, frame)).toEqual(steps)
  })

  it('blurs a quarter of the size by a quarter of the sigma and comes back', () => {
    expect(expandWideBlurs([blur(64)], frame)).toEqual([
      { step: 'resize', width: 1000, height: 750, kernel: 'linear' },
      blur(16),
      { step: 'resize', width: 4000, height: 3000, kernel: 'cubic' },
    ])
  })

  it('shrinks no further than to a few pixels and keeps the share of the picture that is mixed', () => {
    const [small, narrow] = expandWideBlurs([blur(1000)], { ...frame, width: 200, height: 100 })
    expect(small).toMatchObject({ width: 24, height: 24 })
    expect(narrow).toMatchObject({ sigma: expect.closeTo(1000 * Math.sqrt((24 / 200) * (24 / 100)), 6) })
  })

  it('knows the size at each blur', () => {
    const steps: readonly Step[] = [blur(64), { step: 'turn', quarters: 1 }, blur(64)]
    const expanded = expandWideBlurs(steps, frame)
    expect(expanded.at(-1)).toMatchObject({ width: 3000, height: 4000 })
    expect(frameAfterAll(frame, expanded)).toEqual(frameAfterAll(frame, steps))
  })
})
