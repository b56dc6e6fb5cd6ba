/**
 * Unfinished files of this process, in a directory of its own below `tmp/`.
 *
 * The directory's name says which process made it (host, pid, start time of the pid), so the next start can remove
 * what a killed process left without touching a living neighbour's uploads. Directories are 0711 and names are
 * unguessable: a decoder with another uid can open exactly the file it is told and list nothing.
 */
import { createHash, randomBytes } from 'node:crypto'
import { chmod, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { isErrno } from './durable-file.ts'

/** A neighbour on another host cannot be asked whether it lives; what it has not touched for so long is left over. */
const foreignLeftoverMs = 60 * 60 * 1000

export class TemporaryFiles {
  readonly #directory: string

  private constructor(directory: string) {
    this.#directory = directory
  }

  /** Makes this process's directory below `root`, and removes those of dead processes. */
  static async open(root: string): Promise<TemporaryFiles> {
    await makeSearchable(root)
    const own = await ownName()
    await removeLeftovers(root, own)
    const directory = join(root, `${own}-${randomBytes(4).toString('hex')}`)
    await makeSearchable(directory)
    return new TemporaryFiles(directory)
  }

  /** Path for a new file; nothing is created. */
  newPath(): string {
    return join(this.#directory, randomBytes(16).toString('hex'))
  }

  /** Removes this process's directory with all that is left in it. */
  async close(): Promise<void> {
    await rm(this.#directory, { recursive: true, force: true })
  }
}

/** Makes a directory that others may pass through and not list, whatever the umask. */
export async function makeSearchable(directory: string): Promise<void> {
  const made = await mkdir(directory, { recursive: true, mode: 0o711 })
  if (made !== undefined) await chmod(directory, 0o711)
}

async function ownName(): Promise<string> {
  return `${hostTag()}-${process.pid}-${(await startTime(process.pid)) ?? '0'}`
}

function hostTag(): string {
  return createHash('sha256').update(hostname()).digest('hex').slice(0, 8)
}

async function removeLeftovers(root: string, own: string): Promise<void> {
  for (const name of await readdir(root)) {
    if (name.startsWith(`${own}-`)) continue
    if (await isAlive(root, name)) continue
    await rm(join(root, name), { recursive: true, force: true })
  }
}

async function isAlive(root: string, name: string): Promise<boolean> {
  const [host, pid = '', started] = name.split('-')
  if (host === hostTag() && /^\d+$/.test(pid)) {
    const running = await startTime(Number(pid))
    return running !== undefined && running === started
  }
  try {
    return Date.now() - (await stat(join(root, name))).mtimeMs < foreignLeftoverMs
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return false
    throw error
  }
}

/** When a process started, so that a pid used again is told apart; `undefined` when there is no such process. */
async function startTime(pid: number): Promise<string | undefined> {
  try {
    const text = await readFile(`/proc/${pid}/stat`, 'utf8')
    // Field 22, counted behind the command name, which may hold spaces and parentheses (proc(5)).
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    if (process.platform === 'linux') return undefined
    return processExists(pid) ? '0' : undefined
  }
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return isErrno(error, 'EPERM')
  }
}
