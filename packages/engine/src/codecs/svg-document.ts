/**
 * The text of an SVG before the rasteriser sees it.
 *
 * librsvg gets a buffer without a base address, so it resolves no file and no URL and runs no script; that is the
 * wall. This file only makes its input small and plain: gzip is undone under a byte cap, and documents that declare
 * external entities or ask for inclusion are refused instead of trusted to be ignored.
 */
import { gunzipSync } from 'node:zlib'
import { problem } from '@fovea/core/model'

/** Longest unzipped document; real drawings stay far below. */
const maxDocumentBytes = 32 * 1024 * 1024
/** Elements the rasteriser may build a tree of: about 1.6 kB each, so that a document stays below 350 MB. */
const maxElements = 200_000
/** libvips looks for the root element in this many bytes only. */
const visiblePrologueBytes = 900
const prologuePart =
  /\s+|<\?[^>]*\?>|<!--[\s\S]*?-->|<!DOCTYPE\s(?:[^[\]>"']|"[^"]*"|'[^']*')*(?:\[[\s\S]*?\]\s*)?>/iy
const rootElement = /<(?:[A-Za-z_][\w.-]{0,63}:)?svg(?:[\s/>]|$)/y

/** Whether the head is the beginning of an SVG document, or of a gzip stream that may hold one. */
export function looksLikeSvg(head: Uint8Array): boolean {
  return isGzip(head) || rootOffset(decode(head)) !== undefined
}

/**
 * Returns the document to rasterise, never zipped. Everything is read into memory: files of this format are text.
 * @throws Problem `source/unsupported` when the gzip stream holds no SVG, `source/too-large`, `source/undecodable`
 */
export function readSvgDocument(bytes: Uint8Array): Uint8Array {
  const document = isGzip(bytes) ? unzip(bytes) : bytes
  const text = decode(document)
  const root = isGzip(document) ? undefined : rootOffset(text)
  if (root === undefined) {
    throw problem('source/unsupported', { detail: 'The file is a gzip archive that holds no SVG.' })
  }
  refuseReferences(text)
  refuseCrowds(text)
  if (isUtf16(document)) return Buffer.from(text.slice(root))
  return root <= visiblePrologueBytes ? document : withVisibleRoot(document)
}

function unzip(bytes: Uint8Array): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: maxDocumentBytes })
  } catch (cause) {
    if (cause instanceof RangeError) {
      throw problem('source/too-large', {
        detail: `The SVG is longer than ${maxDocumentBytes} bytes when unzipped.`,
        members: { limitBytes: maxDocumentBytes },
        cause,
      })
    }
    throw problem('source/undecodable', { detail: 'The gzip stream of the SVG is damaged.', cause })
  }
}

function refuseReferences(text: string): void {
  if (/<!ENTITY\s[^<>]{0,512}?\b(?:SYSTEM|PUBLIC)\b/i.test(text)) refuse('declares an external entity')
  if (text.includes('http://www.w3.org/2001/XInclude')) refuse('asks for the inclusion of another document')
}

function refuseCrowds(text: string): void {
  let count = 0
  for (let at = text.indexOf('<'); at >= 0 && count <= maxElements; at = text.indexOf('<', at + 1)) {
    if (text[at + 1] !== '/') count++
  }
  if (count <= maxElements) return
  throw problem('source/too-large', {
    detail: `The SVG has more than ${maxElements} elements.`,
    members: { limitElements: maxElements },
  })
}

function refuse(what: string): never {
  throw problem('source/undecodable', { detail: `The SVG ${what}, which is not followed.` })
}

/** Where the root element begins, behind declaration, comments and document type; undefined when it is no SVG. */
function rootOffset(text: string): number | undefined {
  let offset = text.startsWith('\ufeff') ? 1 : 0
  for (;;) {
    prologuePart.lastIndex = offset
    if (!prologuePart.test(text)) break
    offset = prologuePart.lastIndex
  }
  rootElement.lastIndex = offset
  return rootElement.test(text) ? offset : undefined
}

/** Puts a comment with the root's name where libvips will see it; XML allows none before the declaration. */
function withVisibleRoot(document: Uint8Array): Uint8Array {
  const head = Buffer.from(document.subarray(0, visiblePrologueBytes)).toString('latin1')
  const declarationEnd = head.includes('<?xml') ? head.indexOf('?>') + 2 : 0
  const mark = Buffer.from('<!--<svg-->')
  return Buffer.concat([document.subarray(0, declarationEnd), mark, document.subarray(declarationEnd)])
}

/** Bytes as text, good enough to find ASCII markup in any ASCII-based encoding. */
function decode(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  return new TextDecoder('utf-8').decode(bytes)
}

function isUtf16(bytes: Uint8Array): boolean {
  return (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b
}
