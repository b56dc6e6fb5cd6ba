/** Receives an upload into a temporary file, hashing on the way. Nothing is known about the bytes yet. */
import { createHash } from 'node:crypto'
import { unlink } from 'node:fs/promises'
import { problem } from '@fovea/core'
import type { BlobHash } from '../assets/index.ts'
import { GatheredFile, type TemporaryFiles } from '../storage/index.ts'

export interface StagedFile {
  /** Complete, and readable by a decoder with another uid that is told the name. */
  readonly path: string
  /** Resolves when it is on disk, and rejects with what the disk said. At once for a file that is not kept. */
  readonly flushed: Promise<void>
  readonly hash: BlobHash
  readonly size: number
  /** Removes the temporary name. What was linked elsewhere stays. */
  discard(): Promise<void>
}

export interface StageOptions {
  readonly temporary: TemporaryFiles
  readonly maxBytes: number
  readonly signal?: AbortSignal | undefined
  /** `false` for a file that is read at once and then removed: it need not reach the disk. */
  readonly isKept?: boolean
}

/**
 * Writes the whole stream; a chunk is done with when the next one is asked for. On any failure the file is removed.
 * @throws Problem `source/too-large` as soon as one byte too many has come, `source/empty`
 */
export async function stage(
  source: AsyncIterable<Uint8Array>,
  { temporary, maxBytes, signal, isKept = true }: StageOptions,
): Promise<StagedFile> {
  const path = temporary.newPath()
  const discard = () => unlink(path).catch(() => {})
  const file = await GatheredFile.create(path, { isCached: !isKept })
  try {
    const hash = createHash('sha256')
    let size = 0
    for await (const chunk of source) {
      signal?.throwIfAborted()
      size += chunk.byteLength
      if (size > maxBytes) throw tooLarge(maxBytes)
      hash.update(chunk)
      await file.write(chunk)
    }
    if (size === 0) throw problem('source/empty', { detail: 'The uploaded file has no bytes.' })
    await file.end()
    const flushed = flush(file, isKept)
    return { path, flushed, hash: hash.digest('hex') as BlobHash, size, discard }
  } catch (error) {
    await discard()
    await file.close()
    throw error
  }
}

/** Closes the file too. */
function flush(file: GatheredFile, isKept: boolean): Promise<void> {
  const flushed = (isKept ? file.sync() : Promise.resolve()).finally(() => file.close())
  // Whoever keeps the file waits for it; of a refused one nobody needs to know.
  flushed.catch(() => {})
  return flushed
}

export function tooLarge(maxBytes: number) {
  return problem('source/too-large', {
    detail: `An upload may have at most ${maxBytes} bytes.`,
    members: { limitBytes: maxBytes },
  })
}
