/** Webhooks of the project: who is told what happens, what was sent, and sending it again. */
import { type CallOptions, type Connection, callJson, callOnly } from './connection.ts'
import { dateOf, fromWire, withQuery } from './from-wire.ts'
import type { WebhookEvents } from './webhook-events.ts'

export type WebhookEvent = keyof WebhookEvents

export interface NewWebhook {
  /** https. */
  readonly url: string
  /** At least one. */
  readonly events: readonly WebhookEvent[]
  readonly description?: string | undefined
}

export interface WebhookChanges extends Partial<NewWebhook> {
  readonly enabled?: boolean | undefined
}

export interface Webhook {
  readonly id: string
  readonly url: string
  readonly events: readonly WebhookEvent[]
  readonly description: string
  readonly enabled: boolean
  /** Why the server disabled it. */
  readonly disabledReason: string | undefined
  /** Since when every attempt has failed. */
  readonly failingSince: Date | undefined
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** The secret that its messages are signed with stands in `secret`, this once. */
export interface CreatedWebhook extends Webhook {
  readonly secret: string
}

export interface WebhookDelivery {
  readonly id: string
  /** The header `webhook-id`. */
  readonly messageId: string
  readonly event: string
  readonly state: 'pending' | 'delivered' | 'failed'
  readonly attempts: number
  /** Of the last attempt; `undefined` when there was no answer. */
  readonly status: number | undefined
  readonly error: string | undefined
  readonly durationMs: number | undefined
  readonly attemptedAt: Date | undefined
  readonly nextAttemptAt: Date | undefined
  readonly createdAt: Date
}

export interface DeliveriesOptions extends CallOptions {
  readonly state?: WebhookDelivery['state'] | undefined
  readonly event?: WebhookEvent | undefined
  /** 1–200 (50). */
  readonly limit?: number | undefined
  /** `nextCursor` of the page before. */
  readonly cursor?: string | undefined
}

export interface DeliveryPage {
  /** Newest first. */
  readonly deliveries: readonly WebhookDelivery[]
  readonly nextCursor: string | undefined
}

const target = '/api/v1/webhooks'

export class Webhooks {
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /** @throws FoveaError 400, 403 for an address that is never asked, 409 for too many */
  async create(wanted: NewWebhook, options: CallOptions = {}): Promise<CreatedWebhook> {
    const made = (await this.#json('POST', pathOf(), wanted, options)) as WireWebhook & {
      readonly secret: string
    }
    return { ...webhookOf(made), secret: made.secret }
  }

  async list({ signal }: CallOptions = {}): Promise<readonly Webhook[]> {
    const answer = await callJson(this.#connection, { target, authorised: true, signal })
    return (answer as { readonly webhooks: readonly WireWebhook[] }).webhooks.map(webhookOf)
  }

  /** @throws FoveaError 404 */
  async get(id: string, { signal }: CallOptions = {}): Promise<Webhook> {
    const answer = await callJson(this.#connection, { target: pathOf(id), authorised: true, signal })
    return webhookOf(answer as WireWebhook)
  }

  /** Changes what is named; enabling it again gives it a clean record. @throws FoveaError 400, 403, 404 */
  async update(id: string, changes: WebhookChanges, options: CallOptions = {}): Promise<Webhook> {
    return webhookOf((await this.#json('PATCH', pathOf(id), changes, options)) as WireWebhook)
  }

  /** @throws FoveaError 404 */
  async delete(id: string, { signal }: CallOptions = {}): Promise<void> {
    await callOnly(this.#connection, { method: 'DELETE', target: pathOf(id), authorised: true, signal })
  }

  /** A new secret, shown this once; the one before signs beside it for a day. @throws FoveaError 404 */
  async rotateSecret(id: string, options: CallOptions = {}): Promise<string> {
    const { secret } = (await this.#json('POST', pathOf(id, 'secret'), {}, options)) as {
      readonly secret: string
    }
    return secret
  }

  /** Sends the example of an event; returns the delivery's id. @throws FoveaError 404, 409 while disabled */
  async test(id: string, event: WebhookEvent, options: CallOptions = {}): Promise<string> {
    const answer = await this.#json('POST', pathOf(id, 'test'), { event }, options)
    return (answer as { readonly delivery: string }).delivery
  }

  /** A page of the log. @throws FoveaError 404 */
  async deliveries(
    id: string,
    { state, event, limit, cursor, signal }: DeliveriesOptions = {},
  ): Promise<DeliveryPage> {
    const answer = (await callJson(this.#connection, {
      target: withQuery(pathOf(id, 'deliveries'), { state, event, limit, cursor }),
      authorised: true,
      signal,
    })) as { readonly deliveries: readonly object[]; readonly next_cursor: string | null }
    const deliveries = answer.deliveries.map((delivery) => fromWire(delivery) as WebhookDelivery)
    return { deliveries, nextCursor: answer.next_cursor ?? undefined }
  }

  /** Sends one message again, at once. @throws FoveaError 404, 409 while disabled */
  async replay(id: string, delivery: string, options: CallOptions = {}): Promise<void> {
    await this.#json('POST', pathOf(id, 'deliveries', delivery, 'replay'), {}, options)
  }

  /** Sends again all that was given up of what happened since then; returns how many. @throws as `replay` */
  async replayFailed(id: string, since: Date, options: CallOptions = {}): Promise<number> {
    const answer = await this.#json('POST', pathOf(id, 'replay'), { since: since.toISOString() }, options)
    return (answer as { readonly replayed: number }).replayed
  }

  #json(method: 'POST' | 'PATCH', at: string, json: object, { signal }: CallOptions): Promise<unknown> {
    return callJson(this.#connection, { method, target: at, json, authorised: true, signal })
  }
}

function pathOf(...parts: readonly string[]): string {
  return [target, ...parts.map(encodeURIComponent)].join('/')
}

/** Null on the wire when it does not fail. */
interface WireWebhook {
  readonly failing_since: string | null
}

function webhookOf(webhook: WireWebhook): Webhook {
  const since = webhook.failing_since
  return { ...(fromWire(webhook) as Webhook), failingSince: since === null ? undefined : dateOf(since) }
}
