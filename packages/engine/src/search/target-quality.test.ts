import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findQuality } from './target-quality.ts'

/** Scores that rise with quality and wobble by at most `wobble`. */
interface Curve {
  readonly base: number
  readonly slope: number
  readonly wobble: number
}

const curves: fc.Arbitrary<Curve> = fc.record({
  base: fc.double({ min: -40, max: 60, noNaN: true }),
  slope: fc.double({ min: 0.2, max: 1.5, noNaN: true }),
  wobble: fc.double({ min: 0, max: 0.7, noNaN: true }),
})
const targets = fc.integer({ min: 30, max: 95 })
const scoreAt = ({ base, slope, wobble }: Curve) => {
  return async (quality: number) => base + slope * quality + wobble * Math.sin(quality * 78.233)
}

describe('findQuality', () => {
  it('ends within four measurements, at a quality whose neighbours part at the target', async () => {
    await fc.assert(
      fc.asyncProperty(curves, targets, async (curve, target) => {
        const score = scoreAt(curve)
        const { quality, measurements } = await findQuality({ format: 'webp', target }, score)
        expect(measurements).toBeLessThanOrEqual(4)
        expect(quality).toBeGreaterThanOrEqual(25)
        expect(quality).toBeLessThanOrEqual(95)
        // On the line between the neighbours, so off by no more than they wobble.
        if (quality < 95)
          expect(await score(quality)).toBeGreaterThanOrEqual(target - 2 * curve.wobble - 1e-9)
        // The highest quality is taken without being measured.
        if (quality > 25 && quality < 95)
          expect(await score(quality - 1)).toBeLessThan(target + 2 * curve.wobble + 1e-6)
      }),
      { numRuns: 500 },
    )
  })

  it('gives the same quality whatever the hint, and often sooner', async () => {
    let saved = 0
    await fc.assert(
      fc.asyncProperty(curves, targets, fc.integer({ min: 1, max: 100 }), async (curve, target, wild) => {
        const plain = await findQuality({ format: 'webp', target }, scoreAt(curve))
        for (const hint of [wild, plain.quality]) {
          const hinted = await findQuality({ format: 'webp', target, hint }, scoreAt(curve))
          expect(hinted.quality).toBe(plain.quality)
          expect(hinted.measurements).toBeLessThanOrEqual(6)
          if (hint === plain.quality && hinted.measurements < plain.measurements) saved++
        }
      }),
      { numRuns: 500 },
    )
    expect(saved).toBeGreaterThan(200)
  })

  it('draws no line to where the colours become whole', async () => {
    // 85 fails by little, 90 passes by much: only 90 is known to pass.
    const score = async (quality: number) => (quality >= 90 ? 95 : quality * 0.8)
    expect((await findQuality({ format: 'jpeg', target: 69 }, score)).quality).toBe(90)
    expect((await findQuality({ format: 'webp', target: 69 }, score)).quality).toBe(86)
  })

  it('ends at the highest quality when none will do, and at the lowest when all do', async () => {
    expect((await findQuality({ format: 'avif', target: 90 }, async () => 10)).quality).toBe(95)
    expect((await findQuality({ format: 'avif', target: 40 }, async () => 99)).quality).toBe(25)
  })
})
