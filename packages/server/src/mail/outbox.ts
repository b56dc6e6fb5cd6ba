/** Letters as files: what an installation without a mail server has instead, and where undeliverable ones end. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createFileOnce } from '../storage/index.ts'

/** Writes a letter (RFC 5322) that only the server's user can read, and returns its path. */
export async function putIntoOutbox(directory: string, letter: string): Promise<string> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const time = new Date().toISOString().replaceAll(':', '-')
  const path = join(directory, `${time}-${Math.random().toString(36).slice(2, 8)}.eml`)
  await createFileOnce(path, letter, 0o600)
  return path
}
