export { type AccessLine, AccessLog } from './access-log.ts'
export { createLog, errorFields, type Log, type LogFields } from './log.ts'
export { type CacheState, type DeliverySample, Metrics } from './metrics.ts'
export { standardOutput } from './standard-output.ts'
