import { describe, expect, it } from 'vitest'
import { nearest } from './nearest.ts'

describe('nearest', () => {
  it.each([
    ['rezise', 'resize'],
    ['Blur', 'blur'],
    ['greyscale', 'grayscale'],
    ['sgima', 'sigma'],
    ['x', undefined],
    ['', undefined],
    ['completely-else', undefined],
    ['resize'.repeat(20_000), undefined],
  ])('%s is most like %s', (word, expected) => {
    expect(nearest(word, ['resize', 'blur', 'grayscale', 'sigma'])).toBe(expected)
  })
})
