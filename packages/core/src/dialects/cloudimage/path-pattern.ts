/**
 * Patterns of the project's rules: `*` stands for any text, everything else for itself. A pattern without a slash is
 * about the file's name, any other about the whole path, which begins with the host for pictures of the web and with
 * `_alias_` for those of an origin. Linear: nothing is tried twice.
 */
import type { SourceRef } from '../../request/image-request.ts'

/** The text a pattern is compared with. */
export function pathOf(source: SourceRef): string {
  if (source.kind === 'url') return source.url.replace(/^https?:\/\/|[?#].*$/gi, '')
  return source.origin === undefined ? source.path : `_${source.origin}_/${source.path}`
}

export function patternTest(pattern: string): (path: string) => boolean {
  const isName = !pattern.includes('/')
  const [head = '', ...parts] = pattern.replace(/^\//, '').split('*')
  const tail = parts.pop()
  return (path) => {
    const text = isName ? path.slice(path.lastIndexOf('/') + 1) : path
    if (tail === undefined) return text === head
    if (!text.startsWith(head)) return false
    let at = head.length
    for (const part of parts) {
      const found = text.indexOf(part, at)
      if (found < 0) return false
      at = found + part.length
    }
    return text.length - tail.length >= at && text.endsWith(tail)
  }
}
