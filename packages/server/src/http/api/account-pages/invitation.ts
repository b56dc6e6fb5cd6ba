/** The page of an invitation: sign in or up first, then join the team. */
import { Problem } from '@fovea/core'
import type { SignedIn } from '../../../accounts/index.ts'
import { withNext } from '../../../accounts/index.ts'
import type { AccountPages } from './account-page.ts'
import { button, form, links, paragraph } from './forms.ts'
import { type Page, show } from './page.ts'
import { signInPath } from './sign-in.ts'

const path = '/console/invitation'

export const invitationPages: AccountPages = (pages, context) => {
  const { accounts, invitations } = context

  pages.get(path, async (texts, reply, request) => {
    const { token = '' } = texts
    const invited = await invitations.read(token)
    if (invited === undefined) return show(reply, gonePage, 404)
    const person = await accounts.signedIn(request.headers.cookie)
    return show(
      reply,
      person === undefined ? strangerPage(invited.team, token) : joinPage(person, invited, token),
    )
  })

  pages.post(path, async (texts, reply, request) => {
    const { token = '' } = texts
    const person = await accounts.signedIn(request.headers.cookie)
    const invited = await invitations.read(token)
    if (invited === undefined) return show(reply, gonePage, 404)
    if (person === undefined) return show(reply, strangerPage(invited.team, token), 401)
    try {
      const team = await invitations.accept(person, token)
      request.person = person
      request.audited = { teamId: team.id }
      return show(reply, joinedPage(team.name))
    } catch (error) {
      if (error instanceof Problem && error.code === 'invitation/not-found') return show(reply, gonePage, 404)
      throw error
    }
  })
}

const gonePage: Page = {
  title: 'This invitation is over',
  error: 'It was used or withdrawn, it is older than a week, or it is for another address.',
  body: [paragraph('Ask whoever invited you to do it again.'), button('Go on', signInPath)],
}

function strangerPage(team: string, token: string): Page {
  const next = `${path}?${new URLSearchParams({ token })}`
  return {
    title: `Join ${team}`,
    body: [
      paragraph('Sign in with the address that the invitation went to. Without an account, sign up with it.'),
      button('Sign in', withNext(signInPath, next)),
      links([['Sign up', withNext('/console/sign-up', next)]]),
    ],
  }
}

function joinPage(
  person: SignedIn,
  { team, email }: { readonly team: string; readonly email: string },
  token: string,
): Page {
  const next = `${path}?${new URLSearchParams({ token })}`
  const title = `Join ${team}`
  const signOut = form('/console/sign-out', [], 'Sign in as somebody else', { next })
  if (person.email !== email) {
    return {
      title,
      error: 'This invitation went to another address.',
      body: [paragraph(`You are signed in as ${person.email}.`), signOut],
    }
  }
  return {
    title,
    body: [
      paragraph(`You are signed in as ${person.email}.`),
      form(path, [], 'Join the team', { token }),
      signOut,
    ],
  }
}

function joinedPage(team: string): Page {
  return {
    title: `You are in ${team}`,
    body: [paragraph('The projects of the team are yours to see now.'), button('Go on', '/console')],
  }
}
