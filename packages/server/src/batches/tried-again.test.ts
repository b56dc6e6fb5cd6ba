import { problem } from '@fovea/core'
import { expect, it } from 'vitest'
import { isTriedAgain } from './tried-again.ts'

it.each([
  ['origin/unreachable', 4],
  ['capacity/exhausted', 4],
  ['render/timeout', 1],
  ['source/undecodable', 0],
] as const)('a picture that failed with %s is tried again %i times', (code, times) => {
  const tried = Array.from({ length: 9 }, (_, index) => isTriedAgain(problem(code), index + 1))
  expect(tried.indexOf(false)).toBe(times)
})
