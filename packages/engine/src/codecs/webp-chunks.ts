/** The chunks of a WebP file. Source: RFC 9649 §2.3–2.7 */

export interface Chunk {
  /** Four characters. */
  readonly type: string
  readonly data: Uint8Array
}

const headBytes = 12
const chunkHeadBytes = 8

/** Chunks up to the file's end or to the first one that reaches beyond it. */
export function chunksOf(webp: Uint8Array, from = headBytes): readonly Chunk[] {
  const bytes = Buffer.from(webp.buffer, webp.byteOffset, webp.length)
  const chunks: Chunk[] = []
  for (let at = from; at + chunkHeadBytes <= bytes.length; ) {
    const length = bytes.readUInt32LE(at + 4)
    const end = at + chunkHeadBytes + length
    if (end > bytes.length) break
    chunks.push({
      type: bytes.toString('latin1', at, at + 4),
      data: bytes.subarray(at + chunkHeadBytes, end),
    })
    at = end + (length & 1)
  }
  return chunks
}

/** A file of these chunks. */
export function webpOf(chunks: readonly Chunk[]): Uint8Array {
  const body = Buffer.concat(chunks.flatMap(framed))
  const head = Buffer.from('RIFF\0\0\0\0WEBP', 'latin1')
  head.writeUInt32LE(body.length + 4, 4)
  return Buffer.concat([head, body])
}

/** A chunk as it stands in a file or in another chunk: its head, its data, and a byte that makes its length even. */
export function framed({ type, data }: Chunk): readonly Uint8Array[] {
  const head = Buffer.from(`${type}\0\0\0\0`, 'latin1')
  head.writeUInt32LE(data.length, 4)
  return [head, data, new Uint8Array(data.length & 1)]
}

const [xmpFlag, exifFlag] = [0x04, 0x08]

/** An animated file with these blocks of metadata behind its frames. */
export function withMetadata(
  webp: Uint8Array,
  { exif, xmp }: { readonly exif?: Uint8Array | undefined; readonly xmp?: string | undefined },
): Uint8Array {
  const [head, ...others] = chunksOf(webp)
  if (head?.type !== 'VP8X') return webp
  const flagged = Buffer.from(head.data)
  flagged[0] = (flagged[0] ?? 0) | (exif === undefined ? 0 : exifFlag) | (xmp === undefined ? 0 : xmpFlag)
  return webpOf([
    { type: 'VP8X', data: flagged },
    ...others.filter(({ type }) => type !== 'EXIF' && type !== 'XMP '),
    ...(exif === undefined ? [] : [{ type: 'EXIF', data: exif }]),
    ...(xmp === undefined ? [] : [{ type: 'XMP ', data: Buffer.from(xmp) }]),
  ])
}
