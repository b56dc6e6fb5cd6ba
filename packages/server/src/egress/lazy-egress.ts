/** The guarded fetch, loaded when it is used for the first time. */
import type { GuardedFetch, GuardedFetchOptions } from './guarded-fetch.ts'
import { EgressPolicy } from './policy.ts'

export type Egress = Pick<GuardedFetch, 'fetch'>

/** `allowed` is FOVEA_EGRESS_ALLOW. */
export function lazyEgress(
  allowed: string,
  options: Omit<GuardedFetchOptions, 'policy'> = {},
): Egress & { close(): Promise<void> } {
  const policy = new EgressPolicy(allowed)
  let loading: Promise<GuardedFetch> | undefined
  const load = async () => {
    const module = await import('./guarded-fetch.ts')
    return new module.GuardedFetch({ ...options, policy })
  }
  return {
    async fetch(request) {
      loading ??= load()
      return (await loading).fetch(request)
    },
    async close() {
      await (await loading)?.close()
    },
  }
}
