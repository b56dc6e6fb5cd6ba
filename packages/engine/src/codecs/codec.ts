/** What the engine must know of a format: how to recognise it, which libvips loader reads it, how it is written. */
import type { Format, ImageOutput } from '@fovea/core/model'
import type { Sharp } from 'sharp'
import type { Animation } from './animation.ts'
import type { Decoder, Pixels } from './pixels.ts'

/** What an encoder may want to know of the pixels it gets. */
export interface EncodeContext {
  /** Size of one frame. */
  readonly width: number
  readonly height: number
  /** Present when the output moves. */
  readonly animation: Animation | undefined
  /** The source was in a format of photos: its pixels are noisy, not flat. */
  readonly isPhoto: boolean
}

export interface Codec {
  readonly format: Format
  /** Whether these first bytes (at most {@link headBytes}) open a file of this format. Bounded work, never throws. */
  sniff(head: Uint8Array): boolean
  /**
   * Turns the whole file into bytes that libvips takes; absent where it takes the file as it is.
   * Files for which `isNeeded` says so are read into memory.
   * @throws Problem when the file is not what its head promised
   */
  readonly prepare?: { isNeeded(head: Uint8Array): boolean; apply(bytes: Uint8Array): Uint8Array }
  /** Turns the file into pixels; absent where libvips reads it. */
  readonly decoder?: Decoder
  /** A file is a document of pages, any of which may be the picture. */
  readonly hasPages?: true
  /** libvips loader classes that may open it; every other loader is blocked. */
  readonly loaders: readonly string[]
  /** What sharp's `metadata().format` says for it, or for what its decoder gives. */
  readonly sharpFormat: string
  /** The loader can scale while it decodes, so a resize in the first pass is cheap. */
  readonly shrinksOnLoad: boolean
  /** Keeps 16 bit per channel when the source has them. */
  readonly holds16Bit: boolean
  /** Has a form with one grey channel, which is smaller. */
  readonly holdsGrey?: true
  /** Holds a colour profile. */
  readonly holdsProfile?: true
  /** The encoder writes the source's orientation tag even when metadata is dropped. */
  readonly writesOrientation?: true
  /** Adds the encoder call; absent for formats that are only read. */
  encode?(pipeline: Sharp, output: ImageOutput, context: EncodeContext): Sharp
  /** Changes what `encode` made. */
  finish?(file: Uint8Array): Uint8Array
  /** Makes the file from pixels instead, for formats that libvips does not write. */
  encodePixels?(pixels: Pixels, output: ImageOutput, exif: Uint8Array | undefined): Promise<Uint8Array>
}

/** Bytes that sniffing may look at: enough for every magic number, an ISO-BMFF brand list and an SVG prologue. */
export const headBytes = 16_384

/** Whether `bytes` stand at `offset`. */
export function startsWith(head: Uint8Array, bytes: readonly number[], offset = 0): boolean {
  return head.length >= offset + bytes.length && bytes.every((byte, index) => head[offset + index] === byte)
}

/** Like {@link startsWith} for ASCII text. */
export function startsWithText(head: Uint8Array, text: string, offset = 0): boolean {
  return startsWith(
    head,
    [...text].map((character) => character.charCodeAt(0)),
    offset,
  )
}
