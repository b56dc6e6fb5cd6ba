/** Files that survive a power cut: written beside, flushed, moved into place, and the directory flushed too. */
import { randomBytes } from 'node:crypto'
import { link, open, rename, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

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

/** Whether a file-system call failed for this reason. */
export function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

async function writeTemporary(path: string, content: string, mode: number): Promise<string> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(8).toString('hex')}.tmp`)
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
