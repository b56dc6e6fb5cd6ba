/**
 * HEIF and HEIC (HEVC inside), by libheif in WebAssembly. The header and the colour profile are read by libvips,
 * whose libheif lacks the HEVC decoder only; files with AV1 inside are left to it.
 *
 * Written with AV1 inside: nothing that may be shipped encodes HEVC. Every reader of AVIF opens it.
 *
 * Turning and cropping that the file asks for are applied by libheif. Pictures of more than eight bit become eight.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Metadata } from 'sharp'
import { asAvif, av1Options } from './avif.ts'
import type { Codec } from './codec.ts'
import { brandsOf, itemTypesOf } from './iso-bmff.ts'
import { damaged, type PixelHeader, type Pixels } from './pixels.ts'

const name = 'HEIF'
/** Source: ISO/IEC 23008-12 annexes B–E. */
const brands = new Set([
  'heic',
  'heix',
  'heim',
  'heis',
  'hevc',
  'hevx',
  'hevm',
  'hevs',
  'mif1',
  'mif2',
  'msf1',
  'miaf',
])

export const heif: Codec = {
  format: 'heif',
  sniff: (head) => brandsOf(head).some((brand) => brands.has(brand)),
  decoder: {
    async header(bytes) {
      const types = itemTypesOf(bytes)
      if (types.has('av01') && !types.has('hvc1')) return asAvif(bytes)
      return headerOf(await readMetadata(bytes))
    },
    async decode(bytes) {
      const metadata = await readMetadata(bytes)
      return decodePrimary(bytes, headerOf(metadata), metadata.icc)
    },
  },
  loaders: ['VipsForeignLoadHeif'],
  sharpFormat: 'heif',
  shrinksOnLoad: false,
  holds16Bit: false,
  holdsProfile: true,
  writesOrientation: true,
  encode: (pipeline, output, context) =>
    pipeline.heif({ compression: 'av1', ...av1Options(output, context) }),
  finish: withHeifBrands,
}

/** libvips marks what it writes as AVIF. The general brand says the same of the boxes and nothing of the coding. */
function withHeifBrands(file: Uint8Array): Uint8Array {
  const bytes = Buffer.from(file)
  for (const [index, brand] of brandsOf(bytes).entries()) {
    if (brand === 'avif') bytes.write('mif1', index === 0 ? 8 : 12 + 4 * index, 'latin1')
  }
  return bytes
}

/** What we use of libheif's module; its own types know neither the failures nor the pixels. */
interface Libheif {
  readonly heif_colorspace: { readonly heif_colorspace_RGB: unknown }
  readonly heif_chroma: {
    readonly heif_chroma_interleaved_RGB: unknown
    readonly heif_chroma_interleaved_RGBA: unknown
  }
  heif_context_alloc(): unknown
  heif_context_free(context: unknown): void
  heif_context_read_from_memory(context: unknown, bytes: Uint8Array): { readonly code: { value: number } }
  heif_js_context_get_primary_image_handle(context: unknown): HandleOrError
  heif_js_decode_image2(handle: unknown, space: unknown, chroma: unknown): Promise<Decoded> | Decoded
  heif_image_handle_release(handle: unknown): void
  heif_image_release(image: unknown): void
}

type HandleOrError = { readonly code?: unknown } | null

interface Decoded {
  readonly code?: unknown
  readonly image: unknown
  readonly channels: readonly {
    readonly width: number
    readonly height: number
    readonly stride: number
    readonly data: Uint8Array
  }[]
}

let loaded: Libheif | undefined

/** Kept warm: compiling takes a tenth of a second. */
function loadLibheif(): Libheif {
  if (loaded !== undefined) return loaded
  const require = createRequire(import.meta.url)
  const create = require('libheif-js/libheif-wasm/libheif.js') as (options: object) => Libheif
  const wasmBinary = readFileSync(require.resolve('libheif-js/libheif-wasm/libheif.wasm'))
  loaded = create({ wasmBinary, print: () => {}, printErr: () => {} })
  return loaded
}

async function readMetadata(bytes: Uint8Array): Promise<Metadata> {
  // Set up by whoever runs this: `sharp/setup.ts` builds on the codecs and cannot be imported here.
  const { default: sharp } = await import('sharp')
  return sharp(bytes, { limitInputPixels: false }).metadata()
}

function headerOf({ format, compression, width, height, hasAlpha, exif }: Metadata): PixelHeader {
  if (format !== 'heif' || compression !== 'hevc') {
    throw damaged(name, `holds pictures in a coding that is not read here (${compression ?? format})`)
  }
  return { width, height, channels: hasAlpha ? 4 : 3, depth: 8, ...(exif === undefined ? {} : { exif }) }
}

async function decodePrimary(
  bytes: Uint8Array,
  header: PixelHeader,
  icc: Uint8Array | undefined,
): Promise<Pixels> {
  const libheif = loadLibheif()
  const context = libheif.heif_context_alloc()
  try {
    if (libheif.heif_context_read_from_memory(context, bytes).code.value !== 0) {
      throw damaged(name, 'has boxes that contradict each other')
    }
    const handle = libheif.heif_js_context_get_primary_image_handle(context)
    if (handle === null || handle.code !== undefined) throw damaged(name, 'has no primary picture')
    try {
      const data = await decodeHandle(libheif, handle, header)
      return { ...header, data, ...(icc === undefined ? {} : { icc }) }
    } finally {
      libheif.heif_image_handle_release(handle)
    }
  } catch (error) {
    // After a trap the module's memory cannot be trusted.
    if (error instanceof WebAssembly.RuntimeError) loaded = undefined
    throw error
  } finally {
    if (loaded !== undefined) libheif.heif_context_free(context)
  }
}

async function decodeHandle(libheif: Libheif, handle: unknown, header: PixelHeader): Promise<Uint8Array> {
  const { width, height, channels } = header
  const chroma =
    channels === 4
      ? libheif.heif_chroma.heif_chroma_interleaved_RGBA
      : libheif.heif_chroma.heif_chroma_interleaved_RGB
  const decoded = await libheif.heif_js_decode_image2(
    handle,
    libheif.heif_colorspace.heif_colorspace_RGB,
    chroma,
  )
  if (!decoded || decoded.code !== undefined) throw damaged(name, 'has damaged or incomplete picture data')
  try {
    const [plane] = decoded.channels
    if (plane === undefined || plane.width !== width || plane.height !== height) {
      throw damaged(name, 'is not as large as its header says')
    }
    const data = new Uint8Array(width * height * channels)
    const rowBytes = width * channels
    for (let row = 0; row < height; row++) {
      data.set(plane.data.subarray(row * plane.stride, row * plane.stride + rowBytes), row * rowBytes)
    }
    return data
  } finally {
    libheif.heif_image_release(decoded.image)
  }
}
