/** Limits that protect the machine. They come from the server's and the project's settings, never from a request. */
export interface Limits {
  /** Bytes of a source file. */
  readonly maxSourceBytes: number
  /** Pixels of one decoded frame. */
  readonly maxPixels: number
  /** Frames of an animation that are decoded; more is refused when the output is animated. */
  readonly maxFrames: number
  /** Pixels of all frames together. */
  readonly maxAnimatedPixels: number
  /** Largest side of any intermediate or final image, px. */
  readonly maxSide: number
  /** Pixels of any intermediate or final frame. */
  readonly maxOutputPixels: number
  readonly maxOperations: number
  /** Pictures beside the source that one pipeline may name. */
  readonly maxPictures: number
  /** Wall time a worker may spend on one job, counted from dispatch. */
  readonly deadlineMs: number
}

export const defaultLimits: Limits = Object.freeze({
  maxSourceBytes: 100 * 1024 * 1024,
  maxPixels: 100_000_000,
  maxFrames: 1_000,
  maxAnimatedPixels: 250_000_000,
  maxSide: 16_384,
  maxOutputPixels: 100_000_000,
  maxOperations: 30,
  maxPictures: 10,
  deadlineMs: 20_000,
})
