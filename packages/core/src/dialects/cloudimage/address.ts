/**
 * What stands behind the mount: an absolute URL, a host without its scheme, `_alias_/path`, or a path of the project.
 *
 * Proxies on the way merge the slashes of `https://`, so one is as good as two. With `ci_url_encoded=1` the whole is
 * percent-encoded once more, which lets an origin have parameters of its own; those that stand beside ours go to a path
 * of the project only, whose origin says which of them it wants.
 */
import type { PictureRef } from '../../operations/index.ts'
import { problem } from '../../problem/index.ts'
import type { SourceRef } from '../../request/image-request.ts'
import { queryText } from '../query-text.ts'
import { quote } from '../quote.ts'
import { remoteAddress } from '../remote-address.ts'
import { decodeAssetPath } from '../target-path.ts'

/** `sample.li/` or `127.0.0.1:8080/`: a folder could be called so, too, which is for the server to find out. */
const hostForm =
  /^(?:(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}|\d{1,3}(?:\.\d{1,3}){3})(?::\d{1,5})?\//i
const aliasForm = /^_([A-Za-z0-9-]{1,50})_\/(.*)$/s
const longestUrl = 8_000
const longestPictureUrl = 2_048

/** The optional version in front of the origin. */
export function withoutVersion(path: string): string {
  return path.startsWith('v7/') ? path.slice(3) : path
}

/**
 * @param raw path without the version, nothing decoded
 * @throws Problem `request/malformed`, `request/too-long`
 */
export function sourceOf(raw: string, query: string, isEncoded: boolean): SourceRef {
  const text = isEncoded || /^https?%3a/i.test(raw) ? ascii(unescaped(raw)) : raw
  const isOwn = text !== raw
  if (/^https?:/i.test(text)) return { kind: 'url', url: absolute(text) }
  const question = isOwn ? text.indexOf('?') : -1
  const path = question < 0 ? text : text.slice(0, question)
  const parameters = question < 0 ? (isOwn ? '' : query) : text.slice(question + 1)
  const asked = parameters === '' ? {} : { query: parameters }
  const [, origin, rest = ''] = aliasForm.exec(path) ?? []
  if (origin !== undefined)
    return { kind: 'asset', path: decodeAssetPath(rest), match: 'exact', origin, ...asked }
  const address = hostForm.test(text) ? { address: text } : {}
  return { kind: 'asset', path: decodeAssetPath(path), match: 'exact', ...address, ...asked }
}

/** The picture that `wat_url` names, which clients encode once or twice; `undefined` when it names none. */
export function pictureOf(value: string): PictureRef | undefined {
  const text = ascii(/^https?%3a/i.test(value) ? unescaped(value) : value)
  if (/^https?:/i.test(text) || hostForm.test(text)) {
    const url = hostForm.test(text) ? `https://${text}` : remoteAddress(text)
    if (url === undefined || url.length > longestPictureUrl || !urlForm.test(url)) return undefined
    return { url: url.replace(/^https?/i, (scheme) => scheme.toLowerCase()) }
  }
  const [, origin, rest] = aliasForm.exec(text) ?? []
  const path = queryText((rest ?? text.replace(/^\//, '')).replaceAll('+', '%2B')) ?? text
  if (path === '') return undefined
  return { asset: path, ...(origin === undefined ? {} : { origin }) }
}

const urlForm = /^https?:\/\/[^/?#@\s\\]+(?:[/?][\x21-\x7e]*)?$/i

function absolute(text: string): string {
  const url = remoteAddress(text)
  if (url !== undefined && url.length <= longestUrl && urlForm.test(url)) return url
  throw problem('request/malformed', { detail: `The source is no address of the web: ${quote(text)}.` })
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw problem('request/malformed', {
      detail: `The percent-encoding of ${quote(text)} is not valid UTF-8.`,
    })
  }
}

/** What a URL may hold as it is; the rest encoded again. */
function ascii(text: string): string {
  return text.replace(/[^\x21-\x7e]+/gu, (run) => encodeURIComponent(run.toWellFormed()))
}
