/**
 * Access links: made, listed, revoked, and opened by delivery.
 *
 * A link is a random token of which only the hash is stored; what it opens and how long stands in its row, so it can be
 * ended at any time. Delivery asks a bounded memory, which a revocation forgets at once in this process; others notice
 * within `maxAgeMs`. Uses of a link that may be used without end are counted in memory and written later; those of a
 * limited one are taken from the row, so that of many at once not one too many passes.
 *
 * @see docs/adr/0016-access-links.md
 */
import { createHash } from 'node:crypto'
import { type Problem, problem } from '@fovea/core'
import { sql } from 'kysely'
import type { Image } from '../assets/index.ts'
import { type Database, Flusher, Tally } from '../db/index.ts'
import { newId, type Project, type ProjectId, Remembered, randomBase62 } from '../projects/index.ts'
import type { AccessLink, AccessLinkId } from './access-link.ts'
import { findLink, type LinkPage, linkOf, listLinks } from './link-queries.ts'
import { stateOf } from './link-state.ts'

export interface NewAccessLink extends Pick<AccessLink, 'preset' | 'note' | 'maxUses' | 'expiresAt'> {}

/** 190 bits: cannot be guessed. */
const tokenLength = 32
/** How long another process's revocation may stay unseen. SQLite has one process: nothing to wait for. */
const maxAgeMs = { sqlite: Number.POSITIVE_INFINITY, postgres: 5_000 } as const
/** Tokens that were asked for, wrong ones too: a stranger's guesses must not become queries each time. */
const rememberedTokens = 10_000
/** How long an ended link can still be looked up, ms. */
const keepEndedMs = 90 * 24 * 60 * 60 * 1000

export class AccessLinkService {
  readonly #database: Database
  readonly #byToken: Remembered<AccessLink | undefined>
  /** Uses of unlimited links: how many, and when last. */
  readonly #uses = new Tally<AccessLinkId, { readonly count: number; readonly at: number }>((a, b) => ({
    count: a.count + b.count,
    at: Math.max(a.at, b.at),
  }))
  readonly #flusher: Flusher

  constructor(database: Database) {
    this.#database = database
    this.#byToken = new Remembered({ limit: rememberedTokens, maxAgeMs: maxAgeMs[database.kind] })
    this.#flusher = new Flusher(() => this.#write())
  }

  /**
   * Makes a link to an image. `token` is the only copy of it there will ever be.
   * @throws Problem `preset/unknown`
   */
  async create(
    project: Project,
    image: Image,
    { preset, note, maxUses, expiresAt }: NewAccessLink,
  ): Promise<{ readonly link: AccessLink; readonly token: string }> {
    const isKnown = project.presets.some(({ dialect, name }) => dialect === 'img-src' && name === preset)
    if (preset !== null && !isKnown)
      throw problem('preset/unknown', {
        detail: `The project has no preset "${preset}" of the dialect img-src.`,
        members: { pointer: '/preset' },
      })
    const token = randomBase62(tokenLength)
    const row = {
      id: newId('link'),
      project_id: project.id,
      hash: image.hash,
      token_hash: tokenHash(token),
      path: image.paths[0] ?? '',
      preset,
      note,
      max_uses: maxUses,
      created_at: Date.now(),
      expires_at: expiresAt,
      revoked_at: null,
    }
    await this.#database.queries.insertInto('access_links').values(row).execute()
    return { link: linkOf({ ...row, uses: 0, last_used_at: null }), token }
  }

  /** Newest first, uses counted by this process included. */
  async list(projectId: ProjectId, page: LinkPage): Promise<readonly AccessLink[]> {
    await this.#flusher.flush()
    return listLinks(this.#database.queries, projectId, page)
  }

  /** @throws Problem `link/not-found` */
  async get(projectId: ProjectId, id: string): Promise<AccessLink> {
    await this.#flusher.flush()
    const link = await findLink(this.#database.queries, projectId, { id })
    if (link === undefined) throw unknown()
    return link
  }

  /** Ends a link for good; one that was revoked before stays as it is. @throws Problem `link/not-found` */
  async revoke(projectId: ProjectId, id: string): Promise<AccessLink> {
    const row = await this.#database.queries
      .updateTable('access_links')
      .set((link) => ({ revoked_at: link.fn.coalesce('revoked_at', sql<number>`${Date.now()}`) }))
      .where('project_id', '=', projectId)
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirst()
    if (row === undefined) throw unknown()
    this.#byToken.forget(memoryKey(projectId, row.token_hash))
    return linkOf(row)
  }

  /**
   * The link of a token, when it may be used now.
   * @throws Problem `link/not-found`, `link/expired`, `link/revoked`, `link/used-up`
   */
  async open(projectId: ProjectId, token: string): Promise<AccessLink> {
    const hash = tokenHash(token)
    const link = await this.#byToken.get(memoryKey(projectId, hash), () =>
      findLink(this.#database.queries, projectId, { tokenHash: hash }),
    )
    if (link === undefined) throw unknown()
    refuseEnded(link)
    return link
  }

  /**
   * Counts a picture that is about to be sent.
   * @throws Problem `link/used-up` when others took the last use meanwhile, `link/revoked`, `link/not-found`
   */
  async use({ id, projectId, maxUses }: AccessLink): Promise<void> {
    const at = Date.now()
    if (maxUses === null) {
      this.#uses.add(id, { count: 1, at })
      return
    }
    const { queries } = this.#database
    const row = await queries
      .updateTable('access_links')
      .set({ uses: sql`uses + 1`, last_used_at: at })
      .where('id', '=', id)
      .where('revoked_at', 'is', null)
      .whereRef('uses', '<', 'max_uses')
      .returning(['token_hash', 'uses'])
      .executeTakeFirst()
    if (row === undefined) {
      refuseEnded(await this.get(projectId, id))
      throw unknown()
    }
    if (row.uses >= maxUses) this.#byToken.forget(memoryKey(projectId, row.token_hash))
  }

  /** Removes links that ended long ago. */
  async removeOld(now = Date.now()): Promise<void> {
    const before = now - keepEndedMs
    await this.#database.queries
      .deleteFrom('access_links')
      .where((link) => link.or([link('expires_at', '<', before), link('revoked_at', '<', before)]))
      .execute()
  }

  /** Writes the counted uses. */
  close(): Promise<void> {
    return this.#flusher.close()
  }

  #write(): Promise<void> {
    return this.#uses.write((id, { count, at }) =>
      this.#database.queries
        .updateTable('access_links')
        .set({ uses: sql`uses + ${count}`, last_used_at: at })
        .where('id', '=', id)
        .execute(),
    )
  }
}

const endings = {
  expired: ['link/expired', 'The link is past its time.'],
  revoked: ['link/revoked', 'The link was taken back.'],
  used_up: ['link/used-up', 'The link has been used as often as it may be.'],
} as const

function refuseEnded(link: AccessLink): void {
  const state = stateOf(link, Date.now())
  if (state === 'active') return
  const [code, detail] = endings[state]
  throw problem(code, { detail })
}

function unknown(): Problem {
  return problem('link/not-found', { detail: 'This project has no such link.' })
}

function tokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

function memoryKey(projectId: ProjectId, hash: string): string {
  return `${projectId} ${hash}`
}
