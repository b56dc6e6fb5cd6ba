/** Complaints about a JSON payload: always with a pointer to the place. */
import { nearest, type Problem, problem } from '../problem/index.ts'
import { pointer } from './json-text.ts'
import { quote } from './quote.ts'

export function invalidPayload(place: string, detail: string): Problem {
  return problem('pipeline/invalid', { detail, members: { pointer: place } })
}

/** @param inside where the unknown name stands, as parts of a JSON Pointer; empty at the top */
export function unknownMember(
  inside: readonly (string | number)[],
  name: string,
  known: readonly string[],
): Problem {
  const suggestion = nearest(name, known)
  const where = inside.length === 0 ? 'The payload' : quote(inside.join('.'))
  const hint =
    suggestion === undefined ? `it knows ${known.join(', ') || 'none'}` : `did you mean "${suggestion}"?`
  return invalidPayload(pointer(...inside, name), `${where} has no member ${quote(name)}; ${hint}`)
}
