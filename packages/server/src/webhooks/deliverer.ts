/**
 * Sends what the outbox holds: the handler of the jobs of kind `webhook`.
 *
 * A message is sent at least once, and always under the same id; in no particular order. What a message has become is
 * written before its job is settled, so that a job that comes back sends nothing that was taken. A webhook that has
 * failed for days, or answers 410, is disabled, and its owners are told.
 */
import type { Selectable } from 'kysely'
import type { Database, Queries, Schema } from '../db/index.ts'
import type { Egress } from '../egress/index.ts'
import {
  type ClaimedJob,
  type JobId,
  type JobOutcome,
  sendWebhook,
  type WebhookAnswer,
} from '../jobs/index.ts'
import type { MasterKey } from '../keys/index.ts'
import type { ProjectId } from '../projects/index.ts'
import { quietAfter, retryPause } from './retry.ts'
import { signingKeys } from './secrets.ts'

export interface DelivererOptions {
  readonly database: Database
  readonly masterKey: MasterKey
  readonly egress: Egress
  /** A webhook was disabled by the server. */
  readonly onDisabled: (webhook: DisabledWebhook) => Promise<void>
  /** Replaced in tests. */
  readonly now?: () => number
}

export interface DisabledWebhook {
  readonly id: string
  readonly projectId: ProjectId
  readonly url: string
  readonly reason: string
}

const timeoutMs = 10_000
const dayMs = 24 * 60 * 60 * 1000
/** A webhook that has taken nothing for so long is disabled. */
const disableAfterDays = 5
/** Messages that waited for a webhook do not all come in the same second, ms. */
const spreadMs = 10_000
/** "Gone": the receiver wants no more of it. */
const gone = 410

type WebhookRow = Selectable<Schema['webhooks']>
type DeliveryRow = Selectable<Schema['webhook_deliveries']>

export class Deliverer {
  readonly #options: DelivererOptions
  readonly #now: () => number

  constructor(options: DelivererOptions) {
    this.#options = options
    this.#now = options.now ?? Date.now
  }

  readonly handle = async (job: ClaimedJob, signal: AbortSignal): Promise<JobOutcome> => {
    const { queries } = this.#options.database
    const delivery = await queries
      .selectFrom('webhook_deliveries')
      .selectAll()
      .where('id', '=', job.payload)
      .executeTakeFirst()
    const webhook = await queries
      .selectFrom('webhooks')
      .selectAll()
      .where('id', '=', delivery?.webhook_id ?? '')
      .executeTakeFirst()
    if (delivery?.state !== 'pending' || delivery.job_id !== job.id || webhook === undefined)
      return { kind: 'done' }
    if (webhook.state !== 'enabled') return this.#giveUp(delivery, 'the webhook is disabled')
    const quietMs = (webhook.quiet_until ?? 0) - this.#now()
    if (quietMs > 0) return this.#postpone(delivery, quietMs + Math.random() * spreadMs)
    const answer = await this.#send(delivery, webhook, signal)
    return answer.refusal === undefined
      ? this.#taken(delivery, webhook, answer)
      : this.#refused(delivery, webhook, { ...answer, refusal: answer.refusal, queuedAt: job.createdAt })
  }

  /** The queue gave a job up for a reason of our own: its message must not wait for ever. */
  readonly ended = async (id: JobId): Promise<void> => {
    await this.#options.database.queries
      .updateTable('webhook_deliveries')
      .set({ state: 'failed', error: 'it could not be sent', next_at: null })
      .where('job_id', '=', id)
      .where('state', '=', 'pending')
      .execute()
  }

  #send(delivery: DeliveryRow, webhook: WebhookRow, signal: AbortSignal): Promise<WebhookAnswer> {
    const { egress, masterKey } = this.#options
    const owner = { id: webhook.id, projectId: webhook.project_id as ProjectId }
    const keys = signingKeys(masterKey, owner, { sealed: webhook.sealed, now: this.#now() })
    const body = Buffer.from(delivery.body)
    return sendWebhook(egress, { url: webhook.url, id: delivery.message_id, body, keys, timeoutMs }, signal)
  }

  async #taken(delivery: DeliveryRow, webhook: WebhookRow, answer: WebhookAnswer): Promise<JobOutcome> {
    await this.#options.database.transaction(async (queries) => {
      await this.#note(queries, delivery, answer, { state: 'delivered', next_at: null })
      if (webhook.failures > 0)
        await queries
          .updateTable('webhooks')
          .set({ failures: 0, failing_since: null, quiet_until: null })
          .where('id', '=', webhook.id)
          .execute()
    })
    return { kind: 'done' }
  }

  async #refused(
    delivery: DeliveryRow,
    webhook: WebhookRow,
    answer: WebhookAnswer & { readonly refusal: string; readonly queuedAt: number },
  ): Promise<JobOutcome> {
    const now = this.#now()
    const since = webhook.failing_since ?? now
    const days = (now - since) / dayMs
    const reason =
      answer.status === gone
        ? 'it answered 410, which says that it wants no more messages'
        : days >= disableAfterDays
          ? `it has taken nothing for ${disableAfterDays} days; last of all, ${answer.refusal}`
          : undefined
    const { queuedAt } = answer
    const inMs =
      reason === undefined
        ? retryPause(delivery.attempts + 1, { queuedAt, now, random: Math.random() })
        : undefined
    const isDisabled = await this.#options.database.transaction(async (queries) => {
      const next = inMs === undefined ? null : now + inMs
      await this.#note(queries, delivery, answer, {
        state: inMs === undefined ? 'failed' : 'pending',
        next_at: next,
      })
      const failures = webhook.failures + 1
      const { numUpdatedRows } = await queries
        .updateTable('webhooks')
        .set({
          failures,
          failing_since: since,
          quiet_until: now + quietAfter(failures),
          ...(reason === undefined ? {} : { state: 'disabled', state_reason: reason }),
        })
        .where('id', '=', webhook.id)
        .where('state', '=', 'enabled')
        .executeTakeFirstOrThrow()
      return reason !== undefined && numUpdatedRows > 0n
    })
    if (isDisabled && reason !== undefined) {
      const { id, project_id: projectId, url } = webhook
      await this.#options.onDisabled({ id, projectId: projectId as ProjectId, url, reason })
    }
    const error = answer.refusal
    return inMs === undefined ? { kind: 'failed', error } : { kind: 'later', inMs, error }
  }

  async #postpone(delivery: DeliveryRow, inMs: number): Promise<JobOutcome> {
    await this.#options.database.queries
      .updateTable('webhook_deliveries')
      .set({ next_at: Math.round(this.#now() + inMs) })
      .where('id', '=', delivery.id)
      .execute()
    return { kind: 'later', inMs: Math.round(inMs), error: 'the webhook keeps failing' }
  }

  async #giveUp(delivery: DeliveryRow, error: string): Promise<JobOutcome> {
    await this.#options.database.queries
      .updateTable('webhook_deliveries')
      .set({ state: 'failed', error, next_at: null })
      .where('id', '=', delivery.id)
      .execute()
    return { kind: 'failed', error }
  }

  /** Writes an attempt into the log. */
  async #note(
    queries: Queries,
    { id, attempts }: DeliveryRow,
    { refusal, status, text, durationMs }: WebhookAnswer,
    outcome: Pick<DeliveryRow, 'state' | 'next_at'>,
  ): Promise<void> {
    await queries
      .updateTable('webhook_deliveries')
      .set({
        ...outcome,
        attempts: attempts + 1,
        status: status ?? null,
        error: refusal ?? null,
        answer: text,
        duration_ms: durationMs,
        attempted_at: this.#now(),
      })
      .where('id', '=', id)
      .execute()
  }
}
