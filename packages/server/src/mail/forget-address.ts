/** Removes the letters to somebody from the outbox and from what waits for the mail server: they tell who it was. */
import { open, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isErrno } from '../storage/index.ts'
import { readLetter, unsentDirectory } from './unsent-letters.ts'

/** More than the headers of any of our letters, bytes. */
const headerBytes = 8 * 1024

/** @param email lower case; returns how many letters there were */
export async function forgetAddress(outbox: string, email: string): Promise<number> {
  let removed = 0
  for (const { path, recipients } of [
    ...(await lettersIn(outbox, '.eml', recipientsOf)),
    ...(await lettersIn(unsentDirectory(outbox), '.json', async (path) => [(await readLetter(path)).to])),
  ]) {
    if (!recipients.includes(email)) continue
    await rm(path, { force: true })
    removed++
  }
  return removed
}

/** One that is being written has another name; it is not for somebody who is gone. */
async function lettersIn(
  directory: string,
  ending: string,
  recipientsOf: (path: string) => Promise<readonly string[]>,
) {
  const letters = []
  for (const name of await readdir(directory).catch(none)) {
    if (name.startsWith('.') || !name.endsWith(ending)) continue
    const path = join(directory, name)
    const recipients = await recipientsOf(path).catch(none)
    letters.push({ path, recipients: recipients.map((address) => address.toLowerCase()) })
  }
  return letters
}

/** Addresses of `To:`, which our letters write on one line or fold. */
async function recipientsOf(path: string): Promise<readonly string[]> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headerBytes), 0, headerBytes, 0)
    const [headers = ''] = buffer.toString('utf8', 0, bytesRead).split(/\r?\n\r?\n/, 1)
    const to = /^to:(.*(?:\r?\n[ \t].*)*)/im.exec(headers)?.[1] ?? ''
    return [...to.matchAll(/[^\s<>,;"]+@[^\s<>,;"]+/g)].map(([address]) => address)
  } finally {
    await file.close()
  }
}

function none(error: unknown): readonly string[] {
  if (isErrno(error, 'ENOENT')) return []
  throw error
}
