import { expect, it } from 'vitest'
import { inPicture, inWords, middle, moved } from './focal.ts'

it('is moved by arrows, further with shift, never out of the picture', () => {
  expect(moved(middle, 'ArrowLeft', false)).toEqual({ x: 0.49, y: 0.5 })
  expect(moved(middle, 'ArrowDown', true)).toEqual({ x: 0.5, y: 0.6 })
  expect(moved({ x: 0.995, y: 0.05 }, 'ArrowRight', false)).toEqual({ x: 1, y: 0.05 })
  expect(moved({ x: 0.995, y: 0.05 }, 'ArrowUp', true)).toEqual({ x: 0.995, y: 0 })
  expect(moved(middle, 'Tab', false)).toBeUndefined()
})

it('is told in words', () => {
  expect(inWords(inPicture({ x: 1 / 3, y: 2 }))).toBe('33 % from the left, 100 % from the top')
})
