/** JSON from strangers: bounded nesting before anything is built, and JSON Pointers for errors. */
import { problem } from '../problem/index.ts'
import { clip } from './quote.ts'

/** Parses JSON text. @throws Problem `request/malformed` when it is no JSON or nests deeper than `maxDepth` */
export function parseJson(text: string, maxDepth: number): unknown {
  if (depthExceeds(text, maxDepth)) {
    throw problem('request/malformed', {
      detail: `The JSON nests deeper than ${maxDepth} levels.`,
      members: { maximum: maxDepth },
    })
  }
  try {
    return JSON.parse(text)
  } catch {
    throw problem('request/malformed', { detail: 'The payload is not JSON.' })
  }
}

/** RFC 6901: `/edits/0/resize`. */
export function pointer(...parts: readonly (string | number)[]): string {
  return parts.map((part) => `/${clip(String(part)).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Counts brackets outside strings; right for valid JSON, and for the rest the parser decides. */
function depthExceeds(text: string, maxDepth: number): boolean {
  let depth = 0
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (quoted) {
      if (character === '\\') at++
      else if (character === '"') quoted = false
    } else if (character === '"') quoted = true
    else if (character === '{' || character === '[') {
      if (++depth > maxDepth) return true
    } else if (character === '}' || character === ']') depth--
  }
  return false
}
