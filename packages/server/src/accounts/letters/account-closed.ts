/** Tells a person that their account is closed, until when it can be opened again, and what goes with it. */
import type { Mail } from '../../mail/index.ts'
import { letter } from './letter.ts'

export function accountClosedLetter({
  to,
  goneAt,
  teams,
  url,
}: {
  readonly to: string
  /** Unix milliseconds. */
  readonly goneAt: number
  /** Names of the teams that were closed with it. */
  readonly teams: readonly string[]
  readonly url: string
}): Mail {
  const withTeams = teams.map((name) => `"${name}"`).join(', ')
  return letter({
    to,
    subject: 'Your account was closed',
    paragraphs: [
      `Your account was closed. It will be deleted after ${dayOf(goneAt)}, with everything that is about you.`,
      ...(teams.length === 0 ? [] : [`Closed with it, projects and pictures included: ${withTeams}.`]),
      'Until then this link opens it again.',
    ],
    action: { label: 'Open my account again', url },
    footnote: 'It was not you? Then open it again and choose another password.',
  })
}

/** `22 November 2026, 14:05 UTC` */
export function dayOf(unixMs: number): string {
  const format = { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' } as const
  return `${new Intl.DateTimeFormat('en-GB', format).format(unixMs).replace(' at ', ', ')} UTC`
}
