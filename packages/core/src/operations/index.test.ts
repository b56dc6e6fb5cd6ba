import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { arbitraryOperation } from '../../../../fixtures/arbitrary-operation.ts'
import { contains, sameSize } from '../geometry/index.ts'
import { defaultLimits } from '../limits/index.ts'
import { parsePipeline } from '../pipeline/index.ts'
import { Problem } from '../problem/index.ts'
import type { Step } from '../steps/index.ts'
import { frameOf } from './frame.test-kit.ts'
import {
  type Frame,
  frameAfter,
  frameAfterAll,
  frameBehind,
  lowerOperation,
  type Operation,
  operationNamed,
  operations,
  type PictureFacts,
  pictureKey,
} from './index.ts'

const base = frameOf(300, 200, {
  hasAlpha: true,
  format: 'png',
  facts: {
    trimBox: { left: 3, top: 4, width: 50, height: 60 },
    dominantColour: { r: 9, g: 8, b: 7, alpha: 1 },
  },
})

function lower(operation: unknown, over: Partial<Frame> = {}): readonly Step[] {
  return parsePipeline([operation], defaultLimits).flatMap((one) => lowerOperation(one, { ...base, ...over }))
}

describe('the registry', () => {
  it('lists every file that defines an operation', () => {
    const folder = new URL('.', import.meta.url)
    const defining = readdirSync(folder)
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && name !== 'define.ts')
      .filter((name) => readFileSync(new URL(name, folder), 'utf8').includes('= defineOperation('))
    expect(defining.map(camelCase).sort()).toEqual(operations.map(({ op }) => op).sort())
  })

  it('finds by name and knows no names of the prototype', () => {
    for (const definition of operations) expect(operationNamed(definition.op)).toBe(definition)
    expect(operationNamed('constructor')).toBeUndefined()
  })

  it.each(operations.map((definition) => [definition.op, definition] as const))(
    '%s is documented',
    (_, definition) => {
      expect(definition.summary).toMatch(/^[A-Z].*\.$/)
      expect(definition.examples.length).toBeGreaterThan(0)
      for (const schema of Object.values(definition.params.shape)) {
        expect((schema as z.ZodType).description).toMatch(/^[A-Z]/)
      }
      expect(z.toJSONSchema(definition.params, { io: 'input' })).toMatchObject({
        type: 'object',
        additionalProperties: false,
      })
      expect(Object.isFrozen(definition)).toBe(true)
    },
  )
})

describe('lowering', () => {
  const black = { r: 0, g: 0, b: 0, alpha: 0 }
  const white = { r: 255, g: 255, b: 255, alpha: 1 }

  it.each<[unknown, readonly Step[]]>([
    [{ op: 'rotate', angle: 0 }, []],
    [{ op: 'rotate', angle: 90 }, [{ step: 'turn', quarters: 1 }]],
    [{ op: 'rotate', angle: 540 }, [{ step: 'turn', quarters: 2 }]],
    [{ op: 'rotate', angle: -90 }, [{ step: 'turn', quarters: 3 }]],
    [{ op: 'rotate', angle: -10.5 }, [{ step: 'rotate', angle: 349.5, background: black }]],
    [{ op: 'flip' }, [{ step: 'flip' }]],
    [{ op: 'flop' }, [{ step: 'flop' }]],
    [{ op: 'blur', sigma: 3 }, [{ step: 'blur', sigma: 3 }]],
    [{ op: 'sharpen' }, [{ step: 'sharpen', sigma: 1, flat: 1, jagged: 2 }]],
    [{ op: 'grayscale' }, [{ step: 'greyscale' }]],
    [{ op: 'modulate' }, []],
    [
      { op: 'modulate', hue: 400 },
      [{ step: 'modulate', brightness: 1, saturation: 1, hue: 40, lightness: 0 }],
    ],
    [{ op: 'flatten' }, [{ step: 'flatten', background: white }]],
    [{ op: 'extend', background: 'white' }, []],
    [
      { op: 'extend', left: 5 },
      [{ step: 'extend', top: 0, right: 0, bottom: 0, left: 5, background: black }],
    ],
    [
      { op: 'tint', color: 'red' },
      [{ step: 'greyscale' }, { step: 'tint', color: { r: 255, g: 0, b: 0, alpha: 1 } }],
    ],
    [{ op: 'invert' }, [{ step: 'linear', gain: [-1, -1, -1, 1], offset: [255, 255, 255, 0] }]],
    [
      { op: 'invert', alpha: true },
      [{ step: 'linear', gain: [-1, -1, -1, -1], offset: [255, 255, 255, 255] }],
    ],
    [{ op: 'normalize' }, [{ step: 'normalise', lower: 1, upper: 99 }]],
    [{ op: 'gamma', gamma: 1 }, []],
    [{ op: 'brightness', amount: 20 }, [{ step: 'linear', gain: [1, 1, 1, 1], offset: [51, 51, 51, 0] }]],
    [
      { op: 'contrast', amount: -100 },
      [{ step: 'linear', gain: [0, 0, 0, 1], offset: [127.5, 127.5, 127.5, 0] }],
    ],
    [{ op: 'exposure', stops: -0 }, []],
    [{ op: 'highlights', amount: 50 }, [{ step: 'curve', shape: 'highlights', amount: 0.5 }]],
    [{ op: 'shadows', amount: 0 }, []],
    [{ op: 'vibrance', amount: -20 }, [{ step: 'vibrance', amount: -0.2 }]],
    [{ op: 'sepia', amount: 0 }, []],
    [{ op: 'threshold', grayscale: false }, [{ step: 'curve', shape: 'threshold', amount: 128 }]],
    [{ op: 'opacity', opacity: 1 }, []],
    [{ op: 'opacity', opacity: 0.25 }, [{ step: 'linear', gain: [1, 1, 1, 0.25], offset: [0, 0, 0, 0] }]],
    [{ op: 'median', size: 1 }, []],
    [{ op: 'unsharp', amount: 150 }, [{ step: 'unsharp', sigma: 1, amount: 1.5, threshold: 0 }]],
    [{ op: 'unsharp', amount: 0 }, []],
    [
      { op: 'pixelate', block: 7 },
      [
        { step: 'resize', width: 43, height: 29, kernel: 'linear' },
        { step: 'resize', width: 300, height: 200, kernel: 'nearest' },
      ],
    ],
    [
      { op: 'pixelate', block: 7, left: 10, top: 20, width: 70, height: 21 },
      [
        {
          step: 'within',
          left: 10,
          top: 20,
          width: 70,
          height: 21,
          steps: [
            { step: 'resize', width: 10, height: 3, kernel: 'linear' },
            { step: 'resize', width: 70, height: 21, kernel: 'nearest' },
          ],
        },
      ],
    ],
    [{ op: 'pixelate', block: 7, left: 1, top: 1, width: 1, height: 1 }, []],
    [{ op: 'blur', sigma: 2, left: 0, top: 0, width: 300, height: 200 }, [{ step: 'blur', sigma: 2 }]],
    [
      { op: 'colorize', color: 'red', amount: 20 },
      [{ step: 'linear', gain: [0.8, 0.8, 0.8, 1], offset: [51, 0, 0, 0] }],
    ],
    [{ op: 'colorize', color: 'red', amount: 0 }, []],
    [
      { op: 'monochrome', color: 'white', amount: 40 },
      [
        {
          step: 'shades',
          colors: [{ r: 0, g: 0, b: 0, alpha: 1 }, white],
          amount: 0.4,
        },
      ],
    ],
    [{ op: 'duotone', amount: 0 }, []],
    [
      { op: 'gradientMap', colors: ['white', 'white'] },
      [{ step: 'shades', colors: [white, white], amount: 1 }],
    ],
    [
      { op: 'halftone', size: 5, angle: 30 },
      [{ step: 'greyscale' }, { step: 'halftone', size: 5, angle: 30 }],
    ],
    [{ op: 'threshold', dither: true }, [{ step: 'greyscale' }, { step: 'dither', value: 128 }]],
    [
      { op: 'denoise', level: 20, edges: 50 },
      [
        { step: 'denoise', radius: 2, tolerance: 0.2 },
        { step: 'unsharp', sigma: 1, amount: 0.5, threshold: 51 },
      ],
    ],
    [{ op: 'denoise', level: 0 }, []],
    [
      { op: 'autoEnhance', amount: 50 },
      [
        { step: 'levels', clip: 0.005, maxGain: 2, midtones: 0.3, maxGamma: 1.25, amount: 0.5 },
        { step: 'vibrance', amount: 0.1 },
      ],
    ],
    [{ op: 'autoEnhance', amount: 0 }, []],
    [
      { op: 'pad', aspect: '1:1', position: 'top' },
      [{ step: 'extend', top: 0, right: 0, bottom: 100, left: 0, background: black }],
    ],
    [{ op: 'pad', aspect: '3:2' }, []],
    [
      { op: 'border', width: 2, color: 'white' },
      [{ step: 'extend', top: 2, right: 2, bottom: 2, left: 2, background: white }],
    ],
    [
      { op: 'crop', left: '10%', top: '50%', width: '33.333%', height: '50%' },
      [{ step: 'extract', left: 30, top: 100, width: 100, height: 100 }],
    ],
    [{ op: 'crop', width: '100%', height: '100%' }, []],
    [{ op: 'trim' }, [{ step: 'extract', left: 3, top: 4, width: 50, height: 60 }]],
    [{ op: 'trim', margin: 10 }, [{ step: 'extract', left: 0, top: 0, width: 63, height: 74 }]],
    [{ op: 'trim', margin: -20 }, [{ step: 'extract', left: 23, top: 24, width: 10, height: 20 }]],
    [{ op: 'trim', margin: -200 }, [{ step: 'extract', left: 27, top: 33, width: 2, height: 2 }]],
    [{ op: 'orient', orientation: 1 }, []],
    [{ op: 'orient', orientation: 3 }, [{ step: 'turn', quarters: 2 }]],
    [{ op: 'orient', orientation: 5 }, [{ step: 'turn', quarters: 1 }, { step: 'flop' }]],
    [{ op: 'convert', format: 'jpeg' }, [{ step: 'flatten', background: white }]],
    [{ op: 'convert', format: 'webp' }, []],
    [
      { op: 'flatten', background: 'dominant' },
      [{ step: 'flatten', background: { r: 9, g: 8, b: 7, alpha: 1 } }],
    ],
    [
      { op: 'pad', width: 310, height: '50%', position: 'right', fill: 'copy' },
      [{ step: 'extend', top: 0, right: 0, bottom: 0, left: 10, background: black, edges: 'copy' }],
    ],
    [
      { op: 'border', width: 2, left: 9, color: 'white' },
      [{ step: 'extend', top: 2, right: 2, bottom: 2, left: 9, background: white }],
    ],
  ])('%j becomes %j', (operation, steps) => {
    expect(lower(operation)).toEqual(steps)
  })

  it('flattens nothing without alpha', () => {
    expect(lower({ op: 'flatten' }, { hasAlpha: false })).toEqual([])
  })

  it('pixelates no pixel', () => {
    expect(lower({ op: 'pixelate' }, { width: 1, height: 1 })).toEqual([])
  })

  it('turns no alpha over that is not there', () => {
    expect(lower({ op: 'invert', alpha: true }, { hasAlpha: false })).toEqual(lower({ op: 'invert' }))
  })

  it('reduces radii that overlap, all alike', () => {
    const [step] = lower({ op: 'roundCorners', radius: 50, topLeft: 350 })
    const radii = step?.step === 'mask' ? step.corners.map(({ x }) => x) : []
    expect(radii).toEqual([175, 25, 25, 25])
    expect(lower({ op: 'roundCorners', radius: 1e6 })[0]).toMatchObject({
      corners: [{ x: 100, y: 100 }, {}, {}, {}],
    })
    expect(lower({ op: 'roundCorners' })).toEqual([])
  })

  it('masks with the largest shape inside', () => {
    expect(lower({ op: 'mask' })[0]).toMatchObject({
      width: 300,
      height: 200,
      corners: [{ x: 150, y: 100 }, {}, {}, {}],
    })
    expect(lower({ op: 'mask', shape: 'circle' })[0]).toMatchObject({
      left: 50,
      top: 0,
      width: 200,
      height: 200,
    })
  })

  it.each([
    { op: 'crop', left: '60%', width: '101%', height: '10%' },
    { op: 'normalize', lower: 60, upper: 40 },
    { op: 'pad', aspect: '16/9' },
    { op: 'gamma', gamma: 0 },
    { op: 'tint' },
    { op: 'median', size: 26 },
    { op: 'blur', sigma: 2, left: 3 },
    { op: 'pixelate', width: 3, height: 3 },
    { op: 'gradientMap', colors: ['red'] },
    { op: 'gradientMap', colors: ['red', 'no colour'] },
    { op: 'denoise', radius: 6 },
  ])('%j is refused', (operation) => {
    expect(() => lower(operation)).toThrow(expect.objectContaining({ code: 'pipeline/invalid' }))
  })

  it('refuses a region that is not inside', () => {
    expect(() => lower({ op: 'blur', sigma: 2, left: 290, top: 0, width: 11, height: 5 })).toThrow(
      expect.objectContaining({ code: 'operation/impossible' }),
    )
  })

  it('trims nothing when the box is the whole image', () => {
    expect(
      lower({ op: 'trim' }, { facts: { trimBox: { left: 0, top: 0, width: 300, height: 200 } } }),
    ).toEqual([])
  })

  it('trim says so when the engine forgot to measure', () => {
    expect(() => lower({ op: 'trim' }, { facts: {} })).toThrow(TypeError)
  })

  it.each([[{ op: 'extend', left: 16_384 }], [{ op: 'extend', top: 1_000_000 }]])(
    '%j is too large',
    (operation) => {
      expect(() => lower(operation)).toThrow(expect.objectContaining({ code: 'operation/too-large' }))
    },
  )

  it('zooms a free rotation until no corner is left, and keeps the size', () => {
    const steps = lower({ op: 'rotate', angle: 10, corners: 'zoom' })
    expect(steps.map(({ step }) => step)).toEqual(['rotate', 'extract', 'resize'])
    const cut = steps[1]
    if (cut?.step !== 'extract') throw new Error('no cut')
    // Its corners, turned back, lie inside the image.
    const radians = (10 * Math.PI) / 180
    const [x, y] = [cut.width / 2, cut.height / 2]
    expect(x * Math.cos(radians) + y * Math.sin(radians)).toBeLessThan(150)
    expect(x * Math.sin(radians) + y * Math.cos(radians)).toBeLessThan(100)
    expect(cut.width / cut.height).toBeCloseTo(1.5, 1)
    expect(frameAfterAll(base, steps)).toMatchObject({ width: 300, height: 200 })
    expect(lower({ op: 'rotate', angle: 90, corners: 'zoom' })).toEqual([{ step: 'turn', quarters: 1 }])
  })

  it('sets the working format, which outlives every step', () => {
    const [convert] = parsePipeline([{ op: 'convert', format: 'jpeg' }], defaultLimits)
    if (convert === undefined) throw new Error('no operation')
    const behind = frameBehind(convert, base, lowerOperation(convert, base))
    expect(behind).toMatchObject({ format: 'jpeg', hasAlpha: false, facts: {} })
    expect(frameAfter(behind, { step: 'flip' }).format).toBe('jpeg')
  })

  it('rounds percent of each side to an ellipse', () => {
    expect(lower({ op: 'roundCorners', radius: '50%' })).toEqual(lower({ op: 'mask' }))
    expect(lower({ op: 'roundCorners', radius: '0%' })).toEqual([])
    expect(lower({ op: 'roundCorners', radius: '10%', topLeft: 5 })[0]).toMatchObject({
      corners: [{ x: 5, y: 5 }, { x: 30, y: 20 }, {}, {}],
    })
  })

  it('draws a frame onto the image, its inner corners rounder by less', () => {
    expect(lower({ op: 'border', width: 10, inside: true, radius: 30, color: 'white' })).toEqual([
      {
        step: 'encircle',
        left: 10,
        top: 10,
        width: 280,
        height: 180,
        corners: [20, 20, 20, 20].map((radius) => ({ x: radius, y: radius })),
        color: white,
      },
      {
        step: 'mask',
        left: 0,
        top: 0,
        width: 300,
        height: 200,
        corners: [30, 30, 30, 30].map((radius) => ({ x: radius, y: radius })),
      },
    ])
    expect(lower({ op: 'border', width: 0 })).toEqual([])
  })

  it('a free rotation that grows past the limit is too large', () => {
    const strip = { width: 16_380, height: 500 }
    expect(lower({ op: 'rotate', angle: 45 }, { width: 10_000, height: 500 })).toHaveLength(1)
    expect(() => lower({ op: 'rotate', angle: 2 }, strip)).toThrow(
      'rotate would make an image of 16387×1071 px',
    )
  })

  it('gives valid steps for any pipeline, or a Problem that says why not', () => {
    const side = fc.integer({ min: 1, max: 3000 })
    const start = fc.record({
      width: side,
      height: side,
      hasAlpha: fc.boolean(),
      pages: fc.constantFrom(1, 1, 7),
    })
    const limits = { ...defaultLimits, maxSide: 5000, maxOutputPixels: 9_000_000 }
    const face = { kind: 'face', left: 0.4, top: 0.2, width: 0.1, height: 0.2, score: 0.9 } as const
    const seen = { faces: [face], subjects: [face], shown: [face] }
    fc.assert(
      fc.property(fc.array(arbitraryOperation, { maxLength: 5 }), start, (input, size) => {
        let frame: Frame = { ...base, ...size, limits, facts: {} }
        for (const operation of parsePipeline(input, limits)) {
          frame = {
            ...frame,
            facts: { ...base.facts, ...seen, trimBox: { left: 0, top: 0, width: frame.width, height: 1 } },
            pictures: beside(operation),
          }
          let steps: readonly Step[]
          try {
            steps = lowerOperation(operation, frame)
          } catch (error) {
            if (error instanceof Problem) return
            throw error
          }
          for (const step of steps) {
            expectValid(step, frame)
            frame = frameAfter(frame, step)
          }
        }
      }),
      { numRuns: 500 },
    )
  })
})

/** A picture for every name that the operation uses. */
function beside(operation: Operation): Readonly<Record<string, PictureFacts>> {
  const refs = operationNamed(operation.op).pictures?.(operation) ?? []
  return Object.fromEntries(
    refs.map((ref) => [pictureKey(ref), { width: 120, height: 90, hasAlpha: 'asset' in ref }]),
  )
}

describe('frameAfter', () => {
  it.each<[Step, Partial<Frame>]>([
    [
      { step: 'extract', left: 1, top: 2, width: 3, height: 4 },
      { width: 3, height: 4 },
    ],
    [
      { step: 'resize', width: 30, height: 40, kernel: 'cubic' },
      { width: 30, height: 40 },
    ],
    [
      { step: 'interest', width: 20, height: 200, strategy: 'entropy' },
      { width: 20, height: 200 },
    ],
    [
      { step: 'turn', quarters: 1 },
      { width: 200, height: 300 },
    ],
    [
      { step: 'turn', quarters: 2 },
      { width: 300, height: 200 },
    ],
    [{ step: 'flip' }, { width: 300, height: 200 }],
    [{ step: 'flatten', background: { r: 0, g: 0, b: 0, alpha: 1 } }, { hasAlpha: false }],
    [
      { step: 'rotate', angle: 45, background: { r: 0, g: 0, b: 0, alpha: 1 } },
      { width: 354, height: 354 },
    ],
  ])('%j', (step, expected) => {
    expect(frameAfter(base, step)).toMatchObject(expected)
  })

  it('a transparent border or corner adds alpha, an opaque one does not', () => {
    const opaque = { ...base, hasAlpha: false }
    const border = { step: 'extend', top: 1, right: 2, bottom: 3, left: 4 } as const
    const [clear, solid] = [0, 1].map((alpha) => ({ r: 0, g: 0, b: 0, alpha })) as [never, never]
    expect(frameAfter(opaque, { ...border, background: clear })).toMatchObject({
      width: 306,
      height: 204,
      hasAlpha: true,
    })
    expect(frameAfter(opaque, { ...border, background: solid }).hasAlpha).toBe(false)
    expect(frameAfter(opaque, { step: 'rotate', angle: 5, background: clear }).hasAlpha).toBe(true)
    expect(frameAfter(opaque, { step: 'rotate', angle: 5, background: solid }).hasAlpha).toBe(false)
  })

  it('forgets facts and keeps limits, format and pages', () => {
    const after = frameAfterAll({ ...base, pages: 3 }, [{ step: 'flip' }, { step: 'blur', sigma: 1 }])
    expect(after).toEqual({ ...base, pages: 3, facts: {} })
  })
})

/** `round-corners.ts` → `roundCorners` */
function camelCase(file: string): string {
  return file.slice(0, -3).replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

function expectValid(step: Step, frame: Frame): void {
  const after = frameAfter(frame, step)
  for (const length of [after.width, after.height]) expect(Number.isInteger(length) && length >= 1).toBe(true)
  expect(Math.max(after.width, after.height)).toBeLessThanOrEqual(frame.limits.maxSide)
  expect(after.width * after.height).toBeLessThanOrEqual(frame.limits.maxOutputPixels)
  if (step.step === 'extract') expect(contains(frame, step)).toBe(true)
  if (step.step === 'extract' || step.step === 'resize') expect(sameSize(step, frame)).toBe(false)
  if (step.step === 'interest') {
    expect(contains(frame, { left: 0, top: 0, ...step })).toBe(true)
  }
  if (step.step === 'extend' || step.step === 'backdrop')
    expect(Math.min(step.top, step.right, step.bottom, step.left)).toBeGreaterThanOrEqual(0)
}
