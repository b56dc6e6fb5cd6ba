/**
 * Reads `--op`: JSON (`{"op":"blur","sigma":3}`), or the short form `blur:sigma=3`, `extend:top=20,background=white`.
 *
 * Generic over the registry: a value is a number or a boolean when it reads like one, else text; what an operation
 * accepts is decided by its schema. Only `picture` is known by name: it is a file.
 */
import { UsageError } from '../exit-code.ts'

/** @throws UsageError when the text has neither form */
export function readOperation(text: string): Readonly<Record<string, unknown>> {
  return text.trimStart().startsWith('{') ? readJson(text) : readShort(text)
}

function readJson(text: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch (error) {
    throw new UsageError(`--op ${text} is not JSON: ${error instanceof Error ? error.message : error}`)
  }
}

function readShort(text: string): Readonly<Record<string, unknown>> {
  const [, op, list = ''] = /^\s*([a-z][a-z0-9_-]*)\s*(?::(.*))?$/is.exec(text) ?? []
  if (op === undefined) throw new UsageError(`--op ${text} must look like 'blur:sigma=3' or be JSON`)
  const parameters = splitOutsideParentheses(list).map((part) => {
    const at = part.indexOf('=')
    if (at < 1) throw new UsageError(`--op ${text}: "${part}" must look like name=value`)
    return [part.slice(0, at).trim(), part.slice(at + 1).trim()] as const
  })
  const values = parameters.map(([name, value]) => [
    name,
    name === 'picture' ? { asset: value } : readValue(value),
  ])
  return { op, ...Object.fromEntries(values) }
}

/** Commas inside `rgb(1, 2, 3)` are part of the value. */
function splitOutsideParentheses(list: string): string[] {
  return list
    .split(/,(?![^(]*\))/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

function readValue(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true'
  return /^[+-]?(\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : text
}
