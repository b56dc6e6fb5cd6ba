/** Asks a person to confirm that an address is theirs. */
import type { Mail } from '../../mail/index.ts'
import { letter } from './letter.ts'

export function verifyEmailLetter({ to, url }: { readonly to: string; readonly url: string }): Mail {
  return letter({
    to,
    subject: 'Confirm your e-mail address',
    paragraphs: [
      'Confirm that this address is yours, and your account is ready.',
      'The link works once and for 24 hours.',
    ],
    action: { label: 'Confirm the address', url },
    footnote: 'Nobody asked for this from you? Then ignore it: without the link nothing happens.',
  })
}
