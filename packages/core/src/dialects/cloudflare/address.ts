/**
 * What stands where in a path. Two forms of the vendor's:
 *
 * - `cdn-cgi/image/{options}/{source}`, its transformations;
 * - `{account}/{image}/{variant}`, its image store, also behind `cdn-cgi/imagedelivery/`. The image is a path of the
 *   project, found by its stem as ids have no extension; the variant is the name of a preset, or options. The account is
 *   passed over: the project stands for it. The format is up to the client unless the variant says one.
 *
 * URLs of the store may be signed: `?exp={time}&sig={HMAC-SHA256}` over path and query, account and slash included. That
 * is what the vendor's example computes; no URL that the vendor itself signed has confirmed it.
 * Source: https://developers.cloudflare.com/images/manage-images/serve-images/serve-private-images/
 */
import { problem } from '../../problem/index.ts'
import type { SignedText, SourceRef } from '../../request/image-request.ts'
import type { DialectContext, DialectTarget, PresetBody } from '../define.ts'
import { presetNamed } from '../preset-text.ts'
import { quote } from '../quote.ts'
import { decodeAssetPath } from '../target-path.ts'
import { sourceOf } from './source.ts'

export interface Address {
  /** Text of the options. */
  readonly options: string
  readonly source: SourceRef
  /** Name of the preset that the options are. */
  readonly preset?: string
  readonly signature?: SignedText
}

const transformations = 'cdn-cgi/image/'
const store = 'cdn-cgi/imagedelivery/'

/** @throws Problem `route/not-found`, `preset/unknown`, `signature/…`, `request/malformed` */
export function readAddress({ path, query }: DialectTarget, { presets }: DialectContext): Address {
  if (path.startsWith(transformations)) {
    const end = path.indexOf('/', transformations.length)
    if (end < 0) throw unknownForm(path)
    return { options: path.slice(transformations.length, end), source: sourceOf(path.slice(end + 1), query) }
  }
  const stored = path.startsWith(store) ? path.slice(store.length) : path
  const [accountEnd, variantStart] = [stored.indexOf('/'), stored.lastIndexOf('/')]
  if (stored.startsWith('cdn-cgi/') || accountEnd < 1 || variantStart <= accountEnd + 1)
    throw unknownForm(path)
  const image = decodeAssetPath(stored.slice(accountEnd + 1, variantStart))
  const source = { kind: 'asset', path: image, match: 'stem' } as const
  const signature = readSignature(stored, query)
  const signed = signature === undefined ? {} : { signature }
  const variant = stored.slice(variantStart + 1)
  if (variant.includes('=')) return { options: `format=auto,${variant}`, source, ...signed }
  const body = presetNamed(variant, presets, 'Variant')
  return { options: presetOptions(body), source, preset: variant, ...signed }
}

/** A preset's options as a URL writes them. */
export function presetOptions(body: PresetBody): string {
  const pieces = Object.entries(body).map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`)
  return ['format=auto', ...pieces].join(',')
}

/** `sig` is the last parameter, as the vendor's example appends it. */
function readSignature(stored: string, query: string): SignedText | undefined {
  const [, rest = '', value] = /^(?:(.*)&)?sig=([^&]*)$/.exec(query) ?? []
  if (value === undefined) {
    if (!/(?:^|&)(?:exp|sig)=/.test(query)) return undefined
    throw problem('signature/missing', {
      detail: '"exp" only means something together with "sig", which must be the last parameter.',
      members: { parameter: 'sig' },
    })
  }
  const expiry = /(?:^|&)exp=(\d{1,12})(?:&|$)/.exec(rest)?.[1]
  return {
    scheme: 'fovea-hmac-sha256',
    value,
    signedText: `/${stored}?${rest}`,
    ...(expiry === undefined ? {} : { expiresAt: Number(expiry) }),
  }
}

function unknownForm(path: string) {
  return problem('route/not-found', {
    detail: `The path must be cdn-cgi/image/{options}/{source} or {account}/{image}/{variant}; it is ${quote(path)}.`,
  })
}
