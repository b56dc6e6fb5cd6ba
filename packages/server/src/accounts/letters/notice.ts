/** What the operator has to say to those who look after a team. */
import type { Mail } from '../../mail/index.ts'
import { letter } from './letter.ts'

export function noticeLetter({
  to,
  title,
  text,
  url,
}: {
  readonly to: string
  readonly title: string
  readonly text: string
  readonly url: string
}): Mail {
  return letter({
    to,
    subject: title.replace(/\s+/g, ' '),
    paragraphs: text.split(/\n\s*\n/),
    action: { label: 'Sign in', url },
    footnote: 'You get this letter because you look after a team on this installation.',
  })
}
