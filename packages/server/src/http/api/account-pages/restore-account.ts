/** Opens a closed account again. Not by the link alone: mail programs follow links to see what is behind them. */
import { Problem } from '@fovea/core'
import type { AccountPages } from './account-page.ts'
import { button, form, paragraph } from './forms.ts'
import { type Page, show } from './page.ts'
import { signInPath } from './sign-in.ts'

const path = '/console/restore-account'

export const restoreAccountPages: AccountPages = (pages, { closing }) => {
  pages.get(path, async ({ token = '' }, reply) => show(reply, askPage(token)))

  pages.post(path, async ({ token = '' }, reply) => {
    try {
      await closing.restore(token)
      return show(reply, openPage)
    } catch (error) {
      if (error instanceof Problem && error.code === 'account/not-found') return show(reply, gonePage, 404)
      throw error
    }
  })
}

function askPage(token: string): Page {
  return {
    title: 'Open your account again?',
    body: [
      paragraph('Your account, and the teams that were closed with it, will be as they were.'),
      form(path, [], 'Open my account again', { token }),
    ],
  }
}

const openPage: Page = {
  title: 'Your account is open again',
  body: [paragraph('Nothing was deleted. You were signed out everywhere.'), button('Sign in', signInPath)],
}

const gonePage: Page = {
  title: 'This link opens no account',
  error: 'It was used before, or the account is deleted.',
  body: [button('Sign in', signInPath)],
}
