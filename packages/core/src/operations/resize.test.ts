import { describe, expect, it } from 'vitest'
import { defaultLimits } from '../limits/index.ts'
import { parsePipeline } from '../pipeline/index.ts'
import type { Frame } from './frame.ts'
import { lowerOperation, type OperationInput } from './index.ts'

const frame: Frame = {
  width: 4000,
  height: 3000,
  hasAlpha: false,
  pages: 1,
  format: 'jpeg',
  facts: {},
  limits: defaultLimits,
}

function lower(params: Omit<Extract<OperationInput, { op: 'resize' }>, 'op'>, over: Partial<Frame> = {}) {
  return parsePipeline([{ op: 'resize', ...params }], defaultLimits).flatMap((operation) =>
    lowerOperation(operation, { ...frame, ...over }),
  )
}

const scaled = (width: number, height: number) => ({ step: 'resize', width, height, kernel: 'lanczos3' })
const clear = { r: 0, g: 0, b: 0, alpha: 0 }

describe('resize', () => {
  it('keeps the ratio when only one side is given', () => {
    expect(lower({ width: 800 })).toEqual([scaled(800, 600)])
    expect(lower({ height: 300 })).toEqual([scaled(400, 300)])
  })

  it('covers by scaling the whole and cutting the rest', () => {
    expect(lower({ width: 800, height: 800 })).toEqual([
      scaled(1067, 800),
      { step: 'extract', left: 134, top: 0, width: 800, height: 800 },
    ])
    expect(lower({ width: 800, height: 400, position: 'bottom' })).toEqual([
      scaled(800, 600),
      { step: 'extract', left: 0, top: 200, width: 800, height: 400 },
    ])
  })

  it('leaves the place of a saliency cut to the engine', () => {
    expect(lower({ width: 800, height: 800, position: 'entropy' })).toEqual([
      scaled(1067, 800),
      { step: 'interest', width: 800, height: 800, strategy: 'entropy' },
    ])
  })

  it('contains by placing the scaled image on a canvas', () => {
    expect(lower({ width: 801, height: 800, fit: 'contain', background: '#f00' })).toEqual([
      scaled(801, 601),
      {
        step: 'extend',
        top: 99,
        right: 0,
        bottom: 100,
        left: 0,
        background: { r: 255, g: 0, b: 0, alpha: 1 },
      },
    ])
    expect(lower({ width: 800, height: 800, fit: 'contain', position: 'bottom-right' })).toEqual([
      scaled(800, 600),
      { step: 'extend', top: 200, right: 0, bottom: 0, left: 0, background: clear },
    ])
  })

  it.each([
    ['fill', 800, 800],
    ['inside', 800, 600],
    ['outside', 1067, 800],
  ] as const)('%s needs one step', (fit, width, height) => {
    expect(lower({ width: 800, height: 800, fit })).toEqual([scaled(width, height)])
  })

  it('does nothing when the size is right already', () => {
    expect(lower({ width: 4000 })).toEqual([])
    expect(lower({ width: 4000, height: 3000 })).toEqual([])
    expect(lower({ width: 9000, fit: 'inside', upscale: false })).toEqual([])
    expect(lower({ width: 10, downscale: false })).toEqual([])
  })

  it('only cuts when cover may not enlarge a small source', () => {
    expect(lower({ width: 2000, height: 2000, upscale: false }, { width: 1000, height: 500 })).toEqual([
      { step: 'extract', left: 250, top: 0, width: 500, height: 500 },
    ])
  })

  it('keeps a small source unscaled on the canvas of contain', () => {
    const params = { width: 200, height: 100, fit: 'contain', upscale: false } as const
    expect(lower(params, { width: 100, height: 50 })).toEqual([
      { step: 'extend', top: 25, right: 50, bottom: 25, left: 50, background: clear },
    ])
  })

  it('cuts a long strip before scaling it when the whole would be too large', () => {
    const strip = { width: 10_000, height: 10 }
    expect(lower({ width: 100, height: 100 }, strip)).toEqual([
      { step: 'extract', left: 4995, top: 0, width: 10, height: 10 },
      scaled(100, 100),
    ])
    expect(lower({ width: 100, height: 100, position: 'attention' }, strip)).toEqual([
      { step: 'interest', width: 10, height: 10, strategy: 'attention' },
      scaled(100, 100),
    ])
  })

  it.each([
    ['the side', { width: 16_385 }, {}],
    ['the side that follows', { width: 100 }, { width: 10, height: 10_000 }],
    ['the canvas', { width: 16_385, height: 10, fit: 'contain' }, {}],
    ['the pixels', { width: 16_000, height: 16_000, fit: 'fill' }, {}],
    ['the pixels of all frames', { width: 2000, height: 2000 }, { pages: 100 }],
  ] as const)('refuses a result in which %s would pass the limits', (_, params, over) => {
    expect(() => lower(params, over)).toThrow(
      expect.objectContaining({ code: 'operation/too-large', status: 422 }),
    )
  })

  it('says which size and which limit', () => {
    expect(() => lower({ width: 20_000 })).toThrow('20000×15000 px; the largest side allowed is 16384 px')
  })

  it('may ask for any box when it may not enlarge', () => {
    expect(lower({ width: 1_000_000, height: 1_000_000, fit: 'inside', upscale: false })).toEqual([])
  })
})
