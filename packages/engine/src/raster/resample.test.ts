/** Enlarging keeps every place: a straight ramp stays the same straight ramp. */
import type { Kernel } from '@fovea/core'
import { describe, expect, it } from 'vitest'
import { sharp } from '../sharp/setup.ts'
import { outputOf, transform } from '../testing/request.ts'
import { resample } from './resample.ts'

const size = { width: 60, height: 24 }
/** Value at column x of the input; steps of 4 keep it far from clamping. */
const ramp = (x: number) => 10 + 4 * x

function rampPixels(channels: 1 | 3 | 4, scale = 1) {
  const data =
    scale === 1
      ? new Uint8Array(size.width * size.height * channels)
      : new Uint16Array(size.width * size.height * channels)
  for (let at = 0; at < data.length; at++) {
    const pixel = Math.floor(at / channels)
    const isAlpha = channels === 4 && at % 4 === 3
    data[at] = (isAlpha ? 255 : ramp(pixel % size.width)) * scale
  }
  return { ...size, data, channels }
}

/** Largest distance from the analytic ramp, 3 input pixels away from the borders. */
function worst(data: Uint8Array | Uint16Array, width: number, channels: number, scale = 1): number {
  let error = 0
  const factor = width / size.width
  const height = data.length / width / channels
  for (let y = 0; y < height; y++) {
    for (let x = Math.ceil(3 * factor); x < width - 3 * factor; x++) {
      const wanted = ramp((x + 0.5) / factor - 0.5) * scale
      for (let channel = 0; channel < Math.min(3, channels); channel++) {
        error = Math.max(error, Math.abs((data[(y * width + x) * channels + channel] ?? 0) - wanted))
      }
    }
  }
  return error / scale
}

const factors = [2, 3, 4, 1.37, 2.6]
const kernels: readonly Exclude<Kernel, 'nearest'>[] = ['linear', 'cubic', 'mitchell', 'lanczos2', 'lanczos3']

describe('enlarging a ramp', () => {
  for (const factor of factors) {
    const width = Math.round(size.width * factor)
    const height = Math.round(size.height * factor)
    it.each(kernels)(`${factor} times with %s is exact`, (kernel) => {
      for (const channels of [1, 3, 4] as const) {
        const made = resample(rampPixels(channels), width, height, kernel)
        expect(made).toMatchObject({ width, height, channels })
        expect(worst(made.data, width, channels)).toBeLessThanOrEqual(1)
      }
    })

    it.each([
      [3, 'RGB'],
      [4, 'RGBA'],
    ] as const)(`${factor} times through a whole run is exact in %i channels (%s)`, async (...[channels]) => {
      const { data } = rampPixels(channels)
      const png = await sharp(data, { raw: { ...size, channels } })
        .png()
        .toBuffer()
      const made = await transform(
        { bytes: png },
        [{ op: 'resize', width, height, fit: 'fill' }],
        outputOf('png'),
      )
      const { data: pixels, info } = await sharp(made.bytes).raw().toBuffer({ resolveWithObject: true })
      expect({ width: info.width, height: info.height, channels: info.channels }).toEqual({
        width,
        height,
        channels,
      })
      expect(worst(pixels, width, channels)).toBeLessThanOrEqual(1)
    })
  }

  it('is exact to a 16-bit value', () => {
    const made = resample(rampPixels(3, 257), 150, 60, 'linear')
    expect(worst(made.data, 150, 3, 257) * 257).toBeLessThanOrEqual(0.51)
  })
})

describe('resampling', () => {
  it.each(kernels)('keeps a plain colour to its edges with %s', (kernel) => {
    const data = new Uint8Array(9 * 7 * 4).fill(77)
    const made = resample({ data, width: 9, height: 7, channels: 4 }, 23, 15, kernel)
    expect(new Set(made.data)).toEqual(new Set([77]))
  })

  it('mirrors when its input is mirrored', () => {
    const data = Uint8Array.from({ length: 40 }, (_, at) => (at * 97) % 251)
    const one = resample({ data, width: 40, height: 1, channels: 1 }, 93, 1, 'lanczos3')
    const other = resample({ data: data.toReversed(), width: 40, height: 1, channels: 1 }, 93, 1, 'lanczos3')
    expect(other.data.toReversed()).toEqual(one.data)
  })

  it('lets no colour bleed out of transparent pixels', () => {
    const data = Uint8Array.from(
      { length: 20 * 4 },
      (_, at) => (at < 40 ? [200, 0, 0, 255] : [0, 255, 0, 0])[at % 4] ?? 0,
    )
    const made = resample({ data, width: 20, height: 1, channels: 4 }, 50, 1, 'lanczos3')
    for (let at = 0; at < made.data.length; at += 4) expect(made.data[at + 1]).toBe(0)
  })

  it('shrinks one side while the other grows', () => {
    const made = resample(rampPixels(3), 30, 50, 'lanczos3')
    expect(worst(made.data, 30, 3)).toBeLessThanOrEqual(1)
  })
})
