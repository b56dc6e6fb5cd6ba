/** The codes of an authenticator app. */
import { createHmac } from 'node:crypto'

/** RFC 6238 with SHA-1, six digits and thirty seconds, from an `otpauth:` address. */
export function totp(uri: string, atMs = Date.now()): string {
  const base32 = new URL(uri).searchParams.get('secret') ?? ''
  const bits = [...base32]
    .map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'))
    .join('')
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(atMs / 30_000)))
  const mac = createHmac('sha1', key).update(counter).digest()
  const offset = (mac.at(-1) ?? 0) & 15
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}
