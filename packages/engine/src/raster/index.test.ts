import type { Step } from '@fovea/core'
import { describe, expect, it } from 'vitest'
import { randomFrom } from '../../../../fixtures/random.ts'
import { applyRaster } from './index.ts'

const red = { r: 200, g: 30, b: 10, alpha: 1 }
const round = { x: 5, y: 5 }

describe('a step on raw pixels', () => {
  // Several outputs may begin with the same pixels, which libvips hands over as Buffers.
  it.each<Step>([
    { step: 'linear', gain: [-1, 2, 1, 0.5], offset: [255, 0, 9, 0] },
    { step: 'curve', shape: 'gamma', amount: 2 },
    {
      step: 'recomb',
      matrix: [
        [0, 1, 0],
        [1, 0, 0],
        [0, 0, 1],
      ],
    },
    { step: 'vibrance', amount: 1 },
    { step: 'tint', color: red },
    { step: 'shades', colors: [red, red], amount: 0.5 },
    { step: 'halftone', size: 5, angle: 20 },
    { step: 'dither', value: 100 },
    { step: 'denoise', radius: 2, tolerance: 0.2 },
    { step: 'levels', clip: 0.1, maxGain: 2, midtones: 1, maxGamma: 2, amount: 1 },
    { step: 'mask', left: 0, top: 0, width: 20, height: 10, corners: [round, round, round, round] },
    { step: 'greyscale' },
    { step: 'resize', width: 41, height: 19, kernel: 'cubic' },
  ])('leaves its input alone: %j', (step) => {
    for (const channels of [1, 3, 4] as const) {
      const random = randomFrom(channels)
      const data = Buffer.from(Array.from({ length: 20 * 10 * channels }, () => random() * 255))
      const before = Uint8Array.from(data)
      const made = applyRaster({ data, width: 20, height: 10, channels }, step)
      expect(Uint8Array.from(data)).toEqual(before)
      expect(made.data.length).toBe(made.width * made.height * made.channels)
    }
  })
})
