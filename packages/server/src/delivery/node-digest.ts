/** core's `Digest` port on node:crypto. */
import { createHmac, hash, timingSafeEqual } from 'node:crypto'
import type { Digest } from '@fovea/core'

export const nodeDigest: Digest = Object.freeze({
  sha256: (text: string) => hash('sha256', text, 'hex'),
  hmacSha256: (secret: string, text: string) =>
    createHmac('sha256', secret).update(text, 'utf8').digest('hex'),
  equal(a: string, b: string) {
    const left = Buffer.from(a, 'utf8')
    const right = Buffer.from(b, 'utf8')
    return left.length === right.length && timingSafeEqual(left, right)
  },
})
