/**
 * `t_name`: a named transformation of the project, stored as `{ "transformation": "c_fill,w_200/e_sepia" }`.
 *
 * Its steps stand where the name stands, before what else its step says; they act in order of appearance, so a
 * later step wins over them. A named transformation names no other one: none can be without end.
 */
import { problem } from '../../problem/index.ts'
import type { DialectContext, PresetBody } from '../define.ts'
import { presetNamed, presetText } from '../preset-text.ts'
import { clip } from '../quote.ts'
import { Step } from './step.ts'
import { decodeStep, maxSteps } from './url.ts'

const preset = {
  kind: 'A named transformation',
  member: 'transformation',
  example: 'c_fill,w_200,h_200/e_sepia',
} as const

/** The steps of texts, with those of named transformations in their places. @throws Problem `preset/unknown`, `request/…` */
export function expandSteps(texts: readonly string[], { presets }: DialectContext): readonly Step[] {
  const steps = texts.flatMap((text) => {
    const step = new Step(text)
    const name = step.text('t')
    if (name === undefined) return [step]
    const body = presetNamed(name, presets, 'Named transformation')
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
  const steps = presetText(name, body, preset).split('/').map(decodeStep)
  if (steps.some((step) => new Step(step).has('t'))) {
    throw problem('request/invalid-parameter', {
      detail: 'Invalid t in transformation: a named transformation cannot name another one.',
      members: { parameter: 't', preset: clip(name) },
    })
  }
  return steps
}
