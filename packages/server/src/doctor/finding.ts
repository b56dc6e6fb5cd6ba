/** What a check of `fovea doctor` found. */

/** `doubtful`: it works, and the operator should know something about it. */
export type State = 'well' | 'doubtful' | 'broken'

export interface Finding {
  /** One word: `node`, `sandbox`, `jpeg`, `graphics`, `database`, `disk`, `storage`, `cache`, `oidc`, `tokens`, `settings`. */
  readonly name: string
  readonly state: State
  /** A sentence for people. */
  readonly detail: string
  /** Wall time of what was tried, ms. */
  readonly ms?: number
}

/** A check that throws is broken; its message says why. */
export async function found(name: string, check: () => Promise<Omit<Finding, 'name'>>): Promise<Finding> {
  try {
    return { name, ...(await check()) }
  } catch (error) {
    return { name, state: 'broken', detail: error instanceof Error ? error.message : String(error) }
  }
}

/** Bytes for people, powers of 1024: `3.4 GiB`. */
export function sizeText(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10))
  const value = bytes / 1024 ** power
  return `${value.toFixed(power === 0 || value >= 100 ? 0 : 1)} ${units[power]}`
}
