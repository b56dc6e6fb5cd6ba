/**
 * OpenJPEG in WebAssembly (@cornerstonejs/codec-openjpeg): encodes, and decodes what its thin interface gets right,
 * which is one component or three of up to 8 bit, unsigned and not subsampled. That is three times as fast as
 * `decode.ts`, which takes everything else.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { damaged } from '../pixels.ts'
import { name, readSize, type Size } from './codestream.ts'
import type { Plane } from './decode.ts'

interface FrameInfo {
  readonly width: number
  readonly height: number
  readonly bitsPerSample: number
  readonly componentCount: number
  readonly isSigned: boolean
}

interface Decoder {
  getEncodedBuffer(length: number): Uint8Array
  decode(): void
  getFrameInfo(): FrameInfo
  getDecodedBuffer(): Uint8Array
  delete(): void
}

export interface Encoder {
  /** Rows of interleaved samples; those of more than 8 bit take two bytes, little-endian, and stand alone. */
  getDecodedBuffer(info: FrameInfo): Uint8Array
  setQuality(isLossless: boolean, layers: number): void
  setCompressionRatio(layer: number, ratio: number): void
  setProgressionOrder(order: number): void
  setDecompositions(levels: number): void
  encode(): void
  getEncodedBuffer(): Uint8Array
  delete(): void
}

interface OpenJpeg {
  readonly J2KDecoder: new () => Decoder
  readonly J2KEncoder: new () => Encoder
}

/** Of one picture; the module may grow to 512 MiB and takes about 27 bytes for three components. */
const maxSamples = 45_000_000

let loaded: Promise<OpenJpeg> | undefined

/** Kept warm: compiling takes a few hundredths of a second. */
export function loadOpenJpeg(): Promise<OpenJpeg> {
  loaded ??= load()
  return loaded
}

/** After a trap the module's memory cannot be trusted. */
export function forgetOpenJpeg(): void {
  loaded = undefined
}

function load(): Promise<OpenJpeg> {
  const require = createRequire(import.meta.url)
  const create = require('@cornerstonejs/codec-openjpeg/wasmjs') as (options: object) => Promise<OpenJpeg>
  const wasmBinary = readFileSync(require.resolve('@cornerstonejs/codec-openjpeg/wasm'))
  return create({ wasmBinary, print: () => {}, printErr: () => {} })
}

/** Whether {@link decodeFast} gives what the file means. */
export function isPlain({ image, components }: Size): boolean {
  const width = image.x1 - image.x0
  const height = image.y1 - image.y0
  return (
    image.x0 === 0 &&
    image.y0 === 0 &&
    (components.length === 1 || components.length === 3) &&
    components.every(
      ({ bits, isSigned, dx, dy }) =>
        bits === components[0]?.bits && bits <= 8 && !isSigned && dx === 1 && dy === 1,
    ) &&
    width * height * components.length <= maxSamples
  )
}

/** Components of a codestream for which {@link isPlain} says so. */
export async function decodeFast(codestream: Uint8Array): Promise<readonly Plane[]> {
  const { image, components } = readSize(codestream)
  const openJpeg = await loadOpenJpeg()
  let data: Uint8Array
  try {
    const decoder = new openJpeg.J2KDecoder()
    decoder.getEncodedBuffer(codestream.length).set(codestream)
    decoder.decode()
    data = decoder.getDecodedBuffer()
    decoder.delete()
  } catch (error) {
    forgetOpenJpeg()
    throw error
  }
  const [width, height, step] = [image.x1, image.y1, components.length]
  if (data.length !== width * height * step) throw damaged(name, 'has damaged or incomplete picture data')
  return components.map((component, offset) => ({ data, step, offset, width, height, component }))
}
