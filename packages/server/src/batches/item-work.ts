/**
 * One picture of a batch, from source to stored results, by the same functions as a request for one.
 *
 * May be done twice and leaves one result for each output: those that are there are not made again.
 */
import { type Digest, type Limits, Problem, problem } from '@fovea/core'
import { type BatchRequest, jsonPipeline, parseBatch } from '@fovea/core/dialects/json'
import { type ProducedFrom, produce } from '../delivery/index.ts'
import type { JobOutcome } from '../jobs/index.ts'
import { mustTakeUploads, type Project, type ProjectService } from '../projects/index.ts'
import { type ObjectStores, type Opener, openSource, productionOf } from '../transforms/index.ts'
import type { StagedFile } from '../uploads/index.ts'
import { archiveFile } from './archive-file.ts'
import type { ClaimedItem } from './batch.ts'
import type { BatchFiles } from './batch-files.ts'
import { LostItem } from './batch-queue.ts'
import { type Keeper, keepResult } from './keep-result.ts'
import { progressWriter } from './report-progress.ts'
import { isTriedAgain } from './tried-again.ts'

type Producer = Parameters<typeof produce>[1]
type ProductionControl = Parameters<typeof produce>[2]

export interface ItemWorkOptions extends Producer, Omit<Opener, keyof ObjectStores>, Keeper {
  readonly origins: Opener['origins'] & ObjectStores['origins']
  readonly sources: Opener['sources'] & ObjectStores['sources']
  readonly batchFiles: BatchFiles
  readonly projects: Pick<ProjectService, 'get' | 'account'>
  readonly limits: Limits
  readonly digest: Digest
}

const pauseMs = 10_000

export class ItemWork {
  readonly #options: ItemWorkOptions

  constructor(options: ItemWorkOptions) {
    this.#options = options
  }

  readonly handle = async (item: ClaimedItem, signal: AbortSignal): Promise<JobOutcome> => {
    const files: StagedFile[] = []
    try {
      await this.#make(item, files, signal)
      return { kind: 'done' }
    } catch (error) {
      if (error instanceof LostItem) return { kind: 'later', inMs: 0, error: 'it is not ours any more' }
      if (signal.aborted || !(error instanceof Problem)) throw error
      if (isTriedAgain(error, item.attempt))
        return { kind: 'later', inMs: pauseMs * item.attempt, error: error.message }
      return { kind: 'failed', error: error.message, problem: error }
    } finally {
      for (const file of files) await file.discard()
    }
  }

  async #make(item: ClaimedItem, files: StagedFile[], signal: AbortSignal): Promise<void> {
    const { projects, limits, batchQueue } = this.#options
    const project = await projects.get(item.projectId)
    if (project === undefined) throw problem('project/not-found', { detail: 'The project is gone.' })
    mustTakeUploads(project)
    const request = parseBatch(JSON.parse(item.request), limits)
    const there = await batchQueue.resultsOf(item)
    const missing = request.outputs.flatMap((output, index) => (there.has(index) ? [] : [{ output, index }]))
    if (missing.length === 0) return
    const source = await this.#open(project, item, files, signal)
    const outputs = missing.map(({ output }) => output)
    const { outputs: made, degraded } = await this.#produce(project, { ...request, outputs }, source, {
      signal,
      onProgress: progressWriter(batchQueue, item),
      // Of a cancelled job: ten minutes of work for nobody.
      abortKills: true,
    })
    const lacking = { ...item, degraded: [...new Set([...item.degraded, ...degraded])] }
    for (const [at, { output, index }] of missing.entries()) {
      const result = made[at]
      if (result === undefined) throw new TypeError('the engine made fewer results than it was asked for')
      await keepResult(
        { project, item: lacking, request, output, index, made: result },
        this.#options,
        signal,
      )
    }
  }

  async #produce(project: Project, request: BatchRequest, source: ProducedFrom, control: ProductionControl) {
    const { outputs } = request
    try {
      const production = await productionOf(project, request, source, this.#options)
      return await produce(production, this.#options, control)
    } catch (error) {
      throw error instanceof Problem ? jsonPipeline.pointed(error, outputs) : error
    }
  }

  async #open(
    project: Project,
    { batchId, source: { source } }: ClaimedItem,
    files: StagedFile[],
    signal: AbortSignal,
  ): Promise<ProducedFrom> {
    const { reader, batchFiles } = this.#options
    if (source.kind !== 'entry') return openSource(project, source, this.#options, { files, signal })
    const bytes = archiveFile((start, end) => batchFiles.read(batchId, start, end), source)
    const file = await reader.receive(bytes, source.size, signal)
    files.push(file)
    return reader.open(project.id, file, signal)
  }
}
