/** `fovea login`: keeps an address and a key, or a person's session, under a name, once the server has accepted them. */
import type { Command } from 'commander'
import { exitCode, UsageError } from '../exit-code.ts'
import { connect, type RemoteFlags, remoteCommand } from './connect.ts'
import { Person } from './person.ts'
import { print } from './print.ts'
import { keepProfile, profilesFile } from './profiles.ts'
import { secretInput } from './secret-input.ts'

interface LoginFlags extends RemoteFlags {
  readonly email?: string
}

const examples = `
A key speaks for one project. Signing in as a person is for "fovea projects": the password is FOVEA_PASSWORD, or asked;
so is the code of a second factor. Only the session is kept, which the server ends after 30 days.

Examples:
  $ fovea login --url https://images.example.com --key fov_…
  $ fovea login --url https://images.example.com --email me@example.com
`

export function loginCommand(finish: (code: number) => void): Command {
  return remoteCommand('login', 'Keep the address and API key of a server, or a session, under a name')
    .option('--email <address>', 'sign in as this person')
    .addHelpText('after', examples)
    .action(async (flags: LoginFlags) => {
      const { FOVEA_API_URL, FOVEA_API_KEY, FOVEA_PROFILE } = process.env
      const { url = FOVEA_API_URL || undefined, key = FOVEA_API_KEY || undefined, email } = flags
      const name = flags.profile ?? (FOVEA_PROFILE || 'default')
      if (url === undefined) throw incomplete()
      const told = email === undefined ? await keepKey(name, url, key) : await keepSession(name, url, email)
      print(flags, { profile: name, url, file: profilesFile() }, [
        `Kept as "${name}" in ${profilesFile()}: ${url}, ${told}.`,
      ])
      finish(exitCode.ok)
    })
}

function incomplete(): UsageError {
  return new UsageError(
    'login needs --url and --key (or FOVEA_API_URL and FOVEA_API_KEY), or --url and --email',
  )
}

async function keepKey(name: string, url: string, key: string | undefined): Promise<string> {
  if (key === undefined) throw incomplete()
  const { plan, images } = await (await connect({ url, key })).usage()
  await keepProfile(name, { url, apiKey: key })
  return `plan ${plan}, ${images} images`
}

async function keepSession(name: string, url: string, email: string): Promise<string> {
  if (!URL.canParse(url))
    throw new UsageError(`--url must be an http or https address, not ${JSON.stringify(url)}`)
  const password = process.env.FOVEA_PASSWORD ?? (await secretInput(`Password of ${email}: `))
  if (password === '')
    throw new UsageError('no password was given: type it, pipe it in, or set FOVEA_PASSWORD')
  const code = () => secretInput('Code of the second factor: ')
  await keepProfile(name, { url, session: await Person.signIn(url, { email, password, code }) })
  return `signed in as ${email}`
}
