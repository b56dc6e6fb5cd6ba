/**
 * A new file that is written in large pieces and, where the system can, past the page cache: what is stored is read
 * once by a decoder, if at all, and a copy in memory costs as much CPU as the hash and drives out what is being served.
 * @see docs/adr/0022-uploads-past-the-page-cache.md
 */
import { constants } from 'node:fs'
import { type FileHandle, open, rm } from 'node:fs/promises'
import { isErrno } from './errno.ts'

/** Each write is a trip through the thread pool. */
const pieceBytes = 512 * 1024
/** What `O_DIRECT` wants addresses, offsets and lengths to be multiples of, on every disk there is (open(2)). */
const alignment = 4096

type Piece = Uint8Array<ArrayBuffer>

export interface GatheredFileOptions {
  /** Whether the page cache keeps what is written, for who reads it right away. */
  readonly isCached: boolean
  /** Two of the same length, a multiple of 4096 bytes. Where one is not aligned, writes go through the cache. */
  readonly pieces?: readonly [Piece, Piece]
}

export class GatheredFile {
  readonly #path: string
  #handle: FileHandle
  #isDirect: boolean
  /** One is filled while the other is written. */
  #filling: Piece
  #other: Piece
  #filled = 0
  /** Bytes of the file before the piece that is being filled. */
  #start = 0
  #writing: Promise<void> = Promise.resolve()

  private constructor(
    path: string,
    [filling, other]: readonly [Piece, Piece],
    { handle, isDirect }: { readonly handle: FileHandle; readonly isDirect: boolean },
  ) {
    this.#path = path
    this.#filling = filling
    this.#other = other
    this.#handle = handle
    this.#isDirect = isDirect
  }

  /** @throws the error of the system, also for a path where something lies */
  static async create(
    path: string,
    { isCached, pieces = [alignedMemory(pieceBytes), alignedMemory(pieceBytes)] }: GatheredFileOptions,
  ): Promise<GatheredFile> {
    const direct = isCached ? undefined : await openDirect(path)
    const handle = direct ?? (await open(path, 'wx', 0o644))
    return new GatheredFile(path, pieces, { handle, isDirect: direct !== undefined })
  }

  /** The bytes may be overwritten when it resolves. @throws what the system said of these or earlier bytes */
  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.byteLength; ) {
      const part = bytes.subarray(at, at + this.#filling.byteLength - this.#filled)
      this.#filling.set(part, this.#filled)
      at += part.byteLength
      this.#filled += part.byteLength
      if (this.#filled === this.#filling.byteLength) await this.#writeFilled()
    }
  }

  /**
   * Writes what is left and lets everybody read it who knows the name. It may not be on disk yet.
   * @throws what the system said of any bytes
   */
  async end(): Promise<void> {
    await this.#writeFilled()
    await this.#writing
    this.#release()
    if (this.#isDirect) await this.#handle.truncate(this.#start)
    await this.#handle.chmod(0o644)
  }

  sync(): Promise<void> {
    return this.#handle.sync()
  }

  async close(): Promise<void> {
    await this.#writing.catch(() => {})
    this.#release()
    await this.#handle.close()
  }

  /** Begins as soon as the other piece is written and can be filled. */
  async #writeFilled(): Promise<void> {
    await this.#writing
    this.#writing = this.#writePiece(this.#filling, this.#filled, this.#start)
    // Whoever waits for it hears of it.
    this.#writing.catch(() => {})
    this.#start += this.#filled
    this.#filled = 0
    ;[this.#filling, this.#other] = [this.#other, this.#filling]
  }

  async #writePiece(piece: Piece, length: number, position: number): Promise<void> {
    let end = length
    if (this.#isDirect) {
      end = Math.ceil(length / alignment) * alignment
      piece.fill(0, length, end)
    }
    for (let at = 0; at < end; ) {
      try {
        at += (await this.#handle.write(piece, at, end - at, position + at)).bytesWritten
      } catch (error) {
        if (!this.#isDirect || !isErrno(error, 'EINVAL')) throw error
        await this.#useCache()
        end = length
      }
    }
  }

  /** Now, and not when the garbage collector comes, which memory that waits for it calls sooner. */
  #release(): void {
    for (const { buffer } of [this.#filling, this.#other]) if (!buffer.detached) buffer.transfer(0)
  }

  /** A file system may take the flag and then not the write. */
  async #useCache(): Promise<void> {
    await this.#handle.close()
    this.#handle = await open(this.#path, 'r+')
    this.#isDirect = false
  }
}

/** `undefined` where the system or the file system knows no writes past the cache. */
async function openDirect(path: string): Promise<FileHandle | undefined> {
  const { O_CREAT, O_DIRECT, O_EXCL, O_WRONLY } = constants
  if (O_DIRECT === undefined) return undefined
  try {
    return await open(path, O_CREAT | O_DIRECT | O_EXCL | O_WRONLY, 0o644)
  } catch (error) {
    if (!isErrno(error, 'EINVAL')) throw error
    // Linux makes the file before it finds that its file system lacks such writes (open(2)).
    await rm(path, { force: true })
    return undefined
  }
}

/** V8 takes the memory of a resizable buffer in whole pages from the system; that of others begins anywhere. */
function alignedMemory(bytes: number): Piece {
  return new Uint8Array(new ArrayBuffer(bytes, { maxByteLength: bytes }))
}
