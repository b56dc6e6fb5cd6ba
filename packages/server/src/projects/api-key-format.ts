/**
 * The text of an API key: `fov_`, 24 random base62 characters (142 bit), 6 of CRC-32.
 *
 * The checksum lets us refuse a mistyped or made-up key before any look-up, and lets secret scanners tell a real key
 * from a random word. Only the SHA-256 of a key is stored: the key itself has enough entropy to need no salt.
 */
import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { randomBase62, toBase62 } from './base62.ts'

const lead = 'fov_'
const randomLength = 24
const checksumLength = 6
const shape = new RegExp(`^${lead}[0-9A-Za-z]{${randomLength + checksumLength}}$`)

/** Characters of a key that may be shown. */
const prefixLength = 8

export function generateApiKey(): string {
  const body = lead + randomBase62(randomLength)
  return body + toBase62(crc32(body), checksumLength)
}

/** Whether the text has the form and the checksum of a key; says nothing about whether it exists. */
export function isWellFormedApiKey(text: string): boolean {
  if (!shape.test(text)) return false
  const body = text.slice(0, -checksumLength)
  return text.slice(-checksumLength) === toBase62(crc32(body), checksumLength)
}

export function hashApiKey(key: string): string {
  return createHash('sha256').update(key, 'utf8').digest('hex')
}

export function apiKeyPrefix(key: string): string {
  return key.slice(0, prefixLength)
}
