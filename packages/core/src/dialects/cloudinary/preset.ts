/** `t_name`: a preset of the project as a named transformation. Presets are written in the words of the img-src form. */
import type { OperationInput } from '../../operations/index.ts'
import { problem } from '../../problem/index.ts'
import type { DialectContext } from '../define.ts'
import { pipelineOf, readPicture } from '../img-src-picture.ts'
import { Parameters } from '../parameters.ts'
import { clip, quote } from '../quote.ts'
import type { Saved } from './output.ts'
import type { Step } from './step.ts'

/** Operations of the preset; what it says about the file goes into `saved`. @throws Problem `preset/unknown` */
export function readPreset(step: Step, saved: Saved, context: DialectContext): readonly OperationInput[] {
  const name = step.text('t')
  if (name === undefined) return []
  const body = context.presets.get(name)
  if (body === undefined) {
    throw problem('preset/unknown', {
      detail: `Named transformation ${quote(name)} was not found.`,
      members: { preset: clip(name) },
    })
  }
  const parameters = Parameters.parse('')
  parameters.fillFrom(body, name)
  const picture = readPicture(parameters)
  const { format, choice, quality, target, metadata, maxBytes, colorSpace } = picture
  if (choice === 'smallest')
    throw step.invalid('t', 'names a preset with f=smallest, which this form has no words for')
  if (choice === 'auto') saved.format = 'auto'
  else if (format !== undefined) saved.format = format
  if (quality !== undefined || target !== undefined) {
    delete saved.quality
    delete saved.target
  }
  if (quality !== undefined) saved.quality = quality
  if (target !== undefined) saved.target = target
  if (metadata !== undefined) saved.metadata = metadata
  if (maxBytes !== undefined) saved.maxBytes = maxBytes
  if (colorSpace !== undefined) saved.colorSpace = colorSpace
  return pipelineOf(picture, parameters, context)
}
