/** Where the pool tells what happens to its children. Objects only, never paths of sources or image bytes. */
export interface PoolLog {
  info(fields: PoolLogFields): void
  warn(fields: PoolLogFields): void
}

export interface PoolLogFields {
  readonly event: string
  readonly [name: string]: unknown
}

export const silentLog: PoolLog = Object.freeze({ info() {}, warn() {} })
