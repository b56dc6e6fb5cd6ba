/** Tells a person that somebody, perhaps they themselves, signed up with an address that has an account. */
import type { Mail } from '../../mail/index.ts'
import { letter } from './letter.ts'

export function alreadyRegisteredLetter({ to, url }: { readonly to: string; readonly url: string }): Mail {
  return letter({
    to,
    subject: 'You already have an account',
    paragraphs: [
      'Somebody signed up with this address, which has an account already. Nothing was changed.',
      'If it was you, sign in; if you have forgotten the password, ask for a new one there.',
    ],
    action: { label: 'Sign in', url },
    footnote: 'If it was not you, there is nothing to do.',
  })
}
