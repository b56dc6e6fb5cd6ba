/**
 * Iteration Layer's requests with a `webhook_url`: answered before anything is made, and told when it is.
 *
 * A request is stored with its picture before it is answered, and worked off in two parts: make the file, then tell
 * the webhook. The made file is stored in between, so a webhook that is down costs no second run. What fails for good
 * is told too, as the vendor does.
 */
import { setImmediate } from 'node:timers/promises'
import { Problem, problem } from '@fovea/core'
import { type IterationLayerRequest, iterationLayerProblem } from '@fovea/core/dialects/json'
import type { BlobHash } from '../assets/index.ts'
import type { Database } from '../db/index.ts'
import { degradedHeader, degradedMember } from '../delivery/index.ts'
import type { Egress } from '../egress/index.ts'
import type { EventSink, ProjectEvent } from '../events/index.ts'
import {
  type ClaimedJob,
  type JobFiles,
  type JobOutcome,
  type JobQueue,
  mayYetSucceed,
  newJobId,
  pauseAfter,
  sendWebhook,
} from '../jobs/index.ts'
import { type Project, type ProjectService, refusalOf } from '../projects/index.ts'
import { flushFile } from '../storage/index.ts'
import type { StagedFile } from '../uploads/index.ts'
import type { IterationLayerTransforms, ReceivedTransform } from './iteration-layer.ts'

export interface IterationLayerJobsOptions {
  readonly iterationLayer: IterationLayerTransforms
  readonly jobs: JobQueue
  readonly jobFiles: JobFiles
  readonly projects: Pick<ProjectService, 'get' | 'signingSecret'>
  readonly egress: Egress
  readonly database: Database
  readonly events: EventSink
}

/** The job's JSON. */
type Payload =
  | {
      readonly part: 'make'
      readonly url: string
      /** Without its base64. */
      readonly request: IterationLayerRequest
      /** The picture that came with it. */
      readonly file: { readonly hash: BlobHash; readonly size: number } | undefined
    }
  | {
      readonly part: 'tell'
      readonly url: string
      readonly mediaType: string
      /** Absent in jobs of earlier versions. */
      readonly degraded?: readonly string[]
    }
  | { readonly part: 'tell'; readonly url: string; readonly error: string }

type Part<Name extends Payload['part']> = Payload & { readonly part: Name; readonly project: Project }

/** Of one project at a time: each may hold 50 MB. */
const maxOpen = 500
const sourceFile = 'source'
const resultFile = 'result'
/** Attempts to make a file where it may yet succeed: the server is busy, or the file's host does not answer. */
const makeAttempts = 6
const makePauseMs = 10_000
/** A webhook must have answered by then. */
const tellMs = 20_000
/** A multiple of three, so that pieces join to one base64 text; a millisecond's work. */
const pieceBytes = 768 * 1024

export class IterationLayerJobs {
  readonly #options: IterationLayerJobsOptions

  constructor(options: IterationLayerJobsOptions) {
    this.#options = options
  }

  /**
   * Takes over a request and its file; on disk when it resolves.
   * @throws Problem `rate/limited` when too many of the project's are waiting
   */
  async accept(project: Project, { request, file }: ReceivedTransform): Promise<void> {
    const { jobs, jobFiles } = this.#options
    try {
      if (request.webhookUrl === undefined) throw new TypeError('a request without a webhook is no job')
      if ((await jobs.countOpen(project.id, 'iteration-layer')) >= maxOpen) {
        throw problem('rate/limited', {
          detail: `${maxOpen} requests with a webhook are waiting already.`,
          retryAfterSeconds: 60,
        })
      }
      const id = newJobId()
      const payload: Payload = {
        part: 'make',
        url: request.webhookUrl,
        request: { ...request, ...(file === undefined ? {} : { file: { kind: 'base64', base64: '' } }) },
        file: file === undefined ? undefined : { hash: file.hash, size: file.size },
      }
      if (file !== undefined) {
        // What was received was not meant to last.
        await flushFile(file.path)
        await jobFiles.put(id, sourceFile, { path: file.path })
      }
      await jobs
        .add({ id, projectId: project.id, kind: 'iteration-layer', payload: JSON.stringify(payload) })
        .catch(async (error: unknown) => {
          await jobFiles.remove(id)
          throw error
        })
    } finally {
      await file?.discard()
    }
  }

  readonly handle = async (job: ClaimedJob, signal: AbortSignal): Promise<JobOutcome> => {
    const payload = JSON.parse(job.payload) as Payload
    const project = await this.#options.projects.get(job.projectId)
    if (project === undefined) return { kind: 'failed', error: 'the project is gone' }
    const refusal = refusalOf(project)
    if (refusal !== undefined) return { kind: 'failed', error: refusal.message }
    return payload.part === 'make'
      ? this.#make(job, { ...payload, project }, signal)
      : this.#tell(job, { ...payload, project }, signal)
  }

  async #make(
    job: ClaimedJob,
    { project, url, request, file }: Part<'make'>,
    signal: AbortSignal,
  ): Promise<JobOutcome> {
    const { iterationLayer, jobFiles } = this.#options
    const held = file === undefined ? undefined : await jobFiles.open(job.id, sourceFile)
    const source: StagedFile | undefined =
      file === undefined || held === undefined
        ? undefined
        : { ...file, path: held.path, flushed: Promise.resolve(), discard: async () => {} }
    try {
      const made = await iterationLayer.make(project, { request, file: source }, signal)
      const { bytes, mediaType, degraded } = made
      await jobFiles.put(job.id, resultFile, bytes)
      const data = { id: job.id, kind: job.kind, ...degradedMember(degraded) }
      await this.#record(job, { type: 'job.completed', data })
      return next({ part: 'tell', url, mediaType, degraded })
    } catch (error) {
      if (signal.aborted || !(error instanceof Problem)) throw error
      if (mayYetSucceed(error) && job.attempt < makeAttempts)
        return { kind: 'later', inMs: makePauseMs * job.attempt, error: error.message }
      const { body } = iterationLayerProblem(error, { instance: job.id })
      const { error: text } = JSON.parse(body) as { error: string }
      await this.#record(job, { type: 'job.failed', data: { id: job.id, kind: job.kind, error: text } })
      return next({ part: 'tell', url, error: text })
    } finally {
      held?.release()
    }
  }

  /** Once, although a job that was killed behind it is done again. */
  #record({ id, projectId }: ClaimedJob, event: ProjectEvent): Promise<void> {
    const { database, events } = this.#options
    return database.transaction((queries) =>
      events.record(queries, projectId, event, { id: `message_${id}` }),
    )
  }

  async #tell(job: ClaimedJob, payload: Part<'tell'>, signal: AbortSignal): Promise<JobOutcome> {
    const { projects, egress } = this.#options
    const { project } = payload
    const body = await this.#bodyOf(job, payload)
    const { id } = job
    const { signingSecrets: live } = project
    const secrets = live.length > 0 ? live : [await projects.signingSecret(project)]
    const keys = secrets.map(({ secret }) => secret)
    const headers = 'error' in payload ? {} : degradedHeader(payload.degraded ?? [])
    const message = { url: payload.url, id, headers, body, keys, timeoutMs: tellMs }
    const { refusal } = await sendWebhook(egress, message, signal)
    if (refusal === undefined) return { kind: 'done' }
    const inMs = pauseAfter(job.attempt)
    return inMs === undefined ? { kind: 'failed', error: refusal } : { kind: 'later', inMs, error: refusal }
  }

  async #bodyOf({ id }: ClaimedJob, payload: Part<'tell'>): Promise<Buffer> {
    const api = 'image_transformation'
    if ('error' in payload)
      return Buffer.from(JSON.stringify({ success: false, api, error: { message: payload.error } }))
    const made = await this.#options.jobFiles.read(id, resultFile)
    if (made === undefined) throw new Error(`the file that job ${id} made is not there`)
    const pieces = [Buffer.from(`{"success":true,"api":"${api}","data":{"buffer":"`)]
    for (let at = 0; at < made.length; at += pieceBytes) {
      pieces.push(Buffer.from(made.subarray(at, at + pieceBytes).toString('base64'), 'latin1'))
      await setImmediate()
    }
    return Buffer.concat([...pieces, Buffer.from(`","mime_type":"${payload.mediaType}"}}`)])
  }
}

function next(payload: Payload): JobOutcome {
  return { kind: 'next', payload: JSON.stringify(payload) }
}
