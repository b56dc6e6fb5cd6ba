/**
 * Notices of the operator: a letter to the owners and admins of the teams they are for, and a line that every member of
 * those teams is shown until they have dismissed it or the operator takes it back.
 */
import { problem } from '@fovea/core'
import type { Database } from '../../db/index.ts'
import type { Mailer } from '../../mail/index.ts'
import { newId } from '../../projects/index.ts'
import { noticeLetter } from '../letters/notice.ts'
import type { SignedIn } from '../signed-in.ts'
import { noTeamToManage } from '../teams/operated-teams.ts'
import { insertDismissal, type Notice, noticeOf, visibleTo } from './notice-queries.ts'

export interface NoticeOptions {
  readonly database: Database
  readonly mailer: Mailer
  /** Address people use, without a trailing slash. */
  readonly publicUrl: string
}

export type NewNotice = Omit<Notice, 'id' | 'createdAt'>

/** Notices that a person is shown at a time, the newest. */
const maxShown = 20
/** Letters that leave at a time. */
const lettersAtOnce = 20

export class NoticeService {
  readonly #options: NoticeOptions

  constructor(options: NoticeOptions) {
    this.#options = options
  }

  /** What the person is to be shown now, newest first. */
  async activeFor({ userId }: SignedIn): Promise<readonly Notice[]> {
    const rows = await visibleTo(this.#options.database.queries, userId)
      .where('starts_at', '<=', Date.now())
      .orderBy('starts_at', 'desc')
      .orderBy('id', 'desc')
      .limit(maxShown)
      .execute()
    return rows.map(noticeOf)
  }

  /** The person is not shown it again. @throws Problem `notice/not-found` */
  async dismiss({ userId }: SignedIn, id: string): Promise<void> {
    const { queries } = this.#options.database
    const seen = await visibleTo(queries, userId).where('id', '=', id).executeTakeFirst()
    if (seen === undefined) throw noNotice()
    await insertDismissal(queries, id, userId)
  }

  /** All notices, newest first. */
  async list({ limit, before }: { readonly limit: number; readonly before?: string | undefined }) {
    let query = this.#options.database.queries.selectFrom('notices').selectAll()
    if (before !== undefined) query = query.where('id', '<', before)
    return (await query.orderBy('id', 'desc').limit(limit).execute()).map(noticeOf)
  }

  /**
   * Stores a notice. Its letters leave when it begins, behind the answer where that is now.
   * @throws Problem `team/not-found`
   */
  async create(wanted: NewNotice): Promise<Notice> {
    const { queries } = this.#options.database
    const notice = { ...wanted, id: newId('notice'), createdAt: Date.now() }
    const { id, teamId, title, text, startsAt, createdAt } = notice
    if (teamId !== null) {
      const team = await queries.selectFrom('teams').select('id').where('id', '=', teamId).executeTakeFirst()
      if (team === undefined) throw noTeamToManage()
    }
    await queries
      .insertInto('notices')
      .values({ id, team_id: teamId, title, text, starts_at: startsAt, created_at: createdAt })
      .execute()
    await this.sendDue()
    return notice
  }

  /** Sends the letters of notices that have begun, each once; they leave some at a time, behind the answer. */
  async sendDue(now = Date.now()): Promise<void> {
    const begun = await this.#options.database.queries
      .updateTable('notices')
      .set({ mailed_at: now })
      .where('mailed_at', 'is', null)
      .where('starts_at', '<=', now)
      .returningAll()
      .execute()
    for (const row of begun) {
      const notice = noticeOf(row)
      const addresses = await this.#addressesFor(notice.teamId)
      void this.#write(notice, addresses)
    }
  }

  /** Nobody is shown it any more. @throws Problem `notice/not-found` */
  async takeBack(id: string): Promise<void> {
    const { numDeletedRows } = await this.#options.database.queries
      .deleteFrom('notices')
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    if (numDeletedRows === 0n) throw noNotice()
  }

  /** Owners and admins, each once. */
  async #addressesFor(teamId: string | null): Promise<readonly string[]> {
    let query = this.#options.database.queries
      .selectFrom('team_members')
      .innerJoin('users', 'users.id', 'team_members.user_id')
      .select('users.email')
      .distinct()
      .where('team_members.role', 'in', ['owner', 'admin'])
      .where('users.email_verified', '=', 1)
      .where('users.delete_after', 'is', null)
    if (teamId !== null) query = query.where('team_members.team_id', '=', teamId)
    return (await query.orderBy('users.email').execute()).map(({ email }) => email)
  }

  async #write({ title, text }: Notice, addresses: readonly string[]): Promise<void> {
    const { mailer, publicUrl } = this.#options
    const url = `${publicUrl}/console`
    for (let at = 0; at < addresses.length; at += lettersAtOnce) {
      for (const to of addresses.slice(at, at + lettersAtOnce))
        mailer.send(noticeLetter({ to, title, text, url }))
      await mailer.settled()
    }
  }
}

/** The answer to whoever is not the operator, too. */
export function noNotice() {
  return problem('notice/not-found', { detail: 'There is no such notice for you.' })
}
