/** Operations that look at more than one pixel and have no formula in a line: each against a slow reference. */
import type { OperationInput } from '@fovea/core'
import { describe, expect, it } from 'vitest'
import { inputs, noise, pixelAt, type Sample, size, through } from './testing/samples.ts'

const pixelCount = size.width * size.height
const isDeep = (name: string) => name.startsWith('16 bit')

/** A picture of one grey, large enough for many dots. */
function plain(grey: number, channels: 1 | 3 | 4 = 1, width = 240, height = 180): Sample {
  return { data: new Uint8Array(width * height * channels).fill(grey), width, height, channels }
}

function meanOf({ data, channels }: Sample): number {
  let sum = 0
  for (let at = 0; at < data.length; at += channels) sum += data[at] ?? 0
  return (sum / data.length) * channels
}

describe('halftone', () => {
  it.each([
    [4, 0],
    [8, 45],
    [15.5, 20],
  ])('of %d px turned by %d° shows each grey as its share of white', async (step, angle) => {
    for (const grey of [0, 12, 64, 128, 190, 243, 255]) {
      const made = await through(plain(grey), [{ op: 'halftone', size: step, angle }])
      expect(Math.abs(meanOf(made) - grey), `grey ${grey}`).toBeLessThanOrEqual(4)
    }
  })

  it.each([6, 10, 24])('repeats every %d px when it is not turned', async (step) => {
    const made = await through(plain(100), [{ op: 'halftone', size: step, angle: 0 }])
    for (let pixel = 0; pixel < 200 * 100; pixel += 7) {
      const [x, y] = [pixel % 200, Math.floor(pixel / 200)]
      const [here, right, below] = [
        pixelAt(made, y * made.width + x)[0],
        pixelAt(made, y * made.width + x + step)[0],
        pixelAt(made, (y + step) * made.width + x)[0],
      ]
      expect(Math.max(Math.abs(right - here), Math.abs(below - here))).toBeLessThanOrEqual(1 / 255)
    }
  })

  it('is black and white but for the edges of dots', async () => {
    const made = await through(plain(150), [{ op: 'halftone', size: 20 }])
    const soft = [...made.data].filter((value) => value > 25 && value < 230).length
    expect(soft / made.data.length).toBeLessThan(0.15)
  })

  it('keeps alpha and makes three equal channels at most', async () => {
    for (const [name, sample] of inputs()) {
      const made = await through(sample, [{ op: 'halftone', size: 5 }])
      for (let pixel = 0; pixel < pixelCount; pixel++) {
        const [r, g, b, alpha] = pixelAt(made, pixel)
        expect([g, b, alpha], name).toEqual([r, r, pixelAt(sample, pixel)[3]])
      }
    }
  })
})

/** Bayer's matrix by its own definition: four copies of the next smaller one, four times as wide apart. */
function bayer(side: number): readonly (readonly number[])[] {
  if (side === 1) return [[0]]
  const smaller = bayer(side / 2)
  const rank = (x: number, y: number) => {
    const quarter = [0, 2, 3, 1][(y < side / 2 ? 0 : 2) + (x < side / 2 ? 0 : 1)] ?? 0
    return 4 * (smaller[y % (side / 2)]?.[x % (side / 2)] ?? 0) + quarter
  }
  return Array.from({ length: side }, (_, y) => Array.from({ length: side }, (_, x) => rank(x, y)))
}

describe('threshold with dither', () => {
  const matrix = bayer(8)

  it.each([128, 90, 200.5])("at %d follows Bayer's matrix", async (value) => {
    for (const [name, sample] of inputs()) {
      const made = await through(sample, [{ op: 'threshold', value, dither: true, grayscale: false }])
      for (let pixel = 0; pixel < pixelCount; pixel++) {
        const [x, y] = [pixel % size.width, Math.floor(pixel / size.width)]
        const least = ((matrix[y % 8]?.[x % 8] ?? 0) + 0.5) / 64 + (value - 128) / 255
        const before = pixelAt(sample, pixel)
        const got = pixelAt(made, pixel)
        for (const channel of [0, 1, 2] as const) {
          expect(got[channel], name).toBe(before[channel] >= least ? 1 : 0)
        }
        expect(got[3]).toBe(before[3])
      }
    }
  })

  it('keeps the brightness of greys', async () => {
    for (const grey of [0, 10, 100, 200, 255]) {
      const made = await through(plain(grey), [{ op: 'threshold', dither: true }])
      expect(new Set(made.data).size).toBeLessThanOrEqual(2)
      expect(Math.abs(meanOf(made) - grey)).toBeLessThanOrEqual(2.5)
    }
  })
})

describe('denoise', () => {
  it.each([
    [8, 2],
    [25, 1],
    [60, 3],
  ])('of level %d and radius %d is the bilateral mean', async (level, radius) => {
    for (const [name, sample] of inputs()) {
      const made = await through(sample, [{ op: 'denoise', level, radius }])
      for (let pixel = 0; pixel < pixelCount; pixel += 5) {
        const wanted = bilateral(sample, pixel, level / 100, radius)
        const got = pixelAt(made, pixel)
        for (const channel of [0, 1, 2] as const) {
          const error = Math.abs((wanted[channel] ?? 0) - got[channel]) * 255
          // Differences of 16-bit samples are told apart in steps of 16.
          expect(error, name).toBeLessThanOrEqual(isDeep(name) ? 0.1 : 0.51)
        }
        expect(got[3]).toBe(pixelAt(sample, pixel)[3])
      }
    }
  })

  it('smooths a noisy plain and keeps a step', async () => {
    const sample = noise(1)
    const data = Uint8Array.from(
      sample.data,
      (value, pixel) => (pixel % size.width < 20 ? 60 : 180) + (value - 128) / 16,
    )
    const made = await through({ ...sample, data }, [{ op: 'denoise', level: 10, radius: 3 }])
    const spread = (one: Sample, from: number, middle: number) => {
      const isNear = (_: unknown, pixel: number) => Math.floor((pixel % size.width) / 20) * 20 === from
      const values = Array.from({ length: pixelCount }, (_, pixel) => pixelAt(one, pixel)[0] * 255).filter(
        isNear,
      )
      return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / values.length)
    }
    for (const [from, middle] of [
      [0, 60],
      [20, 180],
    ] as const) {
      expect(spread(made, from, middle)).toBeLessThan(spread({ ...sample, data }, from, middle) / 3)
    }
  })

  it('sharpens what is no noise when asked', async () => {
    const [soft, crisp] = await Promise.all(
      [0, 100].map((edges) => through(noise(3), [{ op: 'denoise', level: 5, edges }])),
    )
    const contrast = (sample: Sample | undefined) =>
      [...(sample?.data ?? [])].reduce((sum, value) => sum + Math.abs(value - 128), 0)
    expect(contrast(crisp)).toBeGreaterThan(contrast(soft) * 1.2)
  })
})

function bilateral(sample: Sample, pixel: number, tolerance: number, radius: number): readonly number[] {
  const [x, y] = [pixel % sample.width, Math.floor(pixel / sample.width)]
  const own = pixelAt(sample, pixel)
  const sums = [0, 0, 0]
  let total = 0
  for (let row = Math.max(0, y - radius); row <= Math.min(sample.height - 1, y + radius); row++) {
    for (let column = Math.max(0, x - radius); column <= Math.min(sample.width - 1, x + radius); column++) {
      const other = pixelAt(sample, row * sample.width + column)
      const far = ((column - x) ** 2 + (row - y) ** 2) / (radius / 1.5) ** 2
      const unlike = [0, 1, 2].reduce((sum, at) => sum + ((other[at] ?? 0) - (own[at] ?? 0)) ** 2, 0) / 3
      const weight = other[3] * Math.exp(-far / 2 - unlike / (2 * tolerance ** 2))
      total += weight
      for (const at of [0, 1, 2]) sums[at] = (sums[at] ?? 0) + weight * (other[at] ?? 0)
    }
  }
  return total === 0 ? own.slice(0, 3) : sums.map((sum) => sum / total)
}

describe('autoEnhance', () => {
  /** The same noise in a part of the range. */
  const squeezed = (sample: Sample, low: number, gain: number): Sample => ({
    ...sample,
    data: (sample.data as Uint8Array).map((value, at) =>
      sample.channels === 4 && at % 4 === 3
        ? value
        : low * (sample.data instanceof Uint16Array ? 257 : 1) + value * gain,
    ),
  })

  it.each([
    [0, 1, 100],
    [40, 0.6, 100],
    [90, 0.2, 100],
    [10, 0.7, 40],
  ])('of tones from %d on, %d of the range wide, at %d %% is its recipe', async (low, gain, amount) => {
    for (const [name, full] of inputs()) {
      const sample = squeezed(full, low, gain)
      const made = await through(sample, [{ op: 'autoEnhance', amount }])
      const recipe = enhancement(sample, amount / 100)
      let worst = 0
      for (let pixel = 0; pixel < pixelCount; pixel++) {
        const [r, g, b, alpha] = pixelAt(sample, pixel)
        const wanted = recipe([r, g, b])
        const got = pixelAt(made, pixel)
        for (const channel of [0, 1, 2] as const) {
          worst = Math.max(worst, Math.abs((wanted[channel] ?? 0) - got[channel]) * 255)
        }
        expect(got[3]).toBe(alpha)
      }
      // Percentiles are whole values, and tones are rounded once before the colours.
      expect(worst, name).toBeLessThanOrEqual(isDeep(name) ? 0.2 : 3)
    }
  })

  it('does not look at what nobody sees', async () => {
    const sample = noise(4)
    const hidden = (value: number): Sample => ({
      ...sample,
      data: Uint8Array.from(sample.data, (own, at) => {
        const isHidden = Math.floor(at / 4) % 3 === 0
        if (!isHidden) return at % 4 === 3 ? 255 : 80 + own / 4
        return at % 4 === 3 ? 0 : value
      }),
    })
    const [black, white] = await Promise.all(
      [0, 255].map((value) => through(hidden(value), [{ op: 'autoEnhance' }])),
    )
    if (black === undefined || white === undefined) throw new Error('nothing made')
    for (let pixel = 1; pixel < pixelCount; pixel += 3) {
      expect(pixelAt(black, pixel)).toEqual(pixelAt(white, pixel))
    }
  })
})

/** The recipe of auto-enhance.ts, by sorting instead of counting. */
function enhancement(sample: Sample, amount: number): (rgb: readonly number[]) => readonly number[] {
  const luma = (rgb: readonly number[]) =>
    0.2126 * (rgb[0] ?? 0) + 0.7152 * (rgb[1] ?? 0) + 0.0722 * (rgb[2] ?? 0)
  const pixels = Array.from({ length: pixelCount }, (_, pixel) => pixelAt(sample, pixel))
  const seen = pixels.map((one) => ({ luma: luma(one), weight: one[3] })).sort((a, b) => a.luma - b.luma)
  const total = seen.reduce((sum, { weight }) => sum + weight, 0)
  const percentile = (share: number) => {
    let sum = 0
    for (const one of seen) {
      sum += one.weight
      if (sum >= share * total) return one.luma
    }
    return 1
  }
  let [low, high] = [percentile(0.005), percentile(0.995)]
  if (high - low < 0.5) {
    low = Math.min(0.5, Math.max(0, (low + high) / 2 - 0.25))
    high = low + 0.5
  }
  const stretched = (value: number) => Math.min(1, Math.max(0, (value - low) / (high - low)))
  const mean = seen.reduce((sum, one) => sum + one.weight * stretched(one.luma), 0) / total
  const power = Math.min(1.25, Math.max(0.8, Math.log(mean + (0.5 - mean) * 0.3) / Math.log(mean)))
  return (rgb) => {
    const toned = rgb.map((value) => value + (stretched(value) ** power - value) * amount)
    const [high = 0, low = 0] = [Math.max(...toned), Math.min(...toned)]
    const grey = luma(toned)
    const factor = 1 + 0.2 * amount * (high === 0 ? 1 : low / high)
    return toned.map((value) => Math.min(1, Math.max(0, grey + (value - grey) * factor)))
  }
}

describe('a part of the image', () => {
  it.each<[OperationInput & { op: 'blur' | 'pixelate' }, OperationInput]>([
    [
      { op: 'blur', sigma: 2, left: 3, top: 4, width: 20, height: 15 },
      { op: 'blur', sigma: 2 },
    ],
    [
      { op: 'blur', sigma: 40, left: 0, top: 0, width: 40, height: 12 },
      { op: 'blur', sigma: 40 },
    ],
    [
      { op: 'pixelate', block: 4, left: 39, top: 29, width: 1, height: 1 },
      { op: 'pixelate', block: 4 },
    ],
    [
      { op: 'pixelate', block: 5, left: 11, top: 7, width: 29, height: 23 },
      { op: 'pixelate', block: 5 },
    ],
  ])('%j does to it what is done to a cut, and nothing outside', async (operation, whole) => {
    const { left = 0, top = 0, width = 0, height = 0 } = operation
    for (const [name, sample] of inputs()) {
      const made = await through(sample, [operation])
      const cut = await through(sample, [{ op: 'crop', left, top, width, height }, whole])
      // A cut shares its pass with the shrink of a wide blur; a box is cut out first.
      const tolerance = operation.op === 'blur' && operation.sigma > 32 ? 3.1 / 255 : 0
      for (let pixel = 0; pixel < pixelCount; pixel++) {
        const [x, y] = [(pixel % size.width) - left, Math.floor(pixel / size.width) - top]
        const isInside = x >= 0 && y >= 0 && x < width && y < height
        const wanted = isInside ? pixelAt(cut, y * width + x) : pixelAt(sample, pixel)
        const errors = pixelAt(made, pixel).map((value, at) => Math.abs(value - (wanted[at] ?? 0)))
        expect(Math.max(...errors), `${name} at ${x},${y}`).toBeLessThanOrEqual(isInside ? tolerance : 0)
      }
    }
  })
})
