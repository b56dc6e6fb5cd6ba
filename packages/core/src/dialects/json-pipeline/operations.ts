/**
 * A list of operations as a JSON request writes it: our own, the words of the vendors' older texts for some of them,
 * and `compressToSize`, which is about the file and not about pixels.
 */
import type { Format } from '../../formats/formats.ts'
import type { Limits } from '../../limits/limits.ts'
import type { Operation, Pipeline } from '../../operations/index.ts'
import { parseOperation } from '../../pipeline/index.ts'
import { problem } from '../../problem/index.ts'
import { isObject, pointer } from '../json-text.ts'
import { invalidPayload, unknownMember } from '../payload-problem.ts'
import { quote } from '../quote.ts'
import { readMaxBytes } from '../signed-payload-output.ts'

export interface ReadOperations {
  readonly pipeline: Pipeline
  /** JSON Pointer into the request for each of them. */
  readonly places: readonly string[]
  /** How many the request has, those without pixels too. */
  readonly count: number
  /** Of the last `compressToSize`. */
  readonly maxBytes: number | undefined
  /** Of the last `convert`. */
  readonly format: Format | undefined
}

const nothing: ReadOperations = { pipeline: [], places: [], count: 0, maxBytes: undefined, format: undefined }

const otherNames: ReadonlyMap<string, string> = new Map([
  ['saturation', 'modulate'],
  ['hue_rotate', 'modulate'],
  ['auto_enhance', 'autoEnhance'],
  ['background_removal', 'removeBackground'],
  ['ai_upscale', 'upscale'],
])

/**
 * Reads a list that goes on from `before`; `place` points to what holds it.
 * @throws Problem `pipeline/invalid` with a `pointer` below `/pipeline`, `pipeline/too-long`
 */
export function readOperations(
  value: unknown,
  { maxOperations }: Pick<Limits, 'maxOperations'>,
  { before = nothing, place = '' }: { readonly before?: ReadOperations; readonly place?: string } = {},
): ReadOperations {
  const list: unknown = value ?? []
  if (!Array.isArray(list))
    throw invalidPayload('/pipeline', `"pipeline" must be a list of operations, not ${quote(value)}.`)
  const count = before.count + list.length
  if (count > maxOperations) {
    throw problem('pipeline/too-long', {
      detail: `The pipeline has ${count} operations; at most ${maxOperations} are allowed.`,
      members: { pointer: '/pipeline', limit: maxOperations },
    })
  }
  const pipeline: Operation[] = [...before.pipeline]
  const places: string[] = [...before.places]
  let { maxBytes, format } = before
  for (const [index, entry] of list.entries()) {
    const op: unknown = isObject(entry) ? entry.op : undefined
    if (isObject(entry) && op === 'compressToSize') {
      maxBytes = readBudget(entry, index)
      continue
    }
    const operation = parseOperation(renamed(entry), index)
    if (operation.op === 'convert') format = operation.format
    pipeline.push(operation)
    places.push(place + pointer('pipeline', index))
  }
  return { pipeline, places, count, maxBytes, format }
}

function renamed(entry: unknown): unknown {
  const name = isObject(entry) && typeof entry.op === 'string' ? otherNames.get(entry.op) : undefined
  return isObject(entry) && name !== undefined ? { ...entry, op: name } : entry
}

function readBudget({ op, ...options }: Readonly<Record<string, unknown>>, index: number): number {
  for (const name of Object.keys(options))
    if (name !== 'maxBytes') throw unknownMember(['pipeline', index], name, ['maxBytes'])
  const place = pointer('pipeline', index, 'maxBytes')
  const maxBytes = readMaxBytes(options.maxBytes, place)
  if (maxBytes === undefined) throw invalidPayload(place, `"${op}" needs "maxBytes".`)
  return maxBytes
}
