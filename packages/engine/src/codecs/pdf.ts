/**
 * A page of a PDF, by PDFium in WebAssembly: at 144 dots an inch on white, less where the page is very large.
 *
 * Nothing of a document runs: scripts, forms and XFA need an environment that is never set up, and what lies
 * elsewhere cannot be reached from a decoding process.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { problem } from '@fovea/core/model'
import { type Codec, startsWithText } from './codec.ts'
import { damaged, type PixelHeader, type Pixels } from './pixels.ts'

const name = 'PDF'
/** Pixels for a point, which is 1/72 inch. */
const scale = 2
/** A page of 3.4 m² at full density; larger ones get fewer dots an inch. */
const maxPixels = 25_000_000
const maxSide = 16_384

const white = 0xffffffff
/** FPDF_ANNOT: notes and stamps too; FPDF_REVERSE_BYTE_ORDER: red first. */
const renderFlags = 0x01 | 0x10
const passwordError = 4

export const pdf: Codec = {
  format: 'pdf',
  sniff: (head) => startsWithText(head, '%PDF-'),
  decoder: {
    header: (bytes, page) => withDocument(bytes, (pdfium, document) => headerOf(pdfium, document, page)),
    decode: (bytes, _frames, page) =>
      withDocument(bytes, (pdfium, document) => render(pdfium, document, page)),
  },
  hasPages: true,
  loaders: [],
  sharpFormat: 'tiff',
  shrinksOnLoad: false,
  holds16Bit: false,
}

/** What we use of PDFium. Addresses are numbers; 0 is a failure. */
interface Pdfium {
  readonly pdfium: {
    readonly HEAPU8: Uint8Array
    readonly HEAPF32: Float32Array
    readonly wasmExports: { malloc(length: number): number; free(address: number): void }
  }
  FPDF_InitLibrary(): void
  FPDF_LoadMemDocument(address: number, length: number, password: string): number
  FPDF_CloseDocument(document: number): void
  FPDF_GetLastError(): number
  FPDF_GetPageCount(document: number): number
  FPDF_GetPageSizeByIndexF(document: number, index: number, size: number): boolean
  FPDF_LoadPage(document: number, index: number): number
  FPDF_ClosePage(page: number): void
  FPDFBitmap_Create(width: number, height: number, hasAlpha: number): number
  FPDFBitmap_FillRect(
    bitmap: number,
    left: number,
    top: number,
    width: number,
    height: number,
    colour: number,
  ): boolean
  FPDFBitmap_GetBuffer(bitmap: number): number
  FPDFBitmap_GetStride(bitmap: number): number
  FPDFBitmap_Destroy(bitmap: number): void
  FPDF_RenderPageBitmap(
    bitmap: number,
    page: number,
    left: number,
    top: number,
    width: number,
    height: number,
    rotation: number,
    flags: number,
  ): void
}

let loaded: Promise<Pdfium> | undefined

/** Kept warm: compiling takes a fifth of a second. */
function loadPdfium(): Promise<Pdfium> {
  loaded ??= load()
  return loaded
}

async function load(): Promise<Pdfium> {
  const require = createRequire(import.meta.url)
  const { init } = require('@embedpdf/pdfium') as { init(options: object): Promise<Pdfium> }
  const wasmBinary = readFileSync(require.resolve('@embedpdf/pdfium/pdfium.wasm'))
  const pdfium = await init({ wasmBinary, print: () => {}, printErr: () => {} })
  pdfium.FPDF_InitLibrary()
  return pdfium
}

async function withDocument<T>(bytes: Uint8Array, use: (pdfium: Pdfium, document: number) => T): Promise<T> {
  const pdfium = await loadPdfium()
  const { malloc, free } = pdfium.pdfium.wasmExports
  try {
    const address = malloc(bytes.length)
    if (address === 0) throw damaged(name, `of ${bytes.length} bytes is too large`)
    pdfium.pdfium.HEAPU8.set(bytes, address)
    const document = pdfium.FPDF_LoadMemDocument(address, bytes.length, '')
    try {
      if (document !== 0) return use(pdfium, document)
      const isLocked = pdfium.FPDF_GetLastError() === passwordError
      throw damaged(name, isLocked ? 'is locked by a password' : 'is damaged beyond reading')
    } finally {
      if (document !== 0) pdfium.FPDF_CloseDocument(document)
      free(address)
    }
  } catch (error) {
    // After a trap the module's memory cannot be trusted.
    if (error instanceof WebAssembly.RuntimeError) loaded = undefined
    throw error
  }
}

function headerOf(pdfium: Pdfium, document: number, page = 1): PixelHeader {
  checkPage(pdfium, document, page)
  const { malloc, free } = pdfium.pdfium.wasmExports
  const address = malloc(8)
  const isKnown = pdfium.FPDF_GetPageSizeByIndexF(document, page - 1, address)
  const [width = 0, height = 0] = pdfium.pdfium.HEAPF32.subarray(address / 4, address / 4 + 2)
  free(address)
  if (!isKnown || !(width > 0) || !(height > 0) || !Number.isFinite(width * height)) {
    throw damaged(name, page === 1 ? 'has no first page' : `has a page ${page} without a size`)
  }
  const fitting = Math.min(scale, Math.sqrt(maxPixels / (width * height)), maxSide / Math.max(width, height))
  const [wide, high] = [width, height].map((side) => Math.max(1, Math.round(side * fitting)))
  return { width: wide ?? 1, height: high ?? 1, channels: 3, depth: 8 }
}

/** @throws Problem `operation/impossible` for a page that a sound document does not have */
function checkPage(pdfium: Pdfium, document: number, page: number): void {
  const count = pdfium.FPDF_GetPageCount(document)
  if (page === 1 || page <= count) return
  throw problem('operation/impossible', {
    detail: `The document has ${count} pages; page ${page} was asked for.`,
    members: { pages: count },
  })
}

function render(pdfium: Pdfium, document: number, number = 1): Pixels {
  const header = headerOf(pdfium, document, number)
  const { width, height } = header
  const page = pdfium.FPDF_LoadPage(document, number - 1)
  if (page === 0) throw damaged(name, `has a page ${number} that cannot be read`)
  const bitmap = pdfium.FPDFBitmap_Create(width, height, 0)
  try {
    if (bitmap === 0) throw damaged(name, `has a page too large to draw (${width}×${height} px)`)
    pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, white)
    pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, renderFlags)
    const [start, stride] = [pdfium.FPDFBitmap_GetBuffer(bitmap), pdfium.FPDFBitmap_GetStride(bitmap)]
    return { ...header, data: withoutFourth(pdfium.pdfium.HEAPU8.subarray(start), stride, header) }
  } finally {
    if (bitmap !== 0) pdfium.FPDFBitmap_Destroy(bitmap)
    pdfium.FPDF_ClosePage(page)
  }
}

/** Three of every four bytes. */
function withoutFourth(from: Uint8Array, stride: number, { width, height }: PixelHeader): Uint8Array {
  const data = new Uint8Array(width * height * 3)
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0, at = y * stride; x < width; x++, at += 4, to += 3) {
      data[to] = from[at] ?? 0
      data[to + 1] = from[at + 1] ?? 0
      data[to + 2] = from[at + 2] ?? 0
    }
  }
  return data
}
