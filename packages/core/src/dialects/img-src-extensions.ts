/** What the extension of an img-src URL says, and the file name an attachment gets. */
import { type Format, traitsOf } from '../formats/formats.ts'
import { type TextFormat, textFormatOf } from '../request/media-type.ts'
import type { MadeKind } from '../request/output.ts'
import { splitExtension } from './target-path.ts'

/** Formats a URL's extension can ask for. */
export const deliveryExtensions: ReadonlyMap<string, Format> = new Map([
  ['webp', 'webp'],
  ['avif', 'avif'],
  ['jxl', 'jxl'],
  ['jpg', 'jpeg'],
  ['jpeg', 'jpeg'],
  ['png', 'png'],
  ['gif', 'gif'],
])

const textExtensions: Readonly<Record<TextFormat, string>> = { json: 'json', css: 'css', text: 'txt' }

/** File name an attachment gets when the URL names none. */
export function downloadName(path: string, output: MadeKind): string {
  const { stem } = splitExtension(path)
  const text = textFormatOf(output)
  const extension =
    output.kind === 'image' ? traitsOf(output.format).extensions[0] : textExtensions[text ?? 'text']
  return `${stem.slice(stem.lastIndexOf('/') + 1)}.${extension}`
}
