/** Asks the holder of the present address whether another one may take its place. */
import type { Mail } from '../../mail/index.ts'
import { letter } from './letter.ts'

export function changeEmailLetter({
  to,
  newEmail,
  url,
}: {
  readonly to: string
  readonly newEmail: string
  readonly url: string
}): Mail {
  return letter({
    to,
    subject: 'Change of your e-mail address',
    paragraphs: [
      `Somebody who is signed in to your account wants its address to become ${newEmail}.`,
      'If that is you, allow it; a letter to the new address follows.',
    ],
    action: { label: 'Allow the change', url },
    footnote: 'If it was not you, change your password: somebody else uses your account.',
  })
}
