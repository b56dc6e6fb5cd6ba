/** What joins the files of consecutive runs of frames. */

export interface Part {
  /** An animation, or a still where there is one frame or all are equal. */
  readonly bytes: Uint8Array
  /** Size of one frame. */
  readonly width: number
  readonly height: number
  /** Milliseconds of each frame. */
  readonly delays: readonly number[]
}

export interface Joiner {
  add(part: Part): Promise<void>
  finish(): Uint8Array
}

/** The files cannot be made one without changing what is seen; the whole has to be encoded at once. */
export class CannotJoin extends Error {}
