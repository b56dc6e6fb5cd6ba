/** Reads who made a picture and who owns it out of its XMP packet, without an XML parser: two elements, bounded. */
import type { Rights } from './exif.ts'

const maxPacketLength = 256 * 1024
const maxTextLength = 2_000

/** The first creator and the first rights statement (Dublin Core). Never throws. */
export function rightsInXmp(packet: string): Rights {
  const text = packet.slice(0, maxPacketLength)
  const artist = firstItem(text, 'dc:creator')
  const copyright = firstItem(text, 'dc:rights')
  return { ...(artist === undefined ? {} : { artist }), ...(copyright === undefined ? {} : { copyright }) }
}

function firstItem(text: string, element: string): string | undefined {
  const start = text.indexOf(`<${element}`)
  const end = text.indexOf(`</${element}>`, start)
  if (start < 0 || end < 0) return undefined
  const item = /<rdf:li[^<>]{0,200}>([^<]*)<\/rdf:li>/.exec(text.slice(start, end))?.[1]
  const plain =
    item === undefined
      ? ''
      : decodeEntities(item)
          .replace(/\p{Cc}/gu, ' ')
          .trim()
  return plain === '' ? undefined : plain.slice(0, maxTextLength)
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function decodeEntities(text: string): string {
  return text.replace(/&(\w{2,4});/g, (whole, name: string) => entities[name] ?? whole)
}
