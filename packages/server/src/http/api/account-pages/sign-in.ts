/** Signing in by password, and out. Who has a second factor goes on to second-factor.ts. */

import { nextOf, withNext } from '../../../accounts/index.ts'
import type { AccountPages } from './account-page.ts'
import { askAuth } from './ask-auth.ts'
import { checkbox, emailField, field, form, links, paragraph } from './forms.ts'
import { leadTo, type Page, show } from './page.ts'
import { providerButton } from './provider-button.ts'
import { sentenceFor } from './sentences.ts'

export const signInPath = '/console/sign-in'

export const signInPages: AccountPages = (pages, context) => {
  const { provider } = context.accounts

  pages.get(signInPath, async (texts, reply, request) => {
    const next = nextOf(texts.next)
    const person = await context.accounts.signedIn(request.headers.cookie)
    if (person !== undefined) return show(reply, signedInPage(person.email, next))
    const error = texts.error === undefined ? undefined : sentenceFor(texts.error)
    return show(reply, signInPage({ next, error, provider }), error === undefined ? 200 : 400)
  })

  pages.post(signInPath, async (texts, reply, request) => {
    const { email = '', password = '', remember } = texts
    const next = nextOf(texts.next)
    const body = { email, password, rememberMe: remember === 'yes' }
    const answer = await askAuth(request, reply, context, { path: '/sign-in/email', body })
    if (answer.failure !== undefined) {
      const { code, sentence } = answer.failure
      const isUnconfirmed = code === 'EMAIL_NOT_VERIFIED'
      return show(reply, signInPage({ next, email, error: sentence, isUnconfirmed, provider }), answer.status)
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
  readonly error?: string | undefined
  /** Host of the identity provider. */
  readonly provider: string | undefined
  /** The password was right, the address is not confirmed. */
  readonly isUnconfirmed?: boolean
}

function signInPage({ next, email, error, provider, isUnconfirmed = false }: SignIn): Page {
  const isWrong = error !== undefined && email !== undefined
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
      ...providerButton({ provider, next, label: 'Sign in' }),
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
