/**
 * The installation's master key and what is derived from it.
 *
 * It comes from `FOVEA_SECRET_KEY`, else from `secret.key` (0600) in the data directory, made at the first start.
 * Each purpose gets its own key by HKDF-SHA256, so a leak of one derived key says nothing about another.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import { ConfigError } from '../config.ts'
import { createFileOnce } from '../storage/index.ts'

const keyBytes = 32
const ivBytes = 12

export type KeyPurpose =
  | 'signing-secrets'
  | 'origin-credentials'
  | 'installation'
  | 'session-cookie'
  | 'auth'
  | 'attempts'
  | 'jobs'
  | 'webhook-secrets'
  | 'idempotency'
  | 'exports'
  | 'batches'

export class MasterKey {
  readonly #material: Buffer
  readonly #derived = new Map<KeyPurpose, Buffer>()

  constructor(material: string) {
    this.#material = Buffer.from(material, 'utf8')
  }

  /**
   * Encrypts with AES-256-GCM. `context` names the row it belongs to and is authenticated: sealed text that is
   * copied to another row does not open.
   */
  seal(purpose: KeyPurpose, context: string, text: string): string {
    const iv = randomBytes(ivBytes)
    const cipher = createCipheriv('aes-256-gcm', this.#derive(purpose), iv).setAAD(Buffer.from(context))
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
    return ['v1', iv, cipher.getAuthTag(), sealed]
      .map((part) => (typeof part === 'string' ? part : part.toString('base64url')))
      .join('.')
  }

  /** @throws Error when the text was sealed under another key or for another row */
  open(purpose: KeyPurpose, context: string, sealed: string): string {
    const [version, iv = '', tag = '', body = ''] = sealed.split('.')
    if (version !== 'v1') throw new Error(`Sealed text of unknown version ${version}`)
    const decipher = createDecipheriv('aes-256-gcm', this.#derive(purpose), Buffer.from(iv, 'base64url'), {
      authTagLength: 16,
    })
      .setAAD(Buffer.from(context))
      .setAuthTag(Buffer.from(tag, 'base64url'))
    return Buffer.concat([decipher.update(Buffer.from(body, 'base64url')), decipher.final()]).toString('utf8')
  }

  /** A secret of 43 characters for a library that wants one of its own. */
  secretFor(purpose: KeyPurpose): string {
    return this.#derive(purpose).toString('base64url')
  }

  #derive(purpose: KeyPurpose): Buffer {
    let key = this.#derived.get(purpose)
    if (key === undefined) {
      key = Buffer.from(hkdfSync('sha256', this.#material, 'fovea', `fovea/${purpose}`, keyBytes))
      this.#derived.set(purpose, key)
    }
    return key
  }
}

type MasterKeyConfig = Pick<Config, 'FOVEA_SECRET_KEY' | 'FOVEA_DATA_DIR' | 'FOVEA_ROLES'>

/**
 * Reads the master key, making `secret.key` when there is none. Two processes that start together end with the same key.
 * @throws ConfigError when the roles are split over processes and `FOVEA_SECRET_KEY` is absent
 */
export async function loadMasterKey(config: MasterKeyConfig): Promise<MasterKey> {
  if (config.FOVEA_SECRET_KEY !== undefined) return new MasterKey(config.FOVEA_SECRET_KEY)
  const roles = ['api', 'image', 'worker'] as const
  if (!roles.every((role) => config.FOVEA_ROLES.includes(role))) {
    throw new ConfigError(
      `FOVEA_SECRET_KEY: required when the roles are split over processes (FOVEA_ROLES is "${config.FOVEA_ROLES.join()}")`,
    )
  }
  const path = join(config.FOVEA_DATA_DIR, 'secret.key')
  const existing = await readKeyFile(path)
  if (existing !== undefined) return new MasterKey(existing)
  await createFileOnce(path, `${randomBytes(keyBytes).toString('base64url')}\n`, 0o600)
  const made = await readKeyFile(path)
  if (made === undefined) throw new ConfigError(`${path} could not be written`)
  return new MasterKey(made)
}

async function readKeyFile(path: string): Promise<string | undefined> {
  try {
    const text = (await readFile(path, 'utf8')).trim()
    if (text.length < keyBytes) throw new ConfigError(`${path} holds no key; restore it from your backup`)
    return text
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
