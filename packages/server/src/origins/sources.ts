/**
 * Pictures of origins as delivery wants them: a version that is known before anything is decoded, and a local file
 * when something is.
 *
 * A source that is still fresh costs nothing; a stale one a conditional request, shared by all who ask at once. While
 * the origin is down the last good version is used, for at most a week. What an origin refuses is remembered for some
 * seconds, so that a broken page does not hammer it.
 */
import { createHash } from 'node:crypto'
import { type Limits, Problem, problem } from '@fovea/core'
import type { EnginePool, HeaderFacts } from '@fovea/engine/pool'
import type { BlobHash } from '../assets/asset.ts'
import type { Egress } from '../egress/index.ts'
import { errorFields, type Log } from '../observe/index.ts'
import type { ProjectId } from '../projects/project.ts'
import type { HeldFile, LocalCopies } from '../storage/index.ts'
import { freshSeconds } from './freshness.ts'
import { createOrigin } from './kinds.ts'
import type { FoundObject, NewObject, Origin, OriginAnswer, OriginPlace, WrittenObject } from './origin.ts'
import type { ConfiguredOrigin } from './origin-service.ts'
import type { SourceKey, SourceNote, SourceNotes } from './source-notes.ts'

export interface RemoteSource {
  /** Stable name of the place, fit for a cache directory. */
  readonly id: string
  readonly hash: BlobHash
  readonly facts: HeaderFacts
  /** Unix milliseconds. */
  readonly freshUntil: number
  /** The origin could not be asked; this is the last good version. */
  readonly isStale: boolean
  /** @throws Problem `origin/…` when the bytes must be fetched again and cannot be */
  file(): Promise<HeldFile>
}

export interface SourcesOptions {
  readonly notes: SourceNotes
  readonly copies: LocalCopies
  readonly egress: Egress
  readonly folders: readonly string[]
  readonly pool: Pick<EnginePool, 'probe'>
  readonly limits: Limits
  readonly log: Log
}

const day = 86_400_000
/** After this long without a word from its origin a picture is gone. */
const staleMs = 7 * day
/** How long a failed answer holds. */
const refusedMs = { absent: 10_000, failed: 5_000 } as const
const rememberedRefusals = 10_000
const rememberedDrivers = 1_000

interface Refusal {
  readonly problem: Problem
  readonly until: number
}

/** A file of a configured origin. */
interface Wanted {
  readonly projectId: ProjectId
  readonly origin: ConfiguredOrigin
  readonly place: OriginPlace
  readonly key: SourceKey
}

export class Sources {
  readonly #options: SourcesOptions
  readonly #drivers = new Map<string, Origin>()
  readonly #asking = new Map<SourceKey, Promise<SourceNote>>()
  readonly #refusals = new Map<SourceKey, Refusal>()

  constructor(options: SourcesOptions) {
    this.#options = options
  }

  /** @throws Problem `origin/…`, `source/…` */
  async find(projectId: ProjectId, origin: ConfiguredOrigin, place: OriginPlace): Promise<RemoteSource> {
    const wanted: Wanted = { projectId, origin, place, key: keyOf(projectId, origin, place) }
    const known = await this.#options.notes.get(projectId, wanted.key)
    if (known !== undefined && Date.now() < known.freshUntil) return this.#source(wanted, known, false)
    try {
      return this.#source(wanted, await this.#ask(wanted, known), false)
    } catch (error) {
      if (known === undefined || !mayUseStale(error, known)) throw error
      return this.#source(wanted, known, true)
    }
  }

  /**
   * Writes a file; what was known of its place is asked for again.
   * @throws Problem `origin/read-only` where nothing can be written, `origin/exists`, `origin/…`
   */
  async write(projectId: ProjectId, origin: ConfiguredOrigin, object: NewObject): Promise<WrittenObject> {
    const driver = this.#driver(origin)
    if (driver.write === undefined)
      throw problem('origin/read-only', { detail: `Nothing can be written to the origin "${origin.name}".` })
    const written = await driver.write(object)
    await this.purge(projectId, origin, { path: object.path, query: '' })
    return written
  }

  /** What lies where `write` writes; `undefined` for nothing that may be seen. @throws Problem `origin/…` */
  async look(
    origin: ConfiguredOrigin,
    place: Pick<NewObject, 'path' | 'signal'>,
  ): Promise<FoundObject | undefined> {
    return this.#driver(origin).look?.(place)
  }

  /** The bytes of any file, kept nowhere. @throws Problem `origin/…`, `source/too-large` while they come */
  async bytes(origin: ConfiguredOrigin, path: string): Promise<AsyncIterable<Uint8Array>> {
    const answer = await this.#driver(origin).read({ path, query: '' }, undefined)
    if (answer.kind === 'unchanged') throw problem('origin/invalid-response')
    return answer.body
  }

  /** Forgets a place, so that the next request asks its origin. */
  async purge(projectId: ProjectId, origin: ConfiguredOrigin, place: OriginPlace): Promise<void> {
    const key = keyOf(projectId, origin, place)
    this.#refusals.delete(key)
    const known = await this.#options.notes.get(projectId, key)
    if (known !== undefined) await this.#options.notes.set(projectId, key, { ...known, freshUntil: 0 })
  }

  async removeProject(projectId: ProjectId): Promise<void> {
    await this.#options.notes.removeProject(projectId)
    await this.#options.copies.removeProject(projectId)
  }

  #source(wanted: Wanted, { hash, facts, freshUntil }: SourceNote, isStale: boolean): RemoteSource {
    const id = `src-${wanted.key.slice(0, 32)}`
    return { id, hash, facts, freshUntil, isStale, file: () => this.#file(wanted, hash) }
  }

  async #file(wanted: Wanted, hash: BlobHash): Promise<HeldFile> {
    const { copies } = this.#options
    const held = await copies.hold(wanted.projectId, hash)
    if (held !== undefined) return held
    const { hash: now } = await this.#ask(wanted, undefined)
    const again = now === hash ? await copies.hold(wanted.projectId, hash) : undefined
    if (again !== undefined) return again
    throw problem('capacity/exhausted', {
      detail: 'The picture has just changed at its origin; ask again.',
      retryAfterSeconds: 1,
    })
  }

  /** One question at a time per source, whoever asks. */
  #ask(wanted: Wanted, known: SourceNote | undefined): Promise<SourceNote> {
    const running = this.#asking.get(wanted.key)
    if (running !== undefined) return running
    const refusal = this.#refusals.get(wanted.key)
    if (refusal !== undefined && Date.now() < refusal.until) return Promise.reject(refusal.problem)
    const asking = this.#read(wanted, known)
      .catch((error: unknown) => {
        this.#refuse(wanted, error)
        throw error
      })
      .finally(() => this.#asking.delete(wanted.key))
    this.#asking.set(wanted.key, asking)
    return asking
  }

  async #read(wanted: Wanted, known: SourceNote | undefined): Promise<SourceNote> {
    const { projectId, origin, place, key } = wanted
    const answer = await this.#driver(origin).read(place, known?.validators)
    const now = Date.now()
    const fresh = freshSeconds(answer.headers, origin.settings.cacheTtlSeconds, now)
    const times = { fetchedAt: now, freshUntil: now + fresh * 1_000 }
    const note =
      answer.kind === 'unchanged' && known !== undefined
        ? { ...known, ...times }
        : await this.#fetched(projectId, answer, times)
    await this.#options.notes.set(projectId, key, note)
    this.#refusals.delete(key)
    return note
  }

  async #fetched(
    projectId: ProjectId,
    answer: OriginAnswer,
    times: Pick<SourceNote, 'fetchedAt' | 'freshUntil'>,
  ): Promise<SourceNote> {
    if (answer.kind === 'unchanged') throw problem('origin/invalid-response')
    const { copies, pool, limits } = this.#options
    const { hash, sizeBytes } = await copies.put(projectId, answer.body)
    if (sizeBytes === 0) throw problem('origin/invalid-response', { detail: 'The origin sent no bytes.' })
    const held = await copies.hold(projectId, hash)
    if (held === undefined) throw problem('storage/failed', { retryAfterSeconds: 5 })
    try {
      const facts = await pool.probe({ path: held.path }, limits, { sourceId: `${projectId}/${hash}` })
      return { hash, sizeBytes, facts, validators: answer.validators, ...times }
    } finally {
      held.release()
    }
  }

  #driver(origin: ConfiguredOrigin): Origin {
    const name = `${origin.id} ${origin.revision}`
    const known = this.#drivers.get(name)
    if (known !== undefined) return known
    if (this.#drivers.size >= rememberedDrivers) this.#drivers.clear()
    const made = createOrigin(
      origin.kind,
      origin.settings as never,
      origin.credentials as never,
      this.#options,
    )
    this.#drivers.set(name, made)
    return made
  }

  #refuse({ key, origin }: Wanted, error: unknown): void {
    if (!(error instanceof Problem)) {
      this.#options.log.error({ event: 'origin.failed', origin: origin.id, ...errorFields(error) })
      return
    }
    if (error.code.startsWith('capacity/')) return
    if (this.#refusals.size >= rememberedRefusals) this.#refusals.clear()
    const ms = error.status < 500 ? refusedMs.absent : refusedMs.failed
    this.#refusals.set(key, { problem: error, until: Date.now() + ms })
  }
}

/** The place of a file: another revision of the origin's settings is another place. */
function keyOf(projectId: ProjectId, origin: ConfiguredOrigin, { path, query }: OriginPlace): SourceKey {
  const text = JSON.stringify([projectId, origin.id, origin.revision, path, query])
  return createHash('sha256').update(text).digest('hex') as SourceKey
}

/** Whether the origin is only unreachable: an answer that the picture is gone counts. */
function mayUseStale(error: unknown, { fetchedAt }: SourceNote): boolean {
  const isDown = error instanceof Problem && (error.status >= 500 || error.code === 'origin/busy')
  return isDown && Date.now() - fetchedAt < staleMs
}
