/** Exports: everything the project holds, as one archive that the server makes in its own time. */
import { type CallOptions, type Connection, callJson, callOnly } from './connection.ts'
import { fromWire } from './from-wire.ts'
import { pause } from './repeat.ts'

export interface ProjectExport {
  readonly id: string
  readonly state: 'running' | 'done' | 'failed'
  /** How many there will be; 0 until it has begun. */
  readonly files: number
  readonly filesDone: number
  /** Of the archive, bytes; once it is done. */
  readonly size: number | undefined
  /** Fetches the archive without a key, for a quarter of an hour; `get` gives a new one. */
  readonly downloadUrl: string | undefined
  readonly createdAt: Date
  /** When the server deletes it. */
  readonly expiresAt: Date
}

export interface WaitOptions extends CallOptions {
  /** Told how far it is, each time the server was asked. */
  readonly onProgress?: ((now: ProjectExport) => void) | undefined
}

/** How long to wait before the server is asked again, ms: soon for small projects, rarely for large ones. */
const firstWaitMs = 500
const longestWaitMs = 5_000

export class Exports {
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /** Begins one. @throws FoveaError 409 while another one is being made, its id in `body.export` */
  create({ signal }: CallOptions = {}): Promise<ProjectExport> {
    return this.#one('POST', target, signal)
  }

  /** @throws FoveaError 404 */
  get(id: string, { signal }: CallOptions = {}): Promise<ProjectExport> {
    return this.#one('GET', at(id), signal)
  }

  /** Those that are kept, newest first. */
  async list({ signal }: CallOptions = {}): Promise<readonly ProjectExport[]> {
    const answer = await callJson(this.#connection, { target, authorised: true, signal })
    return (answer as { readonly exports: readonly object[] }).exports.map(exportOf)
  }

  /** @throws FoveaError 404, 409 while it is being made */
  async delete(id: string, { signal }: CallOptions = {}): Promise<void> {
    await callOnly(this.#connection, { method: 'DELETE', target: at(id), authorised: true, signal })
  }

  /** The export as it has ended, `done` or `failed`. @throws FoveaError 404 */
  async wait(id: string, { onProgress, signal }: WaitOptions = {}): Promise<ProjectExport> {
    for (let waitMs = firstWaitMs; ; waitMs = Math.min(longestWaitMs, waitMs * 2)) {
      const now = await this.get(id, { signal })
      onProgress?.(now)
      if (now.state !== 'running') return now
      await pause(waitMs, signal)
    }
  }

  async #one(
    method: 'GET' | 'POST',
    target: string,
    signal: AbortSignal | undefined,
  ): Promise<ProjectExport> {
    const answer = await callJson(this.#connection, { method, target, authorised: true, signal })
    return exportOf((answer as { readonly export: object }).export)
  }
}

const target = '/api/v1/exports'

function at(id: string): string {
  return `${target}/${encodeURIComponent(id)}`
}

function exportOf(wire: object): ProjectExport {
  return fromWire(wire) as ProjectExport
}
