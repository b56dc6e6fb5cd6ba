/**
 * `ci_sign` over path and query, or `ci_seal` over the path and the sealed parameters `ci_eqs`.
 *
 * Both cover the raw text without `v7/`. The vendor's clients keep the slash in front of the path, its documentation
 * leaves it out: either will do. In a seal the path and the parameters follow each other without a mark between
 * them, which is the vendor's form.
 */
import { problem } from '../../problem/index.ts'
import type { SignedText } from '../../request/image-request.ts'
import { decodeBase64Text } from '../base64.ts'
import { queryText } from '../query-text.ts'
import { quote } from '../quote.ts'

export interface Signing {
  readonly signature?: SignedText
  /** The query that is sealed; it outranks everything. */
  readonly sealed?: string
}

/**
 * @param path raw path without the version
 * @throws Problem `signature/invalid` when a part is missing or stands twice, `request/malformed`
 */
export function readSigning(path: string, query: string): Signing {
  const [sign, seal, sealed] = [only(query, 'ci_sign'), only(query, 'ci_seal'), only(query, 'ci_eqs')]
  if (sign !== undefined && (seal ?? sealed) !== undefined)
    throw problem('signature/invalid', { detail: 'A URL is signed or sealed, not both.' })
  if (sign !== undefined) {
    const rest = query
      .split('&')
      .filter((pair) => !pair.startsWith('ci_sign='))
      .join('&')
    return { signature: covering('cloudimage-sha1', sign, [`${path}${rest === '' ? '' : `?${rest}`}`]) }
  }
  if (seal === undefined && sealed === undefined) return {}
  if (seal === undefined || sealed === undefined)
    throw problem('signature/invalid', { detail: '"ci_eqs" and "ci_seal" only mean something together.' })
  const text = queryText(sealed.replaceAll('+', '%2B')) ?? sealed
  const parameters = decodeBase64Text(text)
  if (parameters === undefined) {
    throw problem('request/malformed', {
      detail: `"ci_eqs" must be base64 of a query; it is ${quote(sealed)}.`,
      members: { parameter: 'ci_eqs' },
    })
  }
  const texts = text === sealed ? [`${path}${sealed}`] : [`${path}${sealed}`, `${path}${text}`]
  return { signature: covering('cloudimage-seal-sha1', seal, texts), sealed: parameters }
}

function covering(scheme: SignedText['scheme'], value: string, texts: readonly string[]): SignedText {
  const [signedText = '', ...otherTexts] = texts.flatMap((text) => [`/${text}`, text])
  return { scheme, value, signedText, otherTexts }
}

function only(query: string, name: string): string | undefined {
  const found = query.split('&').filter((pair) => pair.startsWith(`${name}=`))
  if (found.length > 1) throw problem('signature/invalid', { detail: `"${name}" stands in the URL twice.` })
  return found[0]?.slice(name.length + 1)
}
