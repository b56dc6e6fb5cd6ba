/**
 * The parts of an ImageKit URL behind the mount.
 *
 * The transformation stands in the path, as a segment that begins with `tr:`, or in the query, as `tr`. Of the other
 * parameters of the query `ik-s` and `ik-t` are the signature, `ik-attachment` asks for a download, and the rest belongs
 * to the picture. The signature covers path and query as they were sent, without those two, and the expiry behind them.
 *
 * Source: ImageKit's documentation of transformations and signed URLs; what its Node SDK 6 writes.
 */
import { type Problem, problem } from '../../problem/index.ts'
import type { SignedText, SourceRef } from '../../request/image-request.ts'
import type { DialectTarget } from '../define.ts'
import { quote } from '../quote.ts'
import { remoteAddress } from '../remote-address.ts'
import { decodeAssetPath } from '../target-path.ts'

export interface ImageKitUrl {
  readonly source: SourceRef
  /** Decoded once. */
  readonly transformation: string
  readonly signature?: SignedText
  readonly expiresAt?: number
  readonly isAttachment: boolean
}

/** Longest path and query, in characters; texts and addresses included. */
const maxLength = 6_000
const maxPairs = 64
/** What is signed where a URL never expires. */
const never = '9999999999'

/** @throws Problem `request/…`, `signature/invalid` */
export function readUrl({ path, query }: Pick<DialectTarget, 'path' | 'query'>): ImageKitUrl {
  if (path.length + query.length > maxLength)
    throw problem('request/too-long', { detail: `A URL may have at most ${maxLength} characters.` })
  if (/[^\x21-\x7e]/.test(path)) {
    throw problem('request/malformed', {
      detail: `The path has characters that must be percent-encoded: ${quote(path)}.`,
    })
  }
  const pairs = query === '' ? [] : query.split('&')
  if (pairs.length > maxPairs)
    throw problem('request/too-many-parameters', { detail: `A URL may have at most ${maxPairs} parameters.` })
  const inPath = splitPath(path)
  const inQuery = theOnly(pairs, 'tr')
  if (inPath.transformation !== undefined && inQuery !== undefined)
    throw malformed('The transformation stands both in the path and in the query')
  const attachment = theOnly(pairs, 'ik-attachment')
  if (attachment !== undefined && attachment !== 'true' && attachment !== 'false')
    throw malformed('"ik-attachment" must be true or false')
  const expiresAt = readExpiry(theOnly(pairs, 'ik-t'))
  const signature = readSignature(path, pairs, expiresAt)
  const rest = pairs.filter((pair) => !own.test(pair)).join('&')
  return {
    source: sourceOf(inPath.name, rest),
    transformation: decoded(inPath.transformation ?? inQuery?.replaceAll('+', ' ') ?? ''),
    ...(signature === undefined ? {} : { signature }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    isAttachment: attachment === 'true',
  }
}

/** Parameters that are not the picture's. */
const own = /^(?:tr|ik-s|ik-t|ik-attachment|ik-sdk-version)(?:=|$)/

/** The path without its `tr:` segment, which ends before an address begins. */
function splitPath(path: string): { readonly name: string; readonly transformation?: string } {
  const segments = path.split('/')
  const at = segments.findIndex((segment) => /^(?:tr(?::|%3a)|https?(?::|%3a))/i.test(segment))
  const segment = segments[at]
  if (segment === undefined || !/^tr/i.test(segment)) return { name: path }
  return { name: segments.toSpliced(at, 1).join('/'), transformation: segment.replace(/^tr(?::|%3a)/i, '') }
}

function sourceOf(name: string, query: string): SourceRef {
  if (!/^https?(?::|%3a)/i.test(name)) {
    // The SDK puts a second slash before a path that has one, when the transformation goes into the query.
    const path = decodeAssetPath(name.replace(/^\//, ''))
    return { kind: 'asset', path, match: 'exact', ...(query === '' ? {} : { query }) }
  }
  const url = remoteAddress(name)
  if (url === undefined) throw malformed(`The path begins like an address and is none: ${quote(name)}`)
  return { kind: 'url', url: query === '' ? url : `${url}?${query}` }
}

/** Raw value of a parameter that may stand once; empty without an equals sign. */
function theOnly(pairs: readonly string[], name: string): string | undefined {
  const [first, second] = pairs.filter((pair) => pair === name || pair.startsWith(`${name}=`))
  if (second !== undefined) throw malformed(`"${name}" stands twice in the query`)
  return first?.slice(name.length + 1)
}

/** Unix seconds. */
function readExpiry(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^[1-9]\d{0,11}$/.test(text)) throw malformed('"ik-t" must be a time in Unix seconds')
  return Number(text)
}

function readSignature(
  path: string,
  pairs: readonly string[],
  expiresAt: number | undefined,
): SignedText | undefined {
  const value = theOnly(pairs, 'ik-s')
  if (value === undefined) return undefined
  const signed = pairs.filter((pair) => !/^ik-[st](?:=|$)/.test(pair)).join('&')
  return {
    scheme: 'imagekit-hmac-sha1',
    value,
    signedText: `${path}${signed === '' ? '' : `?${signed}`}${expiresAt ?? never}`,
    ...(expiresAt === undefined ? {} : { expiresAt }),
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw malformed(`The transformation has a percent-encoding that is not valid UTF-8: ${quote(text)}`)
  }
}

function malformed(sentence: string): Problem {
  return problem('request/malformed', { detail: `${sentence}.` })
}
