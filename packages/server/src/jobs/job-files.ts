/**
 * What a job reads and makes, in the installation's storage: durable, and reachable from every process that may take
 * the job up. Files of jobs that have ended are removed with them; what a kill left over goes in the sweep.
 */
import { newId } from '../projects/index.ts'
import { type HeldFile, localFile, type Storage, type StorageBody } from '../storage/index.ts'
import type { JobId } from './job.ts'
import type { JobQueue } from './job-queue.ts'

/** Files are put before their job is added; younger ones may still be waiting for it, ms. */
const settledMs = 60 * 60 * 1000

export function newJobId(): JobId {
  return newId<JobId>()
}

export class JobFiles {
  readonly #storage: Pick<Storage, 'driver' | 'temporary'>

  constructor(storage: Pick<Storage, 'driver' | 'temporary'>) {
    this.#storage = storage
  }

  /** Durable when it resolves. */
  async put(id: JobId, name: string, body: StorageBody): Promise<void> {
    await this.#storage.driver.put(keyOf(id, name), body)
  }

  /** The whole file; `undefined` when there is none. */
  async read(id: JobId, name: string): Promise<Buffer | undefined> {
    const found = await this.#storage.driver.get(keyOf(id, name))
    if (found === undefined) return undefined
    const chunks: Uint8Array[] = []
    for await (const chunk of found.body) chunks.push(chunk)
    return Buffer.concat(chunks)
  }

  /** The file that a decoder opens; the caller releases it. */
  async open(id: JobId, name: string): Promise<HeldFile> {
    const file = await localFile(this.#storage, keyOf(id, name))
    if (file === undefined) throw new Error(`The file ${name} of job ${id} is not there`)
    return file
  }

  async remove(id: JobId): Promise<void> {
    const { objects } = await this.#storage.driver.list(`jobs/${id}/`)
    await this.#storage.driver.delete(objects.map(({ key }) => key))
  }

  /** Removes files whose job is not open. */
  async sweep(queue: JobQueue, signal: AbortSignal): Promise<number> {
    let removed = 0
    let cursor: string | undefined
    do {
      signal.throwIfAborted()
      const page = await this.#storage.driver.list('jobs/', {
        limit: 200,
        ...(cursor === undefined ? {} : { cursor }),
      })
      cursor = page.cursor
      const old = page.objects.filter(({ modifiedAt }) => modifiedAt < Date.now() - settledMs)
      const open = await queue.openAmong([...new Set(old.map(({ key }) => idOf(key)))])
      const left = old.filter(({ key }) => !open.has(idOf(key)))
      await this.#storage.driver.delete(left.map(({ key }) => key))
      removed += left.length
    } while (cursor !== undefined)
    return removed
  }
}

function keyOf(id: JobId, name: string): string {
  return `jobs/${id}/${name}`
}

function idOf(key: string): JobId {
  return (key.split('/')[1] ?? '') as JobId
}
