/**
 * JPEG XL, by libjxl in WebAssembly (wasm-vips): stills and animations in, stills out.
 *
 * Effort 3 costs a sixth of the encoder's own 7 for a few per cent more bytes.
 */
import { type ImageOutput, type Problem, problem } from '@fovea/core/model'
import type Vips from 'wasm-vips'
import type { Animation } from './animation.ts'
import { type Codec, startsWith, startsWithText } from './codec.ts'
import { boxIn, boxOf } from './iso-bmff.ts'
import { hasPremultipliedAlpha } from './jxl-header.ts'
import { damaged, type PixelHeader, type Pixels } from './pixels.ts'
import { loadWasmVips } from './wasm-vips.ts'

const name = 'JPEG XL'
const effort = 3
/** What fits into the module's 512 MiB: encoding takes about 130 bytes a pixel, decoding about 35. */
const maxEncodedPixels = 3_000_000
const maxDecodedPixels = 12_500_000
/** Milliseconds for a frame that has no duration. */
const defaultDelay = 100
/** The tag by which libjxl marks the profiles it makes: primaries, transfer, RGB, full range. Source: ICC.1 §9.2.17 */
const srgbTag = Buffer.from('cicp\0\0\0\0\x01\x0d\0\x01', 'latin1')

export const jxl: Codec = {
  format: 'jxl',
  sniff: (head) => startsWith(head, [0xff, 0x0a]) || startsWithText(head, 'JXL ', 4),
  decoder: {
    header: async (bytes) => {
      const exif = exifIn(bytes)
      const header = await withImage(bytes, headerOf)
      return exif === undefined ? header : { ...header, exif }
    },
    decode: (bytes, frames = 'first') =>
      withImage(bytes, (image) => pixelsOf(image, hasPremultipliedAlpha(bytes)), frames === 'all' ? -1 : 1),
  },
  loaders: [],
  sharpFormat: 'tiff',
  shrinksOnLoad: false,
  holds16Bit: true,
  holdsProfile: true,
  holdsGrey: true,
  encodePixels,
}

/** Opens the file: libjxl reads the header at once and decodes when pixels are asked for. */
async function withImage<T>(bytes: Uint8Array, use: (image: Vips.Image) => T, frames = 1): Promise<T> {
  const vips = await loadWasmVips()
  const image = vips.Image.jxlloadBuffer(bytes, { n: frames })
  try {
    return use(image)
  } finally {
    image.delete()
  }
}

function headerOf(image: Vips.Image): PixelHeader {
  const { width, bands, format } = image
  const height = numberOf(image, 'page-height') ?? image.height
  checkPixels(width, image.height)
  if (bands > 4 && image.interpretation === 'cmyk') throw damaged(name, 'has printing colours')
  const channels = bands === 1 ? 1 : bands === 3 ? 3 : 4
  const animation = animationOf(image)
  return {
    width,
    height,
    channels,
    depth: format === 'uchar' ? 8 : 16,
    ...(animation === undefined ? {} : { animation }),
  }
}

/** The block that is not compressed; the library skips it. Source: ISO/IEC 18181-2 §9 */
function exifIn(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes[0] === 0xff) return undefined
  const block = boxIn(bytes, 'Exif')
  if (block === undefined || block.length < 12) return undefined
  const start = new DataView(block.buffer, block.byteOffset).getUint32(0)
  return block.slice(4 + Math.min(start, block.length))
}

/** Of all frames that are decoded. */
function checkPixels(width: number, height: number): void {
  if (width * height <= maxDecodedPixels) return
  throw problem('source/too-many-pixels', {
    detail: `The JPEG XL is ${width}×${height} px; at most ${maxDecodedPixels} pixels are decoded.`,
    members: { limitPixels: maxDecodedPixels, actualPixels: width * height },
  })
}

function animationOf(image: Vips.Image): Animation | undefined {
  const pages = numberOf(image, 'n-pages') ?? 1
  if (pages < 2) return undefined
  const delay = image.getTypeof('delay') === 0 ? [] : image.getArrayInt('delay')
  const full = Array.from({ length: pages }, (_, page) => delay[page] ?? defaultDelay)
  return { delay: full, loop: numberOf(image, 'loop') ?? 0 }
}

function numberOf(image: Vips.Image, field: string): number | undefined {
  return image.getTypeof(field) === 0 ? undefined : image.getInt(field)
}

function pixelsOf(image: Vips.Image, isPremultiplied: boolean): Pixels {
  const header = headerOf(image)
  const { channels, depth } = header
  const ready = inOurForm(image, channels)
  const { buffer, byteOffset, byteLength } = ready.writeToMemory()
  // A copy: the module's memory is reused.
  const copy = new Uint8Array(buffer, byteOffset, byteLength).slice()
  const data = depth === 16 ? new Uint16Array(copy.buffer) : copy
  if (isPremultiplied && channels === 4) unpremultiply(data)
  const icc = channels === 1 || image.format === 'float' ? undefined : profileOf(image)
  const pages = image.height / header.height
  return { ...header, data, pages, ...(icc === undefined ? {} : { icc }) }
}

/** None where it is sRGB itself: a conversion from sRGB to sRGB rounds. */
function profileOf(image: Vips.Image): Uint8Array | undefined {
  const icc = blobOf(image, 'icc-profile-data')
  return icc === undefined || Buffer.from(icc).includes(srgbTag) ? undefined : icc
}

/** In 8 or 16 bit and 1, 3 or 4 channels. Grey leaves its profile here: sharp follows none in 16 bit. */
function inOurForm(image: Vips.Image, channels: number): Vips.Image {
  const isFloat = image.format !== 'uchar' && image.format !== 'ushort'
  if (isFloat) return inChannels(image.colourspace(channels === 1 ? 'grey16' : 'rgb16'), channels)
  if (channels > 1 || blobOf(image, 'icc-profile-data') === undefined) return inChannels(image, channels)
  const depth = image.format === 'ushort' ? 16 : 8
  return image.iccTransform('srgb', { embedded: true, depth }).extractBand(1)
}

function inChannels(image: Vips.Image, channels: number): Vips.Image {
  if (image.bands === 2 && channels === 4) return greyAlphaToRgba(image)
  return image.bands > channels ? image.extractBand(0, { n: channels }) : image
}

function unpremultiply(data: Uint8Array | Uint16Array): void {
  const full = data instanceof Uint16Array ? 65_535 : 255
  for (let at = 0; at < data.length; at += 4) {
    const alpha = data[at + 3] ?? 0
    if (alpha === 0 || alpha === full) continue
    for (let channel = at; channel < at + 3; channel++) {
      data[channel] = Math.min(full, Math.round(((data[channel] ?? 0) * full) / alpha))
    }
  }
}

function greyAlphaToRgba(image: Vips.Image): Vips.Image {
  const grey = image.extractBand(0)
  return grey.bandjoin([grey, grey, image.extractBand(1)])
}

function blobOf(image: Vips.Image, field: string): Uint8Array | undefined {
  return image.getTypeof(field) === 0 ? undefined : image.getBlob(field)
}

async function encodePixels(
  pixels: Pixels,
  { quality = 75, lossless = false }: ImageOutput,
  exif: Uint8Array | undefined,
): Promise<Uint8Array> {
  const { data, width, height, channels, depth, icc } = pixels
  if (width * height > maxEncodedPixels) throw tooLarge(pixels)
  const vips = await loadWasmVips()
  const raw = vips.Image.newFromMemory(
    data,
    width,
    height,
    channels,
    depth === 16 ? vips.BandFormat.ushort : vips.BandFormat.uchar,
  )
  const space = channels === 1 ? (depth === 16 ? 'grey16' : 'b-w') : depth === 16 ? 'rgb16' : 'srgb'
  const image = raw.copy({ interpretation: space })
  if (icc !== undefined) image.setBlob('icc-profile-data', icc)
  try {
    // Left to itself libvips adds a compressed block about the resolution, which few readers open.
    return withExif(
      exif,
      image.jxlsaveBuffer({ effort, keep: 'icc', ...(lossless ? { lossless } : { Q: quality }) }),
    )
  } catch (cause) {
    // The pixels are our own, so nothing but the module's bounded memory can be at fault.
    throw tooLarge(pixels, cause)
  } finally {
    image.delete()
    raw.delete()
  }
}

/** The bare codestream in a container, behind the block that describes it. Source: ISO/IEC 18181-2 §9 */
function withExif(exif: Uint8Array | undefined, codestream: Uint8Array): Uint8Array {
  if (exif === undefined) return Buffer.from(codestream)
  // A block begins with the place of its TIFF head behind these four bytes.
  return Buffer.concat([
    boxOf('JXL ', Buffer.from([0x0d, 0x0a, 0x87, 0x0a])),
    boxOf('ftyp', Buffer.from('jxl \0\0\0\0jxl ', 'latin1')),
    boxOf('Exif', Buffer.alloc(4), exif),
    boxOf('jxlc', codestream),
  ])
}

function tooLarge({ width, height }: Pixels, cause?: unknown): Problem {
  return problem('operation/too-large', {
    detail: `A JPEG XL is written up to ${maxEncodedPixels} pixels; the result is ${width}×${height} px.`,
    members: { format: 'jxl', limitPixels: maxEncodedPixels, width, height },
    cause,
  })
}
