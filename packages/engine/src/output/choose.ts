/**
 * Which format a picture gets when the request leaves it open: by what the picture is, or by trying.
 *
 * What moves stays moving, what can be seen through stays so, drawings become lossless, photos get the format the
 * client likes best.
 */
import { type Format, type FormatChoice, type ImageOutput, traitsOf } from '@fovea/core/model'
import { isFlat, isTransparent } from '../analysis/flatness.ts'
import type { Raster } from '../image.ts'

/** A format that fits the pixels; `lossless` where errors would show. */
export interface Candidate {
  readonly format: Format
  readonly lossless: boolean
}

/** Formats an output may come out in. */
export function formatsOf({ format, choice }: ImageOutput): readonly Format[] {
  return choice?.among ?? [format]
}

/** The format by content. Of formats that all lose something (alpha, motion), the one that loses least. */
export function chosenFormat({ among }: FormatChoice, raster: Raster): Candidate {
  const [first] = candidates(among, raster)
  return first ?? { format: among[0] ?? 'jpeg', lossless: false }
}

/** Formats worth trying for the fewest bytes. */
export function triedFormats({ among }: FormatChoice, raster: Raster): readonly Candidate[] {
  const found = candidates(among, raster)
  return found.length > 0 ? found : [{ format: among[0] ?? 'jpeg', lossless: false }]
}

/** Formats that keep motion and transparency where the pixels have them; the first of all where none does. */
export function keepingFormats({ among }: FormatChoice, raster: Raster): readonly Format[] {
  const needsAlpha = isTransparent(raster)
  const kept = among.filter(
    (format) => (raster.pages === 1 || traitsOf(format).animation) && (!needsAlpha || traitsOf(format).alpha),
  )
  return kept.length > 0 ? kept : among.slice(0, 1)
}

function candidates(among: readonly Format[], raster: Raster): readonly Candidate[] {
  const isDrawing = isFlat(raster)
  if (raster.pages > 1) {
    const moving = among.filter((format) => traitsOf(format).animation)
    const made = moving.map((format) => ({ format, lossless: isDrawing && format === 'webp' }))
    if (made.length > 0) return made
  }
  const still = among.filter((format) => !traitsOf(format).animation || traitsOf(format).lossy)
  const seen = isTransparent(raster) ? still.filter((format) => traitsOf(format).alpha) : still
  const lossy = seen.filter((format) => traitsOf(format).lossy).map((format) => ({ format, lossless: false }))
  const lossless = seen
    .filter((format) => format === 'webp' || format === 'png')
    .map((format) => ({ format, lossless: true }))
    .sort((a, b) => rank(a.format) - rank(b.format))
  if (isDrawing) return [...lossless, ...lossy]
  return lossy.length > 0 ? lossy : lossless
}

/** Lossless WebP is smaller than PNG. */
function rank(format: Format): number {
  return format === 'webp' ? 0 : 1
}
