/** Invites a person to a team. */
import type { Mail } from '../../mail/index.ts'
import { letter } from './letter.ts'

export function invitationLetter({
  to,
  inviter,
  team,
  url,
}: {
  readonly to: string
  readonly inviter: string
  readonly team: string
  readonly url: string
}): Mail {
  return letter({
    to,
    subject: `${oneLine(inviter)} invites you to ${oneLine(team)}`,
    paragraphs: [
      `${oneLine(inviter)} would like you to join the team "${oneLine(team)}".`,
      'Sign in, or sign up, with this address, then follow the link. It is good for a week.',
    ],
    action: { label: 'Join the team', url },
    footnote: 'You do not know who that is? Then ignore it: without the link nothing happens.',
  })
}

/** Names are somebody's own words: no lines of their own, no addresses to click on. */
function oneLine(name: string): string {
  return name
    .replace(/\s+/g, ' ')
    .replace(/https?:\/\/|www\./gi, '')
    .slice(0, 80)
}
