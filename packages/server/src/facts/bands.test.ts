import { hammingDistance } from '@fovea/core'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { bandsOf, bandsWithin, farthest } from './bands.ts'

const fingerprint = fc.bigInt({ min: 1n, max: 2n ** 64n - 1n })
const text = (value: bigint) => value.toString(16).padStart(16, '0')

it('finds every fingerprint that differs in so many bits, by one band at least', () => {
  const turned = fc.uniqueArray(fc.integer({ min: 0, max: 63 }), { maxLength: farthest })
  fc.assert(
    fc.property(fingerprint, turned, (value, bits) => {
      const other = bits.reduce((all, bit) => all ^ (1n << BigInt(bit)), value)
      fc.pre(other !== 0n)
      const distance = hammingDistance(text(value), text(other))
      expect(distance).toBe(bits.length)
      const [own, others] = [bandsOf(text(value)) ?? [], bandsOf(text(other)) ?? []]
      expect(own.some((band, at) => bandsWithin(band, distance).includes(others[at] ?? -1))).toBe(true)
    }),
  )
})

it.each([
  [0, 1],
  [3, 1],
  [4, 17],
  [10, 137],
  [farthest, 697],
])('looks up to %i bits away for %i values of a band, each once', (distance, count) => {
  const values = bandsWithin(0xbeef, distance)
  expect(new Set(values).size).toBe(values.length)
  expect(values.length).toBe(count)
})

it('has no bands for a flat picture', () => {
  expect(bandsOf('0000000000000000')).toBeUndefined()
  expect(bandsOf('0000000100020003')).toEqual([0, 1, 2, 3])
})
