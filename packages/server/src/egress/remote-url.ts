/**
 * Reads a URL that a stranger names. Parsed once, by the WHATWG rules that the connection will use too, so that no
 * second reading can disagree with the check.
 */
import { problem } from '@fovea/core/problem/problem'

/** Longest URL that is followed, characters. */
const maxUrlLength = 8_192

export interface UrlRules {
  /** `https:` only, where the caller's contract says so. */
  readonly httpsOnly?: boolean
  /** Places that may be asked without TLS all the same. */
  readonly mayBePlain?: (url: URL) => boolean
}

/**
 * @throws Problem `origin/forbidden` naming what is wrong with the URL
 */
export function parseRemoteUrl(text: string, rules: UrlRules = {}): URL {
  if (text.length > maxUrlLength)
    throw refused(`it has ${text.length} characters; ${maxUrlLength} are allowed`)
  // The parser drops tabs and line breaks and turns "\" into "/": what people read and what is fetched would differ.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this refuses
  if (/[\u0000-\u0020\\\u007f]/.test(text))
    throw refused('it contains white space, control characters or "\\"')
  const url = URL.parse(text)
  if (url === null) throw refused('it is not an absolute URL')
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw refused(`its scheme is ${url.protocol.slice(0, 20)} and only http and https are followed`)
  }
  if (rules.httpsOnly === true && url.protocol !== 'https:' && rules.mayBePlain?.(url) !== true)
    throw refused('only https is followed here')
  if (url.username !== '' || url.password !== '') throw refused('it contains a user name or a password')
  if (url.hostname === '') throw refused('it names no host')
  return url
}

/** Port a URL leads to. */
export function portOf(url: URL): number {
  if (url.port !== '') return Number(url.port)
  return url.protocol === 'https:' ? 443 : 80
}

/** Host as resolvers and address parsers take it: without brackets and without the dot at the end. */
export function hostOf(url: URL): string {
  const host = url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname
  return host.endsWith('.') ? host.slice(0, -1) : host
}

function refused(why: string) {
  return problem('origin/forbidden', { detail: `This URL is not fetched: ${why}.` })
}
