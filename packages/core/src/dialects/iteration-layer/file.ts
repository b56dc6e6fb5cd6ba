/**
 * The request's `file`: base64 text, or an address with what is to be sent there.
 *
 * Clients of the first version, and the vendor's own examples, leave `type` out: it follows from what is there.
 * Headers that would change how the connection is used, or pass for a browser's own, are refused.
 */
import { type Problem, problem } from '../../problem/index.ts'
import { encodeBase64Url } from '../base64.ts'
import { isObject } from '../json-text.ts'
import { quote } from '../quote.ts'

export type TransformFile =
  | { readonly kind: 'base64'; readonly base64: string }
  | {
      readonly kind: 'url'
      readonly url: string
      /** Names in lower case. */
      readonly headers: Readonly<Record<string, string>>
      readonly timeoutMs: number
    }

const defaultTimeoutMs = 30_000
const maxHeaders = 32
const maxHeaderBytes = 8_192

/** @throws Problem `request/invalid-parameter` naming the member */
export function readFile(value: unknown): TransformFile {
  if (!isObject(value)) throw invalid('file', `must be an object, not ${quote(value)}`)
  const { type, base64, url } = value
  if (value.name !== undefined && value.name !== null && typeof value.name !== 'string')
    throw invalid('file.name', `must be a text, not ${quote(value.name)}`)
  const kind = type ?? (typeof base64 === 'string' ? 'base64' : typeof url === 'string' ? 'url' : undefined)
  if (kind === 'base64') {
    if (typeof base64 !== 'string' || base64 === '') throw invalid('file.base64', 'must be base64 text')
    return { kind, base64 }
  }
  if (kind === 'url') {
    if (typeof url !== 'string' || url === '') throw invalid('file.url', 'must be an address')
    return { kind, url, ...readFetchOptions(value.fetch_options) }
  }
  throw invalid('file.type', `must be base64 or url, not ${quote(type)}`)
}

function readFetchOptions(value: unknown) {
  if (value === undefined || value === null) return { headers: {}, timeoutMs: defaultTimeoutMs }
  if (!isObject(value)) throw invalid('file.fetch_options', `must be an object, not ${quote(value)}`)
  const { timeout_ms: timeout, user_agent: agent, locale, auth, should_render_javascript: script } = value
  if (isGiven(script) && typeof script !== 'boolean')
    throw invalid('file.fetch_options.should_render_javascript', 'must be true or false')
  const headers: Record<string, string> = { ...readHeaders(value.headers) }
  if (isGiven(locale)) {
    if (typeof locale !== 'string' || !/^[A-Za-z0-9]{1,8}(?:-[A-Za-z0-9]{1,8}){0,7}$/.test(locale))
      throw invalid('file.fetch_options.locale', `must be a language tag such as de-AT, not ${quote(locale)}`)
    headers['accept-language'] = locale
  }
  if (isGiven(agent)) {
    if (typeof agent !== 'string' || agent.length > 500 || !isHeaderValue(agent))
      throw invalid('file.fetch_options.user_agent', 'must be 1 to 500 printable characters')
    headers['user-agent'] = agent
  }
  if (isGiven(auth)) Object.assign(headers, readAuth(auth))
  return { headers, timeoutMs: readTimeout(timeout) }
}

function readTimeout(value: unknown): number {
  if (!isGiven(value)) return defaultTimeoutMs
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1_000 && value <= 60_000) return value
  throw invalid('file.fetch_options.timeout_ms', `must be 1000 to 60000, not ${quote(value)}`)
}

function readHeaders(value: unknown): Readonly<Record<string, string>> {
  if (!isGiven(value)) return {}
  const place = 'file.fetch_options.headers'
  if (!isObject(value)) throw invalid(place, `must be an object, not ${quote(value)}`)
  const entries = Object.entries(value)
  if (entries.length > maxHeaders) throw invalid(place, `may name at most ${maxHeaders} headers`)
  return Object.fromEntries(entries.map(([name, text]) => readHeader(name, text, place)))
}

function readHeader(name: string, value: unknown, place: string): readonly [string, string] {
  const key = name.toLowerCase()
  if (!/^[!#$%&'*+.^_`|~0-9a-z-]{1,100}$/.test(key))
    throw invalid(place, `has no header name in ${quote(name)}`)
  if (isForbidden(key)) throw invalid(place, `may not set ${quote(name)}`)
  if (typeof value !== 'string' || !isHeaderValue(value))
    throw invalid(place, `must have a text of printable characters for ${quote(name)}`)
  return [key, value]
}

/** The forms of `auth` are not public; these say themselves what they are. */
function readAuth(value: unknown): Readonly<Record<string, string>> {
  const place = 'file.fetch_options.auth'
  if (!isObject(value)) throw invalid(place, `must be an object, not ${quote(value)}`)
  const text = (member: string) => {
    const given = value[member]
    if (typeof given === 'string' && isHeaderValue(given)) return given
    throw invalid(`${place}.${member}`, 'must be a text of printable characters')
  }
  switch (value.type) {
    case 'bearer':
      return { authorization: `Bearer ${text('token')}` }
    case 'basic': {
      const [user, password] = [text('username'), text('password')]
      if (user.includes(':')) throw invalid(`${place}.username`, 'may not contain ":"')
      return { authorization: `Basic ${base64(`${user}:${password}`)}` }
    }
    case 'custom_header': {
      const [name, header] = readHeader(text('name'), value.value, place)
      return { [name]: header }
    }
    default:
      throw invalid(`${place}.type`, `must be bearer, basic or custom_header, not ${quote(value.type)}`)
  }
}

/** Padded, in the alphabet of RFC 4648 §4. */
function base64(text: string): string {
  const encoded = encodeBase64Url(text).replaceAll('-', '+').replaceAll('_', '/')
  return encoded.padEnd(Math.ceil(encoded.length / 4) * 4, '=')
}

/** RFC 9110 §7.6.1 (connection), Fetch §2.2.2 (headers a browser keeps to itself), and what the way out decides. */
const forbidden: ReadonlySet<string> = new Set([
  'accept-charset',
  'accept-encoding',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'cookie',
  'cookie2',
  'date',
  'dnt',
  'expect',
  'forwarded',
  'host',
  'http2-settings',
  'keep-alive',
  'origin',
  'range',
  'referer',
  'set-cookie',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'via',
])

function isForbidden(name: string): boolean {
  return forbidden.has(name) || /^(?:proxy-|sec-|access-control-|x-forwarded-|if-)/.test(name)
}

function isHeaderValue(text: string): boolean {
  return /^[\x20-\x7e]+$/.test(text) && text.trim() === text && text.length <= maxHeaderBytes
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null
}

export function invalid(parameter: string, what: string): Problem {
  return problem('request/invalid-parameter', { detail: `${parameter} ${what}.`, members: { parameter } })
}
