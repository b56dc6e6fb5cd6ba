/** Receives an upload into a temporary file, hashing on the way. Nothing is known about the bytes yet. */
import { createHash } from 'node:crypto'
import { type FileHandle, open, unlink } from 'node:fs/promises'
import { problem } from '@fovea/core'
import type { BlobHash } from '../assets/index.ts'
import type { TemporaryFiles } from '../storage/index.ts'

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
  /** `false` for a file that nothing outlives: it need not reach the disk. */
  readonly isKept?: boolean
}

/** Bytes that are gathered before they are written: each write is a trip through the thread pool. */
const gatheredBytes = 512 * 1024

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
  const handle = await open(path, 'wx', 0o644)
  const gathered = new Uint8Array(new ArrayBuffer(gatheredBytes))
  try {
    const hash = createHash('sha256')
    let size = 0
    let filled = 0
    for await (const chunk of source) {
      signal?.throwIfAborted()
      size += chunk.byteLength
      if (size > maxBytes) throw tooLarge(maxBytes)
      hash.update(chunk)
      for (let at = 0; at < chunk.byteLength; ) {
        const piece = chunk.subarray(at, at + gatheredBytes - filled)
        gathered.set(piece, filled)
        at += piece.byteLength
        filled += piece.byteLength
        if (filled < gatheredBytes) continue
        await writeAll(handle, gathered)
        filled = 0
      }
    }
    await writeAll(handle, gathered.subarray(0, filled))
    if (size === 0) throw problem('source/empty', { detail: 'The uploaded file has no bytes.' })
    await handle.chmod(0o644)
    const flushed = flush(handle, isKept)
    return { path, flushed, hash: hash.digest('hex') as BlobHash, size, discard }
  } catch (error) {
    await discard()
    await handle.close()
    throw error
  } finally {
    // Now, and not when the garbage collector comes, which memory that waits for it calls sooner.
    gathered.buffer.transfer(0)
  }
}

/** Closes the file too. */
function flush(handle: FileHandle, isKept: boolean): Promise<void> {
  const flushed = (isKept ? handle.sync() : Promise.resolve()).finally(() => handle.close())
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

async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.byteLength; ) at += (await handle.write(bytes, at)).bytesWritten
}
