/**
 * Access lines of image requests, written in batches and off the path of the answer.
 *
 * At most `linesPerSecond` are kept; the rest is counted, and the count stands in the next batch. Paths are logged
 * without their query: that is where signatures live.
 */

import type { Log } from './log.ts'
import type { CacheState } from './metrics.ts'

export interface AccessLine {
  readonly requestId: string
  readonly method: string
  readonly path: string
  readonly dialect: string
  readonly project?: string
  readonly status: number
  readonly cache: CacheState
  readonly bytes: number
  readonly ms: number
  /** Code of the problem when the answer was one. */
  readonly problem?: string
}

const linesPerSecond = 200
const maxPathLength = 300
/** A mistyped question mark puts the query, and with it a signature, into the path. */
const secretInPath = /\b(sig|signature|token|key|secret)(=|%3d)[^&/]*/gi

export class AccessLog {
  readonly #log: Log
  #lines: AccessLine[] = []
  #dropped = 0
  #timer: NodeJS.Timeout | undefined

  constructor(log: Log) {
    this.#log = log
  }

  add(line: AccessLine): void {
    if (this.#lines.length >= linesPerSecond) this.#dropped++
    else this.#lines.push(line)
    this.#timer ??= setTimeout(() => this.flush(), 1_000).unref()
  }

  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const lines = this.#lines
    const dropped = this.#dropped
    this.#lines = []
    this.#dropped = 0
    for (const line of lines) {
      this.#log.info({
        event: 'delivery.request',
        ...line,
        path: shown(line.path),
        ms: Math.round(line.ms * 10) / 10,
      })
    }
    if (dropped > 0) this.#log.info({ event: 'delivery.requests_not_logged', count: dropped })
  }
}

function shown(path: string): string {
  return path.slice(0, maxPathLength).replace(secretInPath, '$1$2(hidden)')
}
