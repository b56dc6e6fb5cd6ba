/**
 * JPEG XL, by libjxl in WebAssembly (wasm-vips): stills in and out, of an animation the first frame.
 *
 * Effort 3 costs a sixth of the encoder's own 7 for a few per cent more bytes. Written files carry no
 * metadata.
 */
import { type ImageOutput, type Problem, problem } from '@fovea/core'
import type Vips from 'wasm-vips'
import { type Codec, startsWith, startsWithText } from './codec.ts'
import { hasPremultipliedAlpha } from './jxl-header.ts'
import { damaged, type PixelHeader, type Pixels } from './pixels.ts'
import { loadWasmVips } from './wasm-vips.ts'

const name = 'JPEG XL'
const effort = 3
/** What fits into the module's 512 MiB: encoding takes about 130 bytes a pixel, decoding about 35. */
const maxEncodedPixels = 3_000_000
const maxDecodedPixels = 12_500_000

export const jxl: Codec = {
  format: 'jxl',
  sniff: (head) => startsWith(head, [0xff, 0x0a]) || startsWithText(head, 'JXL ', 4),
  decoder: {
    header: (bytes) => withImage(bytes, headerOf),
    decode: (bytes) => withImage(bytes, (image) => pixelsOf(image, hasPremultipliedAlpha(bytes))),
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
async function withImage<T>(bytes: Uint8Array, use: (image: Vips.Image) => T): Promise<T> {
  const vips = await loadWasmVips()
  const image = vips.Image.jxlloadBuffer(bytes)
  try {
    return use(image)
  } finally {
    image.delete()
  }
}

function headerOf(image: Vips.Image): PixelHeader {
  const { width, height, bands, format } = image
  if (width * height > maxDecodedPixels) {
    throw problem('source/too-many-pixels', {
      detail: `The JPEG XL is ${width}×${height} px; at most ${maxDecodedPixels} pixels are decoded.`,
      members: { limitPixels: maxDecodedPixels, actualPixels: width * height },
    })
  }
  if (bands > 4 && image.interpretation === 'cmyk') throw damaged(name, 'has printing colours')
  const channels = bands === 1 ? 1 : bands === 3 ? 3 : 4
  const exif = blobOf(image, 'exif-data')
  return {
    width,
    height,
    channels,
    depth: format === 'uchar' ? 8 : 16,
    ...(exif === undefined ? {} : { exif }),
  }
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
  const icc = channels === 1 || image.format === 'float' ? undefined : blobOf(image, 'icc-profile-data')
  return { ...header, data, ...(icc === undefined ? {} : { icc }) }
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
    return Buffer.from(image.jxlsaveBuffer({ effort, ...(lossless ? { lossless } : { Q: quality }) }))
  } catch (cause) {
    // The pixels are our own, so nothing but the module's bounded memory can be at fault.
    throw tooLarge(pixels, cause)
  } finally {
    image.delete()
    raw.delete()
  }
}

function tooLarge({ width, height }: Pixels, cause?: unknown): Problem {
  return problem('operation/too-large', {
    detail: `A JPEG XL is written up to ${maxEncodedPixels} pixels; the result is ${width}×${height} px.`,
    members: { format: 'jxl', limitPixels: maxEncodedPixels, width, height },
    cause,
  })
}
