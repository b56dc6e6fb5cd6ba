/** How the frames of a picture follow each other. */

export interface Animation {
  /** Of each frame, milliseconds. */
  readonly delay: readonly number[]
  /** Repetitions; 0 = for ever. */
  readonly loop: number
}

/** Animation options as sharp takes them; none for a still. */
export function animationOptions(animation: Animation | undefined): { delay?: number[]; loop?: number } {
  if (animation === undefined) return {}
  return { delay: [...animation.delay], loop: animation.loop }
}
