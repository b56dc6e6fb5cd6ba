/** API keys of the project: made, listed and revoked. The key itself is in one answer only: the one that makes it. */
import { type CallOptions, type Connection, callJson, callOnly } from './connection.ts'

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
    const made = (await callJson(this.#connection, {
      method: 'POST',
      target,
      json: { name, scopes, expires_in_days: expiresInDays },
      authorised: true,
      signal,
    })) as WireKey & { readonly key: string }
    return { ...keyOf(made), key: made.key }
  }

  async list({ signal }: CallOptions = {}): Promise<readonly ListedKey[]> {
    const answer = await callJson(this.#connection, { target, authorised: true, signal })
    return (answer as { readonly api_keys: readonly WireKey[] }).api_keys.map(keyOf)
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

interface WireKey {
  readonly id: string
  readonly name: string
  readonly prefix: string
  readonly scopes: readonly Scope[]
  readonly created_at: number
  readonly expires_at: number | null
  readonly last_used_at: number | null
  readonly total_requests: number
}

function keyOf(key: WireKey): ListedKey {
  const date = (seconds: number | null) => (seconds === null ? undefined : new Date(seconds * 1000))
  return {
    id: key.id,
    name: key.name,
    prefix: key.prefix,
    scopes: key.scopes,
    createdAt: new Date(key.created_at * 1000),
    expiresAt: date(key.expires_at),
    lastUsedAt: date(key.last_used_at),
    totalRequests: key.total_requests,
  }
}
