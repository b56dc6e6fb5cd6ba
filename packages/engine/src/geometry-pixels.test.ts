/**
 * Where every pixel of a geometric operation comes from: an independent map for those that only move pixels, a ramp
 * for those that mix them. On colour, alpha, grey and 16 bit; animations have their own test.
 */
import type { OperationInput } from '@fovea/core'
import { describe, expect, it } from 'vitest'
import { fullOf } from './raster/pixels.ts'
import { inputs, pixelAt, type Sample, size, through } from './testing/samples.ts'

type Pixel = readonly [number, number, number, number]
/** A pixel of the result: a place in the source, or a colour of 0–1. */
type From = readonly [x: number, y: number] | Pixel
/** The result's size and its pixels. */
type Map = readonly [width: number, height: number, (x: number, y: number) => From]

const { width: w, height: h } = size
const clear: Pixel = [0, 0, 0, 0]
const colour: Pixel = [1, 0, 51 / 255, 1]
const css = '#ff0033'

/** The source at an offset, and something else around it. */
function placed(left: number, top: number, around: From | ((x: number, y: number) => From) = clear) {
  return (x: number, y: number): From => {
    const isInside = x >= left && y >= top && x < left + w && y < top + h
    if (isInside) return [x - left, y - top]
    return typeof around === 'function' ? around(x - left, y - top) : around
  }
}
const clamped = (x: number, y: number): From => [clamp(x, w), clamp(y, h)]
const mirrored = (x: number, y: number): From => [reflect(x, w), reflect(y, h)]

function clamp(place: number, side: number): number {
  return Math.min(side - 1, Math.max(0, place))
}

/** … 2 1 0 | 0 1 2 … n−1 | n−1 … */
function reflect(place: number, side: number): number {
  const folded = ((place % (2 * side)) + 2 * side) % (2 * side)
  return folded < side ? folded : 2 * side - 1 - folded
}

const moved: readonly (readonly [string, OperationInput | readonly OperationInput[], Map])[] = [
  ['flip', { op: 'flip' }, [w, h, (x, y) => [x, h - 1 - y]]],
  ['flop', { op: 'flop' }, [w, h, (x, y) => [w - 1 - x, y]]],
  ['flip and flop', [{ op: 'flip' }, { op: 'flop' }], [w, h, (x, y) => [w - 1 - x, h - 1 - y]]],
  ['rotate 90', { op: 'rotate', angle: 90 }, [h, w, (x, y) => [y, h - 1 - x]]],
  ['rotate 180', { op: 'rotate', angle: -180 }, [w, h, (x, y) => [w - 1 - x, h - 1 - y]]],
  ['rotate 270', { op: 'rotate', angle: 630 }, [h, w, (x, y) => [w - 1 - y, x]]],
  ['orient 2', { op: 'orient', orientation: 2 }, [w, h, (x, y) => [w - 1 - x, y]]],
  ['orient 4', { op: 'orient', orientation: 4 }, [w, h, (x, y) => [x, h - 1 - y]]],
  ['orient 5', { op: 'orient', orientation: 5 }, [h, w, (x, y) => [y, x]]],
  ['orient 6', { op: 'orient', orientation: 6 }, [h, w, (x, y) => [y, h - 1 - x]]],
  ['orient 7', { op: 'orient', orientation: 7 }, [h, w, (x, y) => [w - 1 - y, h - 1 - x]]],
  ['orient 8', { op: 'orient', orientation: 8 }, [h, w, (x, y) => [w - 1 - y, x]]],
  ['crop by edges', { op: 'crop', left: 3, right: 4, top: 5 }, [w - 7, h - 5, (x, y) => [x + 3, y + 5]]],
  ['crop in percent', { op: 'crop', left: '50%', height: '10%' }, [20, 3, (x, y) => [x + 20, y + 14]]],
  ['crop to an aspect', { op: 'crop', aspect: '1:1', position: 'right' }, [h, h, (x, y) => [x + 10, y]]],
  [
    'crop around a point',
    { op: 'crop', aspect: '1:1', zoom: 2, position: { x: 0.25, y: 1 } },
    [15, 15, (x, y) => [x + 3, y + 15]],
  ],
  [
    'crop clipped',
    { op: 'crop', left: 35, top: 0, width: 99, height: 10, outside: 'clip' },
    [5, 10, (x, y) => [x + 35, y]],
  ],
  [
    'cover without enlarging',
    { op: 'resize', width: 500, height: 250, upscale: false, position: 'bottom' },
    [w, 20, (x, y) => [x, y + 10]],
  ],
  [
    'extend',
    { op: 'extend', left: 2, top: 3, right: 1, background: css },
    [w + 3, h + 3, placed(2, 3, colour)],
  ],
  [
    'extend by the outermost pixels',
    { op: 'extend', left: 4, top: 2, right: 3, bottom: 5, fill: 'copy' },
    [w + 7, h + 7, placed(4, 2, clamped)],
  ],
  [
    'extend by the reflection',
    { op: 'extend', left: 4, top: 2, right: 50, bottom: 5, fill: 'mirror' },
    [w + 54, h + 7, placed(4, 2, mirrored)],
  ],
  ['pad to an aspect', { op: 'pad', aspect: '1:1' }, [w, w, placed(0, 5)]],
  [
    'pad to a size',
    { op: 'pad', width: 50, height: '150%', position: 'bottom-right', background: css },
    [50, 45, placed(10, 15, colour)],
  ],
  ['pad with the edge', { op: 'pad', width: 60, fill: 'copy' }, [60, h, placed(10, 0, clamped)]],
  ['border', { op: 'border', width: 3, left: 0, color: css }, [w + 3, h + 6, placed(0, 3, colour)]],
  [
    'border inside',
    { op: 'border', width: 3, bottom: 9, color: css, inside: true },
    [w, h, (x, y) => (x < 3 || y < 3 || x >= w - 3 || y >= h - 9 ? colour : [x, y])],
  ],
  [
    'contain, smaller than the box',
    { op: 'resize', width: 60, height: 40, fit: 'contain', upscale: false, background: css },
    [60, 40, placed(10, 5, colour)],
  ],
  ['convert to what has alpha', { op: 'convert', format: 'webp' }, [w, h, (x, y) => [x, y]]],
  ['flatten and trim nothing', { op: 'trim', threshold: 255 }, [w, h, (x, y) => [x, y]]],
  [
    'a trimmed border',
    [
      { op: 'extend', left: 5, top: 4, background: '#00ff00' },
      { op: 'trim', background: '#00ff00', threshold: 0, by: 'color', margin: 2 },
    ],
    [w + 2, h + 2, placed(2, 2, [0, 1, 0, 1])],
  ],
]

describe('pixels are moved', () => {
  it.each(moved)('%s', async (_, asked, [width, height, from]) => {
    const operations = Array.isArray(asked) ? asked : [asked as OperationInput]
    for (const [name, sample] of inputs()) {
      const made = await through(sample, operations)
      expect([name, made.width, made.height]).toEqual([name, width, height])
      let wrong = 0
      for (let pixel = 0; pixel < width * height; pixel++) {
        const place = from(pixel % width, Math.floor(pixel / width))
        const wanted = place.length === 4 ? place : pixelAt(sample, place[1] * w + place[0])
        if (!isSame(pixelAt(made, pixel), wanted)) wrong++
      }
      expect(wrong, name).toBe(0)
    }
  })
})

/** Within half a value of 8 bit: colours are given with 8; what is fully transparent has none. */
function isSame(got: Pixel, wanted: Pixel): boolean {
  if (wanted[3] === 0) return got[3] === 0
  return got.every((value, channel) => Math.abs(value - (wanted[channel] ?? 0)) * 255 < 0.5)
}

/** Red grows to the right, green downwards, blue is their mean; a ramp stays one however it is scaled and turned. */
function ramp(channels: 1 | 3 | 4, isDeep: boolean): Sample {
  const [width, height] = [120, 90]
  const data = isDeep ? new Uint16Array(width * height * channels) : new Uint8Array(width * height * channels)
  const full = fullOf(data)
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += channels) {
      const values = channels === 1 ? [rampX(x)] : [rampX(x), rampY(y), (rampX(x) + rampY(y)) / 2, 0.6]
      for (let channel = 0; channel < channels; channel++)
        data[at + channel] = (values[channel] ?? 0) * full + 0.5
    }
  }
  return { data, width, height, channels }
}
const rampX = (x: number) => 0.2 + (0.6 * x) / 119
const rampY = (y: number) => 0.8 - (0.6 * y) / 89

const ramps = [
  ['RGB', ramp(3, false)],
  ['RGBA', ramp(4, false)],
  ['grey', ramp(1, false)],
  ['16 bit', ramp(3, true)],
] as const

/** A result's size, and the place in the source of a place in the result; `undefined` where it is not compared. */
type Mixed = readonly [number, number, (x: number, y: number) => readonly [number, number] | undefined]

/** The centre of pixel `at` of `to` in pixels of `from`, after a shift in the result's pixels. */
function scaled(at: number, to: number, from: number, shift = 0): number {
  return ((at + shift + 0.5) * from) / to - 0.5
}

function turned(x: number, y: number, [width, height]: readonly [number, number], angle: number, zoom = 1) {
  const radians = (angle * Math.PI) / 180
  const [dx, dy] = [(x + 0.5 - width / 2) / zoom, (y + 0.5 - height / 2) / zoom]
  return [
    60 + dx * Math.cos(radians) + dy * Math.sin(radians) - 0.5,
    45 - dx * Math.sin(radians) + dy * Math.cos(radians) - 0.5,
  ] as const
}

/** What 120×90 is enlarged by when nothing of a corner turned by `angle` may be left. */
function zoomOf(angle: number): number {
  const radians = (angle * Math.PI) / 180
  const [cos, sin] = [Math.abs(Math.cos(radians)), Math.abs(Math.sin(radians))]
  return Math.max((120 * cos + 90 * sin) / 120, (120 * sin + 90 * cos) / 90)
}

const mixed: readonly (readonly [OperationInput, Mixed])[] = [
  [{ op: 'resize', width: 60 }, [60, 45, (x, y) => [scaled(x, 60, 120), scaled(y, 45, 90)]]],
  [
    { op: 'resize', width: '25%', kernel: 'linear' },
    [30, 23, (x, y) => [scaled(x, 30, 120), scaled(y, 23, 90)]],
  ],
  [{ op: 'resize', width: 300 }, [300, 225, (x, y) => [scaled(x, 300, 120), scaled(y, 225, 90)]]],
  [
    { op: 'resize', width: 40, height: 60, fit: 'fill', kernel: 'mitchell' },
    [40, 60, (x, y) => [scaled(x, 40, 120), scaled(y, 60, 90)]],
  ],
  [
    { op: 'resize', width: 45, height: 45, position: 'left' },
    [45, 45, (x, y) => [scaled(x, 60, 120), scaled(y, 45, 90)]],
  ],
  [
    { op: 'resize', width: 45, aspect: '1:1', position: { x: 0.75, y: 0.5 } },
    [45, 45, (x, y) => [scaled(x, 60, 120, 15), scaled(y, 45, 90)]],
  ],
  [
    { op: 'resize', height: 45, maxWidth: 45, position: { left: 54, top: 0 } },
    [45, 45, (x, y) => [scaled(x, 60, 120, 5), scaled(y, 45, 90)]],
  ],
  [
    { op: 'resize', width: 80, height: 45, fit: 'contain', fill: 'copy' },
    [80, 45, (x, y) => [scaled(Math.min(59, Math.max(0, x - 10)), 60, 120), scaled(y, 45, 90)]],
  ],
  [{ op: 'rotate', angle: 30 }, [149, 138, (x, y) => turned(x, y, [149, 138], 30)]],
  [{ op: 'rotate', angle: -100.5 }, [110, 134, (x, y) => turned(x, y, [110, 134], -100.5)]],
  [
    { op: 'rotate', angle: 12, corners: 'zoom' },
    [120, 90, (x, y) => turned(x, y, [120, 90], 12, zoomOf(12))],
  ],
  [
    { op: 'rotate', angle: -45, corners: 'zoom' },
    [120, 90, (x, y) => turned(x, y, [120, 90], -45, zoomOf(45))],
  ],
]

/**
 * Alpha costs sharp a bit and a half of the colours. Its rotation lies up to 1.4 px off, where a pixel is 1.7 values;
 * straightened, the picture is also two pixels larger than needed.
 */
function roomFor(operation: OperationInput, name: string): number {
  const own = operation.op !== 'rotate' ? 1.5 : operation.corners === 'zoom' ? 5.5 : 2.5
  return own + (name === 'RGBA' ? 1.5 : 0)
}

describe('pixels are mixed', () => {
  it.each(mixed)('%j', async (operation, [width, height, from]) => {
    for (const [name, sample] of ramps) {
      const made = await through(sample, [operation])
      expect([name, made.width, made.height]).toEqual([name, width, height])
      const errors: number[] = []
      for (let pixel = 0; pixel < width * height; pixel++) {
        const [x, y] = from(pixel % width, Math.floor(pixel / width)) ?? [-9, -9]
        // Kernels see an edge a few pixels away.
        if (x < 4 || y < 4 || x > 115 || y > 85) continue
        const wanted = name === 'grey' ? [rampX(x)] : [rampX(x), rampY(y), (rampX(x) + rampY(y)) / 2]
        const got = pixelAt(made, pixel)
        errors.push(...wanted.map((value, channel) => Math.abs(value - (got[channel] ?? 0)) * 255))
        errors.push(Math.abs(got[3] - (name === 'RGBA' ? 0.6 : 1)) * 255)
      }
      expect(errors.length, name).toBeGreaterThan(500)
      expect(
        errors.reduce((most, error) => Math.max(most, error)),
        name,
      ).toBeLessThanOrEqual(roomFor(operation, name))
      expect(errors.reduce((sum, error) => sum + error, 0) / errors.length, name).toBeLessThanOrEqual(
        roomFor(operation, name) / 1.5,
      )
    }
  })

  it('straightening leaves no empty corner', async () => {
    for (const angle of [3, 20, 45, 77, 135, 200]) {
      const plain: Sample = {
        data: new Uint8Array(120 * 90 * 4).fill(200),
        width: 120,
        height: 90,
        channels: 4,
      }
      const made = await through(plain, [{ op: 'rotate', angle, corners: 'zoom' }])
      const alphas = Array.from({ length: 120 * 90 }, (_, pixel) => pixelAt(made, pixel)[3] * 255)
      expect(Math.min(...alphas), `${angle}°`).toBe(200)
    }
  })
})

describe('a blurred copy', () => {
  const box = { width: 160, height: 160 }
  const pad = { op: 'pad', ...box, fill: 'blur', fillBlur: 4 } as const

  it('leaves the image as it is and continues it around', async () => {
    for (const [name, sample] of ramps) {
      const made = await through(sample, [pad])
      expect([made.width, made.height]).toEqual([160, 160])
      for (let y = 8; y < 152; y += 3) {
        for (let x = 8; x < 152; x += 3) {
          const got = pixelAt(made, y * 160 + x)
          const isInside = x >= 20 && x < 140 && y >= 35 && y < 125
          if (isInside) {
            const own = pixelAt(sample, (y - 35) * 120 + x - 20)
            if (name !== 'RGBA') expect(got, name).toEqual(own)
            continue
          }
          // The copy covers the canvas: scaled to its height, cut at both sides. A blurred ramp is a ramp.
          const wanted = rampX(scaled(x, 160, 90, 26.5))
          expect(Math.abs(got[0] - wanted) * 255, `${name} at ${x},${y}`).toBeLessThanOrEqual(3)
          if (name === 'RGBA') expect(Math.abs(got[3] - 0.6) * 255).toBeLessThanOrEqual(1)
        }
      }
    }
  })

  it.each([
    [1, 1, 1],
    [0.5, 1, 1],
    [0.5, 0, 0.5],
    [0.25, 0.5, 0.625],
  ])('of %f over a colour of alpha %f', async (fillOpacity, alpha, covered) => {
    for (const isDeep of [false, true]) {
      const length = 40 * 30 * 3
      const data = isDeep ? new Uint16Array(length).fill(200 * 257) : new Uint8Array(length).fill(200)
      const background = `rgb(40 40 40 / ${alpha})`
      const made = await through({ data, width: 40, height: 30, channels: 3 }, [
        { op: 'extend', left: 10, fill: 'blur', fillOpacity, background },
      ])
      const wanted = (200 * fillOpacity + 40 * (1 - fillOpacity) * alpha) / covered
      const [value, , , shown] = pixelAt(made, 3)
      expect(Math.abs(value * 255 - wanted)).toBeLessThanOrEqual(1)
      expect(Math.abs(shown - covered) * 255).toBeLessThanOrEqual(1)
      expect(pixelAt(made, 20)[0] * 255).toBeCloseTo(200, 5)
    }
  })
})

describe('shapes painted onto the image', () => {
  it.each<[OperationInput & { op: 'border' }, number]>([
    [{ op: 'border', width: 10, inside: true, color: 'black' }, 100 * 60],
    [
      { op: 'border', width: 10, inside: true, color: 'black', innerRadius: 20 },
      100 * 60 - (4 - Math.PI) * 400,
    ],
    [{ op: 'border', width: 0, inside: true, color: 'black', innerRadius: '50%' }, Math.PI * 60 * 40],
  ])('%j leaves its area', async (operation, area) => {
    for (const channels of [1, 3, 4] as const) {
      for (const isDeep of [false, true]) {
        const length = 120 * 80 * channels
        const data = isDeep ? new Uint16Array(length).fill(65_535) : new Uint8Array(length).fill(255)
        const made = await through({ data, width: 120, height: 80, channels }, [operation])
        const pixels = Array.from({ length: 120 * 80 }, (_, pixel) => pixelAt(made, pixel))
        const white = pixels.reduce((sum, [value]) => sum + value, 0)
        expect(Math.abs(white - area) / area).toBeLessThan(0.004)
        expect(pixels.every(([, , , alpha]) => alpha === 1)).toBe(true)
      }
    }
  })

  it('lets the image through a colour that is half there', async () => {
    const [, sample] = inputs()[1] ?? []
    if (sample === undefined) throw new Error('no sample')
    const made = await through(sample, [{ op: 'border', width: 5, inside: true, color: '#ff000080' }])
    for (const pixel of [0, 7, 41, w * h - 1]) {
      const [r, g, , alpha] = pixelAt(sample, pixel)
      const [red, green, , shown] = pixelAt(made, pixel)
      const above = 128 / 255
      const whole = above + alpha * (1 - above)
      expect(Math.abs(shown - whole) * 255).toBeLessThanOrEqual(0.51)
      expect(Math.abs(red - (above + r * alpha * (1 - above)) / whole) * 255).toBeLessThanOrEqual(1)
      expect(Math.abs(green - (g * alpha * (1 - above)) / whole) * 255).toBeLessThanOrEqual(1)
    }
  })

  it('rounds the frame it adds, inside and outside', async () => {
    const plain: Sample = {
      data: new Uint8Array(100 * 60 * 3).fill(255),
      width: 100,
      height: 60,
      channels: 3,
    }
    const made = await through(plain, [{ op: 'border', width: 10, radius: 30, color: 'black' }])
    const pixels = Array.from({ length: 120 * 80 }, (_, pixel) => pixelAt(made, pixel))
    const shown = pixels.reduce((sum, [, , , alpha]) => sum + alpha, 0)
    const white = pixels.reduce((sum, [value, , , alpha]) => sum + value * alpha, 0)
    expect(Math.abs(shown - (120 * 80 - (4 - Math.PI) * 900))).toBeLessThan(10)
    expect(Math.abs(white - (100 * 60 - (4 - Math.PI) * 400))).toBeLessThan(10)
  })
})

describe('facts of the image', () => {
  /** Mostly of one colour, with a rim that fades. */
  function picture(channels: 3 | 4, isDeep: boolean): Sample {
    const data = isDeep ? new Uint16Array(w * h * channels) : new Uint8Array(w * h * channels)
    const full = fullOf(data)
    for (let pixel = 0; pixel < w * h; pixel++) {
      const [x, y] = [pixel % w, Math.floor(pixel / w)]
      const isRim = x < 4 || y < 3 || x >= w - 6
      const values = isRim ? [0.1, 0.2, 0.9, 0.02] : [0.8, 0.2, 0.4, 1]
      for (let channel = 0; channel < channels; channel++)
        data[pixel * channels + channel] = (values[channel] ?? 0) * full
    }
    return { data, width: w, height: h, channels }
  }

  it.each([
    { op: 'extend', left: 9, background: 'dominant' },
    { op: 'pad', width: 49, position: 'right', background: 'dominant' },
    { op: 'resize', width: 49, height: 30, fit: 'contain', background: 'dominant' },
    { op: 'rotate', angle: 45, background: 'dominant' },
  ] as const)('%j paints the colour most of it has', async (operation) => {
    for (const channels of [3, 4] as const) {
      for (const isDeep of [false, true]) {
        const [r, g, b, alpha] = pixelAt(await through(picture(channels, isDeep), [operation]), 0)
        expect(Math.abs(r - 0.8) + Math.abs(g - 0.2) + Math.abs(b - 0.4)).toBeLessThan(0.05)
        expect(alpha).toBeGreaterThan(operation.op === 'rotate' ? 0.99 : 0.9999)
      }
    }
  })

  it('flattens onto it', async () => {
    for (const operation of [
      { op: 'flatten', background: 'dominant' },
      { op: 'convert', format: 'jpeg', background: 'dominant' },
    ] as const) {
      const made = await through(picture(4, false), [operation])
      expect(made.channels).toBe(3)
      expect(pixelAt(made, 0)[0]).toBeGreaterThan(0.75)
    }
  })

  it.each([
    [{ by: 'alpha' }, w - 10, h - 3],
    [{ by: 'alpha-or-color' }, w - 10, h - 3],
    [{ by: 'alpha', threshold: 4 }, w, h],
    [{ by: 'alpha', margin: 2 }, w - 6, h - 1],
    [{ by: 'alpha', margin: -4 }, w - 18, h - 11],
  ] as const)('trims %j', async (trim, width, height) => {
    for (const isDeep of [false, true]) {
      const made = await through(picture(4, isDeep), [{ op: 'trim', ...trim }])
      expect([made.width, made.height]).toEqual([width, height])
    }
    const opaque = await through(picture(3, false), [{ op: 'trim', ...trim }])
    const isByColour = trim.by === 'alpha-or-color'
    if (!('margin' in trim)) expect(opaque.width).toBe(isByColour ? w - 10 : w)
  })

  it('keeps what attention and entropy find at any depth and in grey', async () => {
    for (const strategy of ['attention', 'entropy'] as const) {
      for (const channels of [1, 3, 4] as const) {
        for (const isDeep of [false, true]) {
          const [width, height] = [90, 40]
          const data = isDeep
            ? new Uint16Array(width * height * channels)
            : new Uint8Array(width * height * channels)
          const full = fullOf(data)
          for (let at = 0; at < data.length; at++) {
            const pixel = Math.floor(at / channels)
            const isBusy = pixel % width >= 65 && pixel % width < 80
            const value = isBusy ? ((pixel * 7919) % 101) / 101 : 0.5
            data[at] = channels === 4 && at % 4 === 3 ? full : value * full
          }
          const made = await through({ data, width, height, channels }, [
            { op: 'crop', aspect: '1:1', position: strategy },
          ])
          expect([made.width, made.height]).toEqual([40, 40])
          const values = new Set(
            Array.from({ length: 1600 }, (_, pixel) => pixelAt(made, pixel)[0].toFixed(2)),
          )
          expect(values.size, `${strategy} ${channels} ${isDeep}`).toBeGreaterThan(20)
        }
      }
    }
  })
})
