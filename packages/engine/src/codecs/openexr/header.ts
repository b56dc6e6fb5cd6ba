/**
 * The header of an OpenEXR file: attributes by name, of which decoding needs six. Of several parts the first one.
 * Source: openexr.com, "OpenEXR File Layout"
 */
import { checkedSides, damaged } from '../pixels.ts'

export const name = 'OpenEXR'

export interface Channel {
  readonly name: string
  /** 0 unsigned integer, 1 half, 2 float. */
  readonly type: 0 | 1 | 2
  readonly dx: number
  readonly dy: number
}

export interface Header {
  readonly width: number
  readonly height: number
  /** The first column and line. */
  readonly left: number
  readonly top: number
  readonly compression: number
  readonly channels: readonly Channel[]
  /** Undefined where lines are stored whole. */
  readonly tile: { readonly width: number; readonly height: number } | undefined
  readonly hasParts: boolean
  /** First byte of the table of chunks. */
  readonly end: number
}

const [tiledFlag, deepFlag, partsFlag] = [0x200, 0x800, 0x1000]
const maxParts = 64
const maxChannels = 128
const longestName = 255

type Attributes = ReadonlyMap<string, Uint8Array>

export function readHeader(bytes: Uint8Array): Header {
  const view = viewOf(bytes)
  const version = view.getUint32(4, true)
  if ((version & 255) !== 2) throw damaged(name, `is of version ${version & 255}`)
  if ((version & deepFlag) !== 0) throw damaged(name, 'has deep data, which are not read here')
  const hasParts = (version & partsFlag) !== 0
  const first = readAttributes(bytes, 8)
  let { end } = first
  for (let part = 1; hasParts && bytes[end] !== 0; part++) {
    if (part > maxParts) throw damaged(name, `has more than ${maxParts} parts`)
    end = readAttributes(bytes, end).end
  }
  const { attributes } = first
  const window = viewOf(required(attributes, 'dataWindow', 16))
  const [left, top] = [window.getInt32(0, true), window.getInt32(4, true)]
  const [width, height] = [window.getInt32(8, true) - left + 1, window.getInt32(12, true) - top + 1]
  checkedSides(name, width, height)
  const type = attributes.get('type')
  const isTiled = type === undefined ? (version & tiledFlag) !== 0 : textOf(type).startsWith('tiled')
  return {
    width,
    height,
    left,
    top,
    compression: required(attributes, 'compression', 1)[0] ?? 0,
    channels: readChannels(required(attributes, 'channels', 1)),
    tile: isTiled ? readTile(viewOf(required(attributes, 'tiles', 9))) : undefined,
    hasParts,
    end: hasParts ? end + 1 : end,
  }
}

function readAttributes(bytes: Uint8Array, start: number): { attributes: Attributes; end: number } {
  const view = viewOf(bytes)
  const attributes = new Map<string, Uint8Array>()
  let at = start
  while (bytes[at] !== 0) {
    const key = readName(bytes, at)
    const type = readName(bytes, at + key.length + 1)
    const bodyAt = at + key.length + type.length + 6
    const size = view.getUint32(bodyAt - 4, true)
    if (bodyAt + size > bytes.length) throw damaged(name, 'has an attribute that does not fit')
    attributes.set(key, bytes.subarray(bodyAt, bodyAt + size))
    at = bodyAt + size
  }
  return { attributes, end: at + 1 }
}

function readName(bytes: Uint8Array, at: number): string {
  const end = bytes.indexOf(0, at)
  if (end < 0 || end - at > longestName) throw damaged(name, 'has a name without end')
  return textOf(bytes.subarray(at, end))
}

function required(attributes: Attributes, key: string, length: number): Uint8Array {
  const value = attributes.get(key)
  if (value === undefined || value.length < length) throw damaged(name, `does not say its ${key}`)
  return value
}

function readChannels(bytes: Uint8Array): readonly Channel[] {
  const view = viewOf(bytes)
  const channels: Channel[] = []
  let at = 0
  while (bytes[at] !== 0) {
    const key = readName(bytes, at)
    at += key.length + 1
    const [type, dx, dy] = [
      view.getInt32(at, true),
      view.getInt32(at + 8, true),
      view.getInt32(at + 12, true),
    ]
    if ((type !== 0 && type !== 1 && type !== 2) || dx < 1 || dy < 1 || dx > 16 || dy > 16) {
      throw damaged(name, `has a channel of type ${type} every ${dx}×${dy}`)
    }
    channels.push({ name: key, type, dx, dy })
    if (channels.length > maxChannels) throw damaged(name, `has more than ${maxChannels} channels`)
    at += 16
  }
  if (channels.length === 0) throw damaged(name, 'has no channels')
  return channels
}

function readTile(view: DataView): { width: number; height: number } {
  const [width, height] = [view.getUint32(0, true), view.getUint32(4, true)]
  if (width < 1 || height < 1 || width > 65_536 || height > 65_536) {
    throw damaged(name, `has tiles of ${width}×${height} px`)
  }
  return { width, height }
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1')
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
