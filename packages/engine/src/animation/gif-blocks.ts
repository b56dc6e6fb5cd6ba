/** The blocks of a GIF, found without decoding a pixel. Source: GIF89a specification §17–§26 */

export interface GifFrame {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
  readonly isInterlaced: boolean
  /** What becomes of the frame before the next: 2 clears it, 3 brings back what was there before it. */
  readonly disposal: number
  /** Index that is not painted. */
  readonly transparent: number | undefined
  /** RGB triplets: the frame's own or the file's. */
  readonly palette: Uint8Array
  readonly codeBits: number
  /** LZW data, in blocks of up to 255 bytes, each behind its length. */
  readonly data: Uint8Array
  /** The graphic control extension as it stands in the file; empty when there is none. */
  readonly control: Uint8Array
}

export interface GifFile {
  readonly width: number
  readonly height: number
  /** Signature, screen, palette and everything else before the first frame. */
  readonly head: Uint8Array
  readonly frames: readonly GifFrame[]
}

const [imageSeparator, extension, graphicControl] = [0x2c, 0x21, 0xf9]
const screenBytes = 13
const descriptorBytes = 10

/** Frames up to the file's end or to the first block that is none; undefined when it does not begin like a GIF. */
export function readGif(bytes: Uint8Array): GifFile | undefined {
  if (bytes.length < screenBytes) return undefined
  const u16 = (at: number) => (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8)
  const global = paletteBytes(bytes[10] ?? 0)
  const globalPalette = bytes.subarray(screenBytes, screenBytes + global)
  const frames: GifFrame[] = []
  let at = screenBytes + global
  let head = at
  let control: Uint8Array = new Uint8Array()
  for (;;) {
    if (bytes[at] === extension) {
      const end = endOfBlocks(bytes, at + 2)
      if (end === undefined) break
      if (bytes[at + 1] === graphicControl) control = bytes.subarray(at, end)
      at = end
      if (frames.length === 0 && control.length === 0) head = at
      continue
    }
    if (bytes[at] !== imageSeparator) break
    const flags = bytes[at + 9] ?? 0
    const own = paletteBytes(flags)
    const paletteAt = at + descriptorBytes
    const dataAt = paletteAt + own
    const end = endOfBlocks(bytes, dataAt + 1)
    if (end === undefined) break
    frames.push({
      left: u16(at + 1),
      top: u16(at + 3),
      width: u16(at + 5),
      height: u16(at + 7),
      isInterlaced: (flags & 0x40) !== 0,
      disposal: ((control[3] ?? 0) >> 2) & 7,
      transparent: ((control[3] ?? 0) & 1) === 1 ? control[6] : undefined,
      palette: own > 0 ? bytes.subarray(paletteAt, dataAt) : globalPalette,
      codeBits: bytes[dataAt] ?? 0,
      data: bytes.subarray(dataAt + 1, end),
      control,
    })
    control = new Uint8Array()
    at = end
  }
  return { width: u16(6), height: u16(8), head: bytes.subarray(0, head), frames }
}

function paletteBytes(flags: number): number {
  return (flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1)
}

/** Where the block of length 0 ends; undefined when the file ends before. */
function endOfBlocks(bytes: Uint8Array, from: number): number | undefined {
  let at = from
  while (at < bytes.length) {
    const length = bytes[at] ?? 0
    at += 1 + length
    if (length === 0) return at
  }
  return undefined
}
