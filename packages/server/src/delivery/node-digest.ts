/** core's `Digest` port on node:crypto. */
import { createHmac, hash, timingSafeEqual } from 'node:crypto'
import type { Digest } from '@fovea/core'

export const nodeDigest: Digest = Object.freeze({
  sha256: (text: string) => hash('sha256', text, 'hex'),
  hmacSha256: (secret: string, text: string) => hmac('sha256', secret, text),
  md5: (text: string) => hash('md5', text, 'hex'),
  sha1: (text: string) => hash('sha1', text, 'hex'),
  hmacSha1: (secret: string, text: string) => hmac('sha1', secret, text),
  equal(a: string, b: string) {
    const left = Buffer.from(a, 'utf8')
    const right = Buffer.from(b, 'utf8')
    return left.length === right.length && timingSafeEqual(left, right)
  },
})

function hmac(algorithm: 'sha1' | 'sha256', secret: string, text: string): string {
  return createHmac(algorithm, secret).update(text, 'utf8').digest('hex')
}
