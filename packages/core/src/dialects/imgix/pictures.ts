/**
 * Pictures that imgix parameters name: an absolute URL, or a path of the same source.
 *
 * URLs of this very project are paths of it, whichever scheme they have. A picture is taken as it is stored: of parameters behind its own name only
 * `w` and `h` act, as sizes of the layer.
 */
import type { PictureRef } from '../../operations/index.ts'
import { problem } from '../../problem/index.ts'
import type { SourceRef } from '../../request/image-request.ts'
import { quote } from '../quote.ts'
import { normaliseAssetPath } from '../target-path.ts'
import { type Length, lengthIn } from './reader.ts'

export interface Surroundings {
  /** Address of the mount, without a slash at the end. */
  readonly base: string
  readonly source: SourceRef
}

export interface NamedPicture {
  readonly picture: PictureRef
  readonly width?: Length
  readonly height?: Length
}

const longestUrl = 2_048

/**
 * `undefined` for text that names nothing.
 * @throws Problem `request/invalid-parameter` when it is the source itself
 */
export function pictureNamed(text: string, { base, source }: Surroundings): NamedPicture | undefined {
  const own = withinBase(text, base)
  if (/^https?:\/\//i.test(own)) {
    const url = own
      .replace(/[^\x21-\x7e]/gu, encodeURIComponent)
      .replace(/^https?/i, (scheme) => scheme.toLowerCase())
    return url.length > longestUrl || !/^https?:\/\/[^/]/.test(url) ? undefined : { picture: { url } }
  }
  const question = own.indexOf('?')
  const path = normaliseAssetPath(unescaped(question < 0 ? own : own.slice(0, question)).replace(/^\//, ''))
  if (typeof path !== 'string') return undefined
  if (source.kind === 'asset' && source.path === path) {
    throw problem('request/invalid-parameter', {
      detail: `The picture ${quote(text)} is the image it is laid over.`,
    })
  }
  const sizes = question < 0 ? [] : own.slice(question + 1).split('&', 32)
  const side = (name: string) =>
    lengthIn(sizes.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1))
  const [width, height] = [side('w'), side('h')]
  return {
    picture: { asset: path },
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
  }
}

/** The path of a URL below the mount, by either scheme: a proxy that ends TLS may not say so. Other text as it is. */
function withinBase(text: string, base: string): string {
  const [address, mount] = [text, base].map((url) => url.replace(/^https?:(?=\/\/)/i, ''))
  return address !== text && mount !== undefined && address?.startsWith(`${mount}/`) === true
    ? address.slice(mount.length)
    : text
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
