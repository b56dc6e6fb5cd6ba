/** Tells a person that the password of their account is a new one. */
import type { Mail } from '../../mail/index.ts'
import { letter } from './letter.ts'

export function passwordChangedLetter({ to, url }: { readonly to: string; readonly url: string }): Mail {
  return letter({
    to,
    subject: 'Your password was changed',
    paragraphs: ['The password of your account was changed just now.'],
    action: { label: 'It was not me', url },
    footnote: 'If it was you, there is nothing to do.',
  })
}
