/** Where the links of letters about addresses lead once better-auth has followed them, and the letter once more. */

import { nextOf, withNext } from '../../../accounts/index.ts'
import type { AccountPages } from './account-page.ts'
import { askAuth } from './ask-auth.ts'
import { button, emailField, form, links, paragraph } from './forms.ts'
import { type Page, show } from './page.ts'
import { sentenceFor } from './sentences.ts'
import { signInPath } from './sign-in.ts'

const path = '/console/email-confirmed'

export const emailPages: AccountPages = (pages, context) => {
  pages.get(path, async (texts, reply) => {
    const { error } = texts
    const next = nextOf(texts.next)
    if (error !== undefined) return show(reply, againPage(next, sentenceFor(error)), 400)
    return show(reply, confirmedPage(next))
  })

  pages.post(path, async (texts, reply, request) => {
    const { email = '' } = texts
    const next = nextOf(texts.next)
    const body = { email, callbackURL: withNext(path, next) }
    const asked = { path: '/send-verification-email', body }
    const { failure, status } = await askAuth(request, reply, context, asked)
    if (failure === undefined) return show(reply, sentPage(email))
    return show(reply, againPage(next, failure.sentence, email), status)
  })

  pages.get('/console/email-changed', async (texts, reply, request) => {
    const { error } = texts
    if (error !== undefined) return show(reply, notChangedPage(sentenceFor(error)), 400)
    const person = await context.accounts.signedIn(request.headers.cookie)
    return show(reply, changedPage(person?.email))
  })
}

function confirmedPage(next: string): Page {
  return {
    title: 'Your address is confirmed',
    body: [paragraph('Your account is ready.'), button('Go on', withNext(signInPath, next))],
  }
}

function againPage(next: string, error: string, email?: string): Page {
  return {
    title: 'Confirm your address',
    error,
    body: [
      paragraph('We can send you a new letter.'),
      form(path, [emailField({ value: email, isFirst: true })], 'Send the letter', { next }),
      links([['Sign in', withNext(signInPath, next)]]),
    ],
  }
}

function sentPage(email: string): Page {
  return {
    title: 'Look into your mail',
    body: [
      paragraph(
        `If ${email} has an account that waits to be confirmed, a letter is on its way. Its link works for a day.`,
      ),
    ],
  }
}

/** Both letters of a change lead here; which one it was, the address shows. */
function changedPage(email: string | undefined): Page {
  return {
    title: 'Change of your address',
    body: [
      ...(email === undefined ? [] : [paragraph(`The address of your account is ${email}.`)]),
      paragraph(
        'If you have just allowed the change, a letter is on its way to the new address: its link completes the change.',
      ),
      button('Go on', signInPath),
    ],
  }
}

function notChangedPage(error: string): Page {
  return {
    title: 'Change of your address',
    error,
    body: [paragraph('Nothing was changed. You can ask for the change again.'), button('Go on', signInPath)],
  }
}
