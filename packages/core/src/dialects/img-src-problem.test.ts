import { describe, expect, it } from 'vitest'
import { type ProblemCode, problem, problemCodes } from '../problem/index.ts'
import { imgSrcProblem } from './img-src-problem.ts'

const codeOf = (code: ProblemCode) => {
  const { status, body } = imgSrcProblem(problem(code), { instance: 'r', path: '/x' })
  return [status, JSON.parse(body).error.code]
}

describe('img-src error codes', () => {
  it.each([
    ['auth/missing', 401, 'UNAUTHORIZED'],
    ['auth/forbidden', 403, 'FORBIDDEN'],
    ['asset/not-found', 404, 'NOT_FOUND'],
    ['preset/unknown', 400, 'VALIDATION_ERROR'],
    ['asset/conflict', 409, 'CONFLICT'],
    ['source/too-large', 413, 'PAYLOAD_TOO_LARGE'],
    ['rate/limited', 429, 'RATE_LIMITED'],
    ['internal/unexpected', 500, 'INTERNAL_ERROR'],
  ] as const)('%s is %i %s', (code, status, word) => {
    expect(codeOf(code)).toEqual([status, word])
  })

  it('has a word of its own for every status we send', () => {
    for (const [code, { status }] of Object.entries(problemCodes)) {
      const [, word] = codeOf(code as ProblemCode)
      if (status !== 400) expect(word, code).not.toBe('VALIDATION_ERROR')
      if (status !== 500) expect(word, code).not.toBe('INTERNAL_ERROR')
    }
  })
})
