/** A file that appears whole or not at all, whoever else writes it at the same time. */
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

export async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.${process.pid}`
  await mkdir(dirname(path), { recursive: true })
  try {
    // Children read it, who are other users.
    await writeFile(temporary, bytes, { mode: 0o644 })
    await rename(temporary, path)
  } finally {
    await rm(temporary, { force: true })
  }
}
