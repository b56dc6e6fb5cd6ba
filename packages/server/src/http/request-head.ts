/**
 * Judges whether a chunk from a socket is exactly one ordinary HTTP/1.1 request without a body.
 *
 * This is not a parser: it only recognises what common clients send and says no to everything else, which node:http
 * then reads. Saying no is always safe; saying yes is safe because the pattern admits no second request, no body, no
 * folded or malformed line, and no header that changes how a connection is used.
 */
import { hostName } from '../delivery/index.ts'

export interface RequestHead {
  readonly method: 'GET' | 'HEAD'
  /** Raw target in origin form, printable ASCII. */
  readonly target: string
  readonly headers: HeaderBlock
}

/** The lines behind the request line, judged once; clients send the same ones with every request of a connection. */
export interface HeaderBlock {
  readonly text: string
  /** Nothing in it asks for more than the whole picture: no range, no condition. */
  readonly isPlain: boolean
  /** Value of `Accept`, several joined as node:http does; `undefined` when there is none. */
  readonly accept: string | undefined
  /** Host name, lower case, without port. */
  readonly host: string
  /** A proxy names another one. */
  readonly isForwarded: boolean
}

/** Longer heads are legal, and node:http's business. */
const maxHeadBytes = 8_192
const version = ' HTTP/1.1\r\n'
/** RFC 9110 token, colon, visible characters: one or more lines, then the empty one, then the end. */
const wholeBlock = /^(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t\x20-\x7e\x80-\xff]*\r\n)+\r\n$/
/** Headers that say that a body follows or that the connection is more than one request after another. */
const notBodiless =
  /^(?:content-length|transfer-encoding|trailer|expect|upgrade|proxy-connection|http2-settings|connection:(?![\t ]*keep-alive[\t ]*\r$))/im
/** Headers that ask for something else than the whole picture. */
const notPlain = /^(?:range|if-[a-z-]+|te)[\t ]*:/im
const hostLine = /^host:[\t ]*(.*?)[\t ]*\r$/gim
const forwardedLine = /^x-forwarded-host:/im
const acceptLine = /^accept:[\t ]*(.*?)[\t ]*\r$/gim
const printable = /^[\x21-\x7e]+$/

/**
 * Reads a chunk; `undefined` when it is anything but one whole ordinary request. `known` is the header block of the
 * connection's previous request: when the same text comes again it is not looked at again.
 */
export function readRequestHead(chunk: Buffer, known: HeaderBlock | undefined): RequestHead | undefined {
  if (chunk.length > maxHeadBytes) return undefined
  const text = chunk.toString('latin1')
  const method = text.startsWith('GET /') ? 'GET' : text.startsWith('HEAD /') ? 'HEAD' : undefined
  if (method === undefined) return undefined
  const targetAt = method.length + 1
  const targetEnd = text.indexOf(' ', targetAt)
  if (targetEnd === -1 || !text.startsWith(version, targetEnd)) return undefined
  const blockAt = targetEnd + version.length
  const headers =
    known !== undefined && text.length - blockAt === known.text.length && text.endsWith(known.text)
      ? known
      : readHeaderBlock(text.slice(blockAt))
  if (headers === undefined) return undefined
  const target = text.slice(targetAt, targetEnd)
  return printable.test(target) ? { method, target, headers } : undefined
}

function readHeaderBlock(text: string): HeaderBlock | undefined {
  if (!wholeBlock.test(text) || notBodiless.test(text)) return undefined
  const hosts = [...text.matchAll(hostLine)]
  if (hosts.length !== 1) return undefined
  const accepts = [...text.matchAll(acceptLine)].map(([, value]) => value)
  return {
    text,
    isPlain: !notPlain.test(text),
    accept: accepts.length === 0 ? undefined : accepts.join(', '),
    host: hostName(hosts[0]?.[1]),
    isForwarded: forwardedLine.test(text),
  }
}
