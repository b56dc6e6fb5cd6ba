import { describe, expect, it } from 'vitest'
import { defaultLimits } from '../limits/index.ts'
import { parsePipeline } from '../pipeline/index.ts'
import type { Frame } from './frame.ts'
import { lowerOperation } from './index.ts'

const frame: Frame = {
  width: 1000,
  height: 700,
  hasAlpha: false,
  pages: 1,
  format: 'jpeg',
  facts: {},
  limits: defaultLimits,
}

function lower(params: Readonly<Record<string, unknown>>) {
  return parsePipeline([{ op: 'crop', ...params }], defaultLimits).flatMap((one) =>
    lowerOperation(one, frame),
  )
}

describe('crop', () => {
  it('cuts a box', () => {
    const box = { left: 10, top: 20, width: 990, height: 680 }
    expect(lower(box)).toEqual([{ step: 'extract', ...box }])
  })

  it.each([
    [{ left: 11, top: 20, width: 990, height: 680 }],
    [{ left: 10, top: 21, width: 990, height: 680 }],
    [{ left: 1000, top: 0, width: 1, height: 1 }],
    [{ left: 0, top: 0, width: 1_000_000, height: 1 }],
  ])('refuses %o outside the image', (box) => {
    const expected = { code: 'operation/impossible', status: 422 }
    expect(() => lower(box)).toThrow(expect.objectContaining(expected))
    expect(() => lower(box)).toThrow('is not inside the image of 1000×700 px')
  })

  it('does nothing when the box is the image', () => {
    expect(lower({ left: 0, top: 0, width: 1000, height: 700 })).toEqual([])
    expect(lower({ aspect: '10:7' })).toEqual([])
  })

  it.each([
    ['1:1', 'center', { left: 150, top: 0, width: 700, height: 700 }],
    ['1:1', 'right', { left: 300, top: 0, width: 700, height: 700 }],
    ['2:1', 'top', { left: 0, top: 0, width: 1000, height: 500 }],
    ['16:9', 'center', { left: 0, top: 69, width: 1000, height: 563 }],
  ])('cuts the largest %s at the %s', (aspect, position, box) => {
    expect(lower({ aspect, position })).toEqual([{ step: 'extract', ...box }])
  })

  it('lets the engine find the place of a saliency cut', () => {
    expect(lower({ aspect: '1:1', position: 'attention' })).toEqual([
      { step: 'interest', width: 700, height: 700, strategy: 'attention' },
    ])
  })
})
