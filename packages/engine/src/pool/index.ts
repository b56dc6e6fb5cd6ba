/** The pool as the server imports it (`@fovea/engine/pool`). Loads nothing native. */
export type { PoolCounters } from './counters.ts'
export { dividePool } from './divided.ts'
export type { JobOptions } from './job.ts'
export type { PoolLog, PoolLogFields } from './log.ts'
export type { PictureFacts } from './picture-facts.ts'
export { createPool } from './pool.ts'
export type {
  EnginePool,
  PoolOptions,
  PoolStatus,
  ProbeOptions,
  RunJob,
  WorkerStatus,
} from './pool-types.ts'
export type * from './protocol.ts'
