/** Messages between the server and the thread that owns SQLite. */
import type { CompiledStep } from '../step.ts'

/** Statements of a transaction and all writes share one connection; plain reads have their own and never wait. */
export type SqliteLane = 'read' | 'write'

export interface SqliteWorkerData {
  readonly path: string
  readonly busyTimeoutMs: number
  /** Migrations this version knows; the thread only compares. */
  readonly migrationNames: readonly string[]
}

export type SqliteRequest =
  | {
      readonly kind: 'execute'
      readonly id: number
      readonly lane: SqliteLane
      readonly sql: string
      readonly parameters: readonly unknown[]
    }
  /** A whole transaction on the write connection. */
  | { readonly kind: 'at-once'; readonly id: number; readonly steps: readonly CompiledStep[] }
  | { readonly kind: 'close'; readonly id: number }

export type SqliteReply =
  | { readonly kind: 'ready'; readonly isMigrated: boolean }
  | { readonly kind: 'broken'; readonly message: string; readonly code?: string | undefined }
  | {
      readonly kind: 'rows'
      readonly id: number
      readonly rows: readonly Record<string, unknown>[]
      readonly changes?: number | undefined
    }
  | { readonly kind: 'ended'; readonly id: number; readonly isDone: boolean }
  | {
      readonly kind: 'failed'
      readonly id: number
      readonly message: string
      readonly code?: string | undefined
    }
