/** Tells owners of a project that a webhook of theirs is told nothing more. */
import type { Mail } from '../../mail/index.ts'
import { letter } from './letter.ts'

export function webhookDisabledLetter({
  to,
  project,
  url,
  reason,
}: {
  readonly to: string
  readonly project: string
  readonly url: string
  /** A clause about the webhook. */
  readonly reason: string
}): Mail {
  const { host } = new URL(url)
  return letter({
    to,
    subject: `A webhook of ${project} was disabled`,
    paragraphs: [
      `The project "${project}" no longer sends messages to ${host}: ${reason}.`,
      'When the receiver works again, enable the webhook and replay what failed. Messages are kept for 30 days.',
    ],
    footnote: 'You get this letter because you own the project’s team.',
  })
}
