import { expect, it } from 'vitest'
import { bytesInWords } from './bytes.ts'

it.each([
  [0, '0 bytes'],
  [1, '1 byte'],
  [999, '999 bytes'],
  [1_000, '1 kB'],
  [1_540, '1.5 kB'],
  [45_600, '46 kB'],
  [2_345_678, '2.3 MB'],
  [7e15, '7,000 TB'],
])('%i bytes are %s', (bytes, words) => {
  expect(bytesInWords(bytes)).toBe(words)
})
