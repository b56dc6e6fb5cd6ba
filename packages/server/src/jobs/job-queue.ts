/**
 * The queue: rows of the database, taken up under a lease.
 *
 * `due_at` is both when an open job may be taken up and, while somebody works on it, when its lease ends: a process that
 * dies loses the job to the next one that looks. `attempt` fences: whoever lost a lease can no longer write. So a job
 * is done at least once, and handlers must bear to be repeated. When `add` resolves the job is on disk.
 *
 * @see docs/adr/0015-jobs-in-the-database.md
 */
import type { Database, Queries } from '../db/index.ts'
import type { MasterKey } from '../keys/index.ts'
import type { ProjectId } from '../projects/index.ts'
import { isOwnerAlive, ownerName } from '../storage/index.ts'
import type { ClaimedJob, JobId, JobKind, JobOutcome, NewJob } from './job.ts'
import { leaseMs } from './lease.ts'

export interface JobQueueOptions {
  readonly database: Database
  readonly masterKey: MasterKey
  /** Replaced in tests. */
  readonly now?: () => number
}

export class JobQueue {
  readonly #database: Database
  readonly #masterKey: MasterKey
  readonly #now: () => number
  readonly #listeners = new Set<() => void>()
  #owner: Promise<string> | undefined

  constructor({ database, masterKey, now = Date.now }: JobQueueOptions) {
    this.#database = database
    this.#masterKey = masterKey
    this.#now = now
  }

  /** Durable when it resolves. */
  async add(job: NewJob): Promise<void> {
    await this.addWithin(this.#database.queries, job)
    for (const listener of this.#listeners) listener()
  }

  /** As durable as the caller's transaction; taken up at the next look behind its commit. */
  async addWithin(queries: Queries, { id, projectId, kind, payload }: NewJob): Promise<void> {
    const now = this.#now()
    await queries
      .insertInto('jobs')
      .values({
        id,
        project_id: projectId,
        kind,
        state: 'open',
        payload: this.#seal(id, payload),
        attempt: 0,
        due_at: now,
        owner: null,
        error: null,
        created_at: now,
        updated_at: now,
      })
      .execute()
  }

  /** Called when this process has added a job. Returns what ends it. */
  onAdded(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** How many jobs of one kind a project has that are not finished. */
  async countOpen(projectId: ProjectId, kind: JobKind): Promise<number> {
    const { count } = await this.#database.queries
      .selectFrom('jobs')
      .select((of) => of.fn.countAll<number>().as('count'))
      .where('project_id', '=', projectId)
      .where('state', '=', 'open')
      .where('kind', '=', kind)
      .executeTakeFirstOrThrow()
    return Number(count)
  }

  /**
   * Takes up the job of these kinds that has been due for longest. Two processes never get the same one: on PostgreSQL the second
   * update waits for the first and then finds its condition no longer true.
   */
  async claim(kinds: readonly JobKind[]): Promise<ClaimedJob | undefined> {
    const now = this.#now()
    this.#owner ??= ownerName()
    const owner = await this.#owner
    const row = await this.#database.queries
      .updateTable('jobs')
      .set((job) => ({ attempt: job('attempt', '+', 1), due_at: now + leaseMs, owner, updated_at: now }))
      .where('id', '=', (of) =>
        of
          .selectFrom('jobs')
          .select('id')
          .where('state', '=', 'open')
          .where('due_at', '<=', now)
          .where('kind', 'in', kinds)
          .orderBy('due_at')
          .orderBy('id')
          .limit(1),
      )
      .where('state', '=', 'open')
      .where('due_at', '<=', now)
      .returningAll()
      .executeTakeFirst()
    if (row === undefined) return undefined
    const id = row.id as JobId
    return {
      id,
      projectId: row.project_id as ProjectId,
      kind: row.kind as JobKind,
      payload: this.#masterKey.open('jobs', id, row.payload),
      attempt: row.attempt,
      createdAt: row.created_at,
    }
  }

  /** Keeps a job for another lease; `false` when it has been lost. */
  async renew({ id, attempt }: ClaimedJob): Promise<boolean> {
    return this.#update(id, attempt, { due_at: this.#now() + leaseMs })
  }

  /** Writes how an attempt ended; `false` when the job had been lost. */
  async settle({ id, attempt }: ClaimedJob, outcome: JobOutcome): Promise<boolean> {
    const now = this.#now()
    switch (outcome.kind) {
      case 'done':
        return this.#update(id, attempt, { state: 'done', owner: null, payload: '', error: null })
      case 'failed':
        return this.#update(id, attempt, { state: 'failed', owner: null, payload: '', error: outcome.error })
      case 'next':
        return this.#update(id, attempt, {
          due_at: now,
          owner: null,
          attempt: 0,
          payload: this.#seal(id, outcome.payload),
        })
      case 'later':
        return this.#update(id, attempt, { due_at: now + outcome.inMs, owner: null, error: outcome.error })
    }
  }

  /** Gives back what dead processes of this machine held, without waiting for their leases. */
  async reclaim(): Promise<void> {
    const { queries } = this.#database
    const held = await queries
      .selectFrom('jobs')
      .select('owner')
      .distinct()
      .where('state', '=', 'open')
      .where('owner', 'is not', null)
      .execute()
    for (const { owner } of held) {
      if (owner === null || (await isOwnerAlive(owner)) !== false) continue
      await queries
        .updateTable('jobs')
        .set({ due_at: this.#now(), owner: null })
        .where('owner', '=', owner)
        .where('state', '=', 'open')
        .execute()
    }
  }

  /** The ids among these whose work is not finished. */
  async openAmong(ids: readonly JobId[]): Promise<ReadonlySet<string>> {
    if (ids.length === 0) return new Set()
    const rows = await this.#database.queries
      .selectFrom('jobs')
      .select('id')
      .where('id', 'in', [...ids])
      .where('state', '=', 'open')
      .execute()
    return new Set(rows.map(({ id }) => id))
  }

  /** Forgets jobs that ended before `unixMs`. */
  async forget(unixMs: number): Promise<void> {
    await this.#database.queries
      .deleteFrom('jobs')
      .where('state', '!=', 'open')
      .where('updated_at', '<', unixMs)
      .execute()
  }

  #seal(id: JobId, payload: string): string {
    return this.#masterKey.seal('jobs', id, payload)
  }

  async #update(id: JobId, attempt: number, changes: Partial<JobColumns>): Promise<boolean> {
    const { numUpdatedRows } = await this.#database.queries
      .updateTable('jobs')
      .set({ ...changes, updated_at: this.#now() })
      .where('id', '=', id)
      .where('attempt', '=', attempt)
      .where('state', '=', 'open')
      .executeTakeFirstOrThrow()
    return numUpdatedRows > 0n
  }
}

interface JobColumns {
  state: string
  owner: string | null
  payload: string
  error: string | null
  due_at: number
  attempt: number
}
