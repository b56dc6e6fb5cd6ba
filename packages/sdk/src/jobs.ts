/**
 * Jobs of the project: many pictures through one pipeline, in the background. `new Jobs(fovea)`; an entry of its own
 * (`@fovea/client/jobs`), so that pages do not carry it.
 */
import {
  type Call,
  type CallOptions,
  type Connection,
  callJson,
  callOnly,
  callStream,
  connectionOf,
} from './connection.ts'
import type { Fovea } from './fovea.ts'
import { fromWire, withQuery } from './from-wire.ts'
import type { Job, JobItem, JobResult } from './job-types.ts'
import type { Operation } from './operations.ts'
import { pause } from './repeat.ts'
import type { TransformBranch, TransformOutput, TransformStore } from './transform.ts'

export type { Job, JobItem, JobResult } from './job-types.ts'

/** One picture of a list. */
export type JobSource = ({ readonly asset: string } | { readonly id: string } | { readonly url: string }) & {
  /** Stands for the picture's own path in `store.path`. */
  readonly name?: string | undefined
}

export interface NewJob {
  /**
   * A list, all images whose paths begin so, or the address of a list or ZIP archive or its path in an origin; bytes
   * are such a list (JSON lines, CSV) or archive.
   */
  readonly sources:
    | { readonly list: readonly JobSource[] }
    | { readonly prefix: string }
    | { readonly url: string }
    | { readonly origin: string; readonly path: string }
    | Blob
  /** Where results go: a path with {name}, {dir}, {ext}, {output}, {index}. Results that are no pictures need none. */
  readonly store?: TransformStore | undefined
  readonly name?: string | undefined
  /** At most 30 operations, executed in the order given. */
  readonly pipeline?: readonly Operation[] | undefined
  readonly output?: TransformOutput | undefined
  /** Up to 20 results of each picture instead of one. */
  readonly outputs?: readonly Omit<TransformBranch, 'store'>[] | undefined
  /** `false` ignores the EXIF orientation. */
  readonly orient?: boolean | undefined
}

export interface JobListOptions extends CallOptions {
  readonly state?: Job['state'] | undefined
  /** 1–100 (50). */
  readonly limit?: number | undefined
  /** `nextCursor` of the page before. */
  readonly cursor?: string | undefined
}

export interface JobItemsOptions extends Omit<JobListOptions, 'state'> {
  readonly state?: JobItem['state'] | undefined
}

export interface JobPage {
  readonly jobs: readonly Job[]
  /** Absent on the last page. */
  readonly nextCursor: string | undefined
}

export interface JobItemPage {
  readonly items: readonly JobItem[]
  /** Absent on the last page. */
  readonly nextCursor: string | undefined
}

export interface JobWaitOptions extends CallOptions {
  /** Told at every look. */
  readonly onProgress?: ((job: Job) => void) | undefined
  /** Between two looks, ms (1 000). */
  readonly everyMs?: number | undefined
}

const target = '/api/v1/jobs'
/** An archive may take so long to arrive. */
const downloadMs = 60 * 60 * 1000

export class Jobs {
  readonly #connection: Connection

  constructor(fovea: Fovea) {
    this.#connection = connectionOf(fovea)
  }

  /** Resolves when the job is stored and will be done. @throws FoveaError 400, 403, 422, 429 */
  async create({ sources, ...request }: NewJob, { signal }: CallOptions = {}): Promise<Job> {
    const form = new FormData()
    form.append('request', JSON.stringify(request))
    if (sources instanceof Blob) form.append('file', sources, 'sources')
    const body = sources instanceof Blob ? { body: form } : { json: { ...request, sources } }
    return this.#job({ method: 'POST', target, ...body, signal })
  }

  /** @throws FoveaError 404 */
  async get(id: string, { signal }: CallOptions = {}): Promise<Job> {
    return this.#job({ target: pathOf(id), signal })
  }

  /** Newest first. */
  async list({ signal, ...page }: JobListOptions = {}): Promise<JobPage> {
    const answer = (await this.#json({ target: withQuery(target, page), signal })) as Page<'jobs'>
    return {
      jobs: answer.jobs.map((job) => fromWire(job) as Job),
      nextCursor: answer.next_cursor ?? undefined,
    }
  }

  /** The pictures of a job, in their order. @throws FoveaError 404 */
  async items(id: string, { signal, ...page }: JobItemsOptions = {}): Promise<JobItemPage> {
    const answer = (await this.#json({
      target: withQuery(pathOf(id, 'items'), page),
      signal,
    })) as Page<'items'>
    return { items: answer.items.map(itemOf), nextCursor: answer.next_cursor ?? undefined }
  }

  /** Looks until the job has ended, and returns how. @throws FoveaError 404; the signal's reason when it fires */
  async wait(id: string, { onProgress, everyMs = 1_000, signal }: JobWaitOptions = {}): Promise<Job> {
    for (;;) {
      const job = await this.get(id, { signal })
      onProgress?.(job)
      if (job.state !== 'running') return job
      await pause(everyMs, signal)
    }
  }

  /** Tries again what failed or was cancelled. @throws FoveaError 404, 409 when there is nothing of the kind */
  retry(id: string, options: CallOptions = {}): Promise<Job> {
    return this.#act(id, 'retry', options)
  }

  /** Nothing more is stored. @throws FoveaError 404, 409 when it has ended */
  cancel(id: string, options: CallOptions = {}): Promise<Job> {
    return this.#act(id, 'cancel', options)
  }

  /** Forgets the job, stopping it first; its images stay. @throws FoveaError 404 */
  async delete(id: string, { signal }: CallOptions = {}): Promise<void> {
    await callOnly(this.#connection, {
      method: 'DELETE',
      target: pathOf(id),
      authorised: true,
      signal,
    })
  }

  /** A ZIP archive of what has been made so far, as a stream. @throws FoveaError 404 */
  results(id: string, { signal }: CallOptions = {}): Promise<ReadableStream<Uint8Array>> {
    const patient = { ...this.#connection, timeoutMs: downloadMs }
    return callStream(patient, { target: pathOf(id, 'results.zip'), authorised: true, signal })
  }

  #act(id: string, action: string, { signal }: CallOptions): Promise<Job> {
    return this.#job({ method: 'POST', target: pathOf(id, action), signal })
  }

  async #job(call: Omit<Call, 'authorised'>): Promise<Job> {
    return fromWire((await this.#json(call)) as object) as Job
  }

  #json(call: Omit<Call, 'authorised'>): Promise<unknown> {
    return callJson(this.#connection, { ...call, authorised: true })
  }
}

/** A page on the wire. */
type Page<Member extends string> = { readonly [name in Member]: readonly object[] } & {
  readonly next_cursor: string | null
}

function itemOf(wire: object): JobItem {
  const { results, ...item } = fromWire(wire) as JobItem
  return { ...item, results: results.map((result) => fromWire(result) as JobResult) }
}

function pathOf(...parts: readonly string[]): string {
  return [target, ...parts.map(encodeURIComponent)].join('/')
}
