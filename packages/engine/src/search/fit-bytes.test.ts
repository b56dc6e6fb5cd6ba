import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Attempt, fitBytes, leastSide, maxEncodes } from './fit-bytes.ts'
import { typicalLogBytes, typicalQuality } from './size-model.ts'

/** A codec whose size follows the typical curve at another level, with a slope and noise of its own. */
interface Imaginary {
  readonly format: 'jpeg' | 'webp' | 'avif' | 'jxl'
  readonly level: number
  readonly slope: number
  readonly noise: number
  readonly header: number
}

const width = 1200
const height = 800

function sizeOf(codec: Imaginary, { quality = 80, width, height }: Attempt): number {
  const wave = codec.noise * Math.sin(quality * 12.9898 + width)
  const log = codec.level + codec.slope * typicalLogBytes(codec.format, quality) + wave
  return Math.ceil(codec.header + width * height * Math.exp(log))
}

const imaginary = fc.record({
  format: fc.constantFrom('jpeg', 'webp', 'avif', 'jxl'),
  level: fc.double({ min: -2, max: 2, noNaN: true }),
  slope: fc.double({ min: 0.6, max: 1.4, noNaN: true }),
  noise: fc.constant(0),
  header: fc.integer({ min: 0, max: 2_000 }),
}) as fc.Arbitrary<Imaginary>

function search(codec: Imaginary, maxBytes: number, quality: { floor: number; ceiling: number } | undefined) {
  return fitBytes({
    width,
    height,
    pages: 1,
    maxBytes,
    format: codec.format,
    quality,
    encode: async (attempt) => ({ bytes: new Uint8Array(sizeOf(codec, attempt)) }),
  })
}

describe('fitBytes', () => {
  it('never exceeds the budget, fills it or stands below a step that is too large', async () => {
    const counts: number[] = []
    const budget = fc.integer({ min: 4_000, max: 2_000_000 })
    const range = fc.tuple(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 50, max: 100 }))
    await fc.assert(
      fc.asyncProperty(imaginary, budget, range, async (codec, maxBytes, [floor, ceiling]) => {
        const found = await search(codec, maxBytes, { floor, ceiling })
        counts.push(found.encodes)
        expect(found.encodes).toBeLessThanOrEqual(maxEncodes)
        const bytes = found.trial.bytes.length
        const { attempt } = found
        expect(found.fits).toBe(true)
        expect(bytes).toBeLessThanOrEqual(maxBytes)
        if (bytes >= 0.9 * maxBytes) return
        const isWhole = attempt.width === width
        if (isWhole && attempt.quality === ceiling) return
        const next = isWhole
          ? { ...attempt, quality: (attempt.quality ?? 0) + 1 }
          : {
              ...attempt,
              width: attempt.width + 1,
              height: Math.round(((attempt.width + 1) * height) / width),
            }
        expect(sizeOf(codec, next)).toBeGreaterThan(maxBytes)
      }),
      { numRuns: 1_000 },
    )
    counts.sort((a, b) => a - b)
    expect(counts[Math.floor(counts.length * 0.9)]).toBeLessThanOrEqual(6)
  })

  it('keeps the budget where sizes jump about', async () => {
    const rough = imaginary.map((codec) => ({ ...codec, noise: 0.3 }))
    await fc.assert(
      fc.asyncProperty(rough, fc.integer({ min: 4_000, max: 500_000 }), async (codec, maxBytes) => {
        const found = await search(codec, maxBytes, { floor: 30, ceiling: 95 })
        expect(found.fits).toBe(true)
        expect(found.trial.bytes.length).toBeLessThanOrEqual(maxBytes)
        expect(found.encodes).toBeLessThanOrEqual(maxEncodes)
      }),
      { numRuns: 500 },
    )
  })

  it('lowers only the size where there is no quality', async () => {
    const codec: Imaginary = { format: 'jxl', level: 2, slope: 1, noise: 0, header: 100 }
    const found = await search(codec, 50_000, undefined)
    expect(found.attempt.quality).toBeUndefined()
    expect(found.attempt.width / found.attempt.height).toBeCloseTo(1.5, 1)
    expect(found.trial.bytes.length).toBeGreaterThan(45_000)
  })

  it('says what the smallest picture weighs when the budget is impossible', async () => {
    const codec: Imaginary = { format: 'jpeg', level: 0, slope: 1, noise: 0, header: 600 }
    const found = await search(codec, 500, { floor: 30, ceiling: 80 })
    expect(found).toMatchObject({ fits: false, attempt: { width: leastSide, quality: 30 } })
    expect(found.trial.bytes.length).toBeGreaterThan(600)
  })

  it('takes one encoding when the highest quality fits', async () => {
    const codec: Imaginary = { format: 'webp', level: 0, slope: 1, noise: 0, header: 0 }
    expect(await search(codec, 5_000_000, { floor: 30, ceiling: 80 })).toMatchObject({
      encodes: 1,
      attempt: { quality: 80, width },
    })
  })
})

describe('the size model', () => {
  it.each(['jpeg', 'webp', 'avif', 'jxl', 'heif', 'png'] as const)('rises with quality: %s', (format) => {
    for (let quality = 2; quality <= 100; quality++) {
      expect(typicalLogBytes(format, quality)).toBeGreaterThan(typicalLogBytes(format, quality - 1))
      expect(typicalQuality(format, typicalLogBytes(format, quality))).toBe(quality)
    }
  })
})
