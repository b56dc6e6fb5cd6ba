/** A webhook as people configure it, and one message in its log. */
import type { EventType } from '../events/kinds/index.ts'

export interface Webhook {
  readonly id: string
  readonly url: string
  readonly description: string
  readonly events: readonly EventType[]
  readonly isEnabled: boolean
  /** Why the server disabled it. */
  readonly stateReason: string | null
  /** Since when every attempt has failed, Unix milliseconds. */
  readonly failingSince: number | null
  /** Unix milliseconds. */
  readonly createdAt: number
  readonly updatedAt: number
}

/** `pending` until it was taken or given up. */
export type DeliveryState = 'pending' | 'delivered' | 'failed'

export interface Delivery {
  readonly id: string
  /** The header `webhook-id`. */
  readonly messageId: string
  readonly event: string
  readonly state: DeliveryState
  /** Since it was asked for the last time. */
  readonly attempts: number
  /** Of the last attempt; `null` when there was no answer. */
  readonly status: number | null
  readonly error: string | null
  readonly durationMs: number | null
  /** Unix milliseconds. */
  readonly attemptedAt: number | null
  readonly nextAt: number | null
  readonly createdAt: number
}

export interface DeliveryDetails extends Delivery {
  /** As it is sent. */
  readonly body: string
  /** Beginning of the last answer. */
  readonly answer: string | null
}
