/** Files that survive a power cut: written beside, flushed, moved into place, and the directory flushed too. */
import { randomBytes } from 'node:crypto'
import { link, open, readdir, rename, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { isErrno } from './errno.ts'
import { isOwnerAlive, ownerName } from './process-owner.ts'

/** Makes what has been written to a file durable. */
export async function flushFile(path: string): Promise<void> {
  const handle = await open(path, 'r+')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Makes a rename, link or unlink in `directory` durable. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Replaces a file as a whole: readers see the old content or the new one, never a part. */
export async function replaceFile(path: string, content: string, mode: number): Promise<void> {
  const temporary = await writeTemporary(path, content, mode)
  await rename(temporary, path)
  await syncDirectory(dirname(path))
}

/** Writes a file only when none exists. Of two callers at once one wins, and both then find a complete file. */
export async function createFileOnce(path: string, content: string, mode: number): Promise<boolean> {
  const temporary = await writeTemporary(path, content, mode)
  try {
    await link(temporary, path)
    return true
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false
    throw error
  } finally {
    await unlink(temporary)
    await syncDirectory(dirname(path))
  }
}

/** Removes what killed processes left half-written in a directory by the functions above: it may hold secrets. */
export async function removeUnfinishedFiles(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    const owner = /^\..+\.([0-9a-f]{8}-\d+-\d+)\.[0-9a-f]{16}\.tmp$/.exec(name)?.[1]
    if (owner === undefined || (await isOwnerAlive(owner)) !== false) continue
    await unlink(join(directory, name)).catch((error) => {
      if (!isErrno(error, 'ENOENT')) throw error
    })
  }
}

async function writeTemporary(path: string, content: string, mode: number): Promise<string> {
  const unique = `${await ownerName()}.${randomBytes(8).toString('hex')}`
  const temporary = join(dirname(path), `.${basename(path)}.${unique}.tmp`)
  const handle = await open(temporary, 'wx', mode)
  try {
    await handle.writeFile(content)
    await handle.chmod(mode)
    await handle.sync()
  } finally {
    await handle.close()
  }
  return temporary
}
