import { describe, expect, it } from 'vitest'
import { defaultLimits } from '../limits/index.ts'
import { parsePipeline } from '../pipeline/index.ts'
import { frameOf } from './frame.test-kit.ts'
import { lowerOperation } from './index.ts'

const frame = frameOf(1000, 700)

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

  it.each([
    [{ left: 10 }, { left: 10, top: 0, width: 990, height: 700 }],
    [
      { top: '10%', bottom: '20%' },
      { left: 0, top: 70, width: 1000, height: 490 },
    ],
    [
      { left: 10, right: 20, top: 30, bottom: 40 },
      { left: 10, top: 30, width: 970, height: 630 },
    ],
    [
      { right: 10, width: 100 },
      { left: 890, top: 0, width: 100, height: 700 },
    ],
    [
      { bottom: '10%', height: '50%' },
      { left: 0, top: 280, width: 1000, height: 350 },
    ],
    [
      { left: '99.99%', width: '0.001%' },
      { left: 999, top: 0, width: 1, height: 700 },
    ],
    [
      { width: 200, height: 100 },
      { left: 400, top: 300, width: 200, height: 100 },
    ],
    [
      { width: 200, height: '10%', position: 'bottom-right' },
      { left: 800, top: 630, width: 200, height: 70 },
    ],
    [
      { width: 200, position: { x: 0.1, y: 0.9 } },
      { left: 0, top: 0, width: 200, height: 700 },
    ],
    [
      { width: 200, position: { x: 0.3, y: 0.9 } },
      { left: 200, top: 0, width: 200, height: 700 },
    ],
    [
      { width: 200, position: { left: 500, top: 0 } },
      { left: 400, top: 0, width: 200, height: 700 },
    ],
    [
      { left: 5, height: 100, position: 'bottom' },
      { left: 5, top: 600, width: 995, height: 100 },
    ],
  ])('cuts %o', (params, box) => {
    expect(lower(params)).toEqual([{ step: 'extract', ...box }])
  })

  it.each([
    ['bottom-right', { offsetX: 10, offsetY: 20 }, 790, 580],
    ['top-left', { offsetX: 10, offsetY: 20 }, 10, 20],
    ['center', { offsetX: -10, offsetY: '10%' }, 390, 370],
    ['right', { offsetX: -10 }, 800, 300],
    ['left', { offsetX: 5000 }, 800, 300],
  ])('moves a box at %s by %o, not past an edge', (position, offsets, left, top) => {
    expect(lower({ width: 200, height: 100, position, ...offsets })).toEqual([
      { step: 'extract', left, top, width: 200, height: 100 },
    ])
  })

  it.each([
    [
      { aspect: '1:1', zoom: 2 },
      { left: 325, top: 175, width: 350, height: 350 },
    ],
    [
      { zoom: 10, position: { x: 0.25, y: 0.5 } },
      { left: 200, top: 315, width: 100, height: 70 },
    ],
    [
      { zoom: 100, position: 'top-left' },
      { left: 0, top: 0, width: 10, height: 7 },
    ],
  ])('zooms in: %o', (params, box) => {
    expect(lower(params)).toEqual([{ step: 'extract', ...box }])
  })

  it.each([
    ['4:3', '16:9', []],
    ['16:9', '4:3', []],
    ['3:2', '16:9', [{ step: 'extract', left: 0, top: 17, width: 1000, height: 667 }]],
    ['1:2', '1:1', [{ step: 'extract', left: 150, top: 0, width: 700, height: 700 }]],
  ])('leaves an image between %s and %s alone', (aspect, aspectTo, steps) => {
    expect(lower({ aspect, aspectTo })).toEqual(steps)
  })

  it.each([
    [
      { left: 900, top: 600, width: 500, height: 500 },
      { left: 900, top: 600, width: 100, height: 100 },
    ],
    [
      { left: 0, top: 0, width: 5000, height: 10 },
      { left: 0, top: 0, width: 1000, height: 10 },
    ],
    [
      { right: 900, width: 500 },
      { left: 0, top: 0, width: 100, height: 700 },
    ],
    [
      { width: 5000, height: 100, position: 'bottom' },
      { left: 0, top: 600, width: 1000, height: 100 },
    ],
    [
      { left: '50%', width: '90%' },
      { left: 500, top: 0, width: 500, height: 700 },
    ],
  ])('clips %o when told so, and else refuses it', (params, box) => {
    expect(lower({ ...params, outside: 'clip' })).toEqual([{ step: 'extract', ...box }])
    expect(() => lower(params)).toThrow(expect.objectContaining({ code: 'operation/impossible' }))
  })

  it.each([[{ left: 1000, width: 5 }], [{ left: 500, right: 500 }], [{ top: '60%', bottom: '60%' }]])(
    'has nothing left to clip in %o',
    (params) => {
      expect(() => lower({ ...params, outside: 'clip' })).toThrow(
        expect.objectContaining({ code: 'operation/impossible' }),
      )
    },
  )

  it.each([
    [{ left: 1, width: 2, right: 3 }, 'right'],
    [{ left: 1, top: 2, position: 'top' }, 'position'],
    [{ left: 1, height: 9, position: 'entropy' }, 'position'],
    [{ left: 1, offsetX: 9 }, 'offsetX'],
    [{ width: 9, position: 'attention', offsetY: 9 }, 'offsetY'],
    [{ aspectTo: '1:1', zoom: 2 }, 'aspectTo'],
    [{ zoom: 0.5 }, 'zoom'],
    [{ left: -1 }, 'left'],
  ])('refuses %o for its %s', (params, parameter) => {
    expect(() => lower(params)).toThrow(
      expect.objectContaining({
        code: 'pipeline/invalid',
        members: expect.objectContaining({ parameter }),
      }),
    )
  })
})
