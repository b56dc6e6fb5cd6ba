/** The size a picture would have, from the header of its source: for documents that tell it without making it. */
import { orientedSize } from '../geometry/orientation.ts'
import type { Size } from '../geometry/size.ts'
import { defaultLimits } from '../limits/limits.ts'
import {
  type Frame,
  factsFor,
  frameBehind,
  lowerOperation,
  operationNamed,
  type Pipeline,
} from '../operations/index.ts'
import type { SourceFacts } from './define.ts'

/**
 * `undefined` where only the pixels tell it. Pictures that are laid over change no size, so none has to be there.
 * @throws Problem `operation/impossible`, `operation/too-large` as the picture itself would
 */
export function sizeBehind(facts: SourceFacts, pipeline: Pipeline): Size | undefined {
  const { format, hasAlpha } = facts
  const original = orientedSize(facts, facts.orientation)
  let frame: Frame = { ...original, hasAlpha, pages: 1, format, facts: {}, limits: defaultLimits }
  for (const operation of pipeline) {
    const { pictures, isSizeFound } = operationNamed(operation.op)
    if ((pictures?.(operation) ?? []).length > 0) continue
    if (isSizeFound?.(operation) === true) return undefined
    const needed = factsFor(operation)
    const known = needed.length === 0 ? frame : { ...frame, facts: anything }
    frame = frameBehind(operation, frame, lowerOperation(operation, known))
  }
  return { width: frame.width, height: frame.height }
}

/** Neither its colour nor what is to be seen in it is a matter of size. */
const anything = { dominantColour: { r: 0, g: 0, b: 0, alpha: 1 }, faces: [], subjects: [], shown: [] }
