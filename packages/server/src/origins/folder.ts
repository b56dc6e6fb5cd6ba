/**
 * A folder of this machine, for operators: only below a folder that the configuration names, never through a link
 * that leads out of it. Paths are resolved by the file system and compared by whole segments, then the very file that
 * was compared is read.
 */
import { constants, type Stats } from 'node:fs'
import { type FileHandle, open, realpath } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { problem } from '@fovea/core'
import type { Origin, OriginAnswer, Validators } from './origin.ts'
import type { OriginSettings } from './settings.ts'

export function folderOrigin(settings: OriginSettings<'folder'>, roots: readonly string[]): Origin {
  return {
    async read({ path }, known) {
      const file = await openInside(settings.path, path, roots)
      const stats = await file.stat()
      const etag = `"${stats.ino}-${stats.size}-${stats.mtimeMs}"`
      if (!stats.isFile() || stats.size > settings.maxBytes) {
        await file.close()
        throw stats.isFile() ? tooLarge(path, settings.maxBytes, stats) : notFound(path)
      }
      if (known?.etag === etag) {
        await file.close()
        return { kind: 'unchanged', headers: new Map() }
      }
      return found(file, { etag })
    },
  }
}

/** Whether a folder lies in one that the operator allows. */
export function isAllowedFolder(folder: string, roots: readonly string[]): boolean {
  return roots.some((root) => isInside(folder, root))
}

async function openInside(folder: string, path: string, roots: readonly string[]): Promise<FileHandle> {
  try {
    const base = await realpath(folder)
    if (!(await allReal(roots)).some((root) => isInside(base, root))) throw notAllowed(folder)
    const real = await realpath(join(base, path))
    if (!isInside(real, base)) throw notFound(path)
    // The last segment is no link any more; one that becomes a link now is not followed.
    const file = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW)
    if ((await realpath(`/proc/self/fd/${file.fd}`).catch(() => real)) === real) return file
    await file.close()
    throw notFound(path)
  } catch (error) {
    if (error instanceof Error && error.name === 'Problem') throw error
    throw isMissing(error) ? notFound(path) : unreadable(path, error)
  }
}

async function allReal(roots: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(roots.map((root) => realpath(root).catch(() => undefined)))
  return found.filter((root) => root !== undefined)
}

function found(file: FileHandle, validators: Validators): OriginAnswer {
  const stream = file.createReadStream()
  return {
    kind: 'found',
    headers: new Map(),
    validators,
    body: stream as AsyncIterable<Buffer>,
    discard: () => void stream.destroy(),
  }
}

function isInside(path: string, folder: string): boolean {
  const end = folder.endsWith(sep) ? folder : folder + sep
  return path === folder || path.startsWith(end)
}

function isMissing(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : ''
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP' || code === 'ENAMETOOLONG'
}

function notFound(path: string) {
  return problem('origin/not-found', {
    detail: `The folder has no file ${JSON.stringify(path.slice(0, 200))}.`,
  })
}

function notAllowed(folder: string) {
  return problem('origin/forbidden', {
    detail: `The folder ${JSON.stringify(folder.slice(0, 200))} is not below one that FOVEA_ORIGIN_FOLDERS names.`,
  })
}

function tooLarge(path: string, limit: number, { size }: Stats) {
  return problem('source/too-large', {
    detail: `${path.slice(0, 200)} has ${size} bytes; ${limit} are allowed.`,
    members: { limitBytes: limit, actualBytes: size },
  })
}

function unreadable(path: string, cause: unknown) {
  return problem('origin/unreachable', { detail: `${path.slice(0, 200)} cannot be read.`, cause })
}
