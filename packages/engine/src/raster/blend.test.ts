import { type BlendMode, blendModes } from '@fovea/core'
import { describe, expect, test } from 'vitest'
import { randomFrom } from '../../../../fixtures/random.ts'
import { sharp } from '../sharp/setup.ts'
import { composite } from './blend.ts'
import { fullOf, type Pixels } from './pixels.ts'

type Colour = readonly [number, number, number]

/** §9 of W3C Compositing and Blending, once more and in its own words: one channel, 0–1. */
const separable: Partial<Record<BlendMode, (cb: number, cs: number) => number>> = {
  normal: (_cb, cs) => cs,
  multiply: (cb, cs) => cs * cb,
  screen: (cb, cs) => 1 - (1 - cb) * (1 - cs),
  overlay: (cb, cs) => (cb <= 0.5 ? 2 * cb * cs : 1 - 2 * (1 - cb) * (1 - cs)),
  darken: (cb, cs) => (cb < cs ? cb : cs),
  lighten: (cb, cs) => (cb > cs ? cb : cs),
  'color-dodge': (cb, cs) => {
    if (cb === 0) return 0
    return cs === 1 ? 1 : Math.min(1, cb / (1 - cs))
  },
  'color-burn': (cb, cs) => {
    if (cb === 1) return 1
    return cs === 0 ? 0 : 1 - Math.min(1, (1 - cb) / cs)
  },
  'hard-light': (cb, cs) => (cs <= 0.5 ? 2 * cs * cb : 1 - 2 * (1 - cs) * (1 - cb)),
  'soft-light': (cb, cs) => {
    const d = cb <= 0.25 ? ((16 * cb - 12) * cb + 4) * cb : cb ** 0.5
    return cs <= 0.5 ? cb - (1 - 2 * cs) * cb * (1 - cb) : cb + (2 * cs - 1) * (d - cb)
  },
  difference: (cb, cs) => Math.abs(cb - cs),
  exclusion: (cb, cs) => cb + cs - 2 * cb * cs,
}

const lum = ([r, g, b]: Colour) => 0.3 * r + 0.59 * g + 0.11 * b
const sat = (c: Colour) => Math.max(...c) - Math.min(...c)

function clipColor(c: Colour): Colour {
  const l = lum(c)
  const n = Math.min(...c)
  const x = Math.max(...c)
  let clipped = c
  if (n < 0) clipped = mapped(clipped, (v) => l + ((v - l) * l) / (l - n))
  if (x > 1) clipped = mapped(clipped, (v) => l + ((v - l) * (1 - l)) / (x - l))
  return clipped
}

const setLum = (c: Colour, l: number) => clipColor(mapped(c, (v) => v + l - lum(c)))

function setSat(c: Colour, s: number): Colour {
  const order = ([0, 1, 2] as const).toSorted((a, b) => c[a] - c[b])
  const [min = 0, mid = 1, max = 2] = order
  const made: [number, number, number] = [0, 0, 0]
  const value = (at: number) => c[at] ?? 0
  if (value(max) > value(min)) {
    made[mid] = ((value(mid) - value(min)) * s) / (value(max) - value(min))
    made[max] = s
  }
  return made
}

function mapped([r, g, b]: Colour, map: (value: number) => number): Colour {
  return [map(r), map(g), map(b)]
}

function blended(mode: BlendMode, cb: Colour, cs: Colour): Colour {
  const channel = separable[mode]
  if (channel !== undefined) return [0, 1, 2].map((at) => channel(cb[at] ?? 0, cs[at] ?? 0)) as never
  if (mode === 'hue') return setLum(setSat(cs, sat(cb)), lum(cb))
  if (mode === 'saturation') return setLum(setSat(cb, sat(cs)), lum(cb))
  if (mode === 'color') return setLum(cs, lum(cb))
  return setLum(cb, lum(cs))
}

/** §5.1 and §10: premultiplied, as the specification writes it. */
function reference(mode: BlendMode, below: readonly number[], above: readonly number[]): readonly number[] {
  const [rb = 0, gb = 0, bb = 0, ab = 1] = below
  const [rs = 0, gs = 0, bs = 0, as = 1] = above
  const mix = blended(mode, [rb, gb, bb], [rs, gs, bs])
  const alpha = as + ab * (1 - as)
  const colours = [0, 1, 2].map((at) => {
    const cb = [rb, gb, bb][at] ?? 0
    const cs = [rs, gs, bs][at] ?? 0
    const co = as * (1 - ab) * cs + as * ab * (mix[at] ?? 0) + (1 - as) * ab * cb
    return alpha === 0 ? 0 : co / alpha
  })
  return [...colours, alpha]
}

const depths = [
  ['8 bit', (length: number) => new Uint8Array(length)],
  ['16 bit', (length: number) => new Uint16Array(length)],
] as const

function noise(channels: 1 | 3 | 4, make: (length: number) => Pixels['data'], seed: number): Pixels {
  const random = randomFrom(seed)
  const data = make(16 * 16 * channels)
  // Ends of the scale are where the formulas branch.
  for (const at of data.keys()) {
    const value = random()
    data[at] = Math.round(fullOf(data) * (value < 0.1 ? 0 : value > 0.9 ? 1 : random()))
  }
  return { data, width: 16, height: 16, channels }
}

function pixelAt({ data, channels }: Pixels, pixel: number): readonly number[] {
  const full = fullOf(data)
  const values = [...data.subarray(pixel * channels, (pixel + 1) * channels)].map((value) => value / full)
  return channels === 1 ? [values[0] ?? 0, values[0] ?? 0, values[0] ?? 0] : values
}

const whole = { left: 0, top: 0, mode: 'normal', opacity: 1 } as const

describe('composite', () => {
  for (const [depth, make] of depths) {
    for (const channels of [1, 3, 4] as const) {
      test.each(blendModes)(`%s is W3C's formula on ${channels} channels of ${depth}`, (mode) => {
        const base = noise(channels, make, 1)
        const layer = noise(4, make, 2)
        const made = composite(base, layer, { ...whole, mode, opacity: 0.8 })
        expect(made.channels).toBe(channels === 4 ? 4 : 3)
        let worst = 0
        for (let pixel = 0; pixel < 256; pixel++) {
          const above = pixelAt(layer, pixel)
          const wanted = reference(mode, pixelAt(base, pixel), [...above.slice(0, 3), (above[3] ?? 0) * 0.8])
          for (const [at, value] of pixelAt(made, pixel).entries()) {
            if (wanted[3] === 0 && at < 3) continue
            worst = Math.max(worst, Math.abs(value - (wanted[at] ?? 0)) * fullOf(made.data))
          }
        }
        expect(worst).toBeLessThanOrEqual(0.501)
      })
    }
  }

  test.each([
    ['multiply', 'multiply'],
    ['screen', 'screen'],
    ['overlay', 'overlay'],
    ['darken', 'darken'],
    ['lighten', 'lighten'],
    ['hard-light', 'hard-light'],
    ['difference', 'difference'],
    ['exclusion', 'exclusion'],
    ['normal', 'over'],
  ] as const)('%s of an opaque layer is what libvips makes, too', async (mode, blend) => {
    const [base, layer] = [noise(3, depths[0][1], 3), noise(4, depths[0][1], 4)]
    // libvips counts the alpha of a layer twice in its blend modes, but not in over.
    if (mode !== 'normal') for (let at = 3; at < layer.data.length; at += 4) layer.data[at] = 255
    const raw = (pixels: Pixels) => ({ width: 16, height: 16, channels: pixels.channels })
    const theirs = await sharp(base.data, { raw: raw(base) })
      .composite([{ input: Buffer.from(layer.data), raw: raw(layer), blend }])
      .removeAlpha()
      .raw()
      .toBuffer()
    const ours = composite(base, layer, { ...whole, mode })
    const worst = Math.max(...ours.data.map((value, at) => Math.abs(value - (theirs[at] ?? 0))))
    expect(worst).toBeLessThanOrEqual(1)
  })

  test('a grey picture stays grey under a grey layer, and becomes colour under one that has any', () => {
    const base = noise(1, depths[0][1], 5)
    const grey: Pixels = {
      data: new Uint8Array([9, 9, 9, 128, 200, 10, 10, 0]),
      width: 2,
      height: 1,
      channels: 4,
    }
    const red: Pixels = { data: new Uint8Array([200, 10, 10, 255]), width: 1, height: 1, channels: 4 }
    expect(composite(base, grey, whole).channels).toBe(1)
    expect(composite(base, noise(1, depths[0][1], 6), whole).channels).toBe(1)
    expect(composite(base, red, whole).channels).toBe(3)
  })

  test('draws only what lies inside, and changes neither picture', () => {
    const base: Pixels = { data: new Uint8Array(6), width: 3, height: 2, channels: 1 }
    const layer: Pixels = { data: new Uint8Array([1, 2, 3, 4]), width: 2, height: 2, channels: 1 }
    expect([...composite(base, layer, { ...whole, left: -1, top: 1 }).data]).toEqual([0, 0, 0, 2, 0, 0])
    expect([...composite(base, layer, { ...whole, left: 2, top: -1 }).data]).toEqual([0, 0, 3, 0, 0, 0])
    expect([...composite(base, layer, { ...whole, left: 3, top: 5 }).data]).toEqual([0, 0, 0, 0, 0, 0])
    expect([...base.data]).toEqual([0, 0, 0, 0, 0, 0])
  })

  test('repeats in all directions at its distance', () => {
    const base: Pixels = { data: new Uint8Array(8), width: 8, height: 1, channels: 1 }
    const layer: Pixels = { data: new Uint8Array([1, 2]), width: 2, height: 1, channels: 1 }
    const every = { x: 3, y: 5 }
    expect([...composite(base, layer, { ...whole, left: 1, every }).data]).toEqual([0, 1, 2, 0, 1, 2, 0, 1])
    expect([...composite(base, layer, { ...whole, left: -4, every }).data]).toEqual([2, 0, 1, 2, 0, 1, 2, 0])
  })

  test('takes a layer of another depth', () => {
    const deep: Pixels = { data: new Uint16Array([0]), width: 1, height: 1, channels: 1 }
    const flat: Pixels = { data: new Uint8Array([200]), width: 1, height: 1, channels: 1 }
    expect(composite(deep, flat, whole).data).toEqual(new Uint16Array([200 * 257]))
    expect(composite(flat, { ...deep, data: new Uint16Array([51_529]) }, whole).data).toEqual(
      new Uint8Array([201]),
    )
  })
})
