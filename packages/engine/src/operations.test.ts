/**
 * Every operation against a formula or a property of its own, through a whole run, on colour, alpha, grey and 16-bit
 * input. Geometry has its tests in core; how operations live together is the equivalence test's.
 */
import type { OperationInput } from '@fovea/core'
import { describe, expect, it } from 'vitest'
import type { Samples } from './raster/pixels.ts'
import { sharp } from './sharp/setup.ts'
import { inputs, noise, pixelAt, pixelsOf, type Sample, size, through } from './testing/samples.ts'

type Colour = readonly [number, number, number]

const clamp = (value: number) => Math.min(1, Math.max(0, value))
const each =
  (map: (value: number) => number) =>
  ([r, g, b]: Colour) =>
    [map(r), map(g), map(b)] as const
const decode = (value: number) => (value > 0.04045 ? ((value + 0.055) / 1.055) ** 2.4 : value / 12.92)
const encode = (light: number) => (light > 0.0031308 ? 1.055 * light ** (1 / 2.4) - 0.055 : light * 12.92)
/** Rec. 709 luminance in linear light, as a grey value. */
const luminance = ([r, g, b]: Colour) => encode(0.2126 * decode(r) + 0.7152 * decode(g) + 0.0722 * decode(b))
const mix = (from: Colour, to: Colour, share: number) =>
  [0, 1, 2].map((at) => (from[at] ?? 0) + ((to[at] ?? 0) - (from[at] ?? 0)) * share) as unknown as Colour
const bytes = (r: number, g: number, b: number): Colour => [r / 255, g / 255, b / 255]
const sepia: readonly Colour[] = [
  [0.393, 0.769, 0.189],
  [0.349, 0.686, 0.168],
  [0.272, 0.534, 0.131],
]

/** Values of 8 bit; looking a colour up by a rounded grey may take several 16-bit ones. */
const deepTolerance = 2.1 / 257

/** What a pixel becomes; greys of libvips differ from the formula by a few values, so those are given more room. */
const pointwise: [OperationInput, (rgb: Colour) => Colour, number?][] = [
  [{ op: 'invert' }, each((v) => 1 - v)],
  [{ op: 'gamma', gamma: 2.2 }, each((v) => Math.exp(Math.log(v) / 2.2))],
  [{ op: 'gamma', gamma: 0.5 }, each((v) => v * v)],
  [{ op: 'gamma', gamma: 1 }, each((v) => v)],
  [{ op: 'brightness', amount: 20 }, each((v) => v + 0.2)],
  [{ op: 'brightness', amount: -50 }, each((v) => v - 0.5)],
  [{ op: 'brightness', amount: 100 }, () => [1, 1, 1]],
  [{ op: 'contrast', amount: -100 }, () => [0.5, 0.5, 0.5]],
  [{ op: 'contrast', amount: 20 }, each((v) => 0.5 + (v - 0.5) * 1.44)],
  [{ op: 'contrast', amount: 100 }, each((v) => 4 * v - 1.5)],
  [{ op: 'contrast', amount: 400 }, each((v) => 0.5 + (v - 0.5) * 25)],
  [{ op: 'exposure', stops: 1 }, each((v) => encode(2 * decode(v)))],
  [{ op: 'exposure', stops: -1.5 }, each((v) => encode(decode(v) / Math.sqrt(8)))],
  [{ op: 'exposure', stops: 5 }, each((v) => encode(32 * decode(v)))],
  [{ op: 'highlights', amount: 100 }, each((v) => v + v * v - v ** 3)],
  [{ op: 'highlights', amount: -100 }, each((v) => v - v * v + v ** 3)],
  [{ op: 'highlights', amount: -40 }, each((v) => v - 0.4 * v * v * (1 - v))],
  [{ op: 'shadows', amount: 100 }, each((v) => 2 * v - 2 * v * v + v ** 3)],
  [{ op: 'shadows', amount: -100 }, each((v) => 2 * v * v - v ** 3)],
  [{ op: 'shadows', amount: 30 }, each((v) => v + 0.3 * v * (1 - v) ** 2)],
  [{ op: 'sepia' }, (rgb) => sepiaOf(rgb)],
  [{ op: 'sepia', amount: 50 }, (rgb) => mix(rgb, sepiaOf(rgb), 0.5)],
  [{ op: 'sepia', amount: 0 }, (rgb) => rgb],
  [{ op: 'vibrance', amount: 100 }, (rgb) => vibranceOf(rgb, 1)],
  [{ op: 'vibrance', amount: -60 }, (rgb) => vibranceOf(rgb, -0.6)],
  [{ op: 'vibrance', amount: 35 }, (rgb) => vibranceOf(rgb, 0.35)],
  [{ op: 'monochrome', color: '#ff8000' }, (rgb) => mix([0, 0, 0], bytes(255, 128, 0), luminance(rgb)), 3],
  [{ op: 'monochrome', color: 'white' }, (rgb) => mix([0, 0, 0], [1, 1, 1], luminance(rgb)), 3],
  [{ op: 'monochrome', color: 'black' }, () => [0, 0, 0]],
  [
    { op: 'duotone', shadow: '#1b2a6b', highlight: '#ffd76e' },
    (rgb) => mix(bytes(27, 42, 107), bytes(255, 215, 110), luminance(rgb)),
    3,
  ],
  [
    { op: 'duotone', shadow: 'white', highlight: 'black' },
    (rgb) => each((v) => 1 - v)(mix([0, 0, 0], [1, 1, 1], luminance(rgb))),
    3,
  ],
  [{ op: 'duotone', shadow: 'red', highlight: 'red' }, () => [1, 0, 0]],
  [
    { op: 'duotone', shadow: 'red', highlight: 'lime', amount: 40 },
    (rgb) => mix(rgb, mix([1, 0, 0], [0, 1, 0], luminance(rgb)), 0.4),
    // The grey that colours are looked up by is rounded to the depth of the picture.
    0.8,
  ],
  [
    { op: 'monochrome', color: '#ff8000', amount: 75 },
    (rgb) => mix(rgb, mix([0, 0, 0], bytes(255, 128, 0), luminance(rgb)), 0.75),
    1,
  ],
  [{ op: 'gradientMap', colors: ['black', 'white'] }, (rgb) => each(() => luminance(rgb))(rgb), 1],
  [{ op: 'gradientMap', colors: ['red', 'black', 'blue'] }, (rgb) => redBlackBlue(luminance(rgb)), 1.6],
  [
    { op: 'gradientMap', colors: ['red', 'black', 'blue'], amount: 20 },
    (rgb) => mix(rgb, redBlackBlue(luminance(rgb)), 0.2),
    0.9,
  ],
  [{ op: 'colorize', color: 'teal' }, (rgb) => mix(rgb, bytes(0, 128, 128), 0.5)],
  [{ op: 'colorize', color: '#ff0080', amount: 12.5 }, (rgb) => mix(rgb, bytes(255, 0, 128), 0.125)],
  [{ op: 'colorize', color: '#123', amount: 100 }, () => bytes(17, 34, 51)],
  [{ op: 'threshold', value: 128, grayscale: false }, each((v) => (v * 255 >= 128 ? 1 : 0))],
  [{ op: 'threshold', value: 0 }, () => [1, 1, 1]],
  [{ op: 'threshold', value: 40, grayscale: false }, each((v) => (v * 255 >= 40 ? 1 : 0))],
]

function redBlackBlue(grey: number): Colour {
  return [Math.max(0, 1 - 2 * grey), 0, Math.max(0, 2 * grey - 1)]
}

function sepiaOf([r, g, b]: Colour): Colour {
  const row = ([x, y, z]: Colour) => clamp(x * r + y * g + z * b)
  const [red = [0, 0, 0], green = [0, 0, 0], blue = [0, 0, 0]] = sepia
  // Sums beyond white are clamped only once a share of them is mixed in; these pixels stay below it.
  return [row(red as Colour), row(green as Colour), row(blue as Colour)]
}

function vibranceOf(rgb: Colour, amount: number): Colour {
  const [r, g, b] = rgb
  const grey = 0.2126 * r + 0.7152 * g + 0.0722 * b
  const high = Math.max(...rgb)
  const lack = high === 0 ? 1 : Math.min(...rgb) / high
  return mix([grey, grey, grey], rgb, 1 + amount * lack)
}

function threefold(grey: Sample): Sample {
  const data = Uint8Array.from(
    { length: grey.data.length * 3 },
    (_, at) => grey.data[Math.floor(at / 3)] ?? 0,
  )
  return { ...grey, data, channels: 3 }
}

describe('a formula for each pixel', () => {
  it.each(pointwise)('%j', async (...[operation, formula, tolerance = 0.51]) => {
    for (const [name, sample] of inputs()) {
      const made = await through(sample, [operation])
      expect([name, made.width, made.height]).toEqual([name, size.width, size.height])
      // Sums beyond white meet the clamp at different moments when half of them is mixed in.
      const isMixed = operation.op === 'sepia' && operation.amount === 50
      let worst = 0
      for (let pixel = 0; pixel < size.width * size.height; pixel++) {
        const [r, g, b, alpha] = pixelAt(sample, pixel)
        if (isMixed && Math.max(...sepiaOf([r, g, b])) >= 1) continue
        const wanted = formula([r, g, b]).map(clamp)
        const got = pixelAt(made, pixel)
        expect(got[3]).toBe(alpha)
        for (const channel of [0, 1, 2] as const) {
          worst = Math.max(worst, Math.abs((wanted[channel] ?? 0) - got[channel]) * 255)
        }
      }
      // Greys of a 16-bit picture are our own; of an 8-bit one libvips makes them.
      expect(worst, name).toBeLessThanOrEqual(name.startsWith('16 bit') ? deepTolerance : tolerance)
    }
  })

  it.each([0, 0.3, 0.75, 0.995])('opacity %d scales alpha and leaves colours', async (opacity) => {
    for (const [name, sample] of inputs()) {
      const made = await through(sample, [{ op: 'opacity', opacity }])
      for (let pixel = 0; pixel < 200; pixel++) {
        const [r, g, b, alpha] = pixelAt(sample, pixel)
        const got = pixelAt(made, pixel)
        expect(got.slice(0, 3), name).toEqual([r, g, b])
        expect(Math.abs(got[3] - alpha * opacity) * 255, name).toBeLessThanOrEqual(0.51)
      }
    }
  })

  it('invert turns alpha over when asked, and twice is nothing', async () => {
    const sample = noise(4)
    const turned = await through(sample, [{ op: 'invert', alpha: true }])
    expect([...turned.data].map((value) => 255 - value)).toEqual([...sample.data])
    const again = await through(sample, [
      { op: 'invert', alpha: true },
      { op: 'invert', alpha: true },
    ])
    expect([...again.data]).toEqual([...sample.data])
  })

  it.each(['#ff7f00', 'teal', '#808080', 'blue'])("tint %s is sharp's tint", async (color) => {
    for (const channels of [3, 4, 1] as const) {
      const sample = noise(channels)
      // sharp leaves a grey picture grey: it is given the same picture in three channels.
      const { data, width, height } = channels === 1 ? threefold(sample) : sample
      const wide = channels === 1 ? 3 : channels
      const wanted = await sharp(data, { raw: { width, height, channels: wide } })
        .tint(color)
        .png()
        .toBuffer()
      const reference = await pixelsOf(wanted, false)
      const made = await through(sample, [{ op: 'tint', color }])
      for (let pixel = 0; pixel < width * height; pixel++) {
        const [got, expected] = [pixelAt(made, pixel), pixelAt(reference, pixel)]
        const worst = Math.max(...got.map((value, channel) => Math.abs(value - (expected[channel] ?? 0))))
        expect(worst * 255).toBeLessThanOrEqual(2)
      }
    }
  })

  it('grayscale is luminance, exact at 16 bit', async () => {
    for (const [name, sample] of inputs()) {
      const made = await through(sample, [{ op: 'grayscale' }])
      const tolerance = name.startsWith('16 bit') ? 0.01 : 3
      for (let pixel = 0; pixel < size.width * size.height; pixel++) {
        const [r, g, b, alpha] = pixelAt(sample, pixel)
        const got = pixelAt(made, pixel)
        const wanted = sample.channels === 1 ? r : luminance([r, g, b])
        for (const channel of [0, 1, 2] as const) {
          expect(Math.abs(got[channel] - wanted) * 255, name).toBeLessThanOrEqual(tolerance)
        }
        expect(got[3]).toBe(alpha)
      }
    }
  })

  it('tint is as fine on 16 bit as on 8', async () => {
    const deep = noise(3, 16)
    const flat: Sample = { ...deep, data: Uint8Array.from(deep.data, (value) => Math.round(value / 257)) }
    const [fine, coarse] = await Promise.all([
      through(deep, [{ op: 'tint', color: 'teal' }]),
      through(flat, [{ op: 'tint', color: 'teal' }]),
    ])
    const errors = [...fine.data].map((value, at) => Math.abs(value / 257 - (coarse.data[at] ?? 0)))
    expect(errors.reduce((sum, error) => sum + error, 0) / errors.length).toBeLessThanOrEqual(1)
    expect(new Set(fine.data).size).toBeGreaterThan(1000)
  })

  it('threshold decides by luminance when colours go first', async () => {
    for (const value of [60, 128, 200]) {
      const sample = noise(3)
      const made = await through(sample, [{ op: 'threshold', value }])
      for (let pixel = 0; pixel < size.width * size.height; pixel++) {
        const [r, g, b] = pixelAt(sample, pixel)
        const light = luminance([r, g, b]) * 255
        if (Math.abs(light - value) < 3) continue
        expect(pixelAt(made, pixel)[0]).toBe(light >= value ? 1 : 0)
      }
    }
  })
})

describe('surroundings of a pixel', () => {
  it.each([3, 5, 7])('median %d takes the middle of the window', async (window) => {
    for (const [name, sample] of inputs()) {
      const made = await through(sample, [{ op: 'median', size: window }])
      const reach = (window - 1) / 2
      for (let y = reach; y < size.height - reach; y += 3) {
        for (let x = reach; x < size.width - reach; x += 3) {
          const wanted = medianAround(sample, x, y, reach)
          const got = pixelAt(made, y * size.width + x)
          expect(got.slice(0, 3), name).toEqual(wanted)
        }
      }
    }
  })

  it.each([
    [1, 100, 0],
    [2.5, 60, 10],
    [6, 200, 40],
    [3, -70, 0],
  ])('unsharp %d px, %d %%, from %d adds what the blur takes away', async (sigma, amount, threshold) => {
    for (const [name, sample] of inputs()) {
      if (sample.channels === 4) continue
      const made = await through(sample, [{ op: 'unsharp', sigma, amount, threshold }])
      const soft = await through(sample, [{ op: 'blur', sigma }])
      for (let pixel = 0; pixel < size.width * size.height; pixel++) {
        const [before, blurred, got] = [sample, soft, made].map((one) => pixelAt(one, pixel)[1] * 255)
        const detail = (before ?? 0) - (blurred ?? 0)
        if (Math.abs(Math.abs(detail) - threshold) < 0.01) continue
        const wanted = Math.abs(detail) < threshold ? before : (before ?? 0) + (detail * amount) / 100
        expect(Math.abs(clamp((wanted ?? 0) / 255) * 255 - (got ?? 0)), name).toBeLessThanOrEqual(0.51)
      }
    }
  })

  it('unsharp leaves alpha and plain areas alone', async () => {
    const sample = noise(4)
    const made = await through(sample, [{ op: 'unsharp', sigma: 2 }])
    for (let pixel = 0; pixel < 100; pixel++) expect(pixelAt(made, pixel)[3]).toBe(pixelAt(sample, pixel)[3])
    const data = Uint8Array.from(sample.data, (_, at) => (at % 4 === 3 ? 255 : 90))
    const plain = { ...sample, data }
    const same = await through(plain, [{ op: 'unsharp', sigma: 3, amount: 500 }])
    expect([...same.data]).toEqual([...data])
  })

  it.each([4, 7, 16])('pixelate %d leaves plain blocks near their mean', async (block) => {
    const [width, height] = [block * 6, block * 4]
    for (const channels of [1, 3, 4] as const) {
      const data = new Uint8Array(width * height * channels)
      for (let at = 0; at < data.length; at++) {
        const pixel = Math.floor(at / channels)
        data[at] = 60 + ((pixel % width) * 120) / width + (at % channels) * 10
      }
      const made = await through({ data, width, height, channels }, [{ op: 'pixelate', block }])
      for (let column = 0; column < 6; column++) {
        const colours = new Set<string>()
        for (let y = 0; y < block; y++) {
          for (let x = 0; x < block; x++) colours.add(String(pixelAt(made, y * width + column * block + x)))
        }
        expect(colours.size).toBe(1)
        const mean = 60 + ((column + 0.5) * block - 0.5) * (120 / width)
        expect(Math.abs(pixelAt(made, column * block)[0] * 255 - mean)).toBeLessThanOrEqual(6)
      }
    }
  })

  it.each([
    [1, 99],
    [0, 100],
    [10, 80],
  ])('normalize %d–%d stretches lightness to the ends', async (lower, upper) => {
    for (const channels of [1, 3, 4] as const) {
      const pale = {
        ...noise(channels),
        data: noise(channels).data.map((value) => 90 + value / 4) as Samples,
      }
      const made = await through(pale, [{ op: 'normalize', lower, upper }])
      const before = lightnesses(pale)
      const after = lightnesses(made)
      const at = (share: number) => Math.min(before.length - 1, Math.floor((share / 100) * before.length))
      const sorted = (values: readonly number[]) => [...values].sort((a, b) => a - b)
      const [low = 0, high = 0] = [sorted(before)[at(lower)], sorted(before)[at(upper)]]
      const errors = before.map((value, pixel) => {
        const wanted = Math.min(100, Math.max(0, ((value - low) / (high - low)) * 100))
        return Math.abs(wanted - (after[pixel] ?? 0))
      })
      // The percentiles are whole numbers of L in libvips, of a range of about 25.
      expect(errors.reduce((sum, error) => sum + error, 0) / errors.length).toBeLessThanOrEqual(4)
    }
  })
})

describe('shapes', () => {
  const plain = (width: number, height: number, channels: 1 | 3 | 4): Sample => ({
    data: new Uint8Array(width * height * channels).fill(200),
    width,
    height,
    channels,
  })
  const covered = (sample: Sample, opaque: number) =>
    Array.from({ length: sample.width * sample.height }, (_, pixel) => pixelAt(sample, pixel)[3]).reduce(
      (sum, alpha) => sum + alpha / opaque,
      0,
    )

  it.each<[OperationInput, (width: number, height: number) => number]>([
    [{ op: 'mask' }, (w, h) => (Math.PI * w * h) / 4],
    [{ op: 'mask', shape: 'circle' }, (w, h) => (Math.PI * Math.min(w, h) ** 2) / 4],
    [{ op: 'roundCorners', radius: 12 }, (w, h) => w * h - (4 - Math.PI) * 144],
    [{ op: 'roundCorners', topLeft: 25 }, (w, h) => w * h - (1 - Math.PI / 4) * 625],
    [{ op: 'roundCorners', radius: 1_000_000 }, (w, h) => w * h - (1 - Math.PI / 4) * Math.min(w, h) ** 2],
  ])('%j covers its area', async (operation, area) => {
    for (const channels of [1, 3, 4] as const) {
      for (const [width, height] of [
        [81, 60],
        [64, 90],
      ] as const) {
        const made = await through(plain(width, height, channels), [operation])
        expect({ width: made.width, height: made.height }).toEqual({ width, height })
        const opaque = channels === 4 ? 200 / 255 : 1
        const error = Math.abs(covered(made, opaque) / area(width, height) - 1)
        expect(error).toBeLessThanOrEqual(0.002)
        const middle = pixelAt(made, Math.floor(height / 2) * width + Math.floor(width / 2))
        expect(middle).toEqual([200 / 255, 200 / 255, 200 / 255, opaque])
        expect(pixelAt(made, 0)[3]).toBe(0)
      }
    }
  })

  it('rounds only the corners that were asked for', async () => {
    const made = await through(plain(50, 40, 3), [{ op: 'roundCorners', topRight: 20, bottomLeft: 10 }])
    const alphas = [0, 49, 39 * 50, 39 * 50 + 49].map((pixel) => pixelAt(made, pixel)[3])
    expect(alphas).toEqual([1, 0, 0, 1])
  })

  it.each(['1:1', '16:9', '2:3'])('pad brings the image to %s and keeps its pixels', async (aspect) => {
    const sample = noise(3)
    const made = await through(sample, [{ op: 'pad', aspect, position: 'top-left', background: '#102030' }])
    const [w = 1, h = 1] = aspect.split(':').map(Number)
    expect(Math.abs(made.width - (made.height * w) / h)).toBeLessThanOrEqual(1)
    expect(pixelAt(made, 0)).toEqual(pixelAt(sample, 0))
    expect(pixelAt(made, made.width * made.height - 1).slice(0, 3)).toEqual(bytes(16, 32, 48))
  })

  it.each([1, 5, 12])('border of %d px frames grey and colour', async (width) => {
    for (const channels of [1, 3, 4] as const) {
      const sample = noise(channels)
      const made = await through(sample, [{ op: 'border', width, color: '#c04020' }])
      expect([made.width, made.height]).toEqual([size.width + 2 * width, size.height + 2 * width])
      for (const pixel of [0, made.width - 1, made.width * made.height - 1]) {
        expect(pixelAt(made, pixel)).toEqual([...bytes(192, 64, 32), 1])
      }
      expect(pixelAt(made, width * made.width + width)).toEqual(pixelAt(sample, 0))
    }
  })

  it.each([
    [25, 20, 50, 60, 10, 6, 20, 18],
    [0, 0, 33.3, 100, 0, 0, 13, 30],
    [99, 99, 1, 1, 39, 29, 1, 1],
  ])('crop in percent: %d,%d %d×%d', async (left, top, width, height, x, y, w, h) => {
    const sample = noise(3)
    const made = await through(sample, [
      { op: 'crop', left: `${left}%`, top: `${top}%`, width: `${width}%`, height: `${height}%` },
    ])
    expect([made.width, made.height]).toEqual([w, h])
    expect(pixelAt(made, 0)).toEqual(pixelAt(sample, y * size.width + x))
  })
})

function medianAround(sample: Sample, x: number, y: number, reach: number): readonly number[] {
  return [0, 1, 2].map((channel) => {
    const values: number[] = []
    for (let row = y - reach; row <= y + reach; row++) {
      for (let column = x - reach; column <= x + reach; column++) {
        values.push(pixelAt(sample, row * size.width + column)[channel] ?? 0)
      }
    }
    return values.sort((a, b) => a - b)[(values.length - 1) / 2] ?? 0
  })
}

/** L of LAB, 0–100. Source: CIE 15:2004 */
function lightnesses(sample: Sample): readonly number[] {
  return Array.from({ length: sample.width * sample.height }, (_, pixel) => {
    const [r, g, b] = pixelAt(sample, pixel)
    const y = 0.2126 * decode(r) + 0.7152 * decode(g) + 0.0722 * decode(b)
    return y > 0.008856 ? 116 * Math.cbrt(y) - 16 : 903.3 * y
  })
}
