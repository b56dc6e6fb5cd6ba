import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fitSizes, fits, largestOfAspect, scaleSide } from './fit.ts'
import { roundSide, type Size } from './size.ts'

const both = { upscale: true, downscale: true }
const side = fc.integer({ min: 1, max: 1_000_000 })
const size = fc.record({ width: side, height: side })
const options = fc.record({ fit: fc.constantFrom(...fits), upscale: fc.boolean(), downscale: fc.boolean() })

function at(width: number, height: number): Size {
  return { width, height }
}

describe('fitSizes', () => {
  it.each([
    ['cover', at(4000, 3000), at(800, 800), at(1067, 800), at(800, 800)],
    ['contain', at(4000, 3000), at(800, 800), at(800, 600), at(800, 800)],
    ['fill', at(4000, 3000), at(800, 800), at(800, 800), at(800, 800)],
    ['inside', at(4000, 3000), at(800, 800), at(800, 600), at(800, 600)],
    ['outside', at(4000, 3000), at(800, 800), at(1067, 800), at(1067, 800)],
    ['cover', at(100, 50), at(200, 200), at(400, 200), at(200, 200)],
    ['inside', at(3, 1), at(5, 5), at(5, 2), at(5, 2)],
    ['inside', at(10_000, 1), at(10, 10), at(10, 1), at(10, 1)],
  ] as const)('%s: %o into %o', (fit, source, box, whole, result) => {
    expect(fitSizes(source, box, { fit, ...both })).toEqual({ whole, result })
  })

  it.each([
    ['cover', at(1000, 500), at(2000, 2000), at(1000, 500), at(500, 500)],
    ['cover', at(500, 1000), at(2000, 1000), at(500, 1000), at(500, 250)],
    ['cover', at(1000, 500), at(1600, 100), at(1000, 500), at(1000, 63)],
    ['cover', at(1000, 500), at(400, 400), at(800, 400), at(400, 400)],
    ['contain', at(100, 50), at(200, 200), at(100, 50), at(200, 200)],
    ['fill', at(100, 50), at(200, 20), at(100, 20), at(100, 20)],
    ['inside', at(100, 50), at(200, 200), at(100, 50), at(100, 50)],
    ['outside', at(100, 50), at(200, 20), at(100, 50), at(100, 50)],
  ] as const)('%s without enlarging: %o into %o', (fit, source, box, whole, result) => {
    expect(fitSizes(source, box, { fit, upscale: false, downscale: true })).toEqual({ whole, result })
  })

  it.each([
    ['cover', at(1000, 500), at(200, 200), at(1000, 500), at(200, 200)],
    ['contain', at(1000, 500), at(200, 600), at(1000, 500), at(1000, 600)],
    ['fill', at(1000, 500), at(200, 600), at(1000, 600), at(1000, 600)],
    ['inside', at(1000, 500), at(200, 200), at(1000, 500), at(1000, 500)],
  ] as const)('%s without shrinking: %o into %o', (fit, source, box, whole, result) => {
    expect(fitSizes(source, box, { fit, upscale: true, downscale: false })).toEqual({ whole, result })
  })

  it.each(fits)('%s keeps the ratio when only one side is given', (fit) => {
    expect(fitSizes(at(4000, 3000), { width: 800 }, { fit, ...both }).result).toEqual(at(800, 600))
    expect(fitSizes(at(4000, 3000), { height: 300 }, { fit, ...both }).result).toEqual(at(400, 300))
    expect(fitSizes(at(40, 30), { width: 800 }, { fit, upscale: false, downscale: true }).result).toEqual(
      at(40, 30),
    )
  })

  it('never makes an empty side and never a cut larger than the whole', () => {
    fc.assert(
      fc.property(size, size, options, (source, box, how) => {
        const { whole, result } = fitSizes(source, box, how)
        for (const length of [whole.width, whole.height, result.width, result.height]) {
          expect(Number.isInteger(length) && length >= 1).toBe(true)
        }
        const fitsIn = (inner: Size, outer: Size) =>
          inner.width <= outer.width && inner.height <= outer.height
        if (how.fit === 'cover') expect(fitsIn(result, whole)).toBe(true)
        else expect(fitsIn(whole, result)).toBe(true)
      }),
    )
  })

  it('a cover cut keeps at least one side of the whole image', () => {
    fc.assert(
      fc.property(size, size, fc.boolean(), (source, box, upscale) => {
        const { whole, result } = fitSizes(source, box, { fit: 'cover', upscale, downscale: true })
        expect(whole.width === result.width || whole.height === result.height).toBe(true)
      }),
    )
  })

  it('never enlarges when told not to', () => {
    fc.assert(
      fc.property(size, size, options, (source, box, how) => {
        const { whole } = fitSizes(source, box, { ...how, upscale: false })
        expect(whole.width <= source.width && whole.height <= source.height).toBe(true)
      }),
    )
  })

  it('cover without enlarging keeps the aspect of the box within a pixel', () => {
    fc.assert(
      fc.property(size, size, (source, box) => {
        const { result } = fitSizes(source, box, { fit: 'cover', upscale: false, downscale: true })
        const off = Math.abs(result.width * box.height - result.height * box.width)
        expect(off).toBeLessThanOrEqual(Math.max(box.width, box.height))
      }),
    )
  })
})

describe('scaleSide', () => {
  it('rounds half up, exactly', () => {
    expect(scaleSide(333, 1, 2)).toBe(167)
    expect(scaleSide(1, 1, 1000)).toBe(1)
    fc.assert(
      fc.property(side, side, side, (length, numerator, denominator) => {
        const exact =
          (2n * BigInt(length) * BigInt(numerator) + BigInt(denominator)) / (2n * BigInt(denominator))
        expect(scaleSide(length, numerator, denominator)).toBe(Math.max(1, Number(exact)))
      }),
    )
  })
})

describe('largestOfAspect', () => {
  it.each([
    [at(1000, 700), at(1, 1), at(700, 700)],
    [at(1000, 700), at(16, 9), at(1000, 563)],
    [at(700, 1000), at(16, 9), at(700, 394)],
    [at(10, 10), at(10_000, 1), at(10, 1)],
  ])('of %o with aspect %o is %o', (source, aspect, expected) => {
    expect(largestOfAspect(source, aspect)).toEqual(expected)
  })
})

describe('roundSide', () => {
  it.each([
    [1.5, 2],
    [2.49, 2],
    [0.2, 1],
    [-3, 1],
  ])('%f becomes %i', (length, expected) => {
    expect(roundSide(length)).toBe(expected)
  })
})
