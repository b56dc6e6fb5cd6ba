/**
 * Where a JSON request's picture comes from: bytes that came with it, or an address that it names. Each becomes a
 * temporary file whose header a decoding child has read; nothing of it is decoded here.
 */
import type { Limits } from '@fovea/core'
import type { EnginePool } from '@fovea/engine/pool'
import type { ProducedFrom } from '../delivery/index.ts'
import type { CheckingEgress } from '../egress/index.ts'
import { httpRead } from '../origins/index.ts'
import type { ProjectId } from '../projects/index.ts'
import type { TemporaryFiles } from '../storage/index.ts'
import { type StagedFile, stage } from '../uploads/index.ts'

export interface SourceReaderOptions {
  readonly egress: CheckingEgress
  readonly pool: Pick<EnginePool, 'probe'>
  readonly temporary: TemporaryFiles
  readonly limits: Limits
}

/** An address and what is sent there. */
export interface RemoteFile {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly timeoutMs: number
}

export class SourceReader {
  readonly #options: SourceReaderOptions

  constructor(options: SourceReaderOptions) {
    this.#options = options
  }

  /** Receives bytes; the caller discards the file. @throws Problem `source/too-large`, `source/empty` */
  receive(bytes: AsyncIterable<Uint8Array>, maxBytes: number, signal: AbortSignal): Promise<StagedFile> {
    return stage(bytes, { temporary: this.#options.temporary, maxBytes, signal, isKept: false })
  }

  /** Refuses an address that could never be asked. @throws Problem `origin/forbidden` */
  checkRemote(url: string): void {
    this.#options.egress.check(url, { httpsOnly: true })
  }

  /** Fetches an address of the web, through the guard; the caller discards the file. @throws Problem `origin/…` */
  async fetch(file: RemoteFile, maxBytes: number, signal: AbortSignal): Promise<StagedFile> {
    const found = await httpRead(this.#options.egress, {
      ...file,
      httpsOnly: true,
      maxBytes,
      signal,
      known: undefined,
    })
    if (found.kind === 'unchanged') throw new TypeError('an unconditional request was answered 304')
    return this.receive(found.body, maxBytes, signal)
  }

  /** @throws Problem `source/…` when it is no picture */
  async open(projectId: ProjectId, file: StagedFile, signal: AbortSignal): Promise<ProducedFrom> {
    const { pool, limits } = this.#options
    const { path, hash } = file
    const facts = await pool.probe({ path }, limits, { sourceId: `${projectId}/${hash}`, signal })
    return { projectId, hash, facts, file: async () => ({ path, release: () => {} }) }
  }
}
