/** Bits in which two fingerprints (perceptual hashes, 16 hex digits) differ: 0–64. */
export function hammingDistance(one: string, other: string): number {
  const differing = BigInt(`0x${one}`) ^ BigInt(`0x${other}`)
  return differing.toString(2).replaceAll('0', '').length
}
