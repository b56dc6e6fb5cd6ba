/**
 * The format of a source as far as its name tells: a dialect does not see the picture. `undefined` where the extension
 * is none of those that are written and that browsers show.
 */
import { type Format, formatOfExtension, traitsOf } from '../formats/formats.ts'
import type { SourceRef } from '../request/image-request.ts'
import { splitExtension } from './target-path.ts'

export function formatOfSource(source: SourceRef): Format | undefined {
  return shownFormat(extensionOf(source))
}

/** That of any format we know, read or written. */
export function namedFormat(source: SourceRef): Format | undefined {
  return formatOfExtension(extensionOf(source))
}

function extensionOf(source: SourceRef): string {
  const path = source.kind === 'asset' ? source.path : (/^[^?#]*/.exec(source.url)?.[0] ?? '')
  return splitExtension(path).extension
}

export function shownFormat(extension: string): Format | undefined {
  const format = formatOfExtension(extension)
  return format !== undefined && traitsOf(format).webSafe && traitsOf(format).encode ? format : undefined
}
