/** Presets of dialects whose language is one text: the body has one member, and that member is the text. */
import { problem } from '../problem/index.ts'
import type { PresetBody } from './define.ts'
import { clip, quote } from './quote.ts'

export interface TextPreset {
  /** What the vendor calls such a preset, at the beginning of a sentence. */
  readonly kind: string
  readonly member: string
  readonly example: string
}

/**
 * The text of a preset.
 * @throws Problem `request/invalid-parameter`, `request/unknown-parameter` for a body that is not one
 */
export function presetText(name: string, body: PresetBody, { kind, member, example }: TextPreset): string {
  const { [member]: text, ...others } = body
  const [other] = Object.keys(others)
  if (other !== undefined) {
    throw problem('request/unknown-parameter', {
      detail: `${kind} has one member, "${member}"; ${quote(other)} is not known.`,
      members: { parameter: clip(other), preset: clip(name) },
    })
  }
  if (typeof text !== 'string' || text === '') {
    throw problem('request/invalid-parameter', {
      detail: `"${member}" must be the text of a transformation, such as "${example}".`,
      members: { parameter: member, preset: clip(name) },
    })
  }
  return text
}

/** @throws Problem `preset/unknown` */
export function presetNamed(
  name: string,
  presets: ReadonlyMap<string, PresetBody>,
  kind: string,
): PresetBody {
  const body = presets.get(name)
  if (body !== undefined) return body
  throw problem('preset/unknown', {
    detail: `${kind} ${quote(name)} was not found.`,
    members: { preset: clip(name) },
  })
}
