/** Password hashes: PBKDF2-SHA512 with the parameters stored beside the hash, so they can be raised later. */
import { pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

const derive = promisify(pbkdf2)

/** OWASP's figure for PBKDF2-SHA512 (Password Storage Cheat Sheet). */
const iterations = 210_000
const saltBytes = 16
const hashBytes = 64
const scheme = 'pbkdf2-sha512'

/** Hashes off the main thread: `pbkdf2-sha512$210000$salt$hash`, base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(saltBytes)
  const hash = await derive(password.normalize('NFKC'), salt, iterations, hashBytes, 'sha512')
  return [scheme, iterations, salt.toString('base64url'), hash.toString('base64url')].join('$')
}

/** Whether the password fits; `isOutdated` asks the caller to hash it again with today's parameters. */
export async function verifyPassword(
  password: string,
  stored: string,
): Promise<{ fits: boolean; isOutdated: boolean }> {
  const [name, rounds = '', salt = '', hash = ''] = stored.split('$')
  if (name !== scheme || !/^\d+$/.test(rounds)) return { fits: false, isOutdated: false }
  const expected = Buffer.from(hash, 'base64url')
  if (expected.length === 0 || Number(rounds) === 0) return { fits: false, isOutdated: false }
  const actual = await derive(
    password.normalize('NFKC'),
    Buffer.from(salt, 'base64url'),
    Number(rounds),
    expected.length,
    'sha512',
  )
  return {
    fits: timingSafeEqual(actual, expected),
    isOutdated: Number(rounds) < iterations,
  }
}
