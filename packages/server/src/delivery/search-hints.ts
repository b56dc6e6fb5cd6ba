/**
 * What searches for a perceptual quality ended with, per source: the next size of the same picture begins there.
 *
 * Only a shortcut. The engine verifies a hint and gives the same bytes without it, so it is part of no key, is not
 * kept over a restart and may be forgotten at any time.
 */
import type { ImageOutput } from '@fovea/core'

/** About 150 bytes each. */
const mostHints = 20_000

export class SearchHints {
  /** The least recently learnt first. */
  readonly #qualities = new Map<string, number>()

  /** `source` is the project and the content it has. */
  get(source: string, output: ImageOutput): number | undefined {
    return output.target === undefined ? undefined : this.#qualities.get(keyOf(source, output))
  }

  learn(source: string, output: ImageOutput, quality: number | undefined): void {
    if (quality === undefined || output.target === undefined) return
    const key = keyOf(source, output)
    this.#qualities.delete(key)
    this.#qualities.set(key, quality)
    for (const oldest of this.#qualities.keys()) {
      if (this.#qualities.size <= mostHints) return
      this.#qualities.delete(oldest)
    }
  }
}

function keyOf(source: string, { format, target }: ImageOutput): string {
  return `${source} ${format} ${target}`
}
