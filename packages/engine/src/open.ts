/**
 * From a file to an image that may be decoded: recognised by its first bytes, never by its name, and refused from
 * its header before any pixel is touched.
 */
import { open as openFile, readFile } from 'node:fs/promises'
import { type Limits, type Problem, problem } from '@fovea/core/model'
import type { Metadata } from 'sharp'
import {
  type Codec,
  codecOf,
  codecs,
  type Decoder,
  decoding,
  headBytes,
  nameForeign,
  type PixelHeader,
  sniffCodec,
  wrapInTiff,
} from './codecs/index.ts'
import { besidePixels, factsOf } from './header.ts'
import { has16Bit, type SourceImage } from './image.ts'
import { rightsInExif } from './metadata/exif.ts'
import { isWideProfile } from './metadata/profile.ts'
import type { EngineSource, HeaderFacts, ProbeRequest } from './pool/protocol.ts'
import { running } from './sharp/errors.ts'
import { sharp } from './sharp/setup.ts'

/**
 * Opens a source for still decoding; {@link animate} makes it move. `page` counts from 1.
 * @throws Problem `source/empty`, `source/too-large`, `source/unsupported`, `source/undecodable`,
 *   `source/too-many-pixels`, `operation/impossible` (a page that it does not have)
 */
export async function open(source: EngineSource, limits: Limits, page = 1): Promise<SourceImage> {
  const { head, sizeBytes } = await readHead(source)
  checkBytes(sizeBytes, limits)
  const codec = sniffCodec(head)
  if (codec === undefined) throw unsupported(nameForeign(head))
  const { prepare, decoder } = codec
  if (decoder !== undefined) {
    const opened = await openWithDecoder(await readAll(source), { codec, decoder, page }, limits)
    return page === 1 ? opened : { ...opened, page }
  }
  const input = prepare?.isNeeded(head) ? prepare.apply(await readAll(source)) : inputOf(source)
  const metadata = await running(sharp(input, { limitInputPixels: false }).metadata(), 'source')
  // A file may name AVIF among its brands and hold an HEVC picture all the same.
  if (codec.format === 'avif' && metadata.compression !== 'av1')
    return openAsHeif(await readAll(source), limits)
  return sourceOf(input, metadata, factsOf(metadata, codec, sizeBytes), codec, limits)
}

function sourceOf(
  input: string | Uint8Array,
  metadata: Metadata,
  facts: HeaderFacts,
  codec: Codec,
  limits: Limits,
): SourceImage {
  checkPixels(facts, limits)
  return {
    kind: 'source',
    input,
    codec,
    facts,
    ...besidePixels(metadata),
    limits,
    isUprighted: false,
    isAnimated: false,
    keeps16Bit: false,
    space: 'srgb',
  }
}

function openAsHeif(bytes: Uint8Array, limits: Limits): Promise<SourceImage> {
  const codec = codecOf('heif')
  if (codec.decoder === undefined) throw unsupported('HEIC (HEVC)')
  return openWithDecoder(bytes, { codec, decoder: codec.decoder, page: 1 }, limits)
}

async function openWithDecoder(
  bytes: Uint8Array,
  { codec, decoder, page }: { readonly codec: Codec; readonly decoder: Decoder; readonly page: number },
  limits: Limits,
): Promise<SourceImage> {
  const header = await decoding(codec.format, () => decoder.header(bytes, page))
  return header instanceof Uint8Array
    ? openEmbedded(header, codec, bytes.length, limits)
    : openForDecoder(bytes, header, codec, limits)
}

/** A file inside the file, which libvips reads: the PNG of an icon. */
async function openEmbedded(
  input: Uint8Array,
  codec: Codec,
  sizeBytes: number,
  limits: Limits,
): Promise<SourceImage> {
  const metadata = await running(sharp(input, { limitInputPixels: false }).metadata(), 'source')
  return sourceOf(input, metadata, factsOf(metadata, codec, sizeBytes), codec, limits)
}

function openForDecoder(bytes: Uint8Array, header: PixelHeader, codec: Codec, limits: Limits): SourceImage {
  const { width, height, channels, depth } = header
  const facts: HeaderFacts = {
    format: codec.format,
    width,
    height,
    orientation: 1,
    pages: header.animation?.delay.length ?? 1,
    hasAlpha: channels === 4,
    channels,
    depth,
    space: channels === 1 ? (depth === 16 ? 'grey16' : 'b-w') : depth === 16 ? 'rgb16' : 'srgb',
    isProgressive: false,
    sizeBytes: bytes.length,
  }
  checkPixels(facts, limits)
  return {
    kind: 'source',
    input: bytes,
    needsDecoder: true,
    codec,
    facts,
    animation: header.animation,
    hasProfile: false,
    isWide: false,
    rights: header.exif === undefined ? {} : rightsInExif(header.exif),
    blocks: header.exif === undefined ? {} : { exif: header.exif },
    limits,
    isUprighted: false,
    isAnimated: false,
    keeps16Bit: false,
    space: 'srgb',
  }
}

/**
 * The source in a form that libvips reads: decoded where the codec has a decoder of its own. {@link animate} comes
 * first where all frames are wanted: it knows the limits.
 * @throws Problem `source/undecodable`
 */
export async function decodeForeign(
  source: SourceImage,
  frames: 'first' | 'all' = 'first',
): Promise<SourceImage> {
  const { input, needsDecoder, facts, codec, page } = source
  const { decoder } = codec
  if (needsDecoder !== true || decoder === undefined || typeof input === 'string') return source
  const pixels = await decoding(codec.format, () => decoder.decode(input, frames, page))
  const { width, height, channels, depth, data, icc, pages = 1 } = pixels
  const isWhole = pages === (frames === 'all' ? facts.pages : 1)
  if (
    !isWhole ||
    width !== facts.width ||
    height !== facts.height ||
    data.length !== width * height * channels * pages
  ) {
    throw problem('source/undecodable', { detail: 'The image is not as large as its header says.' })
  }
  if ((channels === 4) !== facts.hasAlpha || (depth === 16) !== has16Bit(facts)) {
    throw problem('source/undecodable', { detail: 'The image has other channels than its header says.' })
  }
  return {
    ...source,
    input: wrapInTiff(pixels),
    needsDecoder: false,
    hasProfile: icc !== undefined,
    isWide: isWideProfile(icc),
  }
}

/** Header facts of a source, within the limits on bytes and pixels. Decodes nothing. */
export async function probe({ source, limits }: ProbeRequest): Promise<HeaderFacts> {
  return (await open(source, limits)).facts
}

/**
 * The source with all its frames.
 * @throws Problem `source/too-many-frames`, `source/too-many-pixels` (all frames together)
 */
export function animate(source: SourceImage): SourceImage {
  const { facts, limits } = source
  if (facts.pages === 1) return source
  if (facts.pages > limits.maxFrames) {
    throw problem('source/too-many-frames', {
      detail: `The animation has ${facts.pages} frames; at most ${limits.maxFrames} are decoded.`,
      members: { limitFrames: limits.maxFrames, actualFrames: facts.pages },
    })
  }
  const pixels = facts.width * facts.height * facts.pages
  if (pixels > limits.maxAnimatedPixels) {
    throw problem('source/too-many-pixels', {
      detail: `The frames of the animation have ${pixels} pixels together; at most ${limits.maxAnimatedPixels} are decoded.`,
      members: { limitPixels: limits.maxAnimatedPixels, actualPixels: pixels },
    })
  }
  return { ...source, isAnimated: true }
}

async function readHead(source: EngineSource): Promise<{ head: Uint8Array; sizeBytes: number }> {
  if ('bytes' in source) return { head: source.bytes.subarray(0, headBytes), sizeBytes: source.bytes.length }
  const file = await openFile(source.path, 'r').catch((cause: unknown) => {
    throw problem('storage/failed', { detail: 'The stored file cannot be opened.', cause })
  })
  try {
    const { size } = await file.stat()
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0)
    return { head: buffer.subarray(0, bytesRead), sizeBytes: size }
  } finally {
    await file.close()
  }
}

function checkBytes(sizeBytes: number, limits: Limits): void {
  if (sizeBytes === 0) throw problem('source/empty', { detail: 'The file has no bytes.' })
  if (sizeBytes > limits.maxSourceBytes) {
    throw problem('source/too-large', {
      detail: `The file has ${sizeBytes} bytes; at most ${limits.maxSourceBytes} are accepted.`,
      members: { limitBytes: limits.maxSourceBytes, actualBytes: sizeBytes },
    })
  }
}

function checkPixels({ width, height }: HeaderFacts, limits: Limits): void {
  if (width * height <= limits.maxPixels) return
  throw problem('source/too-many-pixels', {
    detail: `The image is ${width}×${height} px; at most ${limits.maxPixels} pixels are decoded.`,
    members: { limitPixels: limits.maxPixels, actualPixels: width * height },
  })
}

const readable = codecs
  .map(({ format }) => format.toUpperCase())
  .join(', ')
  .replace(/, (\w+)$/, ' and $1')

function unsupported(name: string | undefined): Problem {
  const detail =
    name === undefined
      ? `The file is none of ${readable}.`
      : `The file seems to be ${name}; this server reads ${readable}.`
  return problem('source/unsupported', {
    detail,
    ...(name === undefined ? {} : { members: { found: name } }),
  })
}

function inputOf(source: EngineSource): string | Uint8Array {
  return 'path' in source ? source.path : source.bytes
}

async function readAll(source: EngineSource): Promise<Uint8Array> {
  return 'path' in source ? await readFile(source.path) : source.bytes
}
