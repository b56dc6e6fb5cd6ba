/** Webhooks as people set them up. A secret is in one answer only: the one that makes it. */
import { problem } from '@fovea/core'
import type { Selectable } from 'kysely'
import { type Database, lockProject, type Queries, type Schema } from '../db/index.ts'
import type { CheckingEgress } from '../egress/index.ts'
import type { Outbox } from '../events/index.ts'
import { events as definitions, type EventType, type ProjectEvent } from '../events/kinds/index.ts'
import type { MasterKey } from '../keys/index.ts'
import { newId, type ProjectId } from '../projects/index.ts'
import { newSecret, replaceSecret, sealSecret } from './secrets.ts'
import type { Webhook } from './webhook.ts'

export interface WebhookServiceOptions {
  readonly database: Database
  readonly masterKey: MasterKey
  readonly egress: Pick<CheckingEgress, 'check'>
  readonly events: Outbox
}

export interface WebhookInput {
  readonly url: string
  readonly description: string
  /** At least one. */
  readonly events: readonly EventType[]
}

const maxWebhooks = 20

type Row = Selectable<Schema['webhooks']>

export class WebhookService {
  readonly #options: WebhookServiceOptions

  constructor(options: WebhookServiceOptions) {
    this.#options = options
  }

  /** Oldest first. */
  async list(projectId: ProjectId): Promise<readonly Webhook[]> {
    const rows = await this.#options.database.queries
      .selectFrom('webhooks')
      .selectAll()
      .where('project_id', '=', projectId)
      .orderBy('id')
      .execute()
    return rows.map(webhookOf)
  }

  /** @throws Problem `webhook/not-found` */
  async get(projectId: ProjectId, id: string): Promise<Webhook> {
    return webhookOf(await find(this.#options.database.queries, projectId, id))
  }

  /** @throws Problem `origin/forbidden` for an address that is never asked, `webhook/too-many` */
  async create(
    projectId: ProjectId,
    { url, description, events: wanted }: WebhookInput,
  ): Promise<{ readonly webhook: Webhook; readonly secret: string }> {
    const { database, masterKey } = this.#options
    this.#check(url)
    const id = newId('webhook')
    const secret = newSecret()
    const now = Date.now()
    const row = {
      id,
      project_id: projectId,
      url,
      description,
      events: JSON.stringify(wanted),
      sealed: sealSecret(masterKey, { id, projectId }, secret),
      created_at: now,
      updated_at: now,
      ...healthy,
    }
    await database.transaction(async (queries) => {
      await lockProject(database, queries, projectId)
      const { count } = await queries
        .selectFrom('webhooks')
        .select((of) => of.fn.countAll<number>().as('count'))
        .where('project_id', '=', projectId)
        .executeTakeFirstOrThrow()
      if (Number(count) >= maxWebhooks)
        throw problem('webhook/too-many', {
          detail: `A project may have at most ${maxWebhooks} webhooks.`,
          members: { limit: maxWebhooks },
        })
      await queries.insertInto('webhooks').values(row).execute()
    })
    return { webhook: webhookOf(row), secret }
  }

  /**
   * Changes what is named. One that is enabled again begins with a clean record.
   * @throws Problem `webhook/not-found`, `origin/forbidden`
   */
  async update(
    projectId: ProjectId,
    id: string,
    { url, description, events: wanted, isEnabled }: Partial<WebhookInput & Pick<Webhook, 'isEnabled'>>,
  ): Promise<Webhook> {
    const { database } = this.#options
    const known = await find(database.queries, projectId, id)
    if (url !== undefined) this.#check(url)
    await database.queries
      .updateTable('webhooks')
      .set({
        ...(url === undefined ? {} : { url }),
        ...(description === undefined ? {} : { description }),
        ...(wanted === undefined ? {} : { events: JSON.stringify(wanted) }),
        ...(isEnabled === true && known.state !== 'enabled' ? healthy : {}),
        ...(isEnabled === false ? { state: 'disabled', state_reason: null } : {}),
        updated_at: Date.now(),
      })
      .where('project_id', '=', projectId)
      .where('id', '=', id)
      .execute()
    return this.get(projectId, id)
  }

  /** Its log goes with it; nothing more is sent. @throws Problem `webhook/not-found` */
  async delete(projectId: ProjectId, id: string): Promise<void> {
    const { queries } = this.#options.database
    await find(queries, projectId, id)
    await queries.deleteFrom('webhooks').where('project_id', '=', projectId).where('id', '=', id).execute()
  }

  /** A new secret; the one before signs beside it for a day. @throws Problem `webhook/not-found` */
  async rotateSecret(projectId: ProjectId, id: string): Promise<string> {
    const { database, masterKey } = this.#options
    const secret = newSecret()
    await database.transaction(async (queries) => {
      await lockProject(database, queries, projectId)
      const { sealed } = await find(queries, projectId, id)
      await queries
        .updateTable('webhooks')
        .set({
          sealed: replaceSecret(masterKey, { id, projectId }, sealed, secret),
          updated_at: Date.now(),
        })
        .where('project_id', '=', projectId)
        .where('id', '=', id)
        .execute()
    })
    return secret
  }

  /**
   * Sends the example of an event, wanted or not; returns the delivery's id.
   * @throws Problem `webhook/not-found`, `webhook/disabled`
   */
  async test(projectId: ProjectId, id: string, type: EventType): Promise<string> {
    const { database, events: outbox } = this.#options
    const { example } = definitions.find((known) => known.type === type) ?? definitions[0]
    const event = { type, data: example } as ProjectEvent
    return database.transaction(async (queries) => {
      await wakeUp(queries, projectId, id)
      return outbox.enqueue(queries, id, { id: newId('message'), projectId, event, isTest: true })
    })
  }

  #check(url: string): void {
    this.#options.egress.check(url, { httpsOnly: true })
  }
}

/** As a webhook begins. */
const healthy = {
  state: 'enabled',
  state_reason: null,
  failures: 0,
  failing_since: null,
  quiet_until: null,
} as const

/**
 * Somebody wants to see something arrive: no pause that failures brought about is kept.
 * @throws Problem `webhook/not-found`, `webhook/disabled`
 */
export async function wakeUp(queries: Queries, projectId: ProjectId, id: string): Promise<void> {
  const { state } = await find(queries, projectId, id)
  if (state !== 'enabled')
    throw problem('webhook/disabled', { detail: 'Nothing is sent to it: enable it first.' })
  await queries.updateTable('webhooks').set({ quiet_until: null }).where('id', '=', id).execute()
}

async function find(queries: Queries, projectId: ProjectId, id: string): Promise<Row> {
  const row = await queries
    .selectFrom('webhooks')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('id', '=', id)
    .executeTakeFirst()
  if (row !== undefined) return row
  throw problem('webhook/not-found', { detail: 'This project has no webhook of that id.' })
}

function webhookOf(row: Row): Webhook {
  return {
    id: row.id,
    url: row.url,
    description: row.description,
    events: JSON.parse(row.events) as readonly EventType[],
    isEnabled: row.state === 'enabled',
    stateReason: row.state_reason,
    failingSince: row.failing_since,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
