/**
 * What vendors call a mode, said in our operations: the sizes their contracts promise, on an image that is larger than
 * the box, smaller, and smaller on one side. The table of these is docs/adr/0009.
 */
import { describe, expect, it } from 'vitest'
import { defaultLimits } from '../limits/index.ts'
import { parsePipeline } from '../pipeline/index.ts'
import { Problem } from '../problem/index.ts'
import type { Step } from '../steps/index.ts'
import { frameOf } from './frame.test-kit.ts'
import { type Frame, frameBehind, lowerOperation, type OperationInput } from './index.ts'

type Steps = readonly OperationInput[]
type Resize = Omit<Extract<OperationInput, { op: 'resize' }>, 'op' | 'width' | 'height'>

const box = { width: 400, height: 400 } as const
const to = (options: Resize = {}): OperationInput => ({ op: 'resize', ...box, ...options })
const clip: OperationInput = { op: 'crop', ...box, outside: 'clip' }
const small = { upscale: false } as const
const kept = { upscale: false, whenSmaller: 'keep' } as const
const refused = { upscale: false, whenSmaller: 'refuse' } as const

/** Results for images of 1200×800, 200×100 and 1000×200 in a box of 400×400. */
const modes: readonly (readonly [string, Steps, string, string, string])[] = [
  ['imgix clip, Cloudinary fit, Cloudflare contain', [to({ fit: 'inside' })], '400×267', '400×200', '400×80'],
  [
    'imgix max, Cloudinary limit, Cloudflare scale-down',
    [to({ fit: 'inside', ...small })],
    '400×267',
    '200×100',
    '400×80',
  ],
  ['imgix crop, Cloudinary fill', [to()], '400×400', '400×400', '400×400'],
  ['imgix min, imgproxy fill-down, Cloudflare aspect-crop', [to(small)], '400×400', '100×100', '200×200'],
  ['imgix fill, Cloudinary pad', [to({ fit: 'contain' })], '400×400', '400×400', '400×400'],
  ['imgix fillmax, Cloudinary lpad', [to({ fit: 'contain', ...small })], '400×400', '400×400', '400×400'],
  [
    'imgix scale, Cloudinary scale, Cloudflare squeeze',
    [to({ fit: 'fill' })],
    '400×400',
    '400×400',
    '400×400',
  ],
  ['Cloudinary mfit', [to({ fit: 'inside', downscale: false })], '1200×800', '400×200', '1000×200'],
  ['Cloudinary lfill', [to(kept)], '400×400', '200×100', '1000×200'],
  ['Cloudinary crop, ImageKit extract', [clip], '400×400', '200×100', '400×200'],
  ['ImageKit pad_extract', [clip, { op: 'pad', ...box }], '400×400', '400×400', '400×400'],
  ['Cloudflare crop', [to(kept), to({ fit: 'inside', ...small })], '400×400', '200×100', '400×80'],
  ['imgproxy fill', [to({ fit: 'outside', ...small }), clip], '400×400', '200×100', '400×200'],
  ['imgproxy auto', [to({ fit: 'auto', ...small })], '400×400', '100×100', '200×200'],
  [
    'imgproxy fit with min-width and extend',
    [to({ fit: 'inside', minWidth: 500 }), clip, { op: 'pad', ...box }],
    '400×400',
    '400×400',
    '400×400',
  ],
  ['Cloudimage fit', [to({ fit: 'contain', ...small })], '400×400', '400×400', '400×400'],
  ['Cloudimage cropfit', [to(kept), to({ fit: 'contain', ...small })], '400×400', '400×400', '400×400'],
  ['Cloudimage boundmin', [to({ fit: 'outside' })], '600×400', '800×400', '2000×400'],
  ['Cloudimage bound with org_if_sml', [to({ fit: 'inside', ...kept })], '400×267', '200×100', '1000×200'],
  ['ImageKit at_least', [to({ fit: 'outside' })], '600×400', '800×400', '2000×400'],
  ['Iteration Layer outside', [to({ fit: 'outside', downscale: false })], '1200×800', '800×400', '2000×400'],
  ['IIIF 400,400', [to({ fit: 'fill', ...refused })], '400×400', 'refused', 'refused'],
  ['IIIF !400,400', [to({ fit: 'inside', ...refused })], '400×267', 'refused', '400×80'],
  ['IIIF 400,', [{ op: 'resize', width: 400, ...refused }], '400×267', 'refused', '400×80'],
  [
    'IIIF pct:50',
    [{ op: 'resize', width: '50%', height: '50%', fit: 'fill', ...refused }],
    '600×400',
    '100×50',
    '500×100',
  ],
  ['IIIF ^pct:200', [{ op: 'resize', width: '200%' }], '2400×1600', '400×200', '2000×400'],
  ['IIIF square', [{ op: 'crop', aspect: '1:1' }], '800×800', '100×100', '200×200'],
  [
    'IIIF pct:10,10,50,50',
    [{ op: 'crop', left: '10%', top: '10%', width: '50%', height: '50%' }],
    '600×400',
    '100×50',
    '500×100',
  ],
  [
    'IIIF 150,50,300,300',
    [{ op: 'crop', left: 150, top: 50, width: 300, height: 300, outside: 'clip' }],
    '300×300',
    '50×50',
    '300×150',
  ],
  [
    'imgix w=0.5&ar=1:1&fit=crop',
    [{ op: 'resize', width: '50%', aspect: '1:1' }],
    '600×600',
    '100×100',
    '500×500',
  ],
  ['imgix fit=crop&max-h=150', [{ op: 'resize', maxHeight: 150 }], '1200×150', '200×100', '1000×150'],
  [
    'imgix fit=crop&crop=focalpoint&fp-z=2',
    [{ op: 'crop', aspect: '1:1', position: { x: 0.2, y: 0.9 }, zoom: 2 }, to()],
    '400×400',
    '400×400',
    '400×400',
  ],
  [
    'Cloudimage aspect_ratio=1:1,2:1',
    [{ op: 'crop', aspect: '1:1', aspectTo: '2:1' }],
    '1200×800',
    '200×100',
    '400×200',
  ],
  [
    'Cloudflare trim=10;20;30;40',
    [{ op: 'crop', top: 10, right: 20, bottom: 30, left: 40 }],
    '1140×760',
    '140×60',
    '940×160',
  ],
]

describe('a mode of a vendor', () => {
  it.each(modes)('%s', (_, operations, large, little, flat) => {
    expect(resultOf(1200, 800, operations)).toBe(large)
    expect(resultOf(200, 100, operations)).toBe(little)
    expect(resultOf(1000, 200, operations)).toBe(flat)
  })

  it('is one resampling where a box is made in two operations', () => {
    const scalings = (steps: readonly Step[]) => steps.filter(({ step }) => step === 'resize').length
    for (const [name, operations] of modes) {
      if (!/cropfit|Cloudflare crop|imgproxy fill|pad_extract/.test(name)) continue
      for (const [width, height] of [
        [1200, 800],
        [200, 100],
        [1000, 200],
      ] as const) {
        expect(scalings(stepsOf(width, height, operations).steps), name).toBeLessThanOrEqual(1)
      }
    }
  })
})

function resultOf(width: number, height: number, operations: Steps): string {
  try {
    const { frame } = stepsOf(width, height, operations)
    return `${frame.width}×${frame.height}`
  } catch (error) {
    if (error instanceof Problem && error.code === 'operation/impossible') return 'refused'
    throw error
  }
}

function stepsOf(width: number, height: number, operations: Steps): { frame: Frame; steps: readonly Step[] } {
  let frame = frameOf(width, height)
  const steps: Step[] = []
  for (const operation of parsePipeline(operations, defaultLimits)) {
    const lowered = lowerOperation(operation, frame)
    steps.push(...lowered)
    frame = frameBehind(operation, frame, lowered)
  }
  return { frame, steps }
}
