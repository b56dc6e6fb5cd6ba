/** What is known of the image at one point of a pipeline: enough to resolve every number of the next operation. */
import type { Format } from '../formats/formats.ts'
import type { Rgba } from '../geometry/color.ts'
import type { FocalPoint } from '../geometry/gravity.ts'
import type { Placement } from '../geometry/placement.ts'
import type { Box, Size } from '../geometry/size.ts'
import type { Subject } from '../geometry/subject.ts'
import type { Limits } from '../limits/limits.ts'
import type { PicturesBeside } from './picture.ts'

/**
 * Findings that need pixels. Present only when an operation asked for them in `needs`. Boxes and colours describe the
 * pixels of one frame; faces and subjects are found once and move with the geometry.
 */
export interface Facts {
  /** Box of what is not background, in pixels of the current frame; the whole frame when nothing differs. */
  readonly trimBox: Box
  /** The opaque colour most of the image has; transparent black when nothing of it can be seen. */
  readonly dominantColour: Rgba
  /** Faces, the surest first; none when there are none, or no model that finds any. */
  readonly faces: readonly Subject[]
  /** What the picture is about: faces too; none as with faces. */
  readonly subjects: readonly Subject[]
  /** Who can be seen in the pixels at hand, in all frames: looked for anew, as who is small in the source may be large. */
  readonly shown: readonly Subject[]
}

export interface Frame extends Size, PicturesBeside {
  readonly hasAlpha: boolean
  /** Frames of an animation; 1 for a still. Width and height are those of one frame. */
  readonly pages: number
  /** Working format: the source's, until a `convert` sets it. */
  readonly format: Format
  readonly facts: Partial<Facts>
  /** What cuts without a place of their own keep in the middle; absent: the centre. */
  readonly focalPoint?: FocalPoint | undefined
  /** Where it lies in the upright source; absent where only the pixels tell. */
  readonly placement?: Placement | undefined
  /** What protects the machine: `lower` refuses sizes beyond it. Never part of a key. */
  readonly limits: Limits
}
