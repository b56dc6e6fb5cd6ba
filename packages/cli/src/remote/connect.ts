/**
 * Which server a command speaks to, and with which key: flags, then the environment, then a profile of `fovea login`,
 * then a server that was started in this folder.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Fovea } from '@fovea/client'
import { Command } from 'commander'
import { UsageError } from '../exit-code.ts'
import { profileNamed } from './profiles.ts'

export interface RemoteFlags {
  readonly url?: string
  readonly key?: string
  readonly profile?: string
  readonly json?: boolean
}

/** A command with the flags that all of them share. */
export function remoteCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .option('--url <address>', 'server (or FOVEA_API_URL)')
    .option('--key <key>', 'API key (or FOVEA_API_KEY, which no list of processes shows)')
    .option('--profile <name>', 'profile of fovea login (or FOVEA_PROFILE)')
    .option('--json', 'print JSON')
}

/** A command of commands. */
export function grouped(name: string, description: string, commands: readonly Command[]): Command {
  const group = new Command(name).description(description)
  for (const command of commands) group.addCommand(command)
  return group
}

/** @throws UsageError when no key is known */
export async function connect(flags: RemoteFlags): Promise<Fovea> {
  const { FOVEA_API_URL, FOVEA_API_KEY, FOVEA_PROFILE } = process.env
  const wanted = flags.profile ?? FOVEA_PROFILE
  const profile =
    (await profileNamed(wanted ?? 'default')) ?? (wanted === undefined ? await started() : undefined)
  if (wanted !== undefined && profile === undefined) {
    throw new UsageError(`there is no profile "${wanted}": fovea login --profile ${wanted} makes it`)
  }
  const apiKey = flags.key ?? FOVEA_API_KEY ?? profile?.apiKey
  if (apiKey === undefined) {
    throw new UsageError('no API key: say --key, set FOVEA_API_KEY, or keep one with fovea login')
  }
  try {
    return new Fovea({ apiKey, url: flags.url ?? FOVEA_API_URL ?? profile?.url })
  } catch (error) {
    throw error instanceof TypeError ? new UsageError(error.message.replace(/^Fovea: /, '')) : error
  }
}

/** The first project of a server that keeps its data in this folder. */
async function started(): Promise<{ readonly url: string; readonly apiKey: string } | undefined> {
  try {
    const file = join(process.env.FOVEA_DATA_DIR ?? 'data', 'first-run.json')
    const { url, apiKey } = JSON.parse(await readFile(file, 'utf8'))
    return typeof url === 'string' && typeof apiKey === 'string' ? { url, apiKey } : undefined
  } catch {
    return undefined
  }
}
