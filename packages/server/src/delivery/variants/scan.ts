/**
 * Walks the cache directory after a start: whole entries are reported oldest first, everything else is deleted.
 *
 * The directory belongs to the cache alone, so whatever is not an entry (left-over temporary files, empty or cut
 * files, strangers) is removed. One file at a time: the first requests after a start must not wait for it.
 */
import type { Dirent } from 'node:fs'
import { open, readdir, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { headBytes, wholeSize } from './variant-file.ts'
import type { IndexedVariant } from './variant-index.ts'

const idName = /^[0-9A-Za-z_-]{1,64}$/
const addressName = /^[0-9a-f]{64}$/

export interface ScanResult {
  readonly entries: readonly IndexedVariant[]
  readonly removed: number
  readonly ms: number
}

/** `instance` marks temporary files that are being written right now. */
export async function scanVariants(dir: string, instance: string): Promise<ScanResult> {
  const started = performance.now()
  const entries: (IndexedVariant & { readonly modifiedMs: number })[] = []
  let removed = 0
  const remove = async (path: string) => {
    removed++
    await rm(path, { recursive: true, force: true }).catch(() => undefined)
  }
  for (const project of await list(dir)) {
    const projectDir = join(dir, project.name)
    if (!project.isDirectory() || !idName.test(project.name)) {
      await remove(projectDir)
      continue
    }
    for (const asset of await list(projectDir)) {
      const assetDir = join(projectDir, asset.name)
      if (!asset.isDirectory() || !idName.test(asset.name)) {
        await remove(assetDir)
        continue
      }
      for (const file of await list(assetDir)) {
        if (file.name.includes(`.${instance}-`)) continue
        const path = join(assetDir, file.name)
        const found =
          file.isFile() && addressName.test(file.name) ? await inspect(path, file.name) : undefined
        if (found === undefined) await remove(path)
        else entries.push({ path: `${project.name}/${asset.name}/${file.name}`, ...found })
      }
      await rmdir(assetDir).catch(() => undefined)
    }
    await rmdir(projectDir).catch(() => undefined)
  }
  entries.sort((a, b) => a.modifiedMs - b.modifiedMs)
  return { entries, removed, ms: Math.round(performance.now() - started) }
}

async function list(dir: string): Promise<Dirent[]> {
  return readdir(dir, { withFileTypes: true }).catch(() => [])
}

/** Size and age of a whole entry; bodies are not read, their checksum is verified when they are served. */
async function inspect(
  path: string,
  address: string,
): Promise<{ bytes: number; modifiedMs: number } | undefined> {
  const handle = await open(path, 'r').catch(() => undefined)
  if (handle === undefined) return undefined
  try {
    const { size, mtimeMs } = await handle.stat()
    const start = Buffer.allocUnsafe(Math.min(size, headBytes))
    const { bytesRead } = await handle.read(start, 0, start.length, 0)
    return wholeSize(start.subarray(0, bytesRead), address) === size
      ? { bytes: size, modifiedMs: mtimeMs }
      : undefined
  } catch {
    return undefined
  } finally {
    await handle.close()
  }
}
