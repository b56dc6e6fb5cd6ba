/** Statements about notices. */
import type { Queries } from '../../db/index.ts'

/** Times in Unix milliseconds. */
export interface Notice {
  readonly id: string
  /** null = for everybody. */
  readonly teamId: string | null
  readonly title: string
  readonly text: string
  /** From when it is shown. */
  readonly startsAt: number
  readonly createdAt: number
}

/** Notices for everybody or for a team of the person, which they have not dismissed. */
export function visibleTo(queries: Queries, userId: string) {
  return queries
    .selectFrom('notices')
    .selectAll()
    .where((of) =>
      of.or([
        of('team_id', 'is', null),
        of('team_id', 'in', of.selectFrom('team_members').select('team_id').where('user_id', '=', userId)),
      ]),
    )
    .where('id', 'not in', (of) =>
      of.selectFrom('dismissed_notices').select('notice_id').where('user_id', '=', userId),
    )
}

/** Does nothing when it was dismissed meanwhile. */
export async function insertDismissal(queries: Queries, noticeId: string, userId: string): Promise<void> {
  await queries
    .insertInto('dismissed_notices')
    .values({ notice_id: noticeId, user_id: userId })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

export function noticeOf(row: {
  readonly id: string
  readonly team_id: string | null
  readonly title: string
  readonly text: string
  readonly starts_at: number
  readonly created_at: number
}): Notice {
  return {
    id: row.id,
    teamId: row.team_id,
    title: row.title,
    text: row.text,
    startsAt: row.starts_at,
    createdAt: row.created_at,
  }
}
