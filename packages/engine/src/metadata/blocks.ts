/**
 * The blocks of metadata that a file carries, made fit for another picture: what describes the file they came from
 * (its orientation, its thumbnail, a gain map that is not copied) must not reach the result.
 *
 * Bounded, and silent about damage. Sources: Adobe "Photoshop File Formats" (image resources),
 * Ultra HDR 1.1 (hdrgm and Container in XMP).
 */
import { Tiff } from './tiff.ts'

export interface MetadataBlocks {
  readonly exif?: Uint8Array
  readonly xmp?: string
  /** Photoshop's image resources, as in a JPEG's APP13. */
  readonly iptc?: Uint8Array
}

const orientationTag = 0x0112

/**
 * The TIFF structure of an EXIF block without its thumbnail and with this orientation, where it states one;
 * undefined for a damaged block. The thumbnail shows what the picture was before it was cut.
 */
export function exifFor(exif: Uint8Array, orientation: number): Uint8Array | undefined {
  const tiff = Tiff.in(Uint8Array.from(exif))
  const { entries, next } = tiff?.directory(tiff.first) ?? {}
  if (tiff === undefined || entries === undefined || next === undefined) return undefined
  for (const entry of entries) {
    if (tiff.u16(entry) === orientationTag) tiff.writeU16(orientation, entry + 8)
  }
  tiff.bytes.fill(0, next, next + 4)
  return tiff.bytes
}

const maxPacketLength = 1024 * 1024

/** An XMP packet without what it says about gain maps and other pictures in the file; undefined when it is too long. */
export function xmpFor(packet: string): string | undefined {
  if (packet.length > maxPacketLength) return undefined
  return withoutElements(
    withoutElements(withoutElements(packet, 'hdrgm:'), 'Container:Directory'),
    'HDRGainMap:',
  )
    .replace(/\s(?:hdrgm|HDRGainMap):[\w.-]{1,100}\s?=\s?(?:"[^"]*"|'[^']*')/g, '')
    .replace(/\sxmlns:(?:hdrgm|HDRGainMap|Container|Item)\s?=\s?(?:"[^"]*"|'[^']*')/g, (declared) =>
      // Kept where something else is still named by it: an undeclared prefix would break the packet.
      /:Item|:Container/.test(declared) && /<(?:Item|Container):/.test(packet) ? declared : '',
    )
}

/** Cuts every element whose name begins so, with all it holds; one that never ends stays. */
function withoutElements(packet: string, name: string): string {
  let rest = packet
  let kept = ''
  for (;;) {
    const start = rest.indexOf(`<${name}`)
    if (start < 0) return kept + rest
    const tag = /^<([\w:.-]{1,200})[^<>]*?(\/?)>/.exec(rest.slice(start, start + 100_000))
    const close = tag?.[2] === '/' ? '' : `</${tag?.[1]}>`
    const end = tag === null ? -1 : rest.indexOf(close, start + tag[0].length)
    if (tag === null || end < 0) return kept + rest
    kept += rest.slice(0, start)
    rest = rest.slice(end + close.length)
  }
}

const iptcResource = 0x0404
const resourceSignature = '8BIM'
const photoshopMark = 'Photoshop 3.0\0'
const maxResources = 1_000

/** The APP13 payload with its IPTC record alone: other resources hold thumbnails, paths and serial numbers. */
export function iptcFor(payload: Uint8Array): Uint8Array | undefined {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.length)
  let at = bytes.toString('latin1', 0, photoshopMark.length) === photoshopMark ? photoshopMark.length : 0
  for (let count = 0; count < maxResources && at + 12 <= bytes.length; count++) {
    if (bytes.toString('latin1', at, at + 4) !== resourceSignature) return undefined
    const nameBytes = ((bytes[at + 6] ?? 0) + 2) & ~1
    const sizeAt = at + 6 + nameBytes
    if (sizeAt + 4 > bytes.length) return undefined
    const end = sizeAt + 4 + bytes.readUInt32BE(sizeAt)
    if (end > bytes.length) return undefined
    if (bytes.readUInt16BE(at + 4) === iptcResource) return app13(bytes.subarray(sizeAt + 4, end))
    at = end + ((end - sizeAt) % 2)
  }
  return undefined
}

function app13(record: Uint8Array): Uint8Array {
  const head = Buffer.alloc(12)
  head.write(resourceSignature, 0, 'latin1')
  head.writeUInt16BE(iptcResource, 4)
  head.writeUInt32BE(record.length, 8)
  const padding = new Uint8Array(record.length % 2)
  return Buffer.concat([Buffer.from(photoshopMark, 'latin1'), head, record, padding])
}
