/** A new password: asking for the letter, and choosing one by its link. */
import type { AccountPages } from './account-page.ts'
import { askAuth } from './ask-auth.ts'
import { button, emailField, form, links, newPasswordField, paragraph } from './forms.ts'
import { type Page, show } from './page.ts'
import { sentenceFor } from './sentences.ts'
import { signInPath } from './sign-in.ts'

const path = '/console/reset-password'

export const resetPasswordPages: AccountPages = (pages, context) => {
  pages.get(path, async (texts, reply) => {
    const { token, error } = texts
    if (error !== undefined) return show(reply, askPage({ error: sentenceFor(error) }), 400)
    return show(reply, token === undefined ? askPage({}) : choosePage(token))
  })

  pages.post(path, async (texts, reply, request) => {
    const { token, email = '', password = '' } = texts
    if (token === undefined) {
      const asked = { path: '/request-password-reset', body: { email, redirectTo: path } }
      const { failure, status } = await askAuth(request, reply, context, asked)
      if (failure === undefined) return show(reply, sentPage(email))
      return show(reply, askPage({ email, error: failure.sentence }), status)
    }
    const asked = { path: '/reset-password', body: { token, newPassword: password } }
    const { failure, status } = await askAuth(request, reply, context, asked)
    if (failure === undefined) return show(reply, donePage)
    const { code, sentence } = failure
    return show(
      reply,
      code === 'INVALID_TOKEN' ? askPage({ error: sentence }) : choosePage(token, sentence),
      status,
    )
  })
}

function askPage({ email, error }: { readonly email?: string; readonly error?: string }): Page {
  return {
    title: 'Forgotten the password?',
    error,
    body: [
      paragraph('We send you a letter. Its link, good for an hour, lets you choose a new one.'),
      form(path, [emailField({ value: email, isFirst: true })], 'Send the letter'),
      links([['Back to signing in', signInPath]]),
    ],
  }
}

function sentPage(email: string): Page {
  return {
    title: 'Look into your mail',
    body: [
      paragraph(`If ${email} has an account, a letter is on its way. Its link works once and for an hour.`),
    ],
  }
}

function choosePage(token: string, error?: string): Page {
  return {
    title: 'Choose a new password',
    error,
    body: [
      paragraph('You will be signed out everywhere, so that nobody else stays in.'),
      form(path, [newPasswordField({ isFirst: true, isWrong: error !== undefined })], 'Keep this password', {
        token,
      }),
    ],
  }
}

const donePage: Page = {
  title: 'Your password is changed',
  body: [paragraph('You are signed out everywhere.'), button('Sign in', signInPath)],
}
