/** What the start needs; who looks at what events say reads `kinds/`, with its schemas. */
export type { EventSink } from './event-sink.ts'
export type { ProjectEvent } from './kinds/index.ts'
export { Outbox } from './outbox.ts'
