/** The bytes of one file of an archive, by its offset: never more than its directory said. */
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream as NodeReadableStream } from 'node:stream/web'
import { crc32, createInflateRaw } from 'node:zlib'
import { type Problem, problem } from '@fovea/core'
import type { ArchivePlace } from './batch.ts'

/** A local header without name and extra field, bytes. */
const headerBytes = 30
const headerSignature = 0x04034b50

/** Reads bytes of the archive, both ends included. */
export type ReadArchive = (start: number, end: number) => Promise<ReadableStream<Uint8Array>>

/** @throws Problem `source/undecodable` when the archive does not hold what it said */
export async function* archiveFile(
  read: ReadArchive,
  { path, offset, compressedSize, size, method, checksum }: ArchivePlace,
): AsyncGenerator<Uint8Array> {
  const header = Buffer.from(await new Response(await read(offset, offset + headerBytes - 1)).arrayBuffer())
  if (header.length < headerBytes || header.readUInt32LE(0) !== headerSignature) throw damaged(path)
  const start = offset + headerBytes + header.readUInt16LE(26) + header.readUInt16LE(28)
  if (compressedSize === 0) return
  const packed = Readable.fromWeb((await read(start, start + compressedSize - 1)) as NodeReadableStream)
  let length = 0
  let sum = 0
  try {
    for await (const chunk of method === 8 ? inflated(packed) : packed) {
      length += chunk.length
      if (length > size) break
      sum = crc32(chunk, sum)
      yield chunk
    }
  } catch (error) {
    throw isOfZlib(error) ? damaged(path) : error
  } finally {
    packed.destroy()
  }
  if (length !== size || sum !== checksum) throw damaged(path)
}

function inflated(packed: Readable): Readable {
  const inflate = createInflateRaw()
  // Whoever reads from it meets the error.
  pipeline(packed, inflate).catch(() => {})
  return inflate
}

function isOfZlib(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')
}

function damaged(path: string): Problem {
  return problem('source/undecodable', { detail: `"${path.slice(0, 200)}" in the archive is damaged.` })
}
