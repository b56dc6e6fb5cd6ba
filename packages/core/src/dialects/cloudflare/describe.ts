/** `format=json`: the size the picture would have, and what it is made from. */
import { traitsOf } from '../../formats/formats.ts'
import { orientedSize } from '../../geometry/orientation.ts'
import type { ImageRequest } from '../../request/image-request.ts'
import { sizeBehind } from '../behind.ts'
import type { DialectDocument, SourceFacts } from '../define.ts'

/** @throws Problem `operation/impossible`, `operation/too-large` as the picture itself would */
export function describe(facts: SourceFacts, { pipeline }: ImageRequest): DialectDocument {
  const original = orientedSize(facts, facts.orientation)
  const { format, sizeBytes } = facts
  return {
    contentType: 'application/json',
    body: JSON.stringify({
      ...sizeBehind(facts, pipeline),
      original: { file_size: sizeBytes, ...original, format: traitsOf(format).mime },
    }),
  }
}
