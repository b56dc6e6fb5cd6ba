/**
 * WOFF2 → OpenType: unpacks one Brotli stream and undoes the two table transforms.
 *
 * HarfBuzz reads plain OpenType only, and the npm packages that carry our fonts hold WOFF2, a third of the size. Files
 * are our own dependencies, pinned by the lockfile, so a damaged one is an exception and not a Problem. A file of
 * 30 KB takes about a millisecond.
 *
 * Source: W3C Recommendation WOFF File Format 2.0 (§4.1 directory, §5 transforms)
 */
import { brotliDecompressSync } from 'node:zlib'
import { ByteReader } from './byte-reader.ts'
import { type RebuiltGlyphs, rebuildGlyphs, rebuildMetrics } from './woff2-transforms.ts'

const signature = 0x774f4632
const knownTags =
  'cmap head hhea hmtx maxp name OS/2 post cvt_ fpgm glyf loca prep CFF_ VORG EBDT EBLC gasp hdmx kern LTSH PCLT VDMX vhea vmtx BASE GDEF GPOS GSUB EBSC JSTF MATH CBDT CBLC COLR CPAL SVG_ sbix acnt avar bdat bloc bsln cvar fdsc feat fmtx fvar gvar hsty just lcar mort morx opbd prop trak Zapf Silf Glat Gloc Feat Sill'
    .split(' ')
    .map((tag) => tag.replace('_', ' '))

interface Entry {
  readonly tag: string
  /** Bytes in the stream. */
  readonly length: number
  readonly isTransformed: boolean
}

/** @throws Error when the bytes are no single-font WOFF2 */
export function unpackWoff2(bytes: Uint8Array): Uint8Array {
  const reader = new ByteReader(bytes)
  if (reader.u32() !== signature) throw new Error('not a WOFF2 file')
  const flavor = reader.u32()
  reader.take(4)
  const count = reader.u16()
  reader.take(6)
  const compressedLength = reader.u32()
  reader.take(24)
  const entries = Array.from({ length: count }, () => readEntry(reader))
  const stream = new ByteReader(brotliDecompressSync(reader.take(compressedLength)))
  const stored = new Map(entries.map((entry) => [entry.tag, stream.take(entry.length)]))
  return assemble(flavor, restored(entries, stored))
}

function readEntry(reader: ByteReader): Entry {
  const flags = reader.u8()
  const known = knownTags[flags & 63]
  const tag = (flags & 63) === 63 ? String.fromCharCode(...reader.take(4)) : known
  if (tag === undefined) throw new Error('a table without a name')
  const version = flags >> 6
  const isTransformed = tag === 'glyf' || tag === 'loca' ? version === 0 : version !== 0
  const originalLength = reader.base128()
  return { tag, length: isTransformed ? reader.base128() : originalLength, isTransformed }
}

/** Tables as OpenType has them. */
function restored(
  entries: readonly Entry[],
  stored: ReadonlyMap<string, Uint8Array>,
): ReadonlyMap<string, Uint8Array> {
  const tables = new Map(stored)
  const isTransformed = (tag: string) => entries.some((entry) => entry.tag === tag && entry.isTransformed)
  const glyphs = isTransformed('glyf') ? rebuildGlyphs(needed(stored, 'glyf')) : undefined
  if (glyphs !== undefined) {
    tables.set('glyf', glyphs.glyf)
    tables.set('loca', glyphs.loca)
    tables.set('head', withLongOffsets(needed(stored, 'head')))
  }
  if (isTransformed('hmtx')) tables.set('hmtx', metrics(stored, glyphs))
  return tables
}

function metrics(stored: ReadonlyMap<string, Uint8Array>, glyphs: RebuiltGlyphs | undefined): Uint8Array {
  if (glyphs === undefined) throw new Error('transformed metrics without transformed glyphs')
  const header = needed(stored, 'hhea')
  const advances = new DataView(header.buffer, header.byteOffset).getUint16(34)
  return rebuildMetrics(needed(stored, 'hmtx'), advances, glyphs.leftEdges)
}

function needed(tables: ReadonlyMap<string, Uint8Array>, tag: string): Uint8Array {
  const table = tables.get(tag)
  if (table === undefined) throw new Error(`a font without ${tag}`)
  return table
}

/** `head` saying that `loca` has 32-bit offsets, as the rebuilt one has. */
function withLongOffsets(head: Uint8Array): Uint8Array {
  const copy = head.slice()
  copy.set([0, 1], 50)
  return copy
}

/** An OpenType file; checksums stay zero, nobody here reads them. */
function assemble(flavor: number, tables: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const sorted = [...tables].sort(([a], [b]) => (a < b ? -1 : 1))
  const start = 12 + 16 * sorted.length
  const total = sorted.reduce((sum, [, table]) => sum + padded(table.length), start)
  const file = new Uint8Array(total)
  const view = new DataView(file.buffer)
  view.setUint32(0, flavor)
  view.setUint16(4, sorted.length)
  let at = start
  for (const [index, [tag, table]] of sorted.entries()) {
    const entry = 12 + 16 * index
    for (let letter = 0; letter < 4; letter++) file[entry + letter] = tag.charCodeAt(letter)
    view.setUint32(entry + 8, at)
    view.setUint32(entry + 12, table.length)
    file.set(table, at)
    at += padded(table.length)
  }
  return file
}

function padded(length: number): number {
  return (length + 3) & ~3
}
