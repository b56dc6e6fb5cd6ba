/** `ci_info=1`: how a request was read, and what of the picture is known without making it. The vendor's form is not published. */
import { traitsOf } from '../../formats/formats.ts'
import { orientedSize } from '../../geometry/orientation.ts'
import type { ImageRequest } from '../../request/image-request.ts'
import { sizeBehind } from '../behind.ts'
import type { DialectDocument, SourceFacts } from '../define.ts'

/** `result` is `null` where only the pixels, or another page than the first, tell the size. */
export function describe(facts: SourceFacts, { pipeline, output, decode }: ImageRequest): DialectDocument {
  const { format, sizeBytes, pages } = facts
  const original = orientedSize(facts, facts.orientation)
  const made = output.kind === 'metadata' ? output.dependsOn?.format : undefined
  return {
    contentType: 'application/json',
    body: JSON.stringify({
      original: { ...original, format: traitsOf(format).mime, size_bytes: sizeBytes, frames: pages },
      result: (decode.page === undefined ? sizeBehind(facts, pipeline) : undefined) ?? null,
      format: made ?? null,
      operations: pipeline,
    }),
  }
}
