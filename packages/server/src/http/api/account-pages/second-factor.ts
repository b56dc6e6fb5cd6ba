/** The code after the password: of an app, or one of the recovery codes, which look different. */

import { nextOf, withNext } from '../../../accounts/index.ts'
import type { AccountPages } from './account-page.ts'
import { askAuth } from './ask-auth.ts'
import { checkbox, field, form, links } from './forms.ts'
import { leadTo, type Page, show } from './page.ts'
import { signInPath } from './sign-in.ts'

const path = '/console/second-factor'

export const secondFactorPages: AccountPages = (pages, context) => {
  pages.get(path, async (texts, reply) => show(reply, page(nextOf(texts.next))))

  pages.post(path, async (texts, reply, request) => {
    const next = nextOf(texts.next)
    // As people copy them: apps show "123 456".
    const code = (texts.code ?? '').replace(/\s/g, '')
    const isFromApp = /^\d{6}$/.test(code)
    const answer = await askAuth(request, reply, context, {
      path: isFromApp ? '/two-factor/verify-totp' : '/two-factor/verify-backup-code',
      body: { code, trustDevice: texts.trust === 'yes' },
    })
    if (answer.failure === undefined) return leadTo(reply, next)
    return show(reply, page(next, answer.failure.sentence), answer.status)
  })
}

function page(next: string, error?: string): Page {
  return {
    title: 'Second factor',
    error,
    body: [
      form(
        path,
        [
          field({
            ...{ name: 'code', label: 'Code', type: 'text', autocomplete: 'one-time-code' },
            hint: 'The six digits of your app, or one of your recovery codes.',
            ...{ maxLength: 20, isWrong: error !== undefined, isFirst: true },
          }),
          checkbox('trust', 'Do not ask on this device for 30 days'),
        ],
        'Sign in',
        { next },
      ),
      links([['Back to the password', withNext(signInPath, next)]]),
    ],
  }
}
