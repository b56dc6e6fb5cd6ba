/** Tells a member that the team was closed by its only owner. */
import type { Mail } from '../../mail/index.ts'
import { dayOf } from './account-closed.ts'
import { letter } from './letter.ts'

export function teamClosedLetter({
  to,
  team,
  owner,
  goneAt,
}: {
  readonly to: string
  readonly team: string
  /** E-mail address. */
  readonly owner: string
  /** Unix milliseconds. */
  readonly goneAt: number
}): Mail {
  return letter({
    to,
    subject: `The team "${team.replace(/\s+/g, ' ')}" was closed`,
    paragraphs: [
      `Its only owner, ${owner}, has closed their account and the team with it.`,
      `Its projects are no longer served, and are deleted after ${dayOf(goneAt)}. Until then the owner can undo it.`,
    ],
    footnote: 'You get this letter because you are a member of the team.',
  })
}
