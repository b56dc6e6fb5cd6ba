import { describe, expect, it } from 'vitest'
import { defaultLimits } from '../limits/index.ts'
import { parsePipeline } from '../pipeline/index.ts'
import { frameOf } from './frame.test-kit.ts'
import type { Frame } from './frame.ts'
import { factsFor, frameAfter, lowerOperation, type OperationInput } from './index.ts'

const base = frameOf(4000, 3000)

function lower(params: Omit<Extract<OperationInput, { op: 'resize' }>, 'op'>, over: Partial<Frame> = {}) {
  return parsePipeline([{ op: 'resize', ...params }], defaultLimits).flatMap((operation) =>
    lowerOperation(operation, { ...base, ...over }),
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

  it('takes percent of the side, rounded half up', () => {
    expect(lower({ width: '50%' })).toEqual([scaled(2000, 1500)])
    expect(lower({ width: '0.0125%', height: '100%', fit: 'fill' })).toEqual([scaled(1, 3000)])
    expect(lower({ height: '150%' }, { width: 33, height: 11 })).toEqual([scaled(51, 17)])
    expect(lower({ width: '100%' })).toEqual([])
  })

  it('finds the missing side in the aspect', () => {
    expect(lower({ width: 800, aspect: '2:1' })).toEqual(lower({ width: 800, height: 400 }))
    expect(lower({ height: 300, aspect: '1.5:1', fit: 'fill' })).toEqual([scaled(450, 300)])
    expect(lower({ width: '10%', aspect: '1:1', fit: 'inside' })).toEqual([scaled(400, 300)])
    expect(lower({ aspect: '9:1' }, { width: 900, height: 270 })).toEqual([
      { step: 'extract', left: 0, top: 85, width: 900, height: 100 },
    ])
  })

  it.each([
    [{ x: 0.5, y: 0.5 }, 134],
    [{ x: 0, y: 0.9 }, 0],
    [{ x: 1, y: 0 }, 267],
    [{ x: 0.4, y: 0.5 }, 27],
    [{ x: 0.6, y: 0.5 }, 240],
    [{ left: 1600, top: 5 }, 27],
    [{ left: 9000, top: 5 }, 267],
  ])('cuts around the point %o and stops at the edge', (position, left) => {
    expect(lower({ width: 800, height: 800, position })).toEqual([
      scaled(1067, 800),
      { step: 'extract', left, top: 0, width: 800, height: 800 },
    ])
  })

  it.each([
    ['cover', { width: 5000, height: 1000 }, []],
    ['cover', { width: 1000, height: 5000 }, []],
    ['inside', { width: 5000, height: 1000 }, []],
    ['inside', { width: 1000, height: 1000 }, [scaled(1000, 750)]],
    ['outside', { height: 3001 }, []],
  ] as const)('%s %o keeps an image that is smaller, when told so', (fit, box, steps) => {
    expect(lower({ ...box, fit, upscale: false, whenSmaller: 'keep' })).toEqual(steps)
  })

  it.each([
    ['fill', { width: 4001, height: 10 }],
    ['inside', { width: 4001, height: 3001 }],
    ['cover', { width: 4001, height: 10 }],
    ['inside', { width: '100.1%' }],
  ] as const)('%s %o is refused when it would enlarge', (fit, box) => {
    expect(() => lower({ ...box, fit, upscale: false, whenSmaller: 'refuse' })).toThrow(
      expect.objectContaining({ code: 'operation/impossible', status: 422 }),
    )
  })

  it('refuses no box that is larger on one side only, where the result is not', () => {
    const box = { width: 4001, height: 300, fit: 'inside', upscale: false, whenSmaller: 'refuse' } as const
    expect(lower(box)).toEqual([scaled(400, 300)])
  })

  it.each([
    [{ maxHeight: 200 }, 900, 200],
    [{ minHeight: 500 }, 900, 500],
    [{ width: 400, maxHeight: 100 }, 400, 100],
    [{ width: 400, minHeight: 300 }, 400, 300],
    [{ width: 400, height: 300, maxWidth: 350, minHeight: 350 }, 350, 350],
    [{ width: 400, minHeight: 200, maxHeight: 100 }, 400, 200],
    [{ width: 200, height: 200, fit: 'inside', minHeight: 90 }, 300, 90],
    [{ width: 200, height: 200, fit: 'outside', maxWidth: 400 }, 400, 120],
    [{ width: 800, fit: 'inside', maxHeight: 135 }, 450, 135],
    [{ minWidth: 1800, fit: 'inside' }, 1800, 540],
    [{ width: 200, fit: 'inside', minWidth: 5000, upscale: false }, 900, 270],
  ] as const)('%o keeps 900×270 within its bounds: %i×%i', (params, width, height) => {
    const steps = lower(params, { width: 900, height: 270 })
    const frame = steps.reduce(frameAfter, { ...base, width: 900, height: 270 })
    expect([frame.width, frame.height]).toEqual([width, height])
  })

  it.each([
    [{ width: 100, height: 80 }, 100, 80],
    [{ width: 80, height: 100 }, 80, 60],
    [{ width: 100, height: 100 }, 100, 100],
  ])('auto covers %o when both lie the same way', (box, width, height) => {
    const frame = lower({ ...box, fit: 'auto' }).reduce(frameAfter, base)
    expect([frame.width, frame.height]).toEqual([width, height])
  })

  it('fills what contain leaves with the edge, the reflection or a blurred copy', () => {
    const contain = { width: 400, height: 400, fit: 'contain' } as const
    const sides = { top: 50, right: 0, bottom: 50, left: 0, background: clear }
    expect(lower({ ...contain, fill: 'mirror' })).toEqual([
      scaled(400, 300),
      { step: 'extend', ...sides, edges: 'mirror' },
    ])
    expect(lower({ ...contain, fill: 'blur' })).toEqual([
      scaled(400, 300),
      { step: 'backdrop', ...sides, sigma: 10, opacity: 1 },
    ])
    expect(lower({ ...contain, fill: 'blur', fillBlur: 3, fillOpacity: 0.4 })[1]).toMatchObject({
      sigma: 3,
      opacity: 0.4,
    })
  })

  it('paints the dominant colour once it is known', () => {
    const facts = { dominantColour: { r: 1, g: 2, b: 3, alpha: 1 } }
    const contain = { width: 400, height: 400, fit: 'contain', background: 'Dominant' } as const
    expect(lower(contain, { facts })[1]).toMatchObject({ background: facts.dominantColour })
    expect(() => lower(contain)).toThrow(TypeError)
    const [operation] = parsePipeline([{ op: 'resize', ...contain }], defaultLimits)
    expect(operation && factsFor(operation)).toEqual(['dominantColour'])
  })

  it.each([
    [{ width: '0%' }],
    [{ width: '10001%' }],
    [{ width: '5 %' }],
    [{ width: 1, height: 1, aspect: '1:1' }],
    [{ width: 1, aspect: '0:1' }],
    [{ width: 1, height: 1, position: { x: 1.1, y: 0 } }],
    [{ width: 1, height: 1, position: { x: 0.5 } }],
    [{ width: 1, height: 1, fit: 'contain', position: { x: 0.5, y: 0.5 } }],
  ])('refuses %o', (params) => {
    expect(() => lower(params as never)).toThrow(expect.objectContaining({ code: 'pipeline/invalid' }))
  })
})
