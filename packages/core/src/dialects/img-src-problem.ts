/** img-src's error body, `{"error":{code,message,status,path}}`, with the RFC 9457 members beside it. */
import type { Problem } from '../problem/index.ts'
import type { DialectError, ErrorBody } from './define.ts'

/** The contract's code strings (§2), and ours in the same style where it is silent. */
const codes: ReadonlyMap<number, string> = new Map([
  [400, 'VALIDATION_ERROR'],
  [401, 'UNAUTHORIZED'],
  [402, 'PAYMENT_REQUIRED'],
  [403, 'FORBIDDEN'],
  [404, 'NOT_FOUND'],
  [405, 'METHOD_NOT_ALLOWED'],
  [409, 'CONFLICT'],
  [410, 'GONE'],
  [412, 'PRECONDITION_FAILED'],
  [413, 'PAYLOAD_TOO_LARGE'],
  [414, 'URI_TOO_LONG'],
  [415, 'UNSUPPORTED_MEDIA_TYPE'],
  [416, 'RANGE_NOT_SATISFIABLE'],
  [422, 'UNPROCESSABLE_IMAGE'],
  [429, 'RATE_LIMITED'],
  [499, 'CLIENT_CLOSED_REQUEST'],
  [500, 'INTERNAL_ERROR'],
  [501, 'NOT_IMPLEMENTED'],
  [502, 'BAD_GATEWAY'],
  [503, 'SERVICE_UNAVAILABLE'],
  [504, 'GATEWAY_TIMEOUT'],
])

/** Also the form of every error under `/api/v1`. */
export function imgSrcProblem(
  problem: Problem,
  about: { readonly instance: string; readonly path: string },
): DialectError {
  const body: ErrorBody = {
    error: {
      code: codes.get(problem.status) ?? (problem.status < 500 ? 'VALIDATION_ERROR' : 'INTERNAL_ERROR'),
      message: problem.message,
      status: problem.status,
      path: about.path,
    },
    ...problem.toJSON(),
    instance: about.instance,
  }
  return {
    status: problem.status,
    contentType: 'application/json; charset=utf-8',
    body: JSON.stringify(body),
  }
}
