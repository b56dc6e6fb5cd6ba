/** Copies what one storage has and another lacks. Originals are named by their content: what is there need not be read. */
import { createHash } from 'node:crypto'
import { parseBlobKey } from '../assets/index.ts'
import type { ObjectInfo, StorageDriver } from '../storage/index.ts'

export interface CopyTally {
  /** Objects that both have now, and their bytes. */
  objects: number
  bytes: number
  /** Of these, what was copied by this run. */
  copied: number
  copiedBytes: number
  /** Originals whose bytes in the storage are not those of their name: not copied. */
  readonly damaged: string[]
  /** Originals that were damaged in the copy, and are copied again. */
  readonly mended: string[]
}

export interface CopyOptions {
  readonly from: StorageDriver
  readonly to: StorageDriver
  /** Reads what the copy has already, and copies again what is damaged. */
  readonly isVerifying: boolean
  readonly signal: AbortSignal
  onObject(tally: CopyTally): void
}

const pageSize = 500
const atOnce = 4

export function newTally(): CopyTally {
  return { objects: 0, bytes: 0, copied: 0, copiedBytes: 0, damaged: [], mended: [] }
}

/** Every object of `from`, adding to the tally. */
export async function copyAll(options: CopyOptions, tally: CopyTally): Promise<void> {
  for await (const objects of pagesOf(options.from)) {
    const rest = [...objects]
    const worker = async () => {
      for (let next = rest.shift(); next !== undefined; next = rest.shift()) {
        options.signal.throwIfAborted()
        await copyOne(next, options, tally)
        options.onObject(tally)
      }
    }
    await Promise.all(Array.from({ length: atOnce }, worker))
  }
}

/** @returns whether the copy has the object now */
export async function copyKey(key: string, options: CopyOptions, tally: CopyTally): Promise<boolean> {
  if ((await options.to.head(key)) !== undefined || tally.damaged.includes(key)) return true
  const object = await options.from.head(key)
  return object !== undefined && copyOne(object, options, tally)
}

export async function* pagesOf(driver: StorageDriver): AsyncGenerator<readonly ObjectInfo[]> {
  let cursor: string | undefined
  do {
    const page = await driver.list('', { limit: pageSize, ...(cursor === undefined ? {} : { cursor }) })
    yield page.objects
    cursor = page.cursor
  } while (cursor !== undefined)
}

async function copyOne(object: ObjectInfo, options: CopyOptions, tally: CopyTally): Promise<boolean> {
  const { from, to, signal } = options
  const { key, size } = object
  if (!(await isCopied(object, options, tally))) {
    const found = await from.get(key, { signal })
    // Deleted since it was listed.
    if (found === undefined) return false
    try {
      await to.put(key, found.body.pipeThrough(checking(key)), { signal })
    } catch (error) {
      if (!(error instanceof DamagedError)) throw error
      tally.damaged.push(key)
      return true
    }
    tally.copied++
    tally.copiedBytes += size
  }
  tally.objects++
  tally.bytes += size
  return true
}

async function isCopied(
  { key, size }: ObjectInfo,
  { to, isVerifying, signal }: CopyOptions,
  tally: CopyTally,
): Promise<boolean> {
  if ((await to.head(key))?.size !== size) return false
  if (!isVerifying) return true
  const found = await to.get(key, { signal })
  try {
    await found?.body.pipeThrough(checking(key)).pipeTo(new WritableStream(), { signal })
    return found !== undefined
  } catch (error) {
    if (!(error instanceof DamagedError)) throw error
    tally.mended.push(key)
    return false
  }
}

class DamagedError extends Error {}

/** Fails at the end when the bytes are not those that the key names; keys of jobs name none. */
function checking(key: string): TransformStream<Uint8Array, Uint8Array> {
  const expected = parseBlobKey(key)?.hash
  const hash = createHash('sha256')
  return new TransformStream({
    transform(chunk, controller) {
      if (expected !== undefined) hash.update(chunk)
      controller.enqueue(chunk)
    },
    flush() {
      if (expected !== undefined && hash.digest('hex') !== expected) throw new DamagedError(key)
    },
  })
}
