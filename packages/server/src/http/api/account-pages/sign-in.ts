/** Signing in by password, and out. Who has a second factor goes on to second-factor.ts. */
import type { AccountPages } from './account-page.ts'
import { askAuth } from './ask-auth.ts'
import { checkbox, emailField, field, form, links, paragraph } from './forms.ts'
import { nextOf, withNext } from './next.ts'
import { leadTo, type Page, show } from './page.ts'

export const signInPath = '/console/sign-in'

export const signInPages: AccountPages = (pages, context) => {
  pages.get(signInPath, async (texts, reply, request) => {
    const next = nextOf(texts.next)
    const person = await context.accounts.signedIn(request.headers.cookie)
    return show(reply, person === undefined ? signInPage({ next }) : signedInPage(person.email, next))
  })

  pages.post(signInPath, async (texts, reply, request) => {
    const { email = '', password = '', remember } = texts
    const next = nextOf(texts.next)
    const body = { email, password, rememberMe: remember === 'yes' }
    const answer = await askAuth(request, reply, context, { path: '/sign-in/email', body })
    if (answer.failure !== undefined) {
      const { code, sentence } = answer.failure
      const isUnconfirmed = code === 'EMAIL_NOT_VERIFIED'
      return show(reply, signInPage({ next, email, error: sentence, isUnconfirmed }), answer.status)
    }
    const needsCode = answer.body.twoFactorRedirect === true
    return leadTo(reply, needsCode ? withNext('/console/second-factor', next) : next)
  })

  pages.post('/console/sign-out', async (texts, reply, request) => {
    await askAuth(request, reply, context, { path: '/sign-out', body: {} })
    return leadTo(reply, withNext(signInPath, nextOf(texts.next)))
  })
}

interface SignIn {
  readonly next: string
  readonly email?: string
  readonly error?: string
  /** The password was right, the address is not confirmed. */
  readonly isUnconfirmed?: boolean
}

function signInPage({ next, email, error, isUnconfirmed = false }: SignIn): Page {
  const isWrong = error !== undefined
  return {
    title: 'Sign in',
    error,
    body: [
      form(
        signInPath,
        [
          emailField({ value: email, isWrong, isFirst: email === undefined }),
          field({
            ...{ name: 'password', label: 'Password', type: 'password', autocomplete: 'current-password' },
            ...{ isWrong, isFirst: email !== undefined },
          }),
          checkbox('remember', 'Stay signed in on this device'),
        ],
        'Sign in',
        { next },
      ),
      ...(isUnconfirmed
        ? [form('/console/email-confirmed', [], 'Send the letter again', { email, next })]
        : []),
      links([
        ['Forgotten the password?', '/console/reset-password'],
        ['Sign up', withNext('/console/sign-up', next)],
      ]),
    ],
  }
}

function signedInPage(email: string, next: string): Page {
  return {
    title: 'You are signed in',
    body: [
      paragraph(`As ${email}.`),
      links([['Go on', next]]),
      form('/console/sign-out', [], 'Sign out', { next }),
    ],
  }
}
