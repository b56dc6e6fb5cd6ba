import { expect, it } from 'vitest'
import { together } from './together.ts'

const later = <T>(value: T) => new Promise<T>((resolve) => setTimeout(() => resolve(value), 10))

it('gives what each of them resolved to', async () => {
  await expect(together(later(1), Promise.resolve('two'))).resolves.toEqual([1, 'two'])
})

it('fails with the first failure, but not before all have ended', async () => {
  let hasEnded = false
  const slow = later(undefined).then(() => {
    hasEnded = true
  })
  await expect(together(slow, Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(hasEnded).toBe(true)
})
