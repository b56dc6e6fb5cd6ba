/**
 * The audit log: who changed what, when.
 *
 * An event is written before its change is answered; events that come while others are being written go into the next
 * statement together. Changes that come by the thousand (uploads) are written within a second instead: a commit each
 * would be a third of what an upload costs. Neither bodies nor network addresses are kept.
 */
import type { Database } from '../db/index.ts'
import { newId } from '../projects/index.ts'

export const actorKinds = ['key', 'token', 'person'] as const
type ActorKind = (typeof actorKinds)[number]

export interface AuditEvent {
  readonly actor: { readonly kind: ActorKind; readonly id: string; readonly name: string }
  /** `DELETE /api/v1/domains/:host`, or `sign-in/email` for what people do with their accounts. */
  readonly action: string
  /** What the action names in its address. */
  readonly target: Readonly<Record<string, string>>
  readonly projectId?: string | undefined
  readonly teamId?: string | undefined
}

export interface StoredEvent extends AuditEvent {
  readonly id: string
  /** Unix milliseconds. */
  readonly at: number
}

/** Whose events are listed. */
export type AuditOf =
  | { readonly projectId: string }
  | { readonly teamId: string }
  | { readonly personId: string }

interface Row {
  readonly id: string
  readonly project_id: string | null
  readonly team_id: string | null
  readonly actor_kind: string
  readonly actor_id: string
  readonly actor_name: string
  readonly action: string
  readonly target: string
  readonly created_at: number
}

/** Rows of one statement: nine parameters each, well below SQLite's 32 766. */
const batchSize = 500
const soonMs = 1_000

export class AuditLog {
  readonly #database: Database
  #pending: Row[] = []
  #writing: Promise<void> = Promise.resolve()
  #next: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(database: Database) {
    this.#database = database
  }

  /** Resolves when the event is stored. */
  record(event: AuditEvent): Promise<void> {
    this.#add(event)
    this.#next ??= this.#writing.catch(() => {}).then(() => this.#write())
    return this.#next
  }

  /** Stores the event within a second. `onError` hears of it when it could not be. */
  recordSoon(event: AuditEvent, onError: (error: unknown) => void): void {
    this.#add(event)
    this.#timer ??= setTimeout(() => {
      this.flush().catch(onError)
    }, soonMs).unref()
  }

  /** Writes what is still held. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#next ??= this.#writing.catch(() => {}).then(() => this.#write())
    await this.#next
  }

  #add({ actor, action, target, projectId = '', teamId = '' }: AuditEvent): void {
    this.#pending.push({
      id: newId(),
      project_id: projectId || null,
      team_id: teamId || null,
      actor_kind: actor.kind,
      actor_id: actor.id,
      actor_name: actor.name,
      action,
      target: JSON.stringify(target),
      created_at: Date.now(),
    })
  }

  /** Newest first, with all that happened until now; `before` is the id of the last event that is known already. */
  async list(
    of: AuditOf,
    { limit, before }: { readonly limit: number; readonly before?: string | undefined },
  ): Promise<readonly StoredEvent[]> {
    if (this.#pending.length > 0) await this.flush()
    let query = this.#database.queries.selectFrom('audit_events').selectAll()
    if ('projectId' in of) query = query.where('project_id', '=', of.projectId)
    else if ('teamId' in of) query = query.where('team_id', '=', of.teamId)
    else query = query.where('actor_id', '=', of.personId)
    if (before !== undefined) query = query.where('id', '<', before)
    const rows = await query.orderBy('id', 'desc').limit(limit).execute()
    return rows.map(eventOf)
  }

  /** Removes events older than that many days; returns how many. */
  async removeOld(days: number, now = Date.now()): Promise<number> {
    const { numDeletedRows } = await this.#database.queries
      .deleteFrom('audit_events')
      .where('created_at', '<', now - days * 24 * 60 * 60 * 1000)
      .executeTakeFirstOrThrow()
    return Number(numDeletedRows)
  }

  #write(): Promise<void> {
    const rows = this.#pending
    this.#pending = []
    this.#next = undefined
    this.#writing = this.#insert(rows)
    return this.#writing
  }

  async #insert(rows: readonly Row[]): Promise<void> {
    for (let start = 0; start < rows.length; start += batchSize) {
      const batch = rows.slice(start, start + batchSize)
      await this.#database.queries.insertInto('audit_events').values(batch).execute()
    }
  }
}

function eventOf(row: Row): StoredEvent {
  return {
    id: row.id,
    actor: {
      kind: actorKinds.find((kind) => kind === row.actor_kind) ?? 'person',
      id: row.actor_id,
      name: row.actor_name,
    },
    action: row.action,
    target: JSON.parse(row.target) as Readonly<Record<string, string>>,
    projectId: row.project_id ?? undefined,
    teamId: row.team_id ?? undefined,
    at: row.created_at,
  }
}
