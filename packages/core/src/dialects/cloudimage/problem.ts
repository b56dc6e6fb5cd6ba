/** Errors. Cloudimage publishes neither bodies nor statuses: ours, which are those of HTTP. */
import type { Problem } from '../../problem/index.ts'
import type { DialectError } from '../define.ts'

export function cloudimageProblem(
  problem: Problem,
  { instance }: { readonly instance: string },
): DialectError {
  return {
    status: problem.status,
    contentType: 'application/problem+json',
    body: JSON.stringify({ ...problem.toJSON(), instance }),
  }
}
