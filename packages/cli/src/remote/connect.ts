/**
 * Which server a command speaks to, and with which key: flags, then the environment, then a profile of `fovea login`,
 * then a server that was started in this folder. A profile that a flag names comes before the environment, and a key that
 * was kept for one server is sent to no other.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Fovea, type FoveaOptions } from '@fovea/client'
import { Command } from 'commander'
import { UsageError } from '../exit-code.ts'
import { Person } from './person.ts'
import { type Profile, profileNamed } from './profiles.ts'

export interface RemoteFlags {
  readonly url?: string
  readonly key?: string
  readonly profile?: string
  readonly json?: boolean
}

/** Of commands for people: a session is good for the server that gave it, so no address is taken. */
export type PersonFlags = Pick<RemoteFlags, 'profile' | 'json'>

/** A command that an API key is enough for, with the flags that all of them share. */
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

/** A command that somebody must have signed in for. */
export function personCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .option('--profile <name>', 'profile of fovea login --email (or FOVEA_PROFILE)')
    .option('--json', 'print JSON')
}

/** @throws UsageError when no key is known */
export async function connect(flags: RemoteFlags): Promise<Fovea> {
  return (await connector(flags))()
}

/** Makes clients of one server that differ in how they send. @throws as `connect` */
export async function connector(
  flags: RemoteFlags,
): Promise<(sending?: Pick<FoveaOptions, 'fetch' | 'timeoutMs'>) => Fovea> {
  const { url, apiKey } = await targetOf(flags)
  return (sending) => {
    try {
      return new Fovea({ apiKey, url, ...sending })
    } catch (error) {
      throw error instanceof TypeError ? new UsageError(error.message.replace(/^Fovea: /, '')) : error
    }
  }
}

/** @throws UsageError when no key is known */
async function targetOf(flags: RemoteFlags): Promise<Pick<FoveaOptions, 'url' | 'apiKey'>> {
  if (flags.url !== undefined && flags.key !== undefined) return { url: flags.url, apiKey: flags.key }
  const { name, profile } = await profileOf(flags)
  const kept = profile ?? (await started())
  const { FOVEA_API_URL, FOVEA_API_KEY } = flags.profile === undefined ? process.env : {}
  // Empty means unset, as for a secret that a build does not have.
  const url = flags.url ?? (FOVEA_API_URL || kept.url)
  const isKeptFor = url === undefined || (kept.url !== undefined && isOneServer(url, kept.url))
  const apiKey = flags.key ?? (FOVEA_API_KEY || (isKeptFor ? kept.apiKey : undefined))
  if (apiKey !== undefined) return { url, apiKey }
  if (profile?.apiKey !== undefined)
    throw new UsageError(`the key of profile "${name}" is for ${profile.url}, not for ${url}: say --key`)
  throw new UsageError('no API key: say --key, set FOVEA_API_KEY, or keep one with fovea login')
}

/** Whether two addresses differ in nothing but their spelling. */
function isOneServer(one: string, other: string): boolean {
  const [first, second] = [one, other].map((url) => URL.parse(url)?.href.replace(/\/+$/, '') ?? url)
  return first === second
}

/** Who has signed in, and where. @throws UsageError when nobody has */
export async function connectPerson(
  flags: PersonFlags,
): Promise<{ readonly person: Person; readonly url: string }> {
  const { url, session } = (await profileOf(flags)).profile ?? {}
  if (url === undefined || session === undefined) {
    throw new UsageError('nobody has signed in: fovea login --url … --email … does')
  }
  return { person: new Person(url, session), url }
}

/** The profile that is meant. @throws UsageError when it is named and not there */
export async function profileOf(
  flags: PersonFlags,
): Promise<{ readonly name: string; readonly profile: Profile | undefined }> {
  const wanted = flags.profile ?? (process.env.FOVEA_PROFILE || undefined)
  const name = wanted ?? 'default'
  const profile = await profileNamed(name)
  if (wanted !== undefined && profile === undefined) {
    throw new UsageError(`there is no profile "${name}": fovea login --profile ${name} makes it`)
  }
  return { name, profile }
}

/** The first project of a server that keeps its data in this folder. */
async function started(): Promise<Partial<Profile>> {
  try {
    const file = join(process.env.FOVEA_DATA_DIR ?? 'data', 'first-run.json')
    const { url, apiKey } = JSON.parse(await readFile(file, 'utf8'))
    return typeof url === 'string' && typeof apiKey === 'string' ? { url, apiKey } : {}
  } catch {
    return {}
  }
}
