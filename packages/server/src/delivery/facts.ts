/**
 * The JSON of a metadata request (Immagin contract §1, `images.metadata`): what the header said when the file was
 * uploaded, so no child is asked.
 *
 * `width` and `height` are those of the stored pixels, as sharp's `metadata()` reports them: an image with an
 * orientation of 5–8 is shown with the two swapped.
 */
import type { HeaderFacts } from '@fovea/engine/pool'

export function factsJson(facts: HeaderFacts): Buffer {
  const {
    width,
    height,
    format,
    space,
    depth,
    channels,
    hasAlpha,
    orientation,
    density,
    isProgressive,
    pages,
    sizeBytes,
  } = facts
  return Buffer.from(
    JSON.stringify({
      width,
      height,
      format,
      space,
      depth: depth ?? null,
      channels,
      hasAlpha,
      orientation,
      density: density ?? null,
      isProgressive,
      pages,
      size: sizeBytes,
    }),
  )
}
