/**
 * Formats that libvips does not read: what a decoder of ours (or one in WebAssembly) promises.
 *
 * The header comes first and is checked against the limits before anything of the picture's size is allocated.
 */
import { Problem, problem } from '@fovea/core/model'
import type { Animation } from './animation.ts'

/** What a header tells. Orientation is applied by the decoder: pixels stand upright. */
export interface PixelHeader {
  readonly width: number
  readonly height: number
  /** 1 grey, 3 RGB, 4 RGBA. */
  readonly channels: 1 | 3 | 4
  readonly depth: 8 | 16
  readonly exif?: Uint8Array
  /** All frames of a file that moves; sizes are those of one. */
  readonly animation?: Animation
}

/** sRGB (or the space of `icc`), row-major, top row first, straight alpha. */
export interface Pixels extends PixelHeader {
  readonly data: Uint8Array | Uint16Array
  readonly icc?: Uint8Array
  /** Frames below each other in `data`; 1 where nothing is said. */
  readonly pages?: number
}

/** `page` counts from 1 and is the first when absent; only codecs that have pages are asked for another. */
export interface Decoder {
  /** Bytes instead of a header are a file inside the file, which libvips reads. */
  header(bytes: Uint8Array, page?: number): PixelHeader | Uint8Array | Promise<PixelHeader | Uint8Array>
  /** Called after the header's size has passed the limits; agrees with the header of the same page. */
  decode(bytes: Uint8Array, frames?: 'first' | 'all', page?: number): Pixels | Promise<Pixels>
}

/** A decoder in a module of its own, which the first file of its format loads. */
export function decodedBy(module: () => Promise<Decoder>): Decoder {
  return {
    header: async (bytes) => (await module()).header(bytes),
    decode: async (bytes, frames) => (await module()).decode(bytes, frames),
  }
}

/** The Problem for a file that breaks the rules of its format. */
export function damaged(format: string, reason: string): Problem {
  return problem('source/undecodable', { detail: `The ${format} file ${reason}.` })
}

/** Refuses sides that no picture has. */
export function checkedSides(format: string, width: number, height: number): void {
  if (width >= 1 && height >= 1 && width <= 0x7fffffff && height <= 0x7fffffff) return
  throw damaged(format, `says that it is ${width}×${height} px`)
}

/** Refuses a file that is shorter than its own header demands. */
export function checkedLength(format: string, bytes: Uint8Array, needed: number): void {
  if (bytes.length >= needed) return
  throw damaged(format, `ends after ${bytes.length} bytes where ${needed} are needed`)
}

/**
 * Runs a decoder. Whatever it throws over a stranger's bytes is the source's fault (a read behind the end is a
 * RangeError, WebAssembly throws anything), except that memory ran out.
 */
export async function decoding<T>(format: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (cause instanceof Problem || isOutOfMemory(cause)) throw cause
    throw problem('source/undecodable', {
      detail: `The ${format} file cannot be decoded: the data are damaged or incomplete.`,
      cause,
    })
  }
}

function isOutOfMemory(error: unknown): boolean {
  return (
    error instanceof RangeError &&
    /allocation failed|allocate memory|Invalid typed array length/i.test(error.message)
  )
}
