/** What the sources of the console are, in 16 hex digits: the same files give the same digest on every machine. */
import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'

/** @param paths files, and folders with all that lies in them; tests do not count, and what is not there */
export async function digestOf(paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256')
  for (const path of paths) {
    for (const file of await filesIn(path)) {
      const bytes = await readFile(file)
      hash.update(`${relative(path, file).replaceAll('\\', '/')} ${bytes.length}\n`).update(bytes)
    }
  }
  return hash.digest('hex').slice(0, 16)
}

async function filesIn(path: string): Promise<readonly string[]> {
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) return []
  if (!found.isDirectory()) return [path]
  const names = await readdir(path, { recursive: true, withFileTypes: true })
  return names
    .filter((entry) => entry.isFile() && !entry.name.includes('.test'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}
