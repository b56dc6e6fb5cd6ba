/** API keys of the project: made, listed and revoked. The key itself is in one answer only: the one that makes it. */
import { type CallOptions, type Connection, callJson, callOnly } from './connection.ts'
import { fromWire } from './from-wire.ts'

export type Scope = 'read' | 'write'

export interface NewKey {
  readonly name: string
  /** Those of the key that asks when absent, and never more. */
  readonly scopes?: readonly Scope[] | undefined
  /** Days until the key stops working, 1–365; never when absent. */
  readonly expiresInDays?: number | undefined
}

export interface ListedKey {
  readonly id: string
  readonly name: string
  /** First 8 characters. */
  readonly prefix: string
  readonly scopes: readonly Scope[]
  readonly createdAt: Date
  readonly expiresAt: Date | undefined
  readonly lastUsedAt: Date | undefined
  readonly totalRequests: number
}

/** The whole key stands in `key`, this once. */
export interface CreatedKey extends ListedKey {
  readonly key: string
}

const target = '/api/v1/settings/api-keys'

export class Keys {
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /** @throws FoveaError 400, 403 */
  async create({ name, scopes, expiresInDays }: NewKey, { signal }: CallOptions = {}): Promise<CreatedKey> {
    const made = await callJson(this.#connection, {
      method: 'POST',
      target,
      json: { name, scopes, expires_in_days: expiresInDays },
      authorised: true,
      signal,
    })
    return fromWire(made as object) as CreatedKey
  }

  async list({ signal }: CallOptions = {}): Promise<readonly ListedKey[]> {
    const answer = await callJson(this.#connection, { target, authorised: true, signal })
    return (answer as { readonly api_keys: readonly object[] }).api_keys.map(
      (key) => fromWire(key) as ListedKey,
    )
  }

  /** From now on the key is refused. @throws FoveaError 404 */
  async revoke(id: string, { signal }: CallOptions = {}): Promise<void> {
    await callOnly(this.#connection, {
      method: 'DELETE',
      target: `${target}/${encodeURIComponent(id)}`,
      authorised: true,
      signal,
    })
  }
}
