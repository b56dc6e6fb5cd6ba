/** An object as a file that a decoder can open: the driver's own, or a copy for as long as it is held. */
import { createWriteStream } from 'node:fs'
import { unlink } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream as NodeReadableStream } from 'node:stream/web'
import type { HeldFile } from './local-copies.ts'
import type { Storage } from './open-storage.ts'

/** `undefined` when there is no such object. The caller releases the file. */
export async function localFile(
  { driver, temporary }: Pick<Storage, 'driver' | 'temporary'>,
  key: string,
): Promise<HeldFile | undefined> {
  const own = driver.localPath?.(key)
  if (own !== undefined) return { path: own, release: () => {} }
  const found = await driver.get(key)
  if (found === undefined) return undefined
  const path = temporary.newPath()
  const remove = () => void unlink(path).catch(() => {})
  try {
    await pipeline(
      Readable.fromWeb(found.body as NodeReadableStream<Uint8Array>),
      createWriteStream(path, { flags: 'wx', mode: 0o644 }),
    )
    return { path, release: remove }
  } catch (error) {
    remove()
    throw error
  }
}
