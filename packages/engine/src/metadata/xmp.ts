/**
 * Reads the few facts we tell out of an XMP packet, without an XML parser: elements and attributes by their usual
 * names, bounded. What is written in an unusual way is not found, which is all that may happen.
 *
 * Source: XMP specification part 1 (2012) §7, part 2 §2 (namespaces dc, xmp, photoshop)
 */
import type { PictureDetails } from '../pool/picture-facts.ts'
import { type Rights, ratingOf, withoutGaps } from './exif.ts'
import { plain } from './plain-text.ts'

const maxPacketLength = 256 * 1024
const maxElementLength = 64 * 1024
const maxKeywords = 64

/** The first creator and the first rights statement (Dublin Core). Never throws. */
export function rightsInXmp(packet: string): Rights {
  const { artist, copyright } = detailsInXmp(packet)
  return { ...(artist === undefined ? {} : { artist }), ...(copyright === undefined ? {} : { copyright }) }
}

export function detailsInXmp(packet: string): PictureDetails {
  const text = packet.slice(0, maxPacketLength)
  const keywords = items(text, 'dc:subject', maxKeywords)
  return (
    withoutGaps({
      artist: items(text, 'dc:creator', 1)[0],
      copyright: items(text, 'dc:rights', 1)[0],
      title: items(text, 'dc:title', 1)[0],
      caption: items(text, 'dc:description', 1)[0],
      keywords: keywords.length === 0 ? undefined : keywords,
      credit: simple(text, 'photoshop:Credit'),
      rating: ratingOf(numberIn(simple(text, 'xmp:Rating'))),
      location: withoutGaps({
        city: simple(text, 'photoshop:City'),
        country: simple(text, 'photoshop:Country'),
      }),
    }) ?? {}
  )
}

/** Texts of the list in an element. */
function items(text: string, element: string, most: number): readonly string[] {
  const start = text.indexOf(`<${element}`)
  const end = text.indexOf(`</${element}>`, start)
  if (start < 0 || end < 0) return []
  const found: string[] = []
  for (const [, item = ''] of text
    .slice(start, Math.min(end, start + maxElementLength))
    .matchAll(/<rdf:li[^<>]{0,200}>([^<]*)<\/rdf:li>/g)) {
    const shown = plain(decodeEntities(item))
    if (shown !== '') found.push(shown)
    if (found.length === most) break
  }
  return found
}

/** A property without structure: an element, or an attribute of the description. */
function simple(text: string, name: string): string | undefined {
  const at = text.indexOf(name)
  if (at < 0) return undefined
  const rest = text.slice(at + name.length, at + name.length + 8_000)
  const value = /^(?:>([^<]*)<|\s{0,8}=\s{0,8}"([^"<]*)"|\s{0,8}=\s{0,8}'([^'<]*)')/.exec(rest)
  const shown = plain(decodeEntities(value?.[1] ?? value?.[2] ?? value?.[3] ?? ''))
  return shown === '' ? undefined : shown
}

function numberIn(text: string | undefined): number | undefined {
  return text !== undefined && /^-?\d(?:\.0+)?$/.test(text) ? Number(text) : undefined
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function decodeEntities(text: string): string {
  return text.replace(/&(\w{2,4}|#\d{1,7}|#x[0-9a-f]{1,6});/gi, (whole, name: string) => {
    if (!name.startsWith('#')) return entities[name] ?? whole
    const code =
      name[1] === 'x' || name[1] === 'X' ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1))
    return code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : ''
  })
}
