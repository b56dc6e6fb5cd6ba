/** What was sent to a webhook, how it went, and sending it again. */
import { problem } from '@fovea/core'
import type { Selectable } from 'kysely'
import type { Database, Queries, Schema, TransactionQueries } from '../db/index.ts'
import { type JobQueue, newJobId } from '../jobs/index.ts'
import type { ProjectId } from '../projects/index.ts'
import type { Delivery, DeliveryDetails, DeliveryState } from './webhook.ts'
import { wakeUp } from './webhook-service.ts'

/** Whose log it is. */
export interface LogOf {
  readonly projectId: ProjectId
  readonly webhookId: string
}

export interface DeliveryPage {
  readonly state: DeliveryState | undefined
  readonly event: string | undefined
  readonly limit: number
  /** Id of the last one of the page before. */
  readonly before: string | undefined
}

/** Of one transaction. */
const batch = 100

type Row = Selectable<Schema['webhook_deliveries']>

export class DeliveryLog {
  readonly #database: Database
  readonly #jobs: JobQueue

  constructor({ database, jobs }: { readonly database: Database; readonly jobs: JobQueue }) {
    this.#database = database
    this.#jobs = jobs
  }

  /** Newest first. */
  async list(of: LogOf, { state, event, limit, before }: DeliveryPage): Promise<readonly Delivery[]> {
    let query = inLog(this.#database.queries, of)
    if (state !== undefined) query = query.where('state', '=', state)
    if (event !== undefined) query = query.where('event', '=', event)
    if (before !== undefined) query = query.where('id', '<', before)
    return (await query.orderBy('id', 'desc').limit(limit).execute()).map(deliveryOf)
  }

  /** @throws Problem `webhook/not-found` */
  async get(of: LogOf, id: string): Promise<DeliveryDetails> {
    const row = await find(this.#database.queries, of, id)
    return { ...deliveryOf(row), body: row.body, answer: row.answer }
  }

  /**
   * Sends a message again at once, under the id it has. One that waits for its next attempt waits no longer.
   * @throws Problem `webhook/not-found`, `webhook/disabled`
   */
  async replay(of: LogOf, id: string): Promise<void> {
    await this.#database.transaction(async (queries) => {
      await wakeUp(queries, of.projectId, of.webhookId)
      await this.#requeue(queries, await find(queries, of, id))
    })
  }

  /**
   * Sends again all that was given up and was queued since then; returns how many.
   * @throws Problem `webhook/not-found`, `webhook/disabled`
   */
  async replayFailed(of: LogOf, sinceMs: number): Promise<number> {
    for (let replayed = 0; ; ) {
      const count = await this.#database.transaction(async (queries) => {
        await wakeUp(queries, of.projectId, of.webhookId)
        const rows = await inLog(queries, of)
          .where('state', '=', 'failed')
          .where('created_at', '>=', sinceMs)
          .orderBy('id')
          .limit(batch)
          .execute()
        for (const row of rows) await this.#requeue(queries, row)
        return rows.length
      })
      replayed += count
      if (count < batch) return replayed
    }
  }

  /** The new job takes the place of the one before, which then finds that the message is no longer its own. */
  async #requeue(queries: TransactionQueries, { id, project_id: projectId }: Row): Promise<void> {
    const jobId = newJobId()
    await queries
      .updateTable('webhook_deliveries')
      .set({ state: 'pending', job_id: jobId, attempts: 0, next_at: Date.now() })
      .where('id', '=', id)
      .execute()
    await this.#jobs.addWithin(queries, {
      id: jobId,
      projectId: projectId as ProjectId,
      kind: 'webhook',
      payload: id,
    })
  }
}

/** Forgets what ended and was queued before `unixMs`. Returns how many. */
export async function forgetDeliveries({ queries }: Database, unixMs: number): Promise<number> {
  const { numDeletedRows } = await queries
    .deleteFrom('webhook_deliveries')
    .where('created_at', '<', unixMs)
    .where('state', '!=', 'pending')
    .executeTakeFirstOrThrow()
  return Number(numDeletedRows)
}

function inLog(queries: Queries, { projectId, webhookId }: LogOf) {
  return queries
    .selectFrom('webhook_deliveries')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('webhook_id', '=', webhookId)
}

async function find(queries: Queries, of: LogOf, id: string): Promise<Row> {
  const row = await inLog(queries, of).where('id', '=', id).executeTakeFirst()
  if (row !== undefined) return row
  throw problem('webhook/not-found', { detail: 'This webhook was sent no such message, or it is forgotten.' })
}

function deliveryOf(row: Row): Delivery {
  return {
    id: row.id,
    messageId: row.message_id,
    event: row.event,
    state: row.state as DeliveryState,
    attempts: row.attempts,
    status: row.status,
    error: row.error,
    durationMs: row.duration_ms,
    attemptedAt: row.attempted_at,
    nextAt: row.next_at,
    createdAt: row.created_at,
  }
}
