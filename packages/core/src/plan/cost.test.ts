import { describe, expect, it } from 'vitest'
import { defaultLimits } from '../limits/index.ts'
import type { OperationInput, Sightings } from '../operations/index.ts'
import { parsePipeline } from '../pipeline/index.ts'
import type { AnalysisOutput, ImageOutput } from '../request/output.ts'
import { type Cost, type CostSource, predictCost } from './cost.ts'

const MB = 1_000_000
const photo: CostSource = {
  format: 'jpeg',
  width: 4272,
  height: 2848,
  orientation: 1,
  pages: 1,
  hasAlpha: false,
  space: 'srgb',
  isProgressive: false,
}

function cost(
  source: Partial<CostSource>,
  operations: readonly OperationInput[],
  output: Partial<ImageOutput> & Pick<ImageOutput, 'format'>,
): Cost {
  const whole: ImageOutput = { kind: 'image', metadata: 'none', animated: true, ...output }
  const pipeline = parsePipeline(operations, defaultLimits)
  return predictCost({ ...photo, ...source }, [{ pipeline, output: whole }], { orient: true })
}

const to800: readonly OperationInput[] = [{ op: 'resize', width: 800 }]

describe('predictCost', () => {
  // Measured peaks over an idle child (MB) and CPU (ms), sharp 0.35.5, a 12 MP photo unless named otherwise.
  it.each<[string, Partial<CostSource>, readonly OperationInput[], ImageOutput['format'], number, number]>([
    ['a plain shrink', {}, to800, 'webp', 3, 46],
    ['a plain shrink of 99 MP', { width: 11500, height: 8600 }, to800, 'webp', 4, 400],
    ['a progressive source', { isProgressive: true }, to800, 'webp', 76, 185],
    ['a PNG', { format: 'png' }, to800, 'webp', 19, 172],
    ['an interlaced PNG', { format: 'png', isProgressive: true }, to800, 'webp', 49, 306],
    ['a 16-bit PNG', { format: 'png', space: 'rgb16' }, to800, 'webp', 49, 373],
    ['an AVIF', { format: 'avif' }, to800, 'webp', 236, 537],
    ['a full-size JPEG', {}, [], 'jpeg', 81, 160],
    ['a full-size WebP', {}, [], 'webp', 64, 457],
    ['a full-size GIF', {}, [], 'gif', 151, 6833],
    ['a full-size AVIF', {}, [], 'avif', 185, 552],
    ['a 2000 px AVIF', {}, [{ op: 'resize', width: 2000 }], 'avif', 75, 259],
    [
      'a turned 99 MP photo',
      { width: 11500, height: 8600 },
      [{ op: 'rotate', angle: 90 }],
      'jpeg',
      908,
      1709,
    ],
    ['a free rotation', {}, [{ op: 'rotate', angle: 30 }], 'jpeg', 242, 1005],
    ['a sharpened photo', {}, [{ op: 'sharpen' }], 'jpeg', 84, 955],
    ['a trim', {}, [{ op: 'trim' }, ...to800], 'webp', 80, 1826],
    ['colour maths before a shrink', {}, [{ op: 'modulate', hue: 20 }, ...to800], 'webp', 79, 900],
  ])('is near what %s takes', (_, source, operations, format, megabytes, ms) => {
    const { bytes, cpuMs } = cost(source, operations, { format })
    expect(bytes).toBeGreaterThan(megabytes * MB * 0.9)
    expect(bytes).toBeLessThan(megabytes * MB * 2.5 + 40 * MB)
    expect(cpuMs).toBeGreaterThan(ms * 0.5)
    expect(cpuMs).toBeLessThan(ms * 3 + 40)
  })

  it('counts the decoding that outputs share once', () => {
    const wish = (width: number) => ({
      pipeline: parsePipeline([{ op: 'resize', width }], defaultLimits),
      output: { kind: 'image', format: 'jpeg', metadata: 'none', animated: true } as const,
    })
    const of = (source: CostSource, ...widths: readonly number[]) =>
      predictCost(source, widths.map(wish), { orient: true }).cpuMs
    const large: CostSource = { ...photo, width: 6000, height: 4000 }
    expect(of(large, 400, 200)).toBeLessThan((of(large, 400) + of(large, 200)) * 0.65)
    const held: CostSource = { ...large, format: 'png' }
    expect(of(held, 400, 200)).toBeLessThan((of(held, 400) + of(held, 200)) * 0.65)
    const drawing: CostSource = { ...large, format: 'svg' }
    expect(of(drawing, 400, 200)).toBeGreaterThan((of(drawing, 400) + of(drawing, 200)) * 0.9)
  })

  it('sends long jobs and every SVG to the slow lane', () => {
    expect(cost({}, to800, { format: 'webp' }).lane).toBe('fast')
    expect(cost({}, to800, { format: 'avif' }).lane).toBe('fast')
    expect(cost({}, [], { format: 'gif' }).lane).toBe('slow')
    expect(cost({ format: 'svg', width: 10, height: 10 }, [], { format: 'png' }).lane).toBe('slow')
  })

  it('counts the trials of a search', () => {
    const plain = cost({}, to800, { format: 'webp' })
    const within = cost({}, to800, { format: 'webp', maxBytes: 20_000 })
    const target = cost({}, to800, { format: 'webp', target: 70 })
    const among = ['avif', 'webp', 'jpeg', 'png', 'gif'] as const
    const smallest = cost({}, to800, { format: 'avif', target: 70, choice: { by: 'size', among } })
    expect(within.cpuMs).toBeGreaterThan(plain.cpuMs + 50)
    expect(target.lane).toBe('slow')
    expect(smallest.cpuMs).toBeGreaterThan(2 * target.cpuMs)
    expect(smallest.bytes).toBeLessThan(4 * target.bytes)
  })

  // Measured CPU (ms) of a 12 MP photo, five runs each on a busy machine: median.
  it.each<[string, Partial<CostSource>, AnalysisOutput, number]>([
    ['facts of a JPEG', {}, { kind: 'facts', details: 'public' }, 107],
    ['a palette of a JPEG', {}, { kind: 'palette', as: 'json', colors: 6 }, 78],
    ['facts of a PNG', { format: 'png' }, { kind: 'facts', details: 'public' }, 215],
    [
      'facts of a PNG with alpha',
      { format: 'png', hasAlpha: true },
      { kind: 'facts', details: 'public' },
      438,
    ],
    [
      'a palette of a PNG with alpha',
      { format: 'png', hasAlpha: true },
      { kind: 'palette', as: 'json', colors: 6 },
      273,
    ],
    [
      'facts of a WebP with alpha',
      { format: 'webp', hasAlpha: true },
      { kind: 'facts', details: 'public' },
      601,
    ],
  ])('is within a factor of two of %s', (_, source, output, measured) => {
    const { cpuMs } = predictCost({ ...photo, ...source }, [{ pipeline: [], output }], { orient: true })
    expect(cpuMs).toBeGreaterThan(measured / 2)
    expect(cpuMs).toBeLessThan(measured * 2)
  })

  it('counts frames only when the output moves', () => {
    const animation = { format: 'gif', width: 400, height: 300, pages: 100 } as const
    const moving = cost(animation, [], { format: 'webp' }).cpuMs
    const still = cost(animation, [], { format: 'webp', animated: false }).cpuMs
    expect(moving).toBeGreaterThan(still * 10)
    expect(cost(animation, [], { format: 'jpeg' }).cpuMs).toBeLessThan(still * 3)
  })

  it('takes a long animation for as large as one of its parts, where its frames are seen alone', () => {
    const animation = { format: 'gif', width: 480, height: 270 } as const
    const bytes = (pages: number, operations: readonly OperationInput[]) =>
      cost({ ...animation, pages }, operations, { format: 'webp' }).bytes
    expect(bytes(400, [{ op: 'resize', width: 320 }])).toBeLessThan(
      1.5 * bytes(20, [{ op: 'resize', width: 320 }]),
    )
    expect(bytes(400, [{ op: 'normalize' }])).toBeGreaterThan(4 * bytes(20, [{ op: 'normalize' }]))
  })

  it('adds the CPU of several outputs and does not add their peaks', () => {
    const output: ImageOutput = { kind: 'image', format: 'webp', metadata: 'none', animated: true }
    const wanted = { pipeline: parsePipeline([], defaultLimits), output }
    const one = predictCost(photo, [wanted], { orient: true })
    const three = predictCost(photo, [wanted, wanted, wanted], { orient: true })
    expect(three.cpuMs).toBeGreaterThan(2.5 * one.cpuMs)
    expect(three.bytes).toBeLessThan(1.5 * one.bytes)
  })

  it('does not throw for a pipeline that the run will refuse', () => {
    expect(
      cost({ width: 10, height: 10 }, [{ op: 'extend', left: 16_000, top: 16_000 }], { format: 'png' }).lane,
    ).toBe('fast')
  })

  it('counts the pictures beside the source', () => {
    const pipeline = parsePipeline(
      [{ op: 'overlay', picture: { asset: 'a' }, width: 400, position: 'top-left' }],
      defaultLimits,
    )
    const png: ImageOutput = { kind: 'image', format: 'png', metadata: 'none', animated: true }
    const wanted = [{ pipeline, output: png }]
    const besides = (width: number) => ({
      orient: true,
      pictures: { '{"asset":"a"}': { ...photo, format: 'png' as const, width, height: width } },
    })
    const unknown = predictCost(photo, wanted, { orient: true })
    const small = predictCost(photo, wanted, besides(400))
    const large = predictCost(photo, wanted, besides(8000))
    expect(small.cpuMs).toBeGreaterThan(unknown.cpuMs)
    expect(large.cpuMs - small.cpuMs).toBeGreaterThan(1_000)
    expect(large.bytes - small.bytes).toBeGreaterThan(150_000_000)
    // A logo on a large photo costs little more than the copy of the photo.
    expect(small.cpuMs - unknown.cpuMs).toBeLessThan(250)
  })

  describe('asks models', () => {
    const faces = { op: 'resize', width: 300, height: 300, position: 'faces' } as const
    const subject = { ...faces, position: 'subject' } as const
    const turned = { op: 'rotate', angle: 10 } as const
    const seen = [{ left: 0.4, top: 0.2, width: 0.1, height: 0.2, kind: 'face', score: 1 }] as const
    const image: ImageOutput = { kind: 'image', format: 'png', metadata: 'none', animated: false }

    it.each<[string, readonly OperationInput[], Partial<Sightings>, boolean]>([
      ['for a cut around faces', [faces], {}, true],
      ['not where the faces are known', [faces], { faces: seen }, false],
      ['not where it is known that there are none', [faces], { faces: [] }, false],
      [
        'behind a cut of known pixels neither',
        [{ op: 'crop', left: 9, top: 9, width: 900, height: 900 }, faces],
        { faces: seen },
        false,
      ],
      ['again behind a free rotation', [turned, faces], { faces: seen }, true],
      ['for subjects where only faces are known', [subject], { faces: seen }, true],
      ['never for a plain shrink', to800, {}, false],
    ])('%s', (_, operations, sightings, expected) => {
      const pipeline = parsePipeline(operations, defaultLimits)
      const { needsModels, cpuMs } = predictCost(photo, [{ pipeline, output: image }], {
        orient: true,
        sightings,
      })
      const plain = predictCost(photo, [{ pipeline: parsePipeline(to800, defaultLimits), output: image }], {
        orient: true,
      })
      expect(needsModels).toBe(expected)
      if (expected) expect(cpuMs).toBeGreaterThan(plain.cpuMs)
    })

    it.each<[boolean, boolean, readonly OperationInput[]]>([
      [true, false, [{ op: 'removeBackground' }]],
      [false, true, [{ op: 'crop', aspect: '1:1' }, { op: 'removeBackground' }]],
      // Only the pixels tell where that cut lies.
      [true, true, [{ op: 'crop', aspect: '1:1', position: 'attention' }, { op: 'removeBackground' }]],
    ])(
      'to part a subject from its background: %s where its matte is known: %s',
      (expected, hasMatte, cutting) => {
        const wanted = [{ pipeline: parsePipeline(cutting, defaultLimits), output: image }]
        expect(predictCost(photo, wanted, { orient: true, hasMatte }).needsModels).toBe(expected)
      },
    )

    it('when it is asked what there is to see', () => {
      const look = (of: keyof Sightings) =>
        predictCost(photo, [{ pipeline: [], output: { kind: 'sightings', of } }], { orient: true })
      expect(look('faces').needsModels).toBe(true)
      expect(look('subjects').cpuMs).toBeGreaterThan(look('faces').cpuMs + 500)
    })
  })
})
