/** Servers and keys that `fovea login` keeps, in a file that only its owner reads. */
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { UsageError } from '../exit-code.ts'

export interface Profile {
  readonly url: string
  /** Of one project. */
  readonly apiKey?: string
  /** Of a person, as the server has sealed it. */
  readonly session?: string
}

export function profilesFile(): string {
  // Empty means unset; a path that is not absolute would keep keys in whatever folder this is.
  return join(process.env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'fovea', 'profiles.json')
}

export async function profileNamed(name: string): Promise<Profile | undefined> {
  const profiles = await readProfiles()
  return Object.hasOwn(profiles, name) ? profiles[name] : undefined
}

/** Keeps a key or a session beside what the profile had of the same server. */
export async function keepProfile(name: string, profile: Profile): Promise<void> {
  const known = await readProfiles()
  const before = Object.hasOwn(known, name) ? known[name] : undefined
  await write({ ...known, [name]: before?.url === profile.url ? { ...before, ...profile } : profile })
}

export async function forgetProfile(name: string): Promise<void> {
  const { [name]: _, ...others } = await readProfiles()
  await write(others)
}

/** Whole or not at all: the file is replaced, never written over. */
async function write(profiles: Readonly<Record<string, Profile>>): Promise<void> {
  const file = profilesFile()
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const next = `${file}.${process.pid}`
  await writeFile(next, `${JSON.stringify(profiles, undefined, 2)}\n`, { mode: 0o600 })
  await chmod(next, 0o600)
  await rename(next, file)
}

/** @throws UsageError when the file is not what `fovea login` writes */
async function readProfiles(): Promise<Readonly<Record<string, Profile>>> {
  const file = profilesFile()
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {}
    throw error
  }
  try {
    return JSON.parse(text)
  } catch {
    throw new UsageError(`${file} is no JSON: mend or remove it`)
  }
}
