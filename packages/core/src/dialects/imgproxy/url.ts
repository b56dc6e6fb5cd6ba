/**
 * The parts of an imgproxy URL behind the mount: `[info/]{signature}/{option}/…/plain/{source}[@{ext}]`, or with the source in
 * URL-safe base64, `{signature}/{option}/…/{base64}[.{ext}]`, which may be cut by slashes.
 *
 * Options end at the first segment without a colon. The query is ignored, as there: a question mark of the source is
 * written `%3F`. Proxies may have merged the slashes behind a scheme: imgproxy puts them back before it checks the
 * signature, and so it is here.
 *
 * Source: imgproxy's documentation, "Processing an image" and "Signing a URL", version 3.
 */
import { type Problem, problem } from '../../problem/index.ts'
import { decodeBase64Text } from '../base64.ts'
import { quote } from '../quote.ts'

export interface ImgproxyUrl {
  /** Facts are asked for instead of a picture: `info/` stands before the signature. */
  readonly isInfo: boolean
  /** Absent for the words that stand for none. */
  readonly signature?: string
  /** Everything behind the signature, slash included. */
  readonly signedText: string
  /** `name:argument:…` */
  readonly options: readonly string[]
  /** Decoded. */
  readonly source: string
  readonly extension?: string
}

/** Longest path, in characters; sources included. */
const maxLength = 6_000
const maxOptions = 100

/** What stands in the place of a signature when there is none. */
const unsigned: ReadonlySet<string> = new Set(['insecure', 'unsafe', '_'])

/** @throws Problem `request/malformed`, `request/too-long`, `request/too-many-parameters` */
export function readUrl(path: string): ImgproxyUrl {
  if (path.length > maxLength)
    throw problem('request/too-long', { detail: `A URL may have at most ${maxLength} characters.` })
  if (/[^\x21-\x7e]/.test(path))
    throw malformed(`The path has characters that must be percent-encoded: ${quote(path)}`)
  const isInfo = path.startsWith('info/')
  const rest = isInfo ? path.slice('info/'.length) : path
  const end = rest.indexOf('/')
  if (end < 0) throw malformed('There is nothing behind the signature')
  const signature = rest.slice(0, end)
  const signedText = rest.slice(end).replace(/(\/plain\/[a-z][a-z0-9]*):\/+(?=.)/i, mended)
  const segments = signedText.slice(1).split('/')
  const start = segments.findIndex((segment) => !segment.includes(':'))
  const options = segments.slice(0, start < 0 ? segments.length : start)
  if (options.length > maxOptions)
    throw problem('request/too-many-parameters', { detail: `A URL may have at most ${maxOptions} options.` })
  return {
    isInfo,
    ...(unsigned.has(signature) ? {} : { signature }),
    signedText,
    options,
    ...readSource(start < 0 ? [] : segments.slice(start)),
  }
}

/** Two slashes behind a scheme; three behind `local:`, whose addresses have no host. */
function mended(_: string, before: string): string {
  return `${before}:${before.toLowerCase().endsWith('local') ? '///' : '//'}`
}

function readSource([first, ...rest]: readonly string[]): Pick<ImgproxyUrl, 'source' | 'extension'> {
  if (first === undefined || first === '') throw malformed('The URL names no source')
  if (first === 'enc') throw malformed('Encrypted sources are not read here')
  return first === 'plain' ? plain(rest.join('/')) : encoded([first, ...rest].join(''))
}

function plain(text: string): Pick<ImgproxyUrl, 'source' | 'extension'> {
  const [source = '', extension, ...more] = text.split('@')
  if (more.length > 0) throw malformed('More than one format is named: a "@" of the source is written %40')
  try {
    return named(decodeURIComponent(source), extension)
  } catch (thrown) {
    if (thrown instanceof URIError)
      throw malformed(`The source is not percent-encoded UTF-8: ${quote(source)}`)
    throw thrown
  }
}

function encoded(text: string): Pick<ImgproxyUrl, 'source' | 'extension'> {
  const [source = '', extension, ...more] = text.split('.')
  if (more.length > 0) throw malformed('More than one format is named')
  const decoded = decodeBase64Text(source)
  if (decoded === undefined)
    throw malformed(`The source is neither plain/ nor URL-safe base64: ${quote(source)}`)
  return named(decoded, extension)
}

function named(source: string, extension: string | undefined): Pick<ImgproxyUrl, 'source' | 'extension'> {
  if (source === '') throw malformed('The URL names no source')
  return { source, ...(extension === undefined || extension === '' ? {} : { extension }) }
}

function malformed(sentence: string): Problem {
  return problem('request/malformed', { detail: `Invalid URL: ${sentence}.` })
}
