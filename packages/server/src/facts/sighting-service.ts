/**
 * Faces and subjects of a picture: models look at it when somebody wants to know for the first time, then what they saw
 * is kept with the blob until other models are there. Every variant of the picture is made with it.
 *
 * Pictures that are no blobs, of an origin or of a request, are kept in mind for a while.
 */
import {
  type Limits,
  predictCost,
  problem,
  type RunOutput,
  type Seen,
  type Sightings,
  sightingsRevision,
} from '@fovea/core'
import type { EnginePool, HeaderFacts } from '@fovea/engine/pool'
import type { BlobStore, Image } from '../assets/index.ts'
import type { Database } from '../db/index.ts'
import type { ModelShelf } from '../models/index.ts'
import type { Project } from '../projects/index.ts'
import type { HeldFile } from '../storage/index.ts'
import type { BlobKey } from './beside-blob.ts'
import { seen } from './seen.ts'
import { findSightings, storeSightings } from './sighting-queries.ts'
import { told } from './told.ts'

export interface SightingServiceOptions {
  readonly database: Database
  readonly blobs: Pick<BlobStore, 'file'>
  readonly pool: Pick<EnginePool, 'run'>
  readonly models: Pick<ModelShelf, 'idsFor' | 'missingOf'>
  readonly limits: Limits
  /** Called with what failed after the answer was already decided. */
  readonly onError: (error: unknown) => void
}

interface LookedAt extends BlobKey {
  readonly facts: HeaderFacts
  file(): Promise<HeldFile>
}

/** Pictures without a blob that are kept in mind. */
const mostInMind = 2_000

export class SightingService {
  readonly #options: SightingServiceOptions
  /** Looks under way, so that a picture is looked at once however many variants are asked for. */
  readonly #running = new Map<string, Promise<Seen>>()
  readonly #inMind = new Map<string, Seen>()

  constructor(options: SightingServiceOptions) {
    this.#options = options
  }

  /**
   * What is seen in the first page of the picture, upright; nothing where there are no models.
   * @param pool whose children look, where nobody has yet
   * @throws Problem of the engine, the pool or the file
   */
  async of(source: LookedAt, wanted: keyof Sightings, pool: Pick<EnginePool, 'run'>): Promise<Seen> {
    const { database, models } = this.#options
    const ids = models.idsFor(wanted)
    if (ids.every((id) => id === undefined))
      return wanted === 'faces' ? { faces: [] } : { faces: [], subjects: [] }
    const revision = revisionOf(ids)
    const name = `${source.projectId}/${source.hash} ${revision}`
    const underWay = this.#inMind.get(name) ?? this.#running.get(name)
    if (underWay !== undefined) return underWay
    // Who looked for subjects saw the faces too.
    const fitting = [revision, revisionOf(models.idsFor('subjects'))]
    const found = findSightings(database, source, fitting)
      .then((stored) => stored ?? this.#look(source, wanted, { pool, revision, name }))
      .then((all) => (wanted === 'faces' ? { faces: all.faces } : all))
      .finally(() => this.#running.delete(name))
    this.#running.set(name, found)
    return found
  }

  /**
   * What is seen in a stored image, for who asks for nothing else.
   * @throws Problem `operation/unavailable` where no model sees it; as `of`
   */
  async tell(
    { id: projectId }: Pick<Project, 'id'>,
    { hash, facts }: Pick<Image, 'hash' | 'facts'>,
    wanted: keyof Sightings,
  ): Promise<Seen> {
    const { blobs, models, pool } = this.#options
    if (models.missingOf(wanted).includes(wanted)) {
      throw problem('operation/unavailable', {
        detail: `This server has no model that finds ${wanted}: "fovea models prepare" brings one.`,
      })
    }
    const file = () => blobs.file(projectId, hash)
    return this.of({ projectId, hash, facts, file }, wanted, pool)
  }

  async #look(
    source: LookedAt,
    wanted: keyof Sightings,
    {
      pool,
      revision,
      name,
    }: { readonly pool: Pick<EnginePool, 'run'>; readonly revision: string; readonly name: string },
  ): Promise<Seen> {
    const { database, limits, onError } = this.#options
    const decode = { orient: true }
    const output: RunOutput = { kind: 'sightings', of: wanted }
    const outputs = [{ pipeline: [], output }]
    const { path, release } = await source.file()
    try {
      const result = await pool.run({
        source: { path },
        sourceId: `${source.projectId}/${source.hash}`,
        decode,
        outputs,
        limits,
        cost: predictCost(source.facts, outputs, decode),
      })
      const found = told(seen, result)
      const isStored = await storeSightings(database, { ...source, revision }, found).catch(onError)
      if (isStored !== true) this.#keepInMind(name, found)
      return found
    } finally {
      release()
    }
  }

  #keepInMind(name: string, found: Seen): void {
    this.#inMind.set(name, found)
    if (this.#inMind.size <= mostInMind) return
    for (const oldest of this.#inMind.keys()) {
      this.#inMind.delete(oldest)
      return
    }
  }
}

/** Of the models and of the way they are asked. */
function revisionOf(ids: readonly (string | undefined)[]): string {
  return [sightingsRevision, ...ids.map((id) => id ?? 'none')].join('+')
}
