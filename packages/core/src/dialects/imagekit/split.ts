/**
 * A transformation as written: steps parted by `:`, parameters by `,`, and layers from `l-…` to `l-end` inside a step.
 *
 * Inside a layer nothing is parted but its parameters: steps of a layer's own and layers on layers are refused.
 */
import { type Problem, problem } from '../../problem/index.ts'
import { quote } from '../quote.ts'

export interface WrittenLayer {
  /** `image`, `text`, … */
  readonly kind: string
  readonly parts: readonly string[]
}

export interface WrittenStep {
  readonly parts: readonly string[]
  readonly layers: readonly WrittenLayer[]
}

export const maxSteps = 40
const maxParts = 200

/** Steps of a decoded text; none of an empty one. @throws Problem `request/malformed`, `request/too-many-parameters` */
export function splitSteps(text: string): readonly WrittenStep[] {
  if (text === '') return []
  const steps: WrittenStep[] = []
  let parts: string[] = []
  let layers: WrittenLayer[] = []
  let layer: { kind: string; parts: string[] } | undefined
  let count = 0
  for (const [, part = '', end] of text.matchAll(/([^,:]*)([,:]|$)/g)) {
    if (++count > maxParts) throw tooMany(`${maxParts} parameters`)
    const opened = /^l-(\w{1,20})$/.exec(part)?.[1]
    if (opened === 'end') {
      if (layer === undefined) throw malformed('"l-end" closes no layer')
      layers.push(layer)
      layer = undefined
    } else if (opened !== undefined) {
      if (layer !== undefined) throw malformed('A layer cannot have layers of its own here')
      layer = { kind: opened, parts: [] }
    } else if (part === '') throw malformed(`There is an empty parameter in ${quote(text)}`)
    else (layer?.parts ?? parts).push(part)
    if (end === ',') continue
    if (layer !== undefined)
      throw malformed(end === ':' ? 'A layer cannot have steps of its own here' : 'A layer has no "l-end"')
    steps.push({ parts, layers })
    if (steps.length > maxSteps) throw tooMany(`${maxSteps} steps`)
    ;[parts, layers] = [[], []]
    if (end === '') break
  }
  return steps
}

function malformed(sentence: string): Problem {
  return problem('request/malformed', { detail: `${sentence}.` })
}

function tooMany(most: string): Problem {
  return problem('request/too-many-parameters', { detail: `A transformation may have at most ${most}.` })
}
