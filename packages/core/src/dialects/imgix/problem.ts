/** Statuses as imgix gives them; the body is ours, because imgix does not document one. */
import type { Problem, ProblemCode } from '../../problem/index.ts'
import type { DialectError } from '../define.ts'

const statuses: Partial<Record<ProblemCode, number>> = {
  'signature/expired': 404,
  'project/not-found': 410,
  'route/not-found': 410,
  'source/unsupported': 422,
  'source/undecodable': 421,
  'source/quarantined': 421,
}

export function imgixProblem(problem: Problem, { instance }: { readonly instance: string }): DialectError {
  const status = statuses[problem.code] ?? problem.status
  return {
    status,
    contentType: 'application/problem+json',
    body: JSON.stringify({ ...problem.toJSON(), status, instance }),
  }
}
