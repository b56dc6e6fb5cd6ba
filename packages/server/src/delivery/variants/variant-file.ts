/**
 * A cache entry that describes itself: `magic · length of meta · SHA-256 of meta · meta (JSON) · body`.
 *
 * Files are written without fsync: a torn, truncated or flipped file is recognised by its checksums when it is read
 * and counts as a miss, so nothing but the rename has to be atomic.
 */
import { createHash, hash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import type { MadeFormat } from '@fovea/core'
import type { ReplyBody } from '../reply.ts'

const magic = Buffer.from('FOVEAV01', 'latin1')
const digestBytes = 32
const prefixBytes = magic.length + 4 + digestBytes
/** Meta is about 300 bytes; anything near this bound is not ours. */
const maxMetaBytes = 16_384

export interface VariantMeta {
  readonly address: string
  readonly contentType: string
  readonly format: MadeFormat
  /** Size of one frame, px; of the picture that a text is about. */
  readonly width: number
  readonly height: number
  readonly pages: number
  /** What a search for the quality ended with. */
  readonly quality?: number
}

interface StoredMeta extends VariantMeta {
  readonly sizeBytes: number
  readonly sha256: string
}

export interface Variant extends VariantMeta {
  readonly body: ReplyBody
}

/** Head of the file; the body follows it unchanged. */
export function encodeHead(meta: VariantMeta, body: Uint8Array): Buffer {
  // Named one by one: callers hand in whole variants, and their bytes must not end up in the JSON.
  const { address, contentType, format, width, height, pages, quality } = meta
  const sizeBytes = body.length
  const sha256 = hash('sha256', body, 'hex')
  const stored: StoredMeta = {
    address,
    contentType,
    format,
    width,
    height,
    pages,
    ...(quality === undefined ? {} : { quality }),
    sizeBytes,
    sha256,
  }
  const json = Buffer.from(JSON.stringify(stored), 'utf8')
  const length = Buffer.alloc(4)
  length.writeUInt32BE(json.length)
  return Buffer.concat([magic, length, hash('sha256', json, 'buffer'), json])
}

/** The variant in `file`, or `undefined` when a single bit of it is not as it was written, or it is another one. */
export function decodeVariant(file: Buffer, address: string): Variant | undefined {
  const head = readHead(file)
  if (head === undefined || head.meta.address !== address) return undefined
  const { sizeBytes, sha256, ...meta } = head.meta
  const bytes = file.subarray(head.bodyOffset)
  if (bytes.length !== sizeBytes) return undefined
  if (createHash('sha256').update(bytes).digest('hex') !== sha256) return undefined
  return { ...meta, body: { kind: 'bytes', bytes } }
}

/**
 * The variant in a file that is too large to be held: every byte is read and verified, none is kept.
 * @throws Error when the file cannot be read
 */
export async function verifyVariant(
  file: FileHandle,
  path: string,
  address: string,
): Promise<Variant | undefined> {
  const start = Buffer.allocUnsafe(headBytes)
  const { bytesRead } = await file.read(start, 0, start.length, 0)
  const head = readHead(start.subarray(0, bytesRead))
  if (head === undefined || head.meta.address !== address) return undefined
  const { sizeBytes, sha256, ...meta } = head.meta
  const offset = head.bodyOffset
  if ((await file.stat()).size !== offset + sizeBytes) return undefined
  const digest = createHash('sha256')
  const stream = file.createReadStream({ start: offset, autoClose: false, highWaterMark: 256 * 1024 })
  for await (const chunk of stream) digest.update(chunk as Buffer)
  return digest.digest('hex') === sha256
    ? { ...meta, body: { kind: 'file', path, offset, sizeBytes } }
    : undefined
}

/** Bytes at the start of a file that `wholeSize` needs at most. */
export const headBytes = prefixBytes + maxMetaBytes

/** Length the whole file must have according to its head; `undefined` when the head is not ours. */
export function wholeSize(start: Buffer, address: string): number | undefined {
  const head = readHead(start)
  return head === undefined || head.meta.address !== address
    ? undefined
    : head.bodyOffset + head.meta.sizeBytes
}

function readHead(file: Buffer): { readonly meta: StoredMeta; readonly bodyOffset: number } | undefined {
  if (file.length < prefixBytes || file.compare(magic, 0, magic.length, 0, magic.length) !== 0)
    return undefined
  const length = file.readUInt32BE(magic.length)
  if (length > maxMetaBytes || file.length < prefixBytes + length) return undefined
  const json = file.subarray(prefixBytes, prefixBytes + length)
  const expected = file.subarray(magic.length + 4, prefixBytes)
  if (expected.compare(hash('sha256', json, 'buffer')) !== 0) return undefined
  // The checksum proves that this is what `encodeHead` wrote, so the shape is known.
  return { meta: JSON.parse(json.toString('utf8')) as StoredMeta, bodyOffset: prefixBytes + length }
}
