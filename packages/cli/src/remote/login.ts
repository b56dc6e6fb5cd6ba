/** `fovea login`: keeps an address and a key under a name, once the server has accepted them. */
import type { Command } from 'commander'
import { exitCode, UsageError } from '../exit-code.ts'
import { connect, type RemoteFlags, remoteCommand } from './connect.ts'
import { print } from './print.ts'
import { keepProfile, profilesFile } from './profiles.ts'

export function loginCommand(finish: (code: number) => void): Command {
  return remoteCommand('login', 'Keep the address and API key of a server under a name').action(
    async (flags: RemoteFlags) => {
      const { FOVEA_API_URL, FOVEA_API_KEY } = process.env
      const url = flags.url ?? FOVEA_API_URL
      const apiKey = flags.key ?? FOVEA_API_KEY
      if (url === undefined || apiKey === undefined) {
        throw new UsageError('login needs --url and --key (or FOVEA_API_URL and FOVEA_API_KEY)')
      }
      const name = flags.profile ?? 'default'
      const { plan, images } = await (await connect({ url, key: apiKey })).usage()
      await keepProfile(name, { url, apiKey })
      print(flags, { profile: name, url, file: profilesFile() }, [
        `Kept as "${name}" in ${profilesFile()}: ${url}, plan ${plan}, ${images} images.`,
      ])
      finish(exitCode.ok)
    },
  )
}
