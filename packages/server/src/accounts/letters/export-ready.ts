/** Tells a person that the export they asked for can be fetched. */
import type { Mail } from '../../mail/index.ts'
import { dayOf } from './account-closed.ts'
import { letter } from './letter.ts'

export function exportReadyLetter({
  to,
  project,
  expiresAt,
  url,
}: {
  readonly to: string
  /** Slug. */
  readonly project: string
  /** Unix milliseconds. */
  readonly expiresAt: number
  readonly url: string
}): Mail {
  return letter({
    to,
    subject: `The export of ${project} is ready`,
    paragraphs: [
      `Everything that the project "${project}" holds is in one archive now.`,
      `Sign in and fetch it until ${dayOf(expiresAt)}; then it is deleted.`,
    ],
    action: { label: 'Sign in', url },
    footnote:
      'Was it not you who asked for it? Then somebody else can act in your name: choose another password.',
  })
}
