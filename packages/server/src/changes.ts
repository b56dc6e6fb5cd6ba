/**
 * Tells caches in this process what has changed. Synchronous on purpose: when a delete is answered, no cache of
 * this process may still hold the image.
 *
 * `sequence` grows with each change: a cache that started work earlier compares it before it stores a result.
 */
import type { AssetId } from './assets/asset.ts'
import type { ProjectId } from './projects/project.ts'

export type Change =
  /** An asset came, went or got a new version. Every path with this stem may now resolve differently. */
  | {
      readonly kind: 'asset'
      readonly projectId: ProjectId
      readonly assetId: AssetId
      readonly stem: string
      readonly gone: boolean
    }
  /** Settings, presets, secrets or the generation of a project changed. */
  | { readonly kind: 'project'; readonly projectId: ProjectId; readonly slug: string }

export class Changes {
  #sequence = 0
  readonly #listeners = new Set<(change: Change) => void>()

  get sequence(): number {
    return this.#sequence
  }

  announce(change: Change): void {
    this.#sequence++
    for (const listener of this.#listeners) listener(change)
  }

  /** Returns the function that unsubscribes. */
  subscribe(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
