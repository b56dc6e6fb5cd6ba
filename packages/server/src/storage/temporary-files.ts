/**
 * Unfinished files of this process, in a directory of its own below `tmp/`.
 *
 * Directories are 0711 and names are unguessable: a decoder with another uid can open exactly the file it is told and
 * list nothing. What killed processes left is removed at the next start.
 */
import { randomBytes } from 'node:crypto'
import { chmod, mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isErrno } from './errno.ts'
import { isOwnerAlive, ownerName } from './process-owner.ts'

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
    for (const name of await readdir(root)) {
      if (await isLeftOver(join(root, name), name))
        await rm(join(root, name), { recursive: true, force: true })
    }
    const directory = join(root, `${await ownerName()}-${randomBytes(4).toString('hex')}`)
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

async function isLeftOver(path: string, owner: string): Promise<boolean> {
  const isAlive = await isOwnerAlive(owner)
  if (isAlive !== undefined) return !isAlive
  try {
    return Date.now() - (await stat(path)).mtimeMs >= foreignLeftoverMs
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return true
    throw error
  }
}
