/**
 * Events on their way out: in the transaction of a change, one delivery and its job are written for each webhook that
 * wants to hear of it. Nothing is sent here.
 *
 * Loaded when the server starts, so it knows events by their types alone. A project without webhooks costs one select.
 */
import type { Queries } from '../db/index.ts'
import { type JobQueue, newJobId } from '../jobs/index.ts'
import { newId, type ProjectId } from '../projects/index.ts'
import type { EventSink } from './event-sink.ts'
import type { ProjectEvent } from './kinds/index.ts'

export class Outbox implements EventSink {
  readonly #jobs: JobQueue

  constructor(jobs: JobQueue) {
    this.#jobs = jobs
  }

  async record(
    queries: Queries,
    projectId: ProjectId,
    event: ProjectEvent,
    { id }: { readonly id: string } = { id: newId('message') },
  ): Promise<void> {
    const webhooks = await queries
      .selectFrom('webhooks')
      .select(['id', 'events'])
      .where('project_id', '=', projectId)
      .where('state', '=', 'enabled')
      .execute()
    const message = { id, projectId, event, isTest: false }
    for (const webhook of webhooks) {
      const wanted = JSON.parse(webhook.events) as readonly string[]
      if (wanted.includes(event.type)) await this.enqueue(queries, webhook.id, message)
    }
  }

  unheard(queries: Queries, projectId: ProjectId) {
    return queries
      .selectNoFrom(({ lit }) => lit(1).as('unheard'))
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('webhooks')
              .select('id')
              .where('project_id', '=', projectId)
              .where('state', '=', 'enabled'),
          ),
        ),
      )
  }

  /** One message for one webhook; returns the delivery's id. Does nothing when it has the message already. */
  async enqueue(queries: Queries, webhookId: string, message: Message): Promise<string> {
    const id = newId('delivery')
    const jobId = newJobId()
    const now = Date.now()
    const added = await queries
      .insertInto('webhook_deliveries')
      .values({
        id,
        project_id: message.projectId,
        webhook_id: webhookId,
        message_id: message.id,
        event: message.event.type,
        body: bodyOf(message, now),
        state: 'pending',
        job_id: jobId,
        attempts: 0,
        status: null,
        error: null,
        answer: null,
        duration_ms: null,
        attempted_at: null,
        next_at: now,
        created_at: now,
      })
      .onConflict((conflict) => conflict.columns(['webhook_id', 'message_id']).doNothing())
      .returning('id')
      .execute()
    if (added.length > 0)
      await this.#jobs.addWithin(queries, {
        id: jobId,
        projectId: message.projectId,
        kind: 'webhook',
        payload: id,
      })
    return id
  }
}

interface Message {
  readonly id: string
  readonly projectId: ProjectId
  readonly event: ProjectEvent
  readonly isTest: boolean
}

/** Standard Webhooks' members, the project, and whether somebody only wants to see something arrive. */
function bodyOf({ projectId, event: { type, data }, isTest }: Message, now: number): string {
  const timestamp = new Date(now).toISOString()
  return JSON.stringify({ type, timestamp, project: projectId, ...(isTest ? { test: true } : {}), data })
}
