import { describe, expect, it } from 'vitest'
import { defaultLimits } from '../limits/index.ts'
import { canonicalPipeline, parsePipeline } from '../pipeline/index.ts'
import type { Step } from '../steps/index.ts'
import { frameOf } from './frame.test-kit.ts'
import type { Frame } from './frame.ts'
import { lowerOperation, type OperationInput } from './index.ts'

const logo = { asset: 'logo.png' }
const key = '{"asset":"logo.png"}'

const frame = frameOf(1000, 600, { pictures: { [key]: { width: 200, height: 100, hasAlpha: true } } })

type Params = Omit<Extract<OperationInput, { op: 'overlay' }>, 'op' | 'picture'>

function lower(params: Params, over: Partial<Frame> = {}): readonly Step[] {
  return parsePipeline([{ op: 'overlay', picture: logo, ...params }], defaultLimits).flatMap((operation) =>
    lowerOperation(operation, { ...frame, ...over }),
  )
}

/** Size and place of the only layer. */
function box(params: Params, over: Partial<Frame> = {}) {
  const [step] = lower(params, over)
  if (step?.step !== 'composite') throw new Error('no layer')
  const resize = step.layer.findLast((one) => one.step === 'resize')
  const { width, height } = resize ?? { width: 200, height: 100 }
  return [step.left, step.top, width, height]
}

describe('overlay', () => {
  it('lies in the centre at its own size', () => {
    expect(lower({})).toEqual([
      { step: 'composite', picture: key, layer: [], left: 400, top: 250, blend: 'normal', opacity: 1 },
    ])
  })

  it.each<[string, Params, number[]]>([
    ['width in pixels', { width: 100 }, [450, 275, 100, 50]],
    ['width in percent of the image', { width: '25%' }, [375, 237, 250, 125]],
    ['height in percent of the image', { height: '50%' }, [200, 150, 600, 300]],
    ['a box keeps the ratio', { width: 500, height: 50 }, [450, 275, 100, 50]],
    ['a box that is filled', { width: 500, height: 50, fit: 'fill' }, [250, 275, 500, 50]],
    ['no enlargement', { width: 500, upscale: false }, [400, 250, 200, 100]],
    ['larger than the image on purpose', { width: 1200 }, [-100, 0, 1200, 600]],
    ['half of its own size', { scale: 50 }, [450, 275, 100, 50]],
    [
      'hung by its bottom right corner',
      { position: 'top-left', x: 300, y: 200, anchor: { x: 1, y: 1 } },
      [100, 100, 200, 100],
    ],
    ['hung by a point', { position: 'center', anchor: { x: 0.25, y: 0 } }, [450, 300, 200, 100]],
    [
      'hung by its middle from the far corner',
      { position: 'bottom-right', x: 10, y: 20, anchor: { x: 0.5, y: 0.5 } },
      [890, 530, 200, 100],
    ],
    ['hung where it lies anyhow', { position: 'left', anchor: { x: 0, y: 0.5 } }, [0, 250, 200, 100]],
    ['at its own size no larger than the image', { scale: 1000 }, [0, 50, 1000, 500]],
    [
      '… nor than what the padding leaves',
      { scale: 1000, position: 'left', padding: 100 },
      [100, 75, 900, 450],
    ],
  ])('size: %s', (_, params, expected) => {
    expect(box(params)).toEqual(expected)
  })

  it.each<[Params, number[]]>([
    [{ position: 'top-left' }, [0, 0]],
    [{ position: 'top' }, [400, 0]],
    [{ position: 'bottom-right' }, [800, 500]],
    [{ position: 'bottom-right', padding: 10 }, [790, 490]],
    [{ position: 'left', padding: 10 }, [10, 250]],
    [{ position: 'top-left', padding: '5%' }, [50, 30]],
    [{ position: 'bottom-right', padding: 10, x: 30 }, [770, 490]],
    [{ position: 'bottom-right', x: '-10%', y: -50 }, [900, 550]],
    [{ position: 'center', padding: 10, x: 30, y: '-10%' }, [430, 190]],
    [{ position: 'top-left', x: 7, y: 9 }, [7, 9]],
  ])('place: %j', (params, expected) => {
    expect(box(params).slice(0, 2)).toEqual(expected)
  })

  it('turns the picture and places what comes of it', () => {
    expect(lower({ rotation: 90, position: 'bottom-right' })).toMatchObject([
      { layer: [{ step: 'turn', quarters: 1 }], left: 900, top: 400 },
    ])
    expect(lower({ rotation: 30, position: 'top-left', width: 100 })).toMatchObject([
      {
        layer: [
          { step: 'resize', width: 100, height: 50 },
          { step: 'rotate', angle: 30, background: { alpha: 0 } },
        ],
        left: 0,
      },
    ])
  })

  it('repeats from where it is placed', () => {
    expect(lower({ tile: true, spacing: 20, position: 'top-left', x: 5 })).toMatchObject([
      { left: 5, top: 0, every: { x: 220, y: 120 } },
    ])
  })

  it('draws nothing that nobody sees', () => {
    expect(lower({ opacity: 0 })).toEqual([])
    expect(lower({ position: 'top-left', x: 1000 })).toEqual([])
    expect(lower({ position: 'top-left', y: -100 })).toEqual([])
    expect(lower({ position: 'top-left', y: -99 })).toHaveLength(1)
  })

  it('leaves size and alpha of the image', () => {
    expect(lower({}, { pages: 1_000 })).toHaveLength(1)
    expect(() => lower({ width: '5000%' })).toThrow(
      expect.objectContaining({
        code: 'operation/too-large',
        message: expect.stringMatching(/^overlay would/),
      }),
    )
  })

  it.each<[Params | { picture: unknown }, string]>([
    [
      { width: '10' },
      'width must be whole pixels, 1–1000000, or percent of the side such as "50%", up to 10000% (value "10")',
    ],
    [{ width: '0%' }, 'width must be whole pixels'],
    [{ padding: -1 }, 'padding must be at least 0 px (value -1)'],
    [{ scale: 50, width: 10 }, 'scale must be absent beside a width or a height'],
    [{ picture: 'logo.png' }, 'picture must be { "asset": path } or { "url": "https://…" }'],
    [{ picture: { asset: 'a', url: 'https://b' } }, 'picture must be'],
    [{ picture: { url: 'file:///etc/passwd' } }, 'picture must be'],
    [{ picture: { asset: '' } }, 'picture must be'],
  ])('refuses %j', (params, message) => {
    expect(() => lower(params as Params)).toThrow(message)
  })

  it('has one canonical spelling', () => {
    const written = (params: Params & { picture?: unknown }) =>
      canonicalPipeline(parsePipeline([{ op: 'overlay', picture: logo, ...params }], defaultLimits))
    expect(written({ fit: 'cover', upscale: false, spacing: 9, rotation: 720 })).toBe(
      '[{"op":"overlay","picture":{"asset":"logo.png"}}]',
    )
    expect(written({ width: '025.50%' })).toBe(written({ width: '25.5%' }))
    expect(written({ picture: { asset: 'é' } })).toBe(written({ picture: { asset: 'é' } }))
    expect(written({ opacity: 0 })).toBe('[]')
  })
})
