/** QOI, RGB and RGBA. Own decoder. Source: "The Quite OK Image Format", specification 1.0 (2022-01-05) */
import { type Codec, startsWithText } from './codec.ts'
import { checkedSides, damaged, type PixelHeader, type Pixels } from './pixels.ts'

const name = 'QOI'
const headerBytes = 14
/** A byte stands for at most 62 pixels. */
const maxRun = 62

export const qoi: Codec = {
  format: 'qoi',
  sniff: (head) => startsWithText(head, 'qoif'),
  decoder: { header: readHeader, decode },
  loaders: [],
  sharpFormat: 'tiff',
  shrinksOnLoad: false,
  holds16Bit: false,
}

function readHeader(bytes: Uint8Array): PixelHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const [width, height, channels] = [view.getUint32(4), view.getUint32(8), view.getUint8(12)]
  checkedSides(name, width, height)
  if (channels !== 3 && channels !== 4) throw damaged(name, `has ${channels} channels`)
  return { width, height, channels, depth: 8 }
}

function decode(bytes: Uint8Array): Pixels {
  const header = readHeader(bytes)
  const { width, height, channels } = header
  const count = width * height
  if (count > (bytes.length - headerBytes) * maxRun)
    throw damaged(name, 'has fewer pixels than its header says')
  const data = new Uint8Array(count * channels)
  const seen = new Uint8Array(64 * 4)
  let [r, g, b, a, run, at] = [0, 0, 0, 255, 0, headerBytes]
  for (let to = 0; to < data.length; to += channels) {
    if (run > 0) run--
    else {
      if (at >= bytes.length) throw damaged(name, 'ends before its last pixel')
      const tag = bytes[at++] ?? 0
      if (tag === 0xfe || tag === 0xff) {
        r = bytes[at++] ?? 0
        g = bytes[at++] ?? 0
        b = bytes[at++] ?? 0
        if (tag === 0xff) a = bytes[at++] ?? 0
      } else if (tag < 0x40) {
        const from = tag * 4
        r = seen[from] ?? 0
        g = seen[from + 1] ?? 0
        b = seen[from + 2] ?? 0
        a = seen[from + 3] ?? 0
      } else if (tag < 0x80) {
        r = (r + ((tag >> 4) & 3) - 2) & 255
        g = (g + ((tag >> 2) & 3) - 2) & 255
        b = (b + (tag & 3) - 2) & 255
      } else if (tag < 0xc0) {
        const second = bytes[at++] ?? 0
        const green = (tag & 63) - 32
        r = (r + green - 8 + (second >> 4)) & 255
        g = (g + green) & 255
        b = (b + green - 8 + (second & 15)) & 255
      } else run = tag & 63
      const into = ((r * 3 + g * 5 + b * 7 + a * 11) & 63) * 4
      seen[into] = r
      seen[into + 1] = g
      seen[into + 2] = b
      seen[into + 3] = a
    }
    data[to] = r
    data[to + 1] = g
    data[to + 2] = b
    if (channels === 4) data[to + 3] = a
  }
  return { ...header, data }
}
