/** A project as delivery and the API see it: plain data, cached in memory, replaced whole when it changes. */
import type { DialectContext, Format } from '@fovea/core'

export type ProjectId = string & { readonly __brand: 'ProjectId' }

/** `open`: anyone may ask for any variant of a public asset. `signed`: every delivery URL needs a signature. */
export type AccessMode = 'open' | 'signed'

export interface ProjectSettings {
  readonly access: AccessMode
  readonly deliveryFormats: readonly Format[]
  readonly defaultQuality: number | null
  readonly defaultFitMode: NonNullable<DialectContext['defaultFitMode']> | null
  readonly defaultMaxWidth: number | null
  readonly defaultMaxHeight: number | null
  /** Untouched originals are sent as stored (false) or re-encoded without metadata (true). */
  readonly stripOriginals: boolean
  /** `Cache-Control` of bare delivery URLs; null = the default of delivery/cache-control.ts. */
  readonly cacheControl: string | null
  /** img-src account settings that only the console uses. */
  readonly theme: string
  readonly language: string
}

export interface SigningSecret {
  readonly kid: string
  /** The text clients sign with; HMAC keys are its UTF-8 bytes. */
  readonly secret: string
}

export interface Preset {
  readonly id: string
  readonly name: string
  readonly description: string | null
  readonly params: Readonly<Record<string, string | number | boolean>>
  /** Unix seconds. */
  readonly createdAt: number
  readonly updatedAt: number
  readonly usageCount: number
}

export interface Project {
  readonly id: ProjectId
  readonly slug: string
  readonly name: string
  /** Part of every cache address: a project purge is one increment. */
  readonly generation: number
  readonly settings: ProjectSettings
  readonly presets: ReadonlyMap<string, Preset>
  /** Newest first; at most two are live. */
  readonly signingSecrets: readonly SigningSecret[]
}
