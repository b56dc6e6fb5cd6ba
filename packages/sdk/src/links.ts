/** Access links: addresses that show one image, private ones too, until they run out or are taken back. */
import { type CallOptions, type Connection, callJson } from './connection.ts'
import { fromWire, withQuery } from './from-wire.ts'

export interface NewLink {
  /** A minute to 366 days from now; a week when absent. */
  readonly expiresAt?: Date | undefined
  /** Shows the image in this preset only; any variant when absent. */
  readonly preset?: string | undefined
  /** How often it may show the image. */
  readonly maxUses?: number | undefined
  /** For those who manage links. */
  readonly note?: string | undefined
}

export interface AccessLink {
  readonly id: string
  readonly imageId: string
  readonly key: string
  readonly preset: string | undefined
  readonly note: string
  readonly state: 'active' | 'expired' | 'used_up' | 'revoked'
  readonly maxUses: number | undefined
  readonly uses: number
  readonly lastUsedAt: Date | undefined
  readonly createdAt: Date
  readonly expiresAt: Date
  readonly revokedAt: Date | undefined
}

/** The address stands in `url`, this once. */
export interface CreatedLink extends AccessLink {
  readonly url: string
}

export interface LinksOptions extends CallOptions {
  /** Those of one image, by its id; of the whole project when absent. */
  readonly imageId?: string | undefined
  readonly state?: AccessLink['state'] | undefined
  /** 1–100 (50). */
  readonly limit?: number | undefined
  /** `nextCursor` of the page before. */
  readonly cursor?: string | undefined
}

export interface LinkPage {
  /** Newest first. */
  readonly links: readonly AccessLink[]
  readonly nextCursor: string | undefined
}

export class Links {
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /** @throws FoveaError 400, 404 there is no such image, or no such preset */
  async create(
    imageId: string,
    { expiresAt, preset, maxUses, note }: NewLink = {},
    { signal }: CallOptions = {},
  ): Promise<CreatedLink> {
    const made = (await callJson(this.#connection, {
      method: 'POST',
      target: ofImage(imageId),
      json: { expires_at: expiresAt?.toISOString(), preset, max_uses: maxUses, note },
      authorised: true,
      signal,
    })) as WireLink & { readonly url: string }
    return { ...linkOf(made), url: made.url }
  }

  /** One page. @throws FoveaError 404 */
  async list({ imageId, state, limit, cursor, signal }: LinksOptions = {}): Promise<LinkPage> {
    const place = imageId === undefined ? project : ofImage(imageId)
    const target = withQuery(place, { state, limit, cursor })
    const page = (await callJson(this.#connection, { target, authorised: true, signal })) as {
      readonly links: readonly WireLink[]
      readonly next_cursor: string | null
    }
    return { links: page.links.map(linkOf), nextCursor: page.next_cursor ?? undefined }
  }

  /** Ends it at once, whatever has been handed out. @throws FoveaError 404 */
  async revoke(id: string, { signal }: CallOptions = {}): Promise<AccessLink> {
    const target = `${project}/${encodeURIComponent(id)}`
    return linkOf(
      (await callJson(this.#connection, { method: 'DELETE', target, authorised: true, signal })) as WireLink,
    )
  }
}

const project = '/api/v1/links'

function ofImage(id: string): string {
  return `/api/v1/images/${encodeURIComponent(id)}/links`
}

interface WireLink {
  readonly path: string
}

function linkOf({ path, ...link }: WireLink): AccessLink {
  return { ...(fromWire(link) as Omit<AccessLink, 'key'>), key: path }
}
