import { describe, expect, it } from 'vitest'
import { sharp } from '../sharp/setup.ts'
import { Original } from './ssimulacra2.ts'
import type { Picture } from './xyb.ts'

const width = 320
const height = 288

/** The same numbers everywhere: a linear congruential generator (Numerical Recipes). */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state >>> 24
  }
}

/** Gradients with noise, a disc and a grid. */
function drawn(): Uint8Array {
  const data = new Uint8Array(width * height * 3)
  const next = random(12_345)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const noise = next() % 24
      const isDisc = (x - 160) ** 2 + (y - 144) ** 2 < 90 ** 2
      const at = (y * width + x) * 3
      data[at] = Math.min(255, Math.floor((x * 200) / width) + noise)
      data[at + 1] = isDisc ? 200 - noise : 40 + Math.floor((y * 150) / height)
      data[at + 2] = x % 32 < 2 || y % 40 < 2 ? 230 : 60 + noise
    }
  }
  return data
}

const data = drawn()
const picture = (samples: Uint8Array): Picture => ({ data: samples, width, height, channels: 3 })
const original = new Original(picture(data))

function noisy(): Uint8Array {
  const next = random(777)
  return data.map((value) => Math.max(0, Math.min(255, value + (next() % 17) - 8)))
}

function shifted(): Uint8Array {
  return data.map((value, at) => (at % (width * 3) < 3 ? value : (data[at - 3] ?? 0)))
}

describe('SSIMULACRA 2', () => {
  // Scores of another implementation (Python, double precision, PyPI ssimulacra2 0.3.0 with zeros beyond the borders).
  it.each([
    ['posterised', data.map((value) => (value & 0xe0) | 16), -20.99508],
    ['darker', data.map((value) => Math.floor(value * 0.9)), 66.14663],
    ['noisy', noisy(), 68.30936],
    ['one pixel to the right', shifted(), 43.8412],
    [
      'a little less green',
      data.map((value, at) => (at % 3 === 1 ? Math.max(0, value - 6) : value)),
      86.05935,
    ],
  ])('scores a picture that is %s as another implementation does', (_, samples, score) => {
    expect(Math.abs(original.score(picture(samples)) - score)).toBeLessThan(0.01)
  })

  it('gives 100 to the picture itself', () => {
    expect(original.score(picture(data))).toBe(100)
  })

  it.each(['jpeg', 'webp', 'avif'] as const)('rises with the quality of %s', async (format) => {
    const scores: number[] = []
    for (const quality of [10, 30, 50, 70, 90]) {
      const pipeline = sharp(data, { raw: { width, height, channels: 3 } })
      const options = format === 'jpeg' ? { quality } : { quality, effort: 0 }
      const file = await pipeline[format](options).toBuffer()
      scores.push(original.score(picture(await sharp(file).removeAlpha().raw().toBuffer())))
    }
    expect(scores).toEqual(scores.toSorted((a, b) => a - b))
    expect(new Set(scores).size).toBe(scores.length)
  })

  it('takes grey for what it is and sees errors in alpha', () => {
    const grey = data.filter((_, at) => at % 3 === 1)
    const asColour = data.map((_, at) => grey[Math.floor(at / 3)] ?? 0)
    const reference = new Original({ data: grey, width, height, channels: 1 })
    expect(reference.score(picture(asColour))).toBe(100)
    const rgba = new Uint8Array(width * height * 4).fill(255)
    for (let at = 0; at < grey.length; at++) rgba.set(data.subarray(at * 3, at * 3 + 3), at * 4)
    expect(original.score({ data: rgba, width, height, channels: 4 })).toBe(100)
    const faded = rgba.map((value, at) => (at % 4 === 3 ? 200 : value))
    expect(original.score({ data: faded, width, height, channels: 4 })).toBeLessThan(90)
  })

  it('compares tiny pictures and refuses those of another size', () => {
    const dot: Picture = { data: Uint8Array.of(1, 2, 3), width: 1, height: 1, channels: 3 }
    expect(new Original(dot).score(dot)).toBe(100)
    expect(() => original.score(dot)).toThrow(TypeError)
  })
})
