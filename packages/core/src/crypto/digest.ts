/**
 * Port for the hashing that keys and signatures need. Synchronous, because a key must be known before any work:
 * node:crypto on the server, a pure implementation at the edge and in the browser.
 *
 * Texts are hashed as UTF-8; results are lower-case hex digits. MD5 and SHA-1 are here only because vendors' URLs
 * are signed with them: nothing of ours rests on either.
 */
export interface Digest {
  /** 64 digits. */
  sha256(text: string): string
  /** HMAC-SHA256 keyed with the UTF-8 bytes of `secret`, 64 digits. */
  hmacSha256(secret: string, text: string): string
  /** 32 digits. */
  md5(text: string): string
  /** 40 digits. */
  sha1(text: string): string
  /** HMAC-SHA1 keyed with the UTF-8 bytes of `secret`, 40 digits. */
  hmacSha1(secret: string, text: string): string
  /** Constant-time comparison of two texts of equal, public length; `false` when the lengths differ. */
  equal(a: string, b: string): boolean
}
