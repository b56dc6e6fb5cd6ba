/**
 * The boxes of a JP2 file around its codestream: colours, palette, what each channel is for. A bare codestream is
 * taken too. Source: ISO/IEC 15444-1 annex I; UUID of the Exif box as ImageMagick, Kakadu and ExifTool know it
 */

import { boxesIn, boxIn, boxOf } from '../iso-bmff.ts'
import { damaged } from '../pixels.ts'
import { name } from './codestream.ts'

/** Enumerated colour spaces. */
export const colourSpaces = { cmyk: 12, srgb: 16, grey: 17, sycc: 18 } as const

export interface Palette {
  readonly entries: number
  /** Bits of each column. */
  readonly bits: readonly number[]
  /** Row-major. */
  readonly values: readonly number[]
}

/** Where a channel comes from: a component, straight or through a column of the palette. */
export interface Mapping {
  readonly component: number
  readonly column: number | undefined
}

/** What a channel is for. */
export interface Definition {
  readonly channel: number
  /** 0 colour, 1 opacity, 2 opacity that colours were multiplied by. */
  readonly kind: number
  /** Which colour, from 1; 0 for all. */
  readonly association: number
}

export interface Jp2 {
  readonly codestream: Uint8Array
  /** Enumerated; undefined when a profile says it or nobody does. */
  readonly space: number | undefined
  readonly icc: Uint8Array | undefined
  readonly palette: Palette | undefined
  readonly mappings: readonly Mapping[] | undefined
  readonly definitions: readonly Definition[]
  readonly exif: Uint8Array | undefined
}

const exifId = '4a706754696666457869662d3e4a5032'
const maxEntries = 1024

/** @throws Problem `source/undecodable` when there is no codestream */
export function readJp2(file: Uint8Array): Jp2 {
  const nothing = {
    space: undefined,
    icc: undefined,
    palette: undefined,
    mappings: undefined,
    definitions: [],
  }
  if (file[0] === 0xff) return { codestream: file, ...nothing, exif: undefined }
  const header = boxIn(file, 'jp2h')
  const codestream = boxIn(file, 'jp2c')
  if (header === undefined || codestream === undefined)
    throw damaged(name, 'lacks its header or its codestream')
  const palette = boxIn(header, 'pclr')
  const mappings = boxIn(header, 'cmap')
  const definitions = boxIn(header, 'cdef')
  return {
    codestream,
    ...readColours(header),
    palette: palette === undefined ? undefined : readPalette(palette),
    mappings: mappings === undefined ? undefined : readMappings(mappings),
    definitions: definitions === undefined ? [] : readDefinitions(definitions),
    exif: readExif(file),
  }
}

/** The first colour box that we understand. */
function readColours(header: Uint8Array): Pick<Jp2, 'space' | 'icc'> {
  for (const { type, body } of boxesIn(header)) {
    if (type !== 'colr' || body.length < 7) continue
    const method = body[0]
    if (method === 1) return { space: viewOf(body).getUint32(3), icc: undefined }
    if (method === 2 || method === 3) return { space: undefined, icc: body.slice(3) }
  }
  return { space: undefined, icc: undefined }
}

function readPalette(body: Uint8Array): Palette {
  const view = viewOf(body)
  const [entries, columns] = [view.getUint16(0), view.getUint8(2)]
  if (entries < 1 || entries > maxEntries || columns < 1) throw damaged(name, 'has a palette without colours')
  const bits = Array.from({ length: columns }, (_, column) => (view.getUint8(3 + column) & 127) + 1)
  if (bits.some((depth) => depth > 16)) throw damaged(name, 'has a palette of more than 16 bit')
  let at = 3 + columns
  const values: number[] = []
  for (let entry = 0; entry < entries; entry++) {
    for (const depth of bits) {
      values.push(depth > 8 ? view.getUint16(at) : view.getUint8(at))
      at += depth > 8 ? 2 : 1
    }
  }
  return { entries, bits, values }
}

function readMappings(body: Uint8Array): readonly Mapping[] {
  const view = viewOf(body)
  return Array.from({ length: Math.floor(body.length / 4) }, (_, index) => ({
    component: view.getUint16(index * 4),
    column: view.getUint8(index * 4 + 2) === 1 ? view.getUint8(index * 4 + 3) : undefined,
  }))
}

function readDefinitions(body: Uint8Array): readonly Definition[] {
  const view = viewOf(body)
  return Array.from(
    { length: Math.min(view.getUint16(0), Math.floor((body.length - 2) / 6)) },
    (_, index) => ({
      channel: view.getUint16(2 + index * 6),
      kind: view.getUint16(4 + index * 6),
      association: view.getUint16(6 + index * 6),
    }),
  )
}

function readExif(file: Uint8Array): Uint8Array | undefined {
  for (const { type, body } of boxesIn(file)) {
    if (type === 'uuid' && Buffer.from(body.subarray(0, 16)).toString('hex') === exifId) return body.slice(16)
  }
  return undefined
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** What a written file says of its codestream. */
export interface Jp2Facts {
  readonly width: number
  readonly height: number
  readonly channels: 1 | 3 | 4
  readonly depth: 8 | 16
  /** EXIF as a TIFF structure. */
  readonly exif: Uint8Array | undefined
}

/** A JP2 file, in sRGB or grey; the fourth channel is straight alpha over all. */
export function wrapInJp2(
  codestream: Uint8Array,
  { width, height, channels, depth, exif }: Jp2Facts,
): Uint8Array {
  const size = Buffer.alloc(14)
  size.writeUInt32BE(height, 0)
  size.writeUInt32BE(width, 4)
  size.writeUInt16BE(channels, 8)
  size.set([depth - 1, 7, 0, 0], 10)
  const colours = Buffer.from([1, 0, 0, 0, 0, 0, channels === 1 ? colourSpaces.grey : colourSpaces.srgb])
  const definitions = [
    [0, 0, 1],
    [1, 0, 2],
    [2, 0, 3],
    [3, 1, 0],
  ].flat()
  const alpha = Buffer.alloc(2 + definitions.length * 2)
  alpha.writeUInt16BE(4)
  for (const [index, value] of definitions.entries()) alpha.writeUInt16BE(value, 2 + index * 2)
  return Buffer.concat([
    boxOf('jP  ', Buffer.from([0x0d, 0x0a, 0x87, 0x0a])),
    boxOf('ftyp', Buffer.from('jp2 \0\0\0\0jp2 ', 'latin1')),
    boxOf(
      'jp2h',
      boxOf('ihdr', size),
      boxOf('colr', colours),
      ...(channels === 4 ? [boxOf('cdef', alpha)] : []),
    ),
    ...(exif === undefined ? [] : [boxOf('uuid', Buffer.from(exifId, 'hex'), exif)]),
    boxOf('jp2c', codestream),
  ])
}
