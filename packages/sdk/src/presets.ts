/** Presets of the project: named sets of delivery parameters that a URL calls by name. */
import { type CallOptions, type Connection, callJson, callOnly } from './connection.ts'
import { fromWire } from './from-wire.ts'

export type PresetParameters = Readonly<Record<string, string | number | boolean>>

export interface NewPreset {
  /** Letters, digits, `_` and `-`; upper and lower case differ. */
  readonly name: string
  readonly params: PresetParameters
  readonly description?: string | undefined
  /** Whose words `params` speaks; the plain delivery form (`img-src`) when absent. */
  readonly dialect?: string | undefined
}

export interface Preset {
  readonly id: string
  readonly name: string
  readonly description: string | undefined
  readonly dialect: string
  readonly params: PresetParameters
  readonly createdAt: Date
  readonly updatedAt: Date
  /** How many variants were made by it. */
  readonly usageCount: number
}

export class Presets {
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /** Of one dialect, or of all of them. */
  async list({
    dialect = 'all',
    signal,
  }: CallOptions & { readonly dialect?: string } = {}): Promise<readonly Preset[]> {
    const target = `${at()}?dialect=${encodeURIComponent(dialect)}`
    const answer = await callJson(this.#connection, { target, authorised: true, signal })
    return (answer as { readonly presets: readonly unknown[] }).presets.map(presetOf)
  }

  /** @throws FoveaError 404 */
  async get(id: string, { signal }: CallOptions = {}): Promise<Preset> {
    return presetOf(await callJson(this.#connection, { target: at(id), authorised: true, signal }))
  }

  /** @throws FoveaError 400 for parameters that no URL may say, 409 when the name is taken */
  async create(preset: NewPreset, { signal }: CallOptions = {}): Promise<Preset> {
    return this.#send('POST', at(), preset, signal)
  }

  /** Changes what is named; URLs that call the preset show it at once. @throws FoveaError 400, 404, 409 */
  async update(
    id: string,
    changes: Partial<Omit<NewPreset, 'dialect'>>,
    { signal }: CallOptions = {},
  ): Promise<Preset> {
    return this.#send('PUT', at(id), changes, signal)
  }

  /** URLs that call it are refused from now on. @throws FoveaError 404 */
  async delete(id: string, { signal }: CallOptions = {}): Promise<void> {
    await callOnly(this.#connection, { method: 'DELETE', target: at(id), authorised: true, signal })
  }

  async #send(
    method: 'POST' | 'PUT',
    target: string,
    json: unknown,
    signal: AbortSignal | undefined,
  ): Promise<Preset> {
    return presetOf(await callJson(this.#connection, { method, target, json, authorised: true, signal }))
  }
}

function at(id?: string): string {
  const all = '/api/v1/settings/presets'
  return id === undefined ? all : `${all}/${encodeURIComponent(id)}`
}

function presetOf(preset: unknown): Preset {
  return fromWire(preset as object) as Preset
}
