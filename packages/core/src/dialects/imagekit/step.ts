/** One step of a transformation, or one layer: `k-v` pairs joined by commas. */
import { nearest, type Problem, problem } from '../../problem/index.ts'
import { clip, quote } from '../quote.ts'
import { StepParameters } from '../step-parameters.ts'
import { type Key, keyOf, refusedKeys, supportedKeys, textBehind } from './keys.ts'

export class Step extends StepParameters<Key> {
  /** @throws Problem `request/malformed`, `request/unknown-parameter`, `request/invalid-parameter` */
  constructor(parts: readonly string[]) {
    super(pairsOf(parts, supportedKeys), '-')
  }

  /** `true` or `false`, ticked off; a bare key is `true`. */
  flag(key: Key): boolean | undefined {
    const text = this.text(key)
    if (text === undefined) return undefined
    if (text !== '' && text !== 'true' && text !== 'false') throw this.invalid(key, 'must be true or false')
    return text !== 'false'
  }
}

/** @throws Problem `request/malformed`, `request/unknown-parameter`, `request/invalid-parameter` (twice the same key) */
export function pairsOf<K extends string>(
  parts: readonly string[],
  known: readonly K[],
  place: 'step' | 'layer' = 'step',
): ReadonlyMap<K, string> {
  const pairs = new Map<K, string>()
  for (const part of parts) {
    const name = keyOf(part)
    const key = known.find((candidate) => candidate === name)
    if (key === undefined) throw unknown(part, name, { known, place })
    if (pairs.has(key)) {
      throw problem('request/invalid-parameter', {
        detail: `${quote(key)} stands twice in one ${place}.`,
        members: { parameter: key },
      })
    }
    pairs.set(key, textBehind(part))
  }
  return pairs
}

function unknown(
  part: string,
  name: string,
  { known, place }: { readonly known: readonly string[]; readonly place: string },
): Problem {
  if (name === '') {
    return problem('request/malformed', { detail: `There is no transformation parameter in ${quote(part)}.` })
  }
  const reason = refusedKeys.get(name)
  const near = nearest(name, known)
  const hint = near === undefined ? '' : ` Did you mean "${near}"?`
  return problem('request/unknown-parameter', {
    detail:
      reason === undefined
        ? `The transformation parameter ${quote(part)} is not known in a ${place}.${hint}`
        : `The transformation parameter ${quote(part)} ${reason}.`,
    members: { parameter: clip(name) },
  })
}
