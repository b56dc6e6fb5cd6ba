/**
 * Where the results of a job go: a path with `{name}`, `{dir}`, `{ext}`, `{output}` and `{index}` in it.
 *
 * Everything is known before the picture is opened except the extension of a format that is chosen by its pixels. A
 * template that does not end in an extension gets that of the format.
 */
import { invalidPayload } from '../payload-problem.ts'
import { quote } from '../quote.ts'
import { normaliseAssetPath } from '../target-path.ts'

const words = ['name', 'dir', 'ext', 'output', 'index'] as const
type Word = (typeof words)[number]
type Part = string | { readonly word: Word }

export interface PathTemplate {
  readonly parts: readonly Part[]
}

export interface PathValues {
  /** The source's file name without its extension. */
  readonly name: string
  /** The folder it lies in, empty for the root. */
  readonly dir: string
  /** Of the result's format, without a dot. */
  readonly ext: string
  /** The output's name, or its place from 1. */
  readonly output: string
  /** The picture's place from 1. */
  readonly index: number
}

const longest = 1024

/** @throws Problem `pipeline/invalid` */
export function parsePathTemplate(text: string): PathTemplate {
  if (text === '' || text.length > longest)
    throw invalidPayload('', `The path must have 1 to ${longest} characters.`)
  const endsInExtension = /\.(?:\{ext\}|[a-zA-Z0-9]+)$/.test(text)
  const parts = `${text}${endsInExtension ? '' : '.{ext}'}`.split(/(\{[^{}]*\})/).map(readPart)
  return { parts: parts.filter((part) => part !== '') }
}

/**
 * The path of one result.
 * @throws Problem `pipeline/invalid` when what comes out is no path of an image
 */
export function fillPathTemplate({ parts }: PathTemplate, values: PathValues): string {
  const filled = parts.map((part) => (typeof part === 'string' ? part : String(values[part.word]))).join('')
  // A source without a folder leaves an empty segment where the template has one.
  const path = normaliseAssetPath(filled.replace(/\/{2,}/g, '/').replace(/^\//, ''))
  if (typeof path === 'string') return path
  throw invalidPayload('', `The path ${path.sentence}: ${quote(filled)}.`)
}

function readPart(text: string): Part {
  if (!/[{}]/.test(text)) return text
  const word = words.find((known) => text === `{${known}}`)
  if (word !== undefined) return { word }
  const known = words.map((name) => `{${name}}`).join(', ')
  throw invalidPayload('', `In a path, braces hold one of ${known}; there is ${quote(text)}.`)
}
