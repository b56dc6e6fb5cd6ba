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
