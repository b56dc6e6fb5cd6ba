/** Receives an upload into a temporary file, hashing on the way. Nothing is known about the bytes yet. */
import { createHash } from 'node:crypto'
import { type FileHandle, open, unlink } from 'node:fs/promises'
import { problem } from '@fovea/core'
import type { BlobHash } from '../assets/index.ts'
import type { TemporaryFiles } from '../storage/index.ts'

export interface StagedFile {
  /** Complete and, where it is kept, flushed to disk; readable by a decoder with another uid that is told the name. */
  readonly path: string
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
 * Writes the whole stream. On any failure the file is removed.
 * @throws Problem `source/too-large` as soon as one byte too many has come, `source/empty`
 */
export async function stage(
  source: AsyncIterable<Uint8Array>,
  { temporary, maxBytes, signal, isKept = true }: StageOptions,
): Promise<StagedFile> {
  const path = temporary.newPath()
  const discard = () => unlink(path).catch(() => {})
  const handle = await open(path, 'wx', 0o644)
  try {
    const hash = createHash('sha256')
    let size = 0
    let written = 0
    let gathered: Uint8Array[] = []
    const flush = async () => {
      await writeAll(handle, gathered)
      gathered = []
      written = size
    }
    for await (const chunk of source) {
      signal?.throwIfAborted()
      size += chunk.byteLength
      if (size > maxBytes) throw tooLarge(maxBytes)
      hash.update(chunk)
      gathered.push(chunk)
      if (size - written >= gatheredBytes) await flush()
    }
    await flush()
    if (size === 0) throw problem('source/empty', { detail: 'The uploaded file has no bytes.' })
    await handle.chmod(0o644)
    if (isKept) await handle.sync()
    return { path, hash: hash.digest('hex') as BlobHash, size, discard }
  } catch (error) {
    await discard()
    throw error
  } finally {
    await handle.close()
  }
}

export function tooLarge(maxBytes: number) {
  return problem('source/too-large', {
    detail: `An upload may have at most ${maxBytes} bytes.`,
    members: { limitBytes: maxBytes },
  })
}

async function writeAll(handle: FileHandle, chunks: readonly Uint8Array[]): Promise<void> {
  let { bytesWritten: done } = await handle.writev(chunks)
  // All of them but on a disk that is nearly full, which then says so.
  for (const chunk of chunks) {
    let at = Math.min(done, chunk.byteLength)
    done -= at
    while (at < chunk.byteLength) at += (await handle.write(chunk, at)).bytesWritten
  }
}
