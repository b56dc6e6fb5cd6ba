/**
 * What an IPTC block says about a picture: caption, keywords, who made and who owns it, where. Bounded, and silent
 * about damage.
 *
 * Source: IPTC-NAA Information Interchange Model 4.2 §1.5–1.6 and the Application Record; Adobe Photoshop file format,
 * image resource blocks (for the wrapping)
 */
import type { PictureDetails } from '../pool/picture-facts.ts'
import { withoutGaps } from './exif.ts'
import { plainText } from './plain-text.ts'

const datasetMark = 0x1c
const maxDatasets = 512
const maxKeywords = 64

export function detailsInIptc(block: Uint8Array): PictureDetails {
  const found = Map.groupBy(datasets(bare(block)), ({ number }) => number)
  const one = (number: number) => found.get(number)?.[0]?.text
  const keywords = found.get(25)?.slice(0, maxKeywords)
  return (
    withoutGaps({
      title: one(5),
      keywords: keywords?.map(({ text }) => text),
      artist: one(80),
      location: withoutGaps({ city: one(90), country: one(101) }),
      credit: one(110) ?? one(115),
      copyright: one(116),
      caption: one(120),
    }) ?? {}
  )
}

/** Texts of the application record. */
function datasets(bytes: Buffer): readonly { readonly number: number; readonly text: string }[] {
  const found: { number: number; text: string }[] = []
  let at = 0
  while (at + 5 <= bytes.length && bytes[at] === datasetMark && found.length < maxDatasets) {
    const length = bytes.readUInt16BE(at + 3)
    // The first bit marks lengths beyond 32 767, which no text here has.
    if (length > 32_767) break
    const text = plainText(bytes.subarray(at + 5, at + 5 + length))
    if (bytes[at + 1] === 2 && text !== '') found.push({ number: bytes[at + 2] ?? 0, text })
    at += 5 + length
  }
  return found
}

/** The datasets out of the Photoshop resource that usually wraps them. */
function bare(block: Uint8Array): Buffer {
  const bytes = Buffer.from(block.buffer, block.byteOffset, block.length)
  const start = bytes.subarray(0, 13).toString('latin1') === 'Photoshop 3.0' ? 14 : 0
  for (let at = start; at + 12 <= bytes.length && bytes.toString('latin1', at, at + 4) === '8BIM'; ) {
    const nameLength = (bytes[at + 6] ?? 0) + 1
    const sizeAt = at + 6 + nameLength + (nameLength % 2)
    if (sizeAt + 4 > bytes.length) break
    const size = bytes.readUInt32BE(sizeAt)
    if (bytes.readUInt16BE(at + 4) === 0x0404) return bytes.subarray(sizeAt + 4, sizeAt + 4 + size)
    at = sizeAt + 4 + size + (size % 2)
  }
  return bytes
}
