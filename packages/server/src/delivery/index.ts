export { Delivery } from './delivery.ts'
export type { DeliveryDependencies, Reservation } from './dependencies.ts'
export type { Hits } from './hits.ts'
export { nodeDigest } from './node-digest.ts'
