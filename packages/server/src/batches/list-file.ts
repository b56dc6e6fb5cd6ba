/**
 * A list of pictures as a file: JSON lines, or CSV whose first row names the columns. Both have the members of an entry
 * in the request: one of asset, id and url, and a name if wanted.
 */
import { Problem, problem } from '@fovea/core'
import { type BatchSource, parseJson, readBatchSource } from '@fovea/core/dialects/json'
import { csvRows } from './csv.ts'

const columns = ['asset', 'id', 'url', 'name']

/** At most `most` and one. @throws Problem `job/list-invalid` naming the line or row */
export function readListFile(text: string, most: number): readonly BatchSource[] {
  const isJson = /^\s*\{/.test(text)
  const found: BatchSource[] = []
  for (const entry of isJson ? jsonLines(text) : tableRows(text)) {
    found.push(entry)
    if (found.length > most) break
  }
  if (found.length === 0) throw invalid('The list names no pictures.')
  return found
}

function* jsonLines(text: string): Generator<BatchSource> {
  for (const [index, line] of text.split('\n').entries())
    if (line.trim() !== '') yield at(`line ${index + 1}`, () => readBatchSource(parseJson(line, 4)))
}

function* tableRows(text: string): Generator<BatchSource> {
  let names: readonly string[] | undefined
  let number = 0
  for (const row of csvRows(text)) {
    number++
    if (row === undefined) throw invalid(`Row ${number} of the list is no CSV: a quote is not closed.`)
    if (names === undefined) {
      names = row.map((name) => name.trim().toLowerCase())
      const stranger = names.find((name) => !columns.includes(name))
      if (stranger !== undefined)
        throw invalid(
          `The first row must name columns among ${columns.join(', ')}; there is "${stranger.slice(0, 80)}".`,
        )
      continue
    }
    if (row.length > names.length)
      throw invalid(`Row ${number} of the list has ${row.length} fields, the first row ${names.length}.`)
    const named = names
    const cells = row.flatMap((cell, index) => (cell === '' ? [] : [[named[index] ?? '', cell]]))
    yield at(`row ${number}`, () => readBatchSource(Object.fromEntries(cells)))
  }
}

function at<T>(place: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    throw invalid(`In ${place} of the list: ${error.detail}`)
  }
}

function invalid(detail: string): Problem {
  return problem('job/list-invalid', { detail })
}
