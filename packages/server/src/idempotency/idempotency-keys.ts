/**
 * What was answered under an `Idempotency-Key`, so that a repeated request is answered the same and done once.
 *
 * A row is claimed before the work begins and holds the answer when it has ended well; an attempt that failed gives its
 * row back, and one whose process died or that took longer than a lease is taken over. `attempt` fences: whoever lost a
 * row writes nothing more. Answers may hold secrets that are told once, so they are sealed. Rows live a day.
 *
 * @see draft-ietf-httpapi-idempotency-key-header-07
 */
import type { Database } from '../db/index.ts'
import type { MasterKey } from '../keys/index.ts'
import { isOwnerAlive, ownerName } from '../storage/index.ts'

export interface IdempotencyKeysOptions {
  readonly database: Database
  readonly masterKey: MasterKey
  /** Replaced in tests. */
  readonly now?: () => number
}

/** One request under a key. */
export interface KeyedRequest {
  /** Of caller and key: SHA-256, hex. */
  readonly id: string
  /** Absent for what a person does outside any project. */
  readonly projectId: string | undefined
  /** Of everything but the body: SHA-256, hex. */
  readonly head: string
}

export interface KeptAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

export type Claim =
  /** Nobody has done this yet: do it, then `keep` or `release`. */
  | { readonly kind: 'first'; readonly attempt: number }
  | { readonly kind: 'running' }
  /** The key was used for another request. */
  | { readonly kind: 'other' }
  /** Done before, by a request of this body. */
  | { readonly kind: 'done'; readonly bodyHash: string; readonly answer: KeptAnswer }

const keptMs = 24 * 60 * 60 * 1000
/** Longer than any request takes, ms. */
const leaseMs = 10 * 60 * 1000

export class IdempotencyKeys {
  readonly #database: Database
  readonly #masterKey: MasterKey
  readonly #now: () => number
  #owner: Promise<string> | undefined

  constructor({ database, masterKey, now = Date.now }: IdempotencyKeysOptions) {
    this.#database = database
    this.#masterKey = masterKey
    this.#now = now
  }

  async claim(request: KeyedRequest): Promise<Claim> {
    const now = this.#now()
    this.#owner ??= ownerName()
    const owner = await this.#owner
    const { queries } = this.#database
    await queries
      .deleteFrom('idempotency_keys')
      .where('id', '=', request.id)
      .where('expires_at', '<=', now)
      .execute()
    const inserted = await queries
      .insertInto('idempotency_keys')
      .values({
        id: request.id,
        project_id: request.projectId ?? null,
        head: request.head,
        attempt: 1,
        owner,
        lease_until: now + leaseMs,
        body_hash: null,
        answer: null,
        expires_at: now + keptMs,
      })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .returning('id')
      .executeTakeFirst()
    return inserted === undefined ? this.#join(request, owner) : { kind: 'first', attempt: 1 }
  }

  /** Writes the answer of an attempt that went well. */
  async keep(id: string, attempt: number, bodyHash: string, answer: KeptAnswer): Promise<void> {
    const text = JSON.stringify({ ...answer, body: answer.body.toString('base64') })
    await this.#database.queries
      .updateTable('idempotency_keys')
      .set({ body_hash: bodyHash, answer: this.#masterKey.seal('idempotency', id, text) })
      .where('id', '=', id)
      .where('attempt', '=', attempt)
      .execute()
  }

  /** Gives the key back: the next request under it is carried out. */
  async release(id: string, attempt: number): Promise<void> {
    await this.#database.queries
      .deleteFrom('idempotency_keys')
      .where('id', '=', id)
      .where('attempt', '=', attempt)
      .where('answer', 'is', null)
      .execute()
  }

  async removeOld(): Promise<void> {
    await this.#database.queries
      .deleteFrom('idempotency_keys')
      .where('expires_at', '<=', this.#now())
      .execute()
  }

  /** Somebody was there before. */
  async #join({ id, head }: KeyedRequest, owner: string): Promise<Claim> {
    const { queries } = this.#database
    const row = await queries
      .selectFrom('idempotency_keys')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst()
    // Given back in this moment: the client tries again.
    if (row === undefined) return { kind: 'running' }
    if (row.head !== head) return { kind: 'other' }
    if (row.answer !== null && row.body_hash !== null)
      return { kind: 'done', bodyHash: row.body_hash, answer: this.#open(id, row.answer) }
    const isLost = row.lease_until <= this.#now() || (await isOwnerAlive(row.owner)) === false
    if (!isLost) return { kind: 'running' }
    const attempt = row.attempt + 1
    const taken = await queries
      .updateTable('idempotency_keys')
      .set({ attempt, owner, lease_until: this.#now() + leaseMs })
      .where('id', '=', id)
      .where('attempt', '=', row.attempt)
      .where('answer', 'is', null)
      .returning('id')
      .executeTakeFirst()
    return taken === undefined ? { kind: 'running' } : { kind: 'first', attempt }
  }

  #open(id: string, sealed: string): KeptAnswer {
    const { body, ...rest } = JSON.parse(this.#masterKey.open('idempotency', id, sealed)) as Omit<
      KeptAnswer,
      'body'
    > & { readonly body: string }
    return { ...rest, body: Buffer.from(body, 'base64') }
  }
}
