/** Lets a person choose a new password. */
import type { Mail } from '../../mail/index.ts'
import { letter } from './letter.ts'

export function resetPasswordLetter({ to, url }: { readonly to: string; readonly url: string }): Mail {
  return letter({
    to,
    subject: 'Choose a new password',
    paragraphs: [
      'Somebody asked for a new password for your account.',
      'The link works once and for one hour. Choosing a new password signs you out everywhere.',
    ],
    action: { label: 'Choose a new password', url },
    footnote: 'If it was not you, ignore this: your password stays as it is.',
  })
}
