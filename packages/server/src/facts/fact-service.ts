/**
 * What can be told about a stored image: found out when somebody asks for the first time, then kept with the blob
 * until the revision of the analysis moves.
 *
 * Not at upload: a 12 MP JPEG costs about 0.1 s of CPU, a large PNG or HEIF seconds, and most images are never asked
 * about. Where a picture was taken and serial numbers are never stored; who asks for them has them read again.
 */
import { analysisRevisions, type FactsOutput, type Limits, predictCost } from '@fovea/core'
import type { EnginePool, PictureFacts } from '@fovea/engine/pool'
import type { BlobStore, Image } from '../assets/index.ts'
import type { Database } from '../db/index.ts'
import type { Project } from '../projects/index.ts'
import { type FactsKey, findFacts, storeFacts } from './fact-queries.ts'
import { pictureFacts } from './picture-facts.ts'
import { told } from './told.ts'

export interface FactServiceOptions {
  readonly database: Database
  readonly blobs: Pick<BlobStore, 'file'>
  readonly pool: Pick<EnginePool, 'run'>
  readonly limits: Limits
  /** Called with what failed after the answer was already decided. */
  readonly onError: (error: unknown) => void
}

export class FactService {
  readonly #options: FactServiceOptions
  /** Analyses under way, so that an image is looked at once however many ask. */
  readonly #running = new Map<string, Promise<PictureFacts>>()

  constructor(options: FactServiceOptions) {
    this.#options = options
  }

  /** Facts with what may be told to anybody. @throws Problem of the engine or the pool */
  async of(project: Pick<Project, 'id'>, image: Pick<Image, 'hash' | 'facts'>): Promise<PictureFacts> {
    const key: FactsKey = { projectId: project.id, hash: image.hash, revision: analysisRevisions.facts }
    const stored = await findFacts(this.#options.database, key)
    if (stored !== undefined) return stored
    const name = `${key.projectId}/${key.hash}`
    const running = this.#running.get(name)
    if (running !== undefined) return running
    const found = this.#findOut(project, image, key).finally(() => this.#running.delete(name))
    this.#running.set(name, found)
    return found
  }

  /** Facts with place and serial numbers, for the owner. @throws Problem of the engine or the pool */
  withPrivateDetails(project: Project, image: Image): Promise<PictureFacts> {
    return this.#analyse(project, image, 'all')
  }

  async #findOut(
    project: Pick<Project, 'id'>,
    image: Pick<Image, 'hash' | 'facts'>,
    key: FactsKey,
  ): Promise<PictureFacts> {
    const facts = await this.#analyse(project, image, 'public')
    await storeFacts(this.#options.database, key, facts).catch(this.#options.onError)
    return facts
  }

  async #analyse(
    project: Pick<Project, 'id'>,
    image: Pick<Image, 'hash' | 'facts'>,
    details: FactsOutput['details'],
  ): Promise<PictureFacts> {
    const { blobs, pool, limits } = this.#options
    const decode = { orient: true }
    const outputs = [{ pipeline: [], output: { kind: 'facts', details } }] as const
    const { path, release } = await blobs.file(project.id, image.hash)
    try {
      const result = await pool.run({
        source: { path },
        sourceId: `${project.id}/${image.hash}`,
        decode,
        outputs,
        limits,
        cost: predictCost(image.facts, outputs, decode),
      })
      return told(pictureFacts, result)
    } finally {
      release()
    }
  }
}
