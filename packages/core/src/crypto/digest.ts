/**
 * Port for the hashing that keys and signatures need. Synchronous, because a key must be known before any work:
 * node:crypto on the server, a pure implementation at the edge and in the browser.
 */
export interface Digest {
  /** SHA-256 of the UTF-8 text, 64 lower-case hex digits. */
  sha256(text: string): string
  /** HMAC-SHA256 keyed with the UTF-8 bytes of `secret`, 64 lower-case hex digits. */
  hmacSha256(secret: string, text: string): string
  /** Constant-time comparison of two texts of equal, public length; `false` when the lengths differ. */
  equal(a: string, b: string): boolean
}
