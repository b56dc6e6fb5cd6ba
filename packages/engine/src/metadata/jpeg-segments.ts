/** Puts a segment into a finished JPEG. Source: ITU-T T.81 annex B */

const maxPayloadBytes = 65_533
const [startOfImage, firstApp, lastApp, app13] = [2, 0xe0, 0xef, 0xed]

/** The file with an APP13 segment behind its other application segments; itself where that would be too long. */
export function insertApp13(jpeg: Uint8Array, payload: Uint8Array): Uint8Array {
  if (payload.length > maxPayloadBytes) return jpeg
  const bytes = Buffer.from(jpeg.buffer, jpeg.byteOffset, jpeg.length)
  let at = startOfImage
  while (at + 4 <= bytes.length && bytes[at] === 0xff && isApp(bytes[at + 1] ?? 0)) {
    at += 2 + bytes.readUInt16BE(at + 2)
  }
  const head = Buffer.from([0xff, app13, 0, 0])
  head.writeUInt16BE(payload.length + 2, 2)
  return Buffer.concat([bytes.subarray(0, at), head, payload, bytes.subarray(at)])
}

function isApp(marker: number): boolean {
  return marker >= firstApp && marker <= lastApp
}
