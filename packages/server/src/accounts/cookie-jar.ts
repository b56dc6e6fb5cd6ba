/**
 * better-auth's cookies, all of them inside the one cookie that browsers see.
 *
 * better-auth signs its cookies, so anyone who holds one can read it, and it sets several. Here they are kept in a
 * jar that is encrypted and authenticated as a whole (AES-256-GCM) under a key of its own: `fovea_session`. A browser's
 * other cookies never reach better-auth, and none of better-auth's own names is accepted from outside.
 */
import type { MasterKey } from '../keys/index.ts'

const sessionCookieName = 'fovea_session'

/** What better-auth calls the cookie with the session's token. */
const innerSessionName = 'fovea.session_token'

interface Kept {
  readonly value: string
  /** Unix milliseconds; absent for as long as the browser stays open. */
  readonly until?: number
}

type Jar = Readonly<Record<string, Kept>>

/** Browsers keep cookies of 4 096 bytes; a longer one is not ours. */
const maxLength = 4_096

/** Opens the jar of a `Cookie` header; what is damaged, foreign or too old counts as empty. */
export function openJar(masterKey: MasterKey, header: string | undefined, now = Date.now()): Jar {
  const sealed = cookieOf(header)
  if (sealed === undefined || sealed.length > maxLength) return {}
  try {
    const jar = JSON.parse(masterKey.open('session-cookie', sessionCookieName, sealed)) as Jar
    return Object.fromEntries(
      Object.entries(jar).filter(([, { until }]) => until === undefined || until > now),
    )
  } catch {
    return {}
  }
}

function cookieOf(header: string | undefined): string | undefined {
  for (const pair of (header ?? '').split(';')) {
    const [name, value] = pair.split('=', 2)
    if (name?.trim() === sessionCookieName) return value?.trim()
  }
  return undefined
}

/** The `Cookie` header better-auth is shown. */
export function headerOf(jar: Jar): string {
  return Object.entries(jar)
    .map(([name, { value }]) => `${name}=${value}`)
    .join('; ')
}

/** The token of a session: better-auth appends its signature, which the jar's seal has made superfluous. */
export function sessionTokenOf(jar: Jar): string | undefined {
  const value = jar[innerSessionName]?.value
  if (value === undefined) return undefined
  const signed = decodeURIComponent(value)
  const dot = signed.lastIndexOf('.')
  return dot <= 0 ? undefined : signed.slice(0, dot)
}

/** The jar after better-auth's `Set-Cookie` headers. */
export function withSetCookies(jar: Jar, setCookies: readonly string[], now = Date.now()): Jar {
  const kept: Record<string, Kept> = { ...jar }
  for (const line of setCookies) {
    const [pair = '', ...attributes] = line.split(';')
    const equals = pair.indexOf('=')
    const name = pair.slice(0, equals).trim()
    const value = pair.slice(equals + 1).trim()
    const age = attributes.map((text) => /^\s*max-age=(-?\d+)\s*$/i.exec(text)?.[1]).find(Boolean)
    if (value === '' || (age !== undefined && Number(age) <= 0)) delete kept[name]
    else kept[name] = age === undefined ? { value } : { value, until: now + Number(age) * 1000 }
  }
  return kept
}

export interface SealOptions {
  /** Whether people come over https. */
  readonly isSecure: boolean
}

/** The `Set-Cookie` line that replaces the browser's jar; an empty jar removes it. */
export function setCookieOf(
  masterKey: MasterKey,
  jar: Jar,
  { isSecure }: SealOptions,
  now = Date.now(),
): string {
  const entries = Object.values(jar)
  const attributes = ['Path=/', 'HttpOnly', 'SameSite=Lax', ...(isSecure ? ['Secure'] : [])]
  if (entries.length === 0) return [`${sessionCookieName}=`, ...attributes, 'Max-Age=0'].join('; ')
  const sealed = masterKey.seal('session-cookie', sessionCookieName, JSON.stringify(jar))
  const untils = entries.map(({ until }) => until)
  // A jar that holds anything for "as long as the browser is open" must not outlive it.
  const until = untils.includes(undefined) ? undefined : Math.max(...untils.map((each) => each ?? 0))
  const age = until === undefined ? [] : [`Max-Age=${Math.max(0, Math.round((until - now) / 1000))}`]
  return [`${sessionCookieName}=${sealed}`, ...attributes, ...age].join('; ')
}
