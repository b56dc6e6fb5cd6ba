/** What the extension of an img-src URL says, and the file name an attachment gets. */
import { type Format, traitsOf } from '../formats/formats.ts'
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

/** File name an attachment gets when the URL names none. */
export function downloadName(path: string, format: Format): string {
  const { stem } = splitExtension(path)
  return `${stem.slice(stem.lastIndexOf('/') + 1)}.${traitsOf(format).extensions[0]}`
}
