/** The guarded fetch, loaded when it is used for the first time. */
import { checkHost } from './check-host.ts'
import type { GuardedFetch, GuardedFetchOptions } from './guarded-fetch.ts'
import { EgressPolicy } from './policy.ts'
import { parseRemoteUrl, type UrlRules } from './remote-url.ts'

export type Egress = Pick<GuardedFetch, 'fetch'>

export interface CheckingEgress extends Egress {
  /**
   * Refuses an address that could never be asked, before anything is promised. Names are not resolved.
   * @throws Problem `origin/forbidden`
   */
  check(url: string, rules?: Pick<UrlRules, 'httpsOnly'>): void
}

/** `allowed` is FOVEA_EGRESS_ALLOW. */
export function lazyEgress(
  allowed: string,
  options: Omit<GuardedFetchOptions, 'policy'> = {},
): CheckingEgress & { close(): Promise<void> } {
  const policy = new EgressPolicy(allowed)
  let loading: Promise<GuardedFetch> | undefined
  const load = async () => {
    const module = await import('./guarded-fetch.ts')
    return new module.GuardedFetch({ ...options, policy })
  }
  return {
    check(url, rules = {}) {
      checkHost(parseRemoteUrl(url, { ...rules, mayBePlain: (named) => policy.names(named) }), policy)
    },
    async fetch(request) {
      loading ??= load()
      return (await loading).fetch(request)
    },
    async close() {
      await (await loading)?.close()
    },
  }
}
