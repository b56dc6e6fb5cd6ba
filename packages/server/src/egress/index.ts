/** Loads no HTTP client: a server that fetches nothing from elsewhere never needs one. */
export { egressFetch } from './egress-fetch.ts'
export type { FetchRequest, FetchResponse } from './guarded-fetch.ts'
export { type CheckingEgress, type Egress, lazyEgress } from './lazy-egress.ts'
export { parseRemoteUrl } from './remote-url.ts'
