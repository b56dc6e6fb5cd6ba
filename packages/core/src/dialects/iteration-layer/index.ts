/**
 * Iteration Layer's image transformation: `POST /image-transformation/v1/transform` with JSON in and JSON out.
 *
 * Operations run in the order given; pixels are encoded once, at the end, in the format of the last `convert` or else
 * in the source's own. So a request is read in two steps: `parse` before anything is fetched, `compile` when the
 * source's format is known. Both are pure; what `parse` returns is plain data. Members that nobody knows are ignored,
 * as the vendor's contract says; unknown types of operations are refused.
 */
import { type Format, traitsOf } from '../../formats/formats.ts'
import type { Limits } from '../../limits/limits.ts'
import type { Operation, OperationInput, Pipeline } from '../../operations/index.ts'
import { parseOperation } from '../../pipeline/index.ts'
import { nearest, Problem, problem } from '../../problem/index.ts'
import type { ImageOutput } from '../../request/output.ts'
import { isObject } from '../json-text.ts'
import { quote } from '../quote.ts'
import { Fields, type OperationPlace } from './fields.ts'
import { invalid, readFile, type TransformFile } from './file.ts'
import { aliases, type Piece, readers } from './operations.ts'

export interface IterationLayerRequest {
  readonly file: TransformFile
  readonly operations: readonly (Piece & OperationPlace)[]
  /** Where the result goes; `undefined` when the answer itself is to hold it. */
  readonly webhookUrl: string | undefined
}

export interface IterationLayerPlan {
  readonly pipeline: Pipeline
  readonly output: ImageOutput
  /** The request's operation that each one of the pipeline comes from. */
  readonly places: readonly OperationPlace[]
}

/** What files are written with where the request does not say: the vendor does not either. */
const qualities: Readonly<Partial<Record<Format, number>>> = { avif: 50, heif: 50 }
const usualQuality = 80

/** @throws Problem `request/…`, `pipeline/…`, `operation/impossible` (a colour) */
function parse(body: unknown, limits: Pick<Limits, 'maxOperations'>): IterationLayerRequest {
  if (!isObject(body)) throw invalid('The body', `must be a JSON object, not ${quote(body)}`)
  const { operations, webhook_url: webhook } = body
  const file = readFile(body.file)
  if (!Array.isArray(operations)) throw invalid('operations', `must be a list, not ${quote(operations)}`)
  if (operations.length === 0) throw invalid('operations', 'must hold at least one operation')
  if (operations.length > limits.maxOperations) {
    throw problem('pipeline/too-long', {
      detail: `operations has ${operations.length} entries; at most ${limits.maxOperations} are allowed.`,
      members: { limit: limits.maxOperations },
    })
  }
  if (webhook !== undefined && webhook !== null && (typeof webhook !== 'string' || webhook === ''))
    throw invalid('webhook_url', `must be an address, not ${quote(webhook)}`)
  return { file, operations: operations.map(readOperation), webhookUrl: webhook ?? undefined }
}

function readOperation(value: unknown, index: number): Piece & OperationPlace {
  const type = isObject(value) ? value.type : undefined
  const read = typeof type === 'string' ? readerOf(type) : undefined
  if (read !== undefined && isObject(value) && typeof type === 'string')
    return { ...read(new Fields(value, { index, type })), index, type }
  const known = Object.keys(readers)
  const meant = typeof type === 'string' ? nearest(type, known) : undefined
  const hint = meant === undefined ? `known are ${known.join(', ')}` : `did you mean "${meant}"?`
  throw problem('pipeline/invalid', {
    detail: `Operation ${index}: ${quote(type)} is no type; ${hint}`,
    members: { index },
  })
}

function readerOf(type: string) {
  return Object.hasOwn(readers, type) ? readers[type as keyof typeof readers] : aliases.get(type)
}

/**
 * `source` is the format of the file that came.
 * @throws Problem `operation/impossible` for a value no picture can be worked on with, `format/unavailable`
 */
function compile(
  { operations }: Pick<IterationLayerRequest, 'operations'>,
  source: Format,
): IterationLayerPlan {
  const places = operations.flatMap((piece) => (piece.operations ?? []).map(() => placeOf(piece)))
  const pipeline = operations.flatMap((piece) =>
    (piece.operations ?? []).map((operation) => checked(operation, piece)),
  )
  const converted = operations.findLast(({ format }) => format !== undefined)
  const format = converted?.format ?? source
  const { encode, lossy, animation } = traitsOf(format)
  if (!encode) {
    throw problem('format/unavailable', {
      detail: `The result would be ${format}, which this server does not write: add a convert operation.`,
      members: { format },
    })
  }
  const maxBytes = operations.findLast(({ maxBytes }) => maxBytes !== undefined)?.maxBytes
  const output: ImageOutput = {
    kind: 'image',
    format,
    ...(lossy ? { quality: converted?.quality ?? qualities[format] ?? usualQuality } : {}),
    ...(maxBytes === undefined ? {} : { maxBytes }),
    metadata: 'none',
    animated: animation,
  }
  return { pipeline, output, places }
}

/** The vendor's ranges are open at the top; ours are not. */
function checked(operation: OperationInput, place: OperationPlace): Operation {
  try {
    return parseOperation(operation, 0)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    const why = error.message.replace(/^operation 0 \(\w+\): /, '')
    throw problem('operation/impossible', {
      detail: `Operation ${place.index} (${place.type}): ${why}.`,
      members: { index: place.index, operation: place.type },
    })
  }
}

function placeOf({ index, type }: OperationPlace): OperationPlace {
  return { index, type }
}

/** A problem of the engine, which counts our operations, in the words of the request. */
function named(failure: Problem, places: readonly OperationPlace[]): Problem {
  const { index } = failure.members
  const place = typeof index === 'number' ? places[index] : undefined
  if (place === undefined) return failure
  return problem(failure.code, {
    detail: `Operation ${place.index} (${place.type}): ${failure.message}`,
    members: { ...failure.members, index: place.index, operation: place.type },
    retryAfterSeconds: failure.retryAfterSeconds,
    cause: failure.cause,
  })
}

export const iterationLayer = Object.freeze({ parse, compile, named })
