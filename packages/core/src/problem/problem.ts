/**
 * The only error type that may reach a client: RFC 9457 members around a stable code.
 *
 * Anything else that escapes is a bug and becomes an opaque 500 at the border.
 */
import { type ProblemCode, problemCodes } from './codes.ts'

export type ProblemMember = string | number | boolean | null | readonly (string | number)[]

export interface ProblemOptions {
  /** What went wrong here: names the thing, the rule and the value. Shown to the client. */
  readonly detail?: string | undefined
  /** Seconds after which a retry makes sense; becomes `Retry-After`. */
  readonly retryAfterSeconds?: number | undefined
  readonly cause?: unknown
  /** Typed extension members such as `pointer`, `parameter`, `limitBytes`. */
  readonly members?: Readonly<Record<string, ProblemMember>> | undefined
}

/** Plain form that survives JSON and process borders. */
export interface SerialisedProblem {
  readonly code: ProblemCode
  readonly detail?: string | undefined
  readonly retryAfterSeconds?: number | undefined
  readonly members?: Readonly<Record<string, ProblemMember>> | undefined
}

export class Problem extends Error {
  override readonly name = 'Problem'
  readonly code: ProblemCode
  readonly status: number
  readonly title: string
  readonly detail: string | undefined
  readonly retryAfterSeconds: number | undefined
  readonly members: Readonly<Record<string, ProblemMember>>

  constructor(code: ProblemCode, options: ProblemOptions = {}) {
    const row = problemCodes[code]
    super(options.detail ?? row.title, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.status = row.status
    this.title = row.title
    this.detail = options.detail
    this.retryAfterSeconds = options.retryAfterSeconds
    this.members = options.members ?? {}
  }

  serialise(): SerialisedProblem {
    return {
      code: this.code,
      detail: this.detail,
      retryAfterSeconds: this.retryAfterSeconds,
      members: this.members,
    }
  }

  /** RFC 9457 members; `instance` (the request id) is added by the HTTP border. */
  toJSON(): Record<string, ProblemMember> {
    return {
      type: `https://fovea.dev/problems/${this.code}`,
      title: this.title,
      status: this.status,
      ...(this.detail === undefined ? {} : { detail: this.detail }),
      code: this.code,
      ...this.members,
    }
  }
}

/** Makes a Problem; `throw problem('asset/not-found', { detail })` reads like a sentence. */
export function problem(code: ProblemCode, options: ProblemOptions = {}): Problem {
  return new Problem(code, options)
}

/** Rebuilds a Problem that crossed a process border. Throws TypeError when the code is not in the table. */
export function deserialiseProblem(plain: SerialisedProblem): Problem {
  if (!Object.hasOwn(problemCodes, plain.code)) throw new TypeError(`Unknown problem code ${plain.code}`)
  return new Problem(plain.code, plain)
}
