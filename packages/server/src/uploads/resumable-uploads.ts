/**
 * Uploads in parts that survive broken connections and restarts: one growing file each, on the file system of the
 * blobs, so that finishing one is what finishing any upload is.
 *
 * The length of the file is what has arrived. It is flushed before an offset is told, whatever ended the part; file
 * systems record a length only with the bytes behind it, so a power cut shortens the file and never fills it with
 * something else. A complete file that is not an image yet (the server died in between) becomes one as soon as
 * somebody asks how far it is: a client that reads "all there" may rely on it.
 */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, open, readdir, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { Problem, problem } from '@fovea/core'
import type { BlobHash, ImageId } from '../assets/index.ts'
import { isErrno, syncDirectory } from '../storage/index.ts'
import { type PendingId, type PendingUpload, type PendingUploads, pendingId } from './pending-uploads.ts'
import { tooLarge } from './stage.ts'
import type { UploadService } from './upload-service.ts'

export interface ResumableUploadsOptions {
  readonly pending: PendingUploads
  readonly uploads: UploadService
  /** Holds the unfinished files and nothing else. */
  readonly directory: string
}

/** Bytes of an upload from `offset` on. */
export interface Part {
  readonly offset: number
  readonly bytes: AsyncIterable<Uint8Array>
  /** Makes `bytes` fail: nobody waits for them any more. */
  cancel(): void
}

export interface Progress {
  /** Bytes of the whole file. */
  readonly length: number
  /** Bytes that are here, and stay. */
  readonly offset: number
  /** Set when all are. */
  readonly imageId: ImageId | undefined
}

/** A part that is arriving. */
interface Running {
  /** Ends it: the client has come back on another connection. */
  interrupt(): void
  readonly ended: Promise<unknown>
}

export class ResumableUploads {
  readonly #options: ResumableUploadsOptions
  /** Whatever is being done, by upload. */
  readonly #running = new Map<PendingId, Running>()

  constructor(options: ResumableUploadsOptions) {
    this.#options = options
  }

  /** Makes the file of an upload that was announced. */
  async start(id: PendingId): Promise<void> {
    const handle = await open(this.#path(id), 'wx', 0o644)
    try {
      await handle.chmod(0o644)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await syncDirectory(this.#options.directory)
  }

  /** How far an upload is. Ends a part that still seems to arrive. @throws Problem of storing, `upload/not-found` */
  progress(token: string): Promise<Progress> {
    return this.#alone(token, undefined, async (upload) => {
      if (upload.imageId !== undefined) return whole(upload, upload.imageId)
      return this.#finishedOr(upload, await this.#length(upload.id))
    })
  }

  /**
   * Adds bytes. What arrived before a broken connection stays.
   * @throws Problem `upload/offset`, `source/too-large`, `request/client-closed`, and those of storing
   */
  append(token: string, part: Part): Promise<Progress> {
    return this.#alone(token, part, async (upload) => {
      const there = upload.imageId === undefined ? await this.#length(upload.id) : upload.maxBytes
      if (part.offset !== there) throw wrongOffset(part.offset, there)
      if (upload.imageId !== undefined) return whole(upload, upload.imageId)
      return this.#finishedOr(upload, await this.#write(upload, part))
    })
  }

  /** Takes an upload back. */
  remove(token: string): Promise<void> {
    return this.#alone(token, undefined, async ({ id }) => {
      await this.#options.pending.remove(id)
      await this.#discard(id)
    })
  }

  /** Removes uploads that are past their time, and files nobody waits for. */
  async sweep(): Promise<void> {
    const { pending, directory } = this.#options
    await pending.removeExpired()
    const names = await readdir(directory)
    for (let at = 0; at < names.length; at += 500) {
      const some = names.slice(at, at + 500)
      const awaited = await pending.unfinished(some)
      for (const name of some) {
        if (!awaited.has(name) && !this.#running.has(name as PendingId))
          await this.#discard(name as PendingId)
      }
    }
  }

  #path(id: PendingId): string {
    return join(this.#options.directory, id)
  }

  async #length(id: PendingId): Promise<number> {
    try {
      return (await stat(this.#path(id))).size
    } catch (error) {
      if (isErrno(error, 'ENOENT'))
        throw problem('upload/not-found', { detail: 'This upload was taken back.' })
      throw error
    }
  }

  /** One thing at a time for each upload; who comes later ends a part that is arriving. */
  async #alone<T>(
    token: string,
    part: Part | undefined,
    work: (upload: PendingUpload) => Promise<T>,
  ): Promise<T> {
    const id = pendingId(token)
    for (let before = this.#running.get(id); before !== undefined; before = this.#running.get(id)) {
      before.interrupt()
      await before.ended
    }
    const done = this.#options.pending.find('tus', token).then(work)
    this.#running.set(id, { interrupt: () => part?.cancel(), ended: done.catch(() => undefined) })
    try {
      return await done
    } finally {
      this.#running.delete(id)
    }
  }

  async #write({ id, maxBytes }: PendingUpload, { offset, bytes }: Part): Promise<number> {
    const handle = await open(this.#path(id), 'r+')
    let at = offset
    try {
      for await (const chunk of bytes) {
        if (at + chunk.byteLength > maxBytes) throw tooLarge(maxBytes)
        at = await writeAt(handle, chunk, at)
      }
      return at
    } finally {
      await handle.sync()
      await handle.close()
    }
  }

  async #finishedOr(upload: PendingUpload, offset: number): Promise<Progress> {
    const { maxBytes: length } = upload
    if (offset < length) return { offset, length, imageId: undefined }
    const path = this.#path(upload.id)
    const hash = await hashOf(path)
    const staged = { path, flushed: Promise.resolve(), hash, size: offset, discard: async () => {} }
    try {
      const owner = await this.#options.pending.ownerOf(upload)
      const { image } = await this.#options.uploads.storeAnnounced(owner, upload, staged)
      await this.#discard(upload.id)
      return whole(upload, image.id)
    } catch (error) {
      // What is wrong with the bytes stays wrong; what is wrong with the server may pass.
      if (error instanceof Problem && error.status < 500) {
        await this.#options.pending.remove(upload.id)
        await this.#discard(upload.id)
      }
      throw error
    }
  }

  async #discard(id: PendingId): Promise<void> {
    await unlink(this.#path(id)).catch((error) => {
      if (!isErrno(error, 'ENOENT')) throw error
    })
  }
}

function whole({ maxBytes }: PendingUpload, imageId: ImageId): Progress {
  return { offset: maxBytes, length: maxBytes, imageId }
}

function wrongOffset(offset: number, there: number): Problem {
  return problem('upload/offset', {
    detail: `The part begins at ${offset}, and ${there} bytes are here.`,
    members: { offset: there },
  })
}

async function writeAt(handle: FileHandle, chunk: Uint8Array, position: number): Promise<number> {
  let written = 0
  while (written < chunk.byteLength) {
    written += (await handle.write(chunk, written, chunk.byteLength - written, position + written))
      .bytesWritten
  }
  return position + written
}

async function hashOf(path: string): Promise<BlobHash> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  return hash.digest('hex') as BlobHash
}
