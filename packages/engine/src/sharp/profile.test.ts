/** Proves sharp's order table pair by pair: whatever the profile lets share a pass gives the picture of two passes. */
import {
  defaultLimits,
  frameAfterAll,
  lowerOperation,
  pack,
  parsePipeline,
  type Step,
  type StepKind,
} from '@fovea/core'
import { beforeAll, describe, expect, it } from 'vitest'
import { execute } from '../execute.ts'
import { frameOf, type Raster } from '../image.ts'
import { open } from '../open.ts'
import { differenceOf } from '../testing/difference.ts'
import { pictures } from '../testing/pictures.ts'
import { sharpProfile } from './profile.ts'
import { sharp } from './setup.ts'

const red = { r: 200, g: 30, b: 10, alpha: 1 }
const glass = { r: 20, g: 160, b: 240, alpha: 0.5 }
const clear = { r: 0, g: 0, b: 0, alpha: 0 }

/** Two settings for each kind, made for the size at hand. */
const samples: Readonly<Record<StepKind, (raster: { width: number; height: number }) => readonly Step[]>> = {
  extract: ({ width, height }) => [
    { step: 'extract', left: 7, top: 11, width: width - 20, height: height - 30 },
    { step: 'extract', left: 0, top: 0, width: 51, height: 40 },
  ],
  resize: ({ width, height }) => [
    { step: 'resize', width: Math.round(width * 0.6), height: Math.round(height * 0.7), kernel: 'lanczos3' },
    { step: 'resize', width: Math.round(width * 1.5), height: Math.round(height * 1.2), kernel: 'cubic' },
  ],
  interest: ({ width, height }) => [
    { step: 'interest', width: Math.round(width / 2), height, strategy: 'entropy' },
    { step: 'interest', width, height: Math.round(height / 2), strategy: 'attention' },
  ],
  flip: () => [{ step: 'flip' }],
  flop: () => [{ step: 'flop' }],
  turn: () => [
    { step: 'turn', quarters: 1 },
    { step: 'turn', quarters: 2 },
    { step: 'turn', quarters: 3 },
  ],
  rotate: () => [
    { step: 'rotate', angle: 25, background: red },
    { step: 'rotate', angle: 200, background: glass },
  ],
  extend: () => [
    { step: 'extend', top: 9, right: 3, bottom: 0, left: 14, background: red },
    { step: 'extend', top: 0, right: 8, bottom: 12, left: 5, background: glass },
    { step: 'extend', top: 7, right: 0, bottom: 2, left: 5, background: clear, edges: 'mirror' },
    { step: 'extend', top: 3, right: 4, bottom: 0, left: 6, background: clear, edges: 'copy' },
  ],
  encircle: ({ width, height }) => {
    const round = { x: 30, y: 20 }
    const box = { left: 4, top: 3, width: width - 9, height: height - 8 }
    return [{ step: 'encircle', ...box, corners: [round, round, round, round], color: glass }]
  },
  backdrop: () => [
    { step: 'backdrop', top: 20, right: 0, bottom: 12, left: 0, background: red, sigma: 6, opacity: 0.7 },
  ],
  blur: () => [
    { step: 'blur', sigma: 0.7 },
    { step: 'blur', sigma: 5 },
  ],
  sharpen: () => [
    { step: 'sharpen', sigma: 1, flat: 1, jagged: 2 },
    { step: 'sharpen', sigma: 2.5, flat: 0, jagged: 4 },
  ],
  greyscale: () => [{ step: 'greyscale' }],
  modulate: () => [
    { step: 'modulate', brightness: 1.3, saturation: 0.5, hue: 40, lightness: 0 },
    { step: 'modulate', brightness: 0.8, saturation: 1.5, hue: 200, lightness: 15 },
  ],
  flatten: () => [{ step: 'flatten', background: red }],
  median: () => [
    { step: 'median', size: 3 },
    { step: 'median', size: 6 },
  ],
  normalise: () => [
    { step: 'normalise', lower: 1, upper: 99 },
    { step: 'normalise', lower: 15, upper: 70 },
  ],
  linear: () => [
    { step: 'linear', gain: [-1, -1, -1, 1], offset: [255, 255, 255, 0] },
    { step: 'linear', gain: [1, 0.5, 1.2, 0.5], offset: [0, 20, -9, 0] },
  ],
  curve: () => [
    { step: 'curve', shape: 'gamma', amount: 2 },
    { step: 'curve', shape: 'exposure', amount: -1 },
  ],
  recomb: () => [
    {
      step: 'recomb',
      matrix: [
        [0.4, 0.7, 0.1],
        [0.3, 0.5, 0.1],
        [-0.2, 0, 1.1],
      ],
    },
  ],
  vibrance: () => [{ step: 'vibrance', amount: 0.8 }],
  tint: () => [{ step: 'tint', color: red }],
  composite: ({ width }) => [
    { step: 'composite', picture: 'logo', layer: [], left: -9, top: 20, blend: 'multiply', opacity: 0.8 },
    {
      step: 'composite',
      picture: 'logo',
      layer: [{ step: 'resize', width: 20, height: 20, kernel: 'lanczos3' }],
      left: width - 11,
      top: 5,
      blend: 'normal',
      opacity: 1,
      every: { x: 37, y: 29 },
    },
  ],
  stencil: ({ width, height }) => [
    {
      step: 'stencil',
      picture: 'logo',
      layer: [{ step: 'resize', width, height, kernel: 'lanczos3' }],
      channel: 'luminance',
      isInverted: false,
    },
  ],
  wash: () => [
    { step: 'wash', from: red, to: glass, angle: 30, blend: 'soft-light', opacity: 0.9 },
    { step: 'wash', from: glass, to: glass, angle: 0, blend: 'normal', opacity: 1 },
  ],
  unsharp: () => [{ step: 'unsharp', sigma: 2, amount: 1, threshold: 3 }],
  shades: () => [{ step: 'shades', colors: [red, glass, red], amount: 0.7 }],
  halftone: () => [{ step: 'halftone', size: 6, angle: 45 }],
  dither: () => [{ step: 'dither', value: 128 }],
  denoise: () => [{ step: 'denoise', radius: 2, tolerance: 0.1 }],
  levels: () => [{ step: 'levels', clip: 0.005, maxGain: 2, midtones: 0.3, maxGamma: 1.25, amount: 1 }],
  within: ({ width, height }) => [
    {
      step: 'within',
      left: 3,
      top: 5,
      width: width - 9,
      height: height - 9,
      steps: [{ step: 'blur', sigma: 3 }],
    },
  ],
  upscale: () => [{ step: 'upscale', factor: 2, detail: 0.5 }],
  cutOut: () => [{ step: 'cutOut' }],
  text: ({ width, height }) => {
    const frame = { width, height, hasAlpha: false, pages: 1, format: 'png', facts: {} } as const
    return parsePipeline([{ op: 'text', text: 'Ag' }], defaultLimits).flatMap((text) =>
      lowerOperation(text, { ...frame, limits: defaultLimits }),
    )
  },
  mask: ({ width, height }) => {
    const [round, sharp] = [
      { x: 30, y: 20 },
      { x: 0, y: 0 },
    ]
    return [
      {
        step: 'mask',
        left: 4,
        top: 3,
        width: width - 9,
        height: height - 8,
        corners: [round, sharp, round, sharp],
      },
    ]
  },
}
const kinds = Object.keys(samples) as StepKind[]

const images: { readonly name: string; readonly raster: Raster }[] = []

beforeAll(async () => {
  const [opaque, transparent] = await pictures()
  for (const { name, png } of [opaque, transparent]) {
    const raster = await execute([], await open({ bytes: await smaller(png) }, defaultLimits))
    images.push({ name, raster })
    images.push({ name: `${name} in grey`, raster: await execute([{ step: 'greyscale' }], raster) })
  }
})

describe('sharp', () => {
  for (const first of kinds) {
    it(`does what it is told when a pass begins with ${first}`, async () => {
      const wrong: string[] = []
      for (const second of kinds) wrong.push(...(await wrongPairs(first, second)))
      expect(wrong).toEqual([])
    })
  }

  it.each<[string, (size: { width: number; height: number }) => readonly Step[]]>([
    ['cut, shrink, cut', cutResizeCut(0.5)],
    ['cut, enlarge, cut', cutResizeCut(1.6)],
    ['turn, cut', ({ width }) => [{ step: 'turn', quarters: 1 }, cut(5, 6, 100, width - 40)]],
    [
      'flip, cut, border',
      () => [{ step: 'flip' }, cut(5, 6, 90, 80), ...samples.extend({ width: 0, height: 0 }).slice(0, 1)],
    ],
    ['cut, turn, cut', () => [cut(3, 4, 150, 120), { step: 'turn', quarters: 3 }, cut(9, 8, 70, 60)]],
    ['greyscale, cut', () => [{ step: 'greyscale' }, cut(9, 8, 70, 60)]],
    [
      'shrink, turn, cut, border, blur',
      () => [
        { step: 'resize', width: 160, height: 120, kernel: 'lanczos3' },
        { step: 'turn', quarters: 1 },
        cut(9, 8, 70, 60),
        { step: 'extend', top: 3, right: 2, bottom: 1, left: 4, background: red },
        { step: 'blur', sigma: 1 },
      ],
    ],
  ])('cuts before and behind other steps: %s', async (_, stepsFor) => {
    for (const { name, raster } of images) {
      const steps = stepsFor(raster)
      const hasExtend = steps.some(({ step }) => step === 'extend')
      const expectedPasses = raster.channels === 4 && hasExtend && steps.length === 5 ? 2 : 1
      expect(pack(steps, frameOf(raster), sharpProfile).length).toBe(expectedPasses)
      expect(await difference(steps, raster), name).toMatchObject({ isSame: true })
    }
  })
})

async function smaller(png: Uint8Array): Promise<Uint8Array> {
  return sharp(png).resize({ height: 170 }).png().toBuffer()
}

function cut(left: number, top: number, width: number, height: number): Step {
  return { step: 'extract', left, top, width, height }
}

function cutResizeCut(scale: number) {
  return ({ width, height }: { width: number; height: number }): readonly Step[] => {
    const size = { width: Math.round((width - 31) * scale), height: Math.round((height - 17) * scale) }
    return [
      cut(13, 8, width - 31, height - 17),
      { step: 'resize', ...size, kernel: 'lanczos3' },
      cut(10, 5, size.width - 20, size.height - 25),
    ]
  }
}

async function wrongPairs(first: StepKind, second: StepKind): Promise<readonly string[]> {
  const wrong: string[] = []
  for (const { name, raster } of images) {
    for (const earlier of samples[first](raster)) {
      const between = frameAfterAll(frameOf(raster), [earlier])
      for (const later of samples[second](between)) {
        if (pack([earlier, later], frameOf(raster), sharpProfile).length > 1) continue
        const found = await difference([earlier, later], raster)
        if (!found.isSame)
          wrong.push(`${JSON.stringify([earlier, later])} on ${name}: ${JSON.stringify(found)}`)
      }
    }
  }
  return wrong
}

/** Packed against one step per pass. */
async function difference(steps: readonly Step[], raster: Raster) {
  let packed = raster
  for (const pass of pack(steps, frameOf(raster), sharpProfile)) packed = await execute(pass, packed)
  let alone = raster
  for (const step of steps) alone = await execute([step], alone)
  return differenceOf(alone, packed)
}
