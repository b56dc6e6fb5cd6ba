/** Signing up. What is answered says nothing about who has an account already. */

import { nextOf, withNext } from '../../../accounts/index.ts'
import type { AccountPages } from './account-page.ts'
import { askAuth } from './ask-auth.ts'
import { checkbox, emailField, field, form, links, newPasswordField, paragraph } from './forms.ts'
import { type Page, show } from './page.ts'
import { providerButton } from './provider-button.ts'
import { signInPath } from './sign-in.ts'

const path = '/console/sign-up'

export const signUpPages: AccountPages = (pages, context) => {
  const { termsVersion, provider } = context.accounts

  pages.get(path, async (texts, reply) =>
    show(reply, signUpPage({ next: nextOf(texts.next), termsVersion, provider })),
  )

  pages.post(path, async (texts, reply, request) => {
    const { name = '', email = '', password = '', terms } = texts
    const next = nextOf(texts.next)
    const accepted = terms === 'yes' && termsVersion !== undefined ? { termsVersion } : {}
    const callbackURL = withNext('/console/email-confirmed', next)
    const body = { name, email, password, callbackURL, ...accepted }
    const { failure, status } = await askAuth(request, reply, context, { path: '/sign-up/email', body })
    if (failure === undefined) return show(reply, letterPage(email, next))
    return show(reply, signUpPage({ next, termsVersion, provider, name, email, error: failure }), status)
  })
}

interface SignUp {
  readonly next: string
  readonly termsVersion: string | undefined
  /** Host of the identity provider. */
  readonly provider: string | undefined
  readonly name?: string
  readonly email?: string
  readonly error?: { readonly code: string; readonly sentence: string }
}

function signUpPage({ next, termsVersion, provider, name, email, error }: SignUp): Page {
  const wrong = (codes: RegExp) => ({ isWrong: codes.test(error?.code ?? '') })
  const terms = `I accept the terms of use, version ${termsVersion}`
  return {
    title: 'Sign up',
    error: error?.sentence,
    body: [
      form(
        path,
        [
          field({
            ...{ name: 'name', label: 'Your name', type: 'text', autocomplete: 'name', maxLength: 100 },
            ...{ value: name, isFirst: true, ...wrong(/NAME/) },
          }),
          emailField({ value: email, ...wrong(/EMAIL|VALIDATION/) }),
          newPasswordField(wrong(/PASSWORD/)),
          ...(termsVersion === undefined ? [] : [checkbox('terms', terms, { isRequired: true })]),
        ],
        'Sign up',
        { next },
      ),
      ...providerButton({ provider, next, label: 'Sign up', termsVersion }),
      links([['I have an account', withNext(signInPath, next)]]),
    ],
  }
}

function letterPage(email: string, next: string): Page {
  return {
    title: 'Look into your mail',
    body: [
      paragraph(`A letter is on its way to ${email}. Follow the link in it within a day.`),
      paragraph('Nothing there? Look among the unwanted mail, or let us send it again.'),
      form('/console/email-confirmed', [], 'Send the letter again', { email, next }),
    ],
  }
}
