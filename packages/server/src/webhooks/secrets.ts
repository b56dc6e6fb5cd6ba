/**
 * Secrets of webhooks, in the form of Standard Webhooks: `whsec_` and the base64 of the HMAC key's bytes.
 *
 * A new secret signs at once; the one before signs beside it for a day, so that receivers can change over without
 * refusing anything.
 */
import { randomBytes } from 'node:crypto'
import type { MasterKey } from '../keys/index.ts'
import type { ProjectId } from '../projects/index.ts'

interface Secret {
  readonly secret: string
  /** Unix milliseconds; absent for the newest. */
  readonly until?: number
}

/** Whose secrets they are: what is sealed opens for no other. */
interface Owner {
  readonly id: string
  readonly projectId: ProjectId
}

const prefix = 'whsec_'
/** As long as the hash; the specification asks for 24 to 64. */
const keyBytes = 32
const overlapMs = 24 * 60 * 60 * 1000

export function newSecret(): string {
  return prefix + randomBytes(keyBytes).toString('base64')
}

/** The first secret of a webhook. */
export function sealSecret(masterKey: MasterKey, owner: Owner, secret: string): string {
  return sealAll(masterKey, owner, [{ secret }])
}

/** Puts a new secret in front of the newest, whose time begins to run. Older ones go. */
export function replaceSecret(masterKey: MasterKey, owner: Owner, sealed: string, secret: string): string {
  const [newest] = openAll(masterKey, owner, sealed)
  const before = newest === undefined ? [] : [{ secret: newest.secret, until: Date.now() + overlapMs }]
  return sealAll(masterKey, owner, [{ secret }, ...before])
}

/** HMAC keys of the secrets that are live, newest first. */
export function signingKeys(
  masterKey: MasterKey,
  owner: Owner,
  { sealed, now }: { readonly sealed: string; readonly now: number },
): readonly Buffer[] {
  return openAll(masterKey, owner, sealed)
    .filter(({ until }) => until === undefined || until > now)
    .map(({ secret }) => Buffer.from(secret.slice(prefix.length), 'base64'))
}

function sealAll(masterKey: MasterKey, owner: Owner, secrets: readonly Secret[]): string {
  return masterKey.seal('webhook-secrets', contextOf(owner), JSON.stringify(secrets))
}

function openAll(masterKey: MasterKey, owner: Owner, sealed: string): readonly Secret[] {
  return JSON.parse(masterKey.open('webhook-secrets', contextOf(owner), sealed)) as readonly Secret[]
}

function contextOf({ id, projectId }: Owner): string {
  return `${projectId}/${id}`
}
