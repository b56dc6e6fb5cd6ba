/** Offsets of texts for services that count inwards from the side a text lies at: text boxes move right and down. */

/** A length inwards as one to the right or down. `isFar`: from the right or the bottom. Pixels are rounded half up. */
export function textShift(length: number | string, isFar: boolean): number | string {
  if (typeof length === 'number') return Math.round(isFar ? -length : length)
  if (!isFar) return length
  return length.startsWith('-') ? length.slice(1) : `-${length}`
}
