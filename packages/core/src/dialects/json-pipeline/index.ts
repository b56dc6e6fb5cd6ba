/**
 * Our own JSON requests: `{ source, pipeline, output, outputs, store, orient, dryRun }`.
 *
 * `pipeline` is a list of operations in our vocabulary, executed in order; each of `outputs` goes on from there with its
 * own `pipeline`, so several results share one decode. `compressToSize` may stand in a list and bounds the file; a
 * `convert` names the file's format unless `output` does. Output words and defaults are the signed payload's. Unknown
 * members are refused; pointers in problems lead into the request.
 */
import { traitsOf } from '../../formats/formats.ts'
import type { Limits } from '../../limits/limits.ts'
import type { Pipeline } from '../../operations/index.ts'
import { type Problem, problem } from '../../problem/index.ts'
import type { AcceptBucket } from '../../request/negotiate.ts'
import type { MadeKind } from '../../request/output.ts'
import { isObject, pointer } from '../json-text.ts'
import { invalidPayload } from '../payload-problem.ts'
import { quote } from '../quote.ts'
import { readOutput } from '../signed-payload-output.ts'
import { inside, readObject, readPath } from './members.ts'
import { readOperations } from './operations.ts'
import { type JsonSource, readSource } from './source.ts'
import { readStore, type StoreWish } from './store.ts'

export interface JsonOutput {
  readonly name: string | undefined
  readonly pipeline: Pipeline
  /** JSON Pointer into the request for each operation. */
  readonly places: readonly string[]
  readonly output: MadeKind
  readonly store: StoreWish | undefined
}

export interface JsonPipelineRequest {
  readonly source: JsonSource
  readonly orient: boolean
  /** At least one. */
  readonly outputs: readonly JsonOutput[]
  /** They stood in a list: the answer is one too. */
  readonly isList: boolean
  readonly dryRun: boolean
}

const members = ['source', 'pipeline', 'output', 'outputs', 'store', 'orient', 'dryRun'] as const
const outputMembers = ['name', 'pipeline', 'output', 'store'] as const
const maxOutputs = 20

/** @throws Problem `pipeline/invalid` with a `pointer`, `pipeline/too-long`, `format/unavailable` */
function parse(body: unknown, accept: AcceptBucket, limits: Limits): JsonPipelineRequest {
  const request = readObject(body, 'The body', '', members)
  const { outputs } = request
  const common = readOperations(request.pipeline, limits)
  const asked = {
    source: readSource(request.source),
    orient: readFlag(request.orient, 'orient') ?? true,
    dryRun: readFlag(request.dryRun, 'dryRun') ?? false,
  }
  const read = (operations: typeof common, wanted: Readonly<Record<string, unknown>>) => {
    const { output } = readOutput(outputOf(wanted.output, operations), accept, operations.maxBytes)
    const store = readStore(wanted.store, (text) => readPath(text, '/store/path'))
    if (store !== undefined && output.kind !== 'image')
      throw invalidPayload('/store', '"store" takes pictures, and this output is none.')
    return { pipeline: operations.pipeline, places: operations.places, output, store }
  }
  if (outputs === undefined)
    return { ...asked, isList: false, outputs: [{ name: undefined, ...read(common, request) }] }
  for (const name of ['output', 'store'] as const)
    if (request[name] !== undefined)
      throw invalidPayload(pointer(name), `"${name}" stands in each of "outputs", not beside them.`)
  if (!Array.isArray(outputs) || outputs.length === 0 || outputs.length > maxOutputs)
    throw invalidPayload('/outputs', `"outputs" must be a list of 1 to ${maxOutputs}, not ${quote(outputs)}.`)
  const names = new Set<string>()
  return {
    ...asked,
    isList: true,
    outputs: outputs.map((value: unknown, index) => {
      const place = pointer('outputs', index)
      return inside(place, () => {
        const wanted = readObject(value, 'An output', '', outputMembers)
        const name = readName(wanted.name, names)
        const operations = readOperations(wanted.pipeline, limits, { before: common, place })
        return { name, ...read(operations, wanted) }
      })
    }),
  }
}

/** A `convert` says what the file is, where nothing else does. */
function outputOf(value: unknown, { format }: ReturnType<typeof readOperations>): unknown {
  if (format === undefined || !traitsOf(format).encode) return value
  if (value === undefined) return { format }
  return isObject(value) && value.format === undefined ? { ...value, format } : value
}

/** Labels the result; unique, so that it can be found by it. */
function readName(value: unknown, names: Set<string>): string | undefined {
  if (value === undefined) return undefined
  if (typeof value !== 'string' || !/^[\w.-]{1,64}$/.test(value))
    throw invalidPayload(
      '/name',
      `"name" must be 1 to 64 letters, digits, "_", "." and "-", not ${quote(value)}.`,
    )
  if (names.has(value)) throw invalidPayload('/name', `Two outputs have the name ${quote(value)}.`)
  names.add(value)
  return value
}

function readFlag(value: unknown, name: string): boolean | undefined {
  if (value === undefined || typeof value === 'boolean') return value
  throw invalidPayload(pointer(name), `"${name}" must be true or false, not ${quote(value)}.`)
}

/** A problem of the engine, which counts outputs and operations, with a pointer into the request. */
function pointed(failure: Problem, outputs: readonly Pick<JsonOutput, 'places'>[]): Problem {
  const { index, output = 0, ...members } = failure.members
  const place = typeof index === 'number' ? outputs[Number(output)]?.places[index] : undefined
  if (place === undefined) return failure
  const { code, message, retryAfterSeconds, cause } = failure
  const known = { ...members, pointer: place, index: Number(place.split('/').at(-1)) }
  return problem(code, { detail: message, members: known, retryAfterSeconds, cause })
}

export const jsonPipeline = Object.freeze({ parse, pointed })
