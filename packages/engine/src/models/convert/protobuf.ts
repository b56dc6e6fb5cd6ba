/**
 * Writes the wire format of protocol buffers: as much of it as an ONNX file takes.
 * Numbers, lengths and tags as in the encoding guide of protocol buffers.
 */

/** A message, encoded. */
export type Message = Uint8Array

const encoder = new TextEncoder()

/** Integers, booleans and enumerations. Negative numbers take ten bytes, as the format has it. */
export function integerField(field: number, value: number | bigint): Message {
  return joined([tag(field, 0), varint(BigInt(value))])
}

/** A 32-bit float. */
export function floatField(field: number, value: number): Message {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setFloat32(0, value, true)
  return joined([tag(field, 5), bytes])
}

/** A text, bytes, or a message inside. */
export function bytesField(field: number, value: string | Uint8Array): Message {
  const bytes = typeof value === 'string' ? encoder.encode(value) : value
  return joined([tag(field, 2), varint(BigInt(bytes.length)), bytes])
}

export function joined(parts: readonly Uint8Array[]): Message {
  return Buffer.concat(parts)
}

function tag(field: number, wireType: number): Uint8Array {
  return varint(BigInt((field << 3) | wireType))
}

function varint(value: bigint): Uint8Array {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, value)
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128)
    rest >>= 7n
  }
  bytes.push(Number(rest))
  return Uint8Array.from(bytes)
}
