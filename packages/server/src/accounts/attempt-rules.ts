/**
 * How often each thing may be tried.
 *
 * NIST SP 800-63B §5.2.2 allows 100 failed sign-ins in a row for an account. The strict limit is on an e-mail *from one
 * address*, so that a stranger cannot lock somebody out; the one on the e-mail alone stops a distributed guess.
 */
import { isIPv6 } from 'node:net'
import type { Attempt } from './attempts.ts'

type By = 'address' | 'email' | 'email and address' | 'session' | 'link'

interface Rule {
  readonly by: By
  readonly limit: number
  readonly windowSeconds: number
}

const quarter = 15 * 60
const hour = 60 * 60

/** Guessing a password. */
const guesses: readonly Rule[] = [
  { by: 'email and address', limit: 10, windowSeconds: quarter },
  { by: 'email', limit: 100, windowSeconds: quarter },
  { by: 'address', limit: 200, windowSeconds: quarter },
]
/** Making us write to an address that somebody typed. */
const letters: readonly Rule[] = [
  { by: 'email', limit: 5, windowSeconds: hour },
  { by: 'address', limit: 60, windowSeconds: hour },
]
/** Making us ask the identity provider. */
const visits: readonly Rule[] = [{ by: 'address', limit: 60, windowSeconds: quarter }]
/** Guessing a code or a password inside a session, beside better-auth's own limit on second factors. */
const codes: readonly Rule[] = [
  { by: 'address', limit: 60, windowSeconds: quarter },
  { by: 'session', limit: 60, windowSeconds: quarter },
]
/** Following a link of a letter: the one that allows another address has us write to that address. */
const links: readonly Rule[] = [
  { by: 'link', limit: 5, windowSeconds: hour },
  { by: 'address', limit: 200, windowSeconds: hour },
]

const rules: ReadonlyMap<string, readonly Rule[]> = new Map([
  ['/sign-in/email', guesses],
  ['/sign-in/oidc', visits],
  ['/oidc/callback', visits],
  ['/sign-up/email', letters],
  ['/request-password-reset', letters],
  ['/send-verification-email', letters],
  ['/verify-password', codes],
  ['/verify-email', links],
  ['/change-email', [...codes, { by: 'email', limit: 5, windowSeconds: hour }]],
  ['/change-password', codes],
  ['/reset-password', codes],
  ['/two-factor/enable', codes],
  ['/two-factor/disable', codes],
  ['/two-factor/generate-backup-codes', codes],
  ['/two-factor/get-totp-uri', codes],
  ['/two-factor/verify-totp', codes],
  ['/two-factor/verify-backup-code', codes],
])

interface Tried {
  /** Path behind `/api/auth`. */
  readonly path: string
  readonly address: string
  /** That is asked for, or written to. */
  readonly email: string | undefined
  /** Token of the session. */
  readonly session?: string | undefined
  /** Token of the link. */
  readonly link?: string | undefined
}

/** What a request counts as. */
export function attemptsOf({ path, address, email, session, link }: Tried): readonly Attempt[] {
  const network = networkOf(address)
  const names = {
    address: network,
    email,
    'email and address': email && `${email} ${network}`,
    session,
    link,
  }
  return (rules.get(path) ?? []).flatMap(({ by, limit, windowSeconds }) => {
    const who = names[by]
    return who === undefined ? [] : [{ name: `${path} ${by} ${who}`, limit, windowSeconds }]
  })
}

/** Names that a sign-in which went well makes forget: not the address's, or its own account would refill it. */
export function forgivenBy(tried: Tried): readonly string[] {
  return attemptsOf(tried)
    .filter(({ name }) => !name.startsWith(`${tried.path} address `))
    .map(({ name }) => name)
}

/** The first half of an IPv6 address: whoever has one of a network has them all. */
function networkOf(address: string): string {
  const embedded = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (embedded !== undefined || !isIPv6(address)) return embedded ?? address
  const [start = '', end] = address.split('::')
  const [before, after] = [start, end ?? ''].map((part) => part.split(':').filter((group) => group !== ''))
  const missing = 8 - (before?.length ?? 0) - (after?.length ?? 0)
  const groups = [...(before ?? []), ...Array<string>(missing).fill('0'), ...(after ?? [])]
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`
}
