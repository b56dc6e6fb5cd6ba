import { describe, expect, it } from 'vitest'
import { defaultLimits } from '../limits/index.ts'
import { canonicalPipeline, parsePipeline } from '../pipeline/index.ts'
import type { Step } from '../steps/index.ts'
import { frameOf } from './frame.test-kit.ts'
import { type Frame, lowerOperation } from './index.ts'

const frame = frameOf(300, 200, { format: 'png' })

function lowered(params: object, over: Partial<Frame> = {}): readonly Step[] {
  return parsePipeline([{ op: 'upscale', ...params }], defaultLimits).flatMap((operation) =>
    lowerOperation(operation, { ...frame, ...over }),
  )
}

describe('upscale to a size', () => {
  it.each([
    [{ width: 301 }, 2],
    [{ width: 600 }, 2],
    [{ width: 601 }, 3],
    [{ height: 401 }, 3],
    [{ width: 10, height: 700 }, 4],
    [{ width: 9_000 }, 4],
  ])('%o takes as few times as it needs, and four at most', (size, factor) => {
    expect(lowered(size)).toEqual([{ step: 'upscale', factor, detail: 0.5 }])
  })

  it('leaves an image alone that is as large', () => {
    expect(lowered({ width: 300, height: 200 })).toEqual([])
    expect(lowered({ width: 300, detail: 0 })).toEqual([])
  })

  it.each([{}, { detail: 1 }, { factor: 2, width: 5 }, { factor: 3, height: 5 }])(
    'stands in place of a factor, not beside it: %o',
    (params) => {
      expect(() => lowered(params)).toThrow(/factor/)
    },
  )
})

describe('upscale up to a number of pixels', () => {
  it('leaves larger images alone, and counts all their frames', () => {
    const drawn = [{ step: 'upscale', factor: 2, detail: 0.5 }]
    expect(lowered({ factor: 2, maxPixels: 60_000 })).toEqual(drawn)
    expect(lowered({ factor: 2, maxPixels: 59_999 })).toEqual([])
    expect(lowered({ factor: 2, maxPixels: 60_000 }, { pages: 2 })).toEqual([])
    expect(lowered({ factor: 2, maxPixels: 120_000 }, { pages: 2 })).toEqual(drawn)
  })

  it('leaves what no request has time for alone instead of refusing it', () => {
    const large = { width: 2_000, height: 2_000 }
    expect(lowered({ factor: 2, maxPixels: 250_000 }, large)).toEqual([])
    expect(() => lowered({ factor: 2 }, large)).toThrow(/takes about/)
  })
})

it('upscale has the key it always had where it says nothing new', () => {
  const parsed = parsePipeline([{ op: 'upscale', factor: 2 }], defaultLimits)
  expect(canonicalPipeline(parsed)).toBe('[{"factor":2,"op":"upscale"}]')
})
