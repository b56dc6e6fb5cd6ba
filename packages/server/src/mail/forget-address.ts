/** Removes the letters to somebody from the outbox: they tell who it was. */
import { open, readdir, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { isErrno } from '../storage/index.ts'

/** More than the headers of any of our letters, bytes. */
const headerBytes = 8 * 1024

/** @param email lower case; returns how many letters there were */
export async function forgetAddress(outbox: string, email: string): Promise<number> {
  let removed = 0
  for (const name of await readdir(outbox).catch(none)) {
    // One that is being written has another name; it is not for somebody who is gone.
    if (name.startsWith('.')) continue
    const path = join(outbox, name)
    if (!(await recipientsOf(path)).includes(email)) continue
    await unlink(path)
    removed++
  }
  return removed
}

/** Addresses of `To:`, which our letters write on one line or fold. */
async function recipientsOf(path: string): Promise<readonly string[]> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headerBytes), 0, headerBytes, 0)
    const [headers = ''] = buffer.toString('utf8', 0, bytesRead).split(/\r?\n\r?\n/, 1)
    const to = /^to:(.*(?:\r?\n[ \t].*)*)/im.exec(headers)?.[1] ?? ''
    return [...to.matchAll(/[^\s<>,;"]+@[^\s<>,;"]+/g)].map(([address]) => address.toLowerCase())
  } finally {
    await file.close()
  }
}

function none(error: unknown): readonly string[] {
  if (isErrno(error, 'ENOENT')) return []
  throw error
}
