/** BMP, all depths and compressions but the JPEG and PNG that printers take. Own decoder. */
import { type Codec, startsWithText } from './codec.ts'
import { dibPixels, readDib } from './dib.ts'
import { damaged } from './pixels.ts'

const fileHeaderBytes = 14
const name = 'BMP'

export const bmp: Codec = {
  format: 'bmp',
  sniff: (head) => startsWithText(head, 'BM'),
  decoder: {
    header(bytes) {
      const { width, height, masks } = readDib(name, bytes, fileHeaderBytes)
      return { width, height, channels: masks[3] === 0 ? 3 : 4, depth: 8 }
    },
    decode(bytes) {
      const at = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(10, true)
      if (at < fileHeaderBytes + 12 || at >= bytes.length) throw damaged(name, `has its pixels at byte ${at}`)
      return dibPixels(name, bytes, readDib(name, bytes, fileHeaderBytes), at)
    },
  },
  loaders: [],
  sharpFormat: 'tiff',
  shrinksOnLoad: false,
  holds16Bit: false,
}
