/** One step of a URL: `k_v` pairs joined by commas. */
import { type Problem, problem } from '../../problem/index.ts'
import { clip, quote } from '../quote.ts'
import { StepParameters } from '../step-parameters.ts'
import { type Key, keyOf, supportedKeys } from './keys.ts'

export class Step extends StepParameters<Key> {
  /** @throws Problem `request/malformed`, `request/unknown-parameter`, `request/invalid-parameter` */
  constructor(text: string) {
    super(pairsOf(text), '_')
  }

  /** The flags, without ticking them off. */
  flags(): readonly string[] {
    return (this.glance('fl') ?? '').split('.')
  }
}

function pairsOf(text: string): ReadonlyMap<Key, string> {
  const pairs = new Map<Key, string>()
  for (const part of text.split(',')) {
    const name = keyOf(part)
    if (name === '')
      throw problem('request/malformed', { detail: `Invalid transformation component ${quote(part)}.` })
    const key = supportedKeys.find((known) => known === name)
    if (key === undefined) throw unknown(part, name)
    const value = part.slice(key.length + 1)
    const before = pairs.get(key)
    // Flags are the one parameter that may be repeated; they are a list joined by dots anyway.
    if (before !== undefined && key !== 'fl') {
      throw problem('request/invalid-parameter', {
        detail: `${quote(key)} stands twice in ${quote(text)}; write two steps.`,
        members: { parameter: key },
      })
    }
    pairs.set(key, before === undefined ? value : `${before}.${value}`)
  }
  return pairs
}

/** The value of a key that only one of the steps may have. */
export function once<T>(
  steps: readonly Step[],
  key: Key,
  read: (step: Step) => T | undefined,
): T | undefined {
  const [first, second] = [...new Set(steps)].filter((step) => step.has(key))
  if (second !== undefined) throw second.invalid(key, 'stands in two steps of one layer')
  return first === undefined ? undefined : read(first)
}

function unknown(part: string, key: string): Problem {
  return problem('request/unknown-parameter', {
    detail: `Invalid transformation parameter ${quote(part)}: ${quote(key)} is not supported.`,
    members: { parameter: clip(key) },
  })
}
