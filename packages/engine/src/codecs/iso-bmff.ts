/** Brands of an ISO base media file (AVIF, HEIC, JPEG XL containers, video). Source: ISO/IEC 14496-12 §4.3. */

/** A file type box longer than this is no picture's. */
const maxBrands = 64

/** Major brand first, then the compatible ones; empty when the file does not open with a file type box. */
export function brandsOf(head: Uint8Array): readonly string[] {
  if (head.length < 16 || text(head, 4) !== 'ftyp') return []
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
  const end = Math.min(view.getUint32(0), head.length, 8 + 4 * maxBrands)
  const brands = [text(head, 8)]
  for (let offset = 16; offset + 4 <= end; offset += 4) brands.push(text(head, offset))
  return brands
}

function text(head: Uint8Array, offset: number): string {
  return String.fromCharCode(...head.subarray(offset, offset + 4))
}
