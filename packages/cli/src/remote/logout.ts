/** `fovea logout`: forgets a profile, and ends its session on the server. */
import { FoveaError } from '@fovea/client'
import type { Command } from 'commander'
import { exitCode } from '../exit-code.ts'
import { sentenceOf } from '../sentence.ts'
import { type PersonFlags, personCommand, profileOf } from './connect.ts'
import { Person } from './person.ts'
import { print } from './print.ts'
import { forgetProfile } from './profiles.ts'

export function logoutCommand(finish: (code: number) => void): Command {
  return personCommand('logout', 'Forget a profile and end its session; its API key goes on working').action(
    async (flags: PersonFlags) => {
      const { name, profile } = await profileOf(flags)
      if (profile?.session !== undefined) await endSession(profile.url, profile.session)
      await forgetProfile(name)
      const isKnown = profile !== undefined
      print(flags, { profile: name, forgotten: isKnown }, [
        isKnown ? `forgot "${name}"` : `there was no profile "${name}"`,
      ])
      finish(exitCode.ok)
    },
  )
}

/** A server that is gone, or has ended the session itself, keeps nobody from forgetting it. */
async function endSession(url: string, session: string): Promise<void> {
  try {
    await new Person(url, session).ask('/api/auth/sign-out', { method: 'POST', json: {} })
  } catch (error) {
    if (!(error instanceof FoveaError)) throw error
    process.stderr.write(`the session was not ended on the server: ${sentenceOf(error)}\n`)
  }
}
