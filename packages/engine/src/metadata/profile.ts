/**
 * Reads of an ICC profile whether it can show colours that sRGB cannot. Bounded, and silent about damage: a profile
 * that does not read is no profile.
 *
 * Source: ICC.1:2022 §7.2 (header), §7.3 (tag table), §9.2.36 (colorants), §10.31 (XYZType)
 */

const headerBytes = 128
const maxProfileBytes = 4 * 1024 * 1024
const maxTags = 100
const tagBytes = 12
/** Colorants of sRGB, adapted to D50, as its profiles hold them. */
const srgbColorants: Readonly<Record<string, readonly [number, number, number]>> = {
  rXYZ: [0.436, 0.2225, 0.0139],
  gXYZ: [0.3851, 0.7169, 0.0971],
  bXYZ: [0.1431, 0.0606, 0.7141],
}
/** Profiles of the same primaries differ by the white point they were adapted from. */
const tolerance = 0.01

/** Whether it is a profile of RGB that is not sRGB's; one of tables alone is taken to be wide. */
export function isWideProfile(icc: Uint8Array | undefined): boolean {
  if (icc === undefined || icc.length < headerBytes + 4 || icc.length > maxProfileBytes) return false
  const bytes = Buffer.from(icc.buffer, icc.byteOffset, icc.length)
  if (text(bytes, 36) !== 'acsp' || text(bytes, 16) !== 'RGB ') return false
  const tags = tagsOf(bytes)
  const colorants = Object.entries(srgbColorants)
  return !colorants.every(([name, wanted]) => isColorant(bytes, tags.get(name), wanted))
}

/** Where each tag's data begins, by the tag's signature. */
function tagsOf(bytes: Buffer): ReadonlyMap<string, number> {
  const tags = new Map<string, number>()
  const count = Math.min(maxTags, bytes.readUInt32BE(headerBytes))
  for (let index = 0; index < count; index++) {
    const entry = headerBytes + 4 + index * tagBytes
    if (entry + tagBytes > bytes.length) break
    tags.set(text(bytes, entry), bytes.readUInt32BE(entry + 4))
  }
  return tags
}

function isColorant(bytes: Buffer, at: number | undefined, wanted: readonly number[]): boolean {
  if (at === undefined || at + 20 > bytes.length) return false
  return wanted.every(
    (value, index) => Math.abs(bytes.readInt32BE(at + 8 + index * 4) / 65_536 - value) < tolerance,
  )
}

function text(bytes: Buffer, at: number): string {
  return bytes.toString('latin1', at, at + 4)
}
