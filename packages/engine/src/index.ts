/** The engine: bytes in, bytes out. Loads sharp; the server process never imports this, it talks to the pool. */
export { engineRevision } from './revision.ts'
export { probe, run } from './run.ts'
