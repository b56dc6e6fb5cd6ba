/**
 * How often each thing may be tried.
 *
 * NIST SP 800-63B §5.2.2 allows 100 failed sign-ins in a row for an account. The strict limit is on an e-mail *from one
 * address*, so that a stranger cannot lock somebody out; the one on the e-mail alone stops a distributed guess.
 */
import type { Attempt } from './attempts.ts'

type By = 'address' | 'email' | 'email and address'

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
const codes: readonly Rule[] = [{ by: 'address', limit: 60, windowSeconds: quarter }]

const rules: ReadonlyMap<string, readonly Rule[]> = new Map([
  ['/sign-in/email', guesses],
  ['/sign-in/oidc', visits],
  ['/oidc/callback', visits],
  ['/sign-up/email', letters],
  ['/request-password-reset', letters],
  ['/send-verification-email', letters],
  ['/verify-password', codes],
  ['/change-email', codes],
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
  readonly email: string | undefined
}

/** What a request counts as. */
export function attemptsOf({ path, address, email }: Tried): readonly Attempt[] {
  return (rules.get(path) ?? []).flatMap(({ by, limit, windowSeconds }) => {
    const who = { address, email, 'email and address': email && `${email} ${address}` }[by]
    return who === undefined ? [] : [{ name: `${path} ${by} ${who}`, limit, windowSeconds }]
  })
}

/** Names that a sign-in which went well makes forget: not the address's, or its own account would refill it. */
export function forgivenBy(tried: Tried): readonly string[] {
  return attemptsOf(tried)
    .filter(({ name }) => !name.startsWith(`${tried.path} address `))
    .map(({ name }) => name)
}
