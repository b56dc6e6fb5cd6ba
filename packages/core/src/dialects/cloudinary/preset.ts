/**
 * `t_name`: a named transformation of the project, stored as `{ "transformation": "c_fill,w_200/e_sepia" }`.
 *
 * Its steps stand where the name stands, before what else its step says; they act in order of appearance, so a
 * later step wins over them. A named transformation names no other one: none can be without end.
 */
import { problem } from '../../problem/index.ts'
import type { DialectContext, PresetBody } from '../define.ts'
import { clip, quote } from '../quote.ts'
import { Step } from './step.ts'
import { decodeStep, maxSteps } from './url.ts'

/** The one member of a preset's body. */
const member = 'transformation'

/** The steps of texts, with those of named transformations in their places. @throws Problem `preset/unknown`, `request/…` */
export function expandSteps(texts: readonly string[], { presets }: DialectContext): readonly Step[] {
  const steps = texts.flatMap((text) => {
    const step = new Step(text)
    const name = step.text('t')
    if (name === undefined) return [step]
    const body = presets.get(name)
    if (body === undefined) {
      throw problem('preset/unknown', {
        detail: `Named transformation ${quote(name)} was not found.`,
        members: { preset: clip(name) },
      })
    }
    const named = presetSteps(name, body).map((inner) => new Step(inner))
    return step.isOnly('t') ? named : [...named, step]
  })
  if (steps.length > maxSteps) {
    throw problem('request/too-many-parameters', {
      detail: `A URL may have at most ${maxSteps} steps, those of its named transformations included.`,
    })
  }
  return steps
}

/**
 * Texts of the steps of a named transformation.
 * @throws Problem `request/invalid-parameter`, `request/unknown-parameter` for a body that is not one
 */
export function presetSteps(name: string, body: PresetBody): readonly string[] {
  const { [member]: text, ...others } = body
  const [other] = Object.keys(others)
  if (other !== undefined) {
    throw problem('request/unknown-parameter', {
      detail: `A named transformation has one member, "${member}"; ${quote(other)} is not known.`,
      members: { parameter: clip(other), preset: clip(name) },
    })
  }
  if (typeof text !== 'string' || text === '') {
    throw problem('request/invalid-parameter', {
      detail: `"${member}" must be the text of a transformation, such as "c_fill,w_200,h_200/e_sepia".`,
      members: { parameter: member, preset: clip(name) },
    })
  }
  const steps = text.split('/').map(decodeStep)
  if (steps.some((step) => new Step(step).has('t'))) {
    throw problem('request/invalid-parameter', {
      detail: 'Invalid t in transformation: a named transformation cannot name another one.',
      members: { parameter: 't', preset: clip(name) },
    })
  }
  return steps
}
