/**
 * Servers that only the tests need, installed once per machine into the user's cache folder: they are larger than
 * everything that people who run Fovea have to install, so they are no dependencies of it.
 */
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'fovea-test')

/**
 * Folder of a tool of this version; `install` fills it when it is not there yet.
 * @returns the folder, or what `install` complained about
 */
export async function cachedTool(
  name: string,
  install: (folder: string) => Promise<string | undefined>,
): Promise<{ readonly folder: string } | { readonly complaint: string }> {
  const folder = join(cache, name)
  if (existsSync(folder)) return { folder }
  const unfinished = `${folder}.${process.pid}`
  mkdirSync(unfinished, { recursive: true })
  const complaint = await install(unfinished)
  if (complaint === undefined && !existsSync(folder)) renameSync(unfinished, folder)
  else rmSync(unfinished, { recursive: true, force: true })
  return complaint === undefined ? { folder } : { complaint }
}
