/**
 * OpenEXR, tone-mapped to sRGB (see `tone-map.ts`): lines and tiles, one part, compressed without loss or by PXR24.
 * B44 and DWA, deep data and other primaries than sRGB's are not followed. Own decoder.
 */

import { damaged, type PixelHeader, type Pixels } from '../pixels.ts'
import { toneMapped } from '../tone-map.ts'
import { type Block, blocksOf, bytesOf, checkCompression, samplesIn } from './blocks.ts'
import { type Channel, type Header, name, readHeader } from './header.ts'

/** Share of green light in the luminance, and of red and blue. Source: ITU-R BT.709 */
const luminance = { red: 0.2126, green: 0.7152, blue: 0.0722 } as const

export function header(bytes: Uint8Array): PixelHeader {
  const found = readHeader(bytes)
  checkCompression(found)
  return pixelHeaderOf(found)
}

/** Names of the channels that make the picture: colours, luminance with or without chroma, or any single one. */
function coloursOf({ channels }: Header): readonly string[] {
  const has = (wanted: readonly string[]) =>
    wanted.every((one) => channels.some((channel) => channel.name === one))
  if (has(['R', 'G', 'B'])) return ['R', 'G', 'B']
  if (has(['Y', 'RY', 'BY'])) return ['Y', 'RY', 'BY']
  if (has(['Y'])) return ['Y']
  const other = channels.find((channel) => channel.name !== 'A') ?? channels[0]
  if (other === undefined) throw damaged(name, 'has no channels')
  return [other.name]
}

function pixelHeaderOf(header: Header): PixelHeader {
  const { width, height, channels } = header
  const hasAlpha = channels.some((channel) => channel.name === 'A')
  return { width, height, channels: hasAlpha ? 4 : coloursOf(header).length === 1 ? 1 : 3, depth: 8 }
}

export function decode(bytes: Uint8Array): Pixels {
  const header = readHeader(bytes)
  const pixels = pixelHeaderOf(header)
  const { width, height, channels } = pixels
  const data = new Uint8Array(width * height * channels)
  const names = coloursOf(header)
  const wanted = channels === 4 ? [...names, 'A'] : names
  const rows = new Map(wanted.map((key) => [key, new Float32Array(width)]))
  const painter = new Painter(names, rows, channels)
  for (const block of blocksOf(bytes, header)) {
    const view = new DataView(block.data.buffer, block.data.byteOffset, block.data.byteLength)
    let at = 0
    for (let line = 0; line < block.height; line++) {
      for (const channel of header.channels) {
        const samples = samplesIn(channel, header.left + block.x, block.width, header.top + block.y + line)
        const row = rows.get(channel.name)
        // Chroma that is stored every second line holds for the next one too.
        if (row !== undefined && samples > 0) readRow(view, at, channel, row.subarray(0, block.width))
        at += samples * bytesOf(channel)
      }
      painter.paint(data.subarray(((block.y + line) * width + block.x) * channels), block)
    }
  }
  return { ...pixels, data }
}

/** Light values of a line; fewer samples than pixels are repeated. */
function readRow(view: DataView, at: number, { type, dx }: Channel, row: Float32Array): void {
  const size = type === 1 ? 2 : 4
  for (let x = 0; x < row.length; x++) {
    const from = at + (dx === 1 ? x : Math.floor(x / dx)) * size
    row[x] =
      type === 1
        ? view.getFloat16(from, true)
        : type === 2
          ? view.getFloat32(from, true)
          : view.getUint32(from, true)
  }
}

let tones: Uint8Array | undefined

/** Every half-precision number as the eye sees it: finer than 8 bit anywhere. */
function toneTable(): Uint8Array {
  if (tones !== undefined) return tones
  const halves = new Float16Array(65_536)
  new Uint16Array(halves.buffer).set(Uint16Array.from({ length: 65_536 }, (_, bits) => bits))
  tones = Uint8Array.from(halves, toneMapped)
  return tones
}

/** Turns lines of light into pixels. */
class Painter {
  readonly #names: readonly string[]
  readonly #rows: ReadonlyMap<string, Float32Array>
  readonly #channels: number
  readonly #tones = toneTable()
  readonly #halves: Float16Array
  readonly #mixed: readonly [Float32Array, Float32Array, Float32Array]

  constructor(names: readonly string[], rows: ReadonlyMap<string, Float32Array>, channels: number) {
    this.#names = names
    this.#rows = rows
    this.#channels = channels
    const width = rows.get(names[0] ?? '')?.length ?? 0
    this.#halves = new Float16Array(width)
    this.#mixed = [new Float32Array(width), new Float32Array(width), new Float32Array(width)]
  }

  paint(to: Uint8Array, { width }: Pick<Block, 'width'>): void {
    const isMixed = this.#names.length === 3 && this.#names[0] === 'Y'
    const light = isMixed ? this.#mixColours(width) : this.#names.map((key) => this.#rows.get(key))
    const alpha = this.#rows.get('A')
    const colours = this.#channels >= 3 ? 3 : 1
    for (let colour = 0; colour < colours; colour++) {
      const row = light[Math.min(colour, light.length - 1)]
      if (row === undefined) continue
      const bits = this.#bitsOf(row, alpha)
      for (let x = 0, at = colour; x < width; x++, at += this.#channels)
        to[at] = this.#tones[bits[x] ?? 0] ?? 0
    }
    if (alpha === undefined || this.#channels < 4) return
    for (let x = 0; x < width; x++) to[x * 4 + 3] = Math.round(255 * Math.min(1, Math.max(0, alpha[x] ?? 0)))
  }

  /** Half-precision bits of light; colours were multiplied by alpha. */
  #bitsOf(row: Float32Array, alpha: Float32Array | undefined): Uint16Array {
    if (alpha === undefined) this.#halves.set(row)
    else {
      for (let x = 0; x < row.length; x++) {
        const share = alpha[x] ?? 1
        this.#halves[x] = share > 0 && share < 1 ? (row[x] ?? 0) / share : (row[x] ?? 0)
      }
    }
    return new Uint16Array(this.#halves.buffer)
  }

  /** Luminance and chroma to red, green and blue; the chroma is needed again on the next line. */
  #mixColours(width: number): readonly Float32Array[] {
    const [light, redness, blueness] = ['Y', 'RY', 'BY'].map((key) => this.#rows.get(key))
    const [reds, greens, blues] = this.#mixed
    for (let x = 0; x < width; x++) {
      const y = light?.[x] ?? 0
      const red = ((redness?.[x] ?? 0) + 1) * y
      const blue = ((blueness?.[x] ?? 0) + 1) * y
      reds[x] = red
      greens[x] = (y - luminance.red * red - luminance.blue * blue) / luminance.green
      blues[x] = blue
    }
    return this.#mixed
  }
}
