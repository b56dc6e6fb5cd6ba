/**
 * Originals on local disk: `<root>/<project>/<hh>/<hash>`.
 *
 * A put links the file it is given, or writes a temporary one, flushes it and renames it; then it flushes the
 * directories. So after a power cut an object is there as a whole or not at all. Directories are 0711 and files 0644: a decoder with a dropped uid can
 * open exactly the file it is told and list nothing.
 */
import { createReadStream, createWriteStream } from 'node:fs'
import { link, open, readdir, rename, stat, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream as NodeReadableStream } from 'node:stream/web'
import { assertStorageKey, type ObjectInfo, type StorageBody, type StorageDriver } from './driver.ts'
import { syncDirectory } from './durable-file.ts'
import { isErrno } from './errno.ts'
import { makeSearchable, type TemporaryFiles } from './temporary-files.ts'

export interface FsStorageOptions {
  readonly root: string
  /** On the same file system as `root`. */
  readonly temporary: TemporaryFiles
}

export function fsStorage({ root, temporary }: FsStorageOptions): StorageDriver {
  const pathOf = (key: string) => {
    assertStorageKey(key)
    return join(root, key)
  }
  return {
    name: 'fs',
    localPath: pathOf,
    head: (key) => infoOf(key, pathOf(key)),

    async get(key, { range, signal } = {}) {
      const path = pathOf(key)
      const info = await infoOf(key, path)
      if (info === undefined) return undefined
      const stream = createReadStream(path, {
        ...(range === undefined ? {} : { start: range.start }),
        ...(range?.end === undefined ? {} : { end: range.end }),
        ...(signal === undefined ? {} : { signal }),
      })
      // Opened before answering: an object deleted meanwhile is "not there", not a broken body.
      if (!(await opened(stream))) return undefined
      return { info, body: Readable.toWeb(stream) as ReadableStream<Uint8Array> }
    },

    async put(key, body, { signal } = {}) {
      const path = pathOf(key)
      if ('path' in body && (await linked(body.path, path, root))) {
        await syncDirectory(dirname(path))
        return
      }
      const temporaryPath = temporary.newPath()
      try {
        await writeTemporary(temporaryPath, body, signal)
        await makeDirectories(root, dirname(path))
        await rename(temporaryPath, path)
        await syncDirectory(dirname(path))
      } catch (error) {
        await unlink(temporaryPath).catch(() => {})
        throw error
      }
    },

    async delete(keys, { signal } = {}) {
      for (const key of keys) {
        signal?.throwIfAborted()
        await unlink(pathOf(key)).catch((error) => {
          if (!isErrno(error, 'ENOENT')) throw error
        })
      }
    },

    async list(prefix, { cursor, limit = 1000 } = {}) {
      const objects: ObjectInfo[] = []
      for await (const key of keysUnder(root, '', prefix, cursor ?? '')) {
        if (objects.length === limit) return { objects, cursor: objects.at(-1)?.key ?? '' }
        const info = await infoOf(key, join(root, key))
        if (info !== undefined) objects.push(info)
      }
      return { objects }
    },
  }
}

async function infoOf(key: string, path: string): Promise<ObjectInfo | undefined> {
  try {
    const facts = await stat(path)
    return facts.isFile() ? { key, size: facts.size, modifiedAt: facts.mtimeMs } : undefined
  } catch (error) {
    if (isErrno(error, 'ENOENT') || isErrno(error, 'ENOTDIR')) return undefined
    throw error
  }
}

function opened(stream: ReturnType<typeof createReadStream>): Promise<boolean> {
  return new Promise((resolve, reject) => {
    stream.once('open', () => resolve(true))
    stream.once('error', (error) => (isErrno(error, 'ENOENT') ? resolve(false) : reject(error)))
  })
}

/** Links a complete, flushed file to `path`; `false` when something lies there or the file system does not link. */
async function linked(from: string, path: string, root: string): Promise<boolean> {
  try {
    await link(from, path).catch(async (error) => {
      if (!isErrno(error, 'ENOENT')) throw error
      await makeDirectories(root, dirname(path))
      await link(from, path)
    })
    return true
  } catch (error) {
    if (isErrno(error, 'EEXIST') || mustCopy(error)) return false
    throw error
  }
}

function mustCopy(error: unknown): boolean {
  return ['EXDEV', 'EPERM', 'ENOTSUP', 'EMLINK'].some((code) => isErrno(error, code))
}

/** Leaves a complete, flushed file at `path`. A local file is linked where the file system can. */
async function writeTemporary(
  path: string,
  body: StorageBody,
  signal: AbortSignal | undefined,
): Promise<void> {
  if ('path' in body) {
    try {
      await link(body.path, path)
      return
    } catch (error) {
      if (!mustCopy(error)) throw error
    }
  }
  await pipeline(sourceOf(body), createWriteStream(path, { flags: 'wx', mode: 0o644, flush: true }), {
    ...(signal === undefined ? {} : { signal }),
  })
  const handle = await open(path, 'r+')
  try {
    await handle.chmod(0o644)
  } finally {
    await handle.close()
  }
}

function sourceOf(body: StorageBody): Readable {
  if (body instanceof Uint8Array) return Readable.from([body])
  if ('path' in body) return createReadStream(body.path)
  return Readable.fromWeb(body as NodeReadableStream<Uint8Array>)
}

/** Makes the directories of a key one by one, flushing each parent that got a new entry. */
async function makeDirectories(root: string, directory: string): Promise<void> {
  if (directory === root) return
  try {
    if ((await stat(directory)).isDirectory()) return
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error
  }
  await makeDirectories(root, dirname(directory))
  await makeSearchable(directory)
  await syncDirectory(dirname(directory))
}

/** Keys in order, skipping whole directories that lie before the cursor or outside the prefix. */
async function* keysUnder(root: string, base: string, prefix: string, after: string): AsyncGenerator<string> {
  const entries = await readdir(join(root, base), { withFileTypes: true }).catch((error) => {
    if (isErrno(error, 'ENOENT')) return []
    throw error
  })
  // Directories sort as `name/`, so that walking in this order yields full keys in order.
  const named = entries
    .map((entry) => ({ entry, key: `${base}${entry.name}${entry.isDirectory() ? '/' : ''}` }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
  for (const { entry, key } of named) {
    if (entry.isDirectory()) {
      const overlaps = key.startsWith(prefix) || prefix.startsWith(key)
      if (overlaps && (key > after || after.startsWith(key))) yield* keysUnder(root, key, prefix, after)
    } else if (entry.isFile() && key.startsWith(prefix) && key > after) yield key
  }
}
