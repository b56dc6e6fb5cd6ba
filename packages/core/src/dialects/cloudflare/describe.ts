/** `format=json`: the size the picture would have, and what it is made from. */
import { traitsOf } from '../../formats/formats.ts'
import { orientedSize } from '../../geometry/orientation.ts'
import { defaultLimits } from '../../limits/limits.ts'
import { type Frame, frameBehind, lowerOperation } from '../../operations/index.ts'
import type { ImageRequest } from '../../request/image-request.ts'
import type { DialectDocument, SourceFacts } from '../define.ts'

/** @throws Problem `operation/impossible`, `operation/too-large` as the picture itself would */
export function describe(facts: SourceFacts, { pipeline }: ImageRequest): DialectDocument {
  const original = orientedSize(facts, facts.orientation)
  const { format, hasAlpha, sizeBytes } = facts
  let frame: Frame = { ...original, hasAlpha, pages: 1, format, facts: {}, limits: defaultLimits }
  for (const operation of pipeline) {
    frame = frameBehind(operation, frame, lowerOperation(operation, frame))
  }
  return {
    contentType: 'application/json',
    body: JSON.stringify({
      width: frame.width,
      height: frame.height,
      original: { file_size: sizeBytes, ...original, format: traitsOf(format).mime },
    }),
  }
}
