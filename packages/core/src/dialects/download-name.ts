/** What a picture is called when it is saved. */
import { traitsOf } from '../formats/index.ts'
import type { SourceRef } from '../request/image-request.ts'
import type { ImageOutput } from '../request/output.ts'
import { splitExtension } from './target-path.ts'

/** The name asked for, or the picture's own when that is empty, with the extension of what is delivered. */
export function downloadName(
  name: string,
  source: SourceRef,
  { format }: Pick<ImageOutput, 'format'>,
): string {
  const extension = traitsOf(format).extensions[0]
  if (name !== '') return `${name}.${extension}`
  const path = source.kind === 'asset' ? source.path : source.url.replace(/^https?:\/\/[^/]*|[?#].*$/gi, '')
  const own = splitExtension(path.slice(path.lastIndexOf('/') + 1)).stem
  return `${own === '' ? 'image' : own}.${extension}`
}

/** Whether a text can be the name of one file everywhere: no folder, no control character, not hidden. */
export function isPlainName(name: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this refuses
  return !/^[.]|[/\\\u0000-\u001f\u007f-\u009f]/.test(name) && name.length <= 150
}
