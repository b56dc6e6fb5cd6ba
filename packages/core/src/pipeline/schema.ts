/**
 * Unknown JSON in, typed pipeline out: the border where operations are validated.
 *
 * The registry's `op` decides which schema applies, so a complaint always names one operation and one parameter.
 * Work is bounded by the number of operations and parameters; values are shown only when they are short scalars.
 */
import * as z from 'zod'
import type { Limits } from '../limits/limits.ts'
import {
  type Operation,
  type OperationDefinition,
  operationNamed,
  operations,
  type Pipeline,
} from '../operations/index.ts'
import { nearest, type Problem, type ProblemMember, problem } from '../problem/index.ts'
import { complaint, short, shown } from './complaint.ts'

/**
 * Parses a list of operations and fills in defaults. The result is frozen.
 * Pointers in problems start at `/pipeline`, whatever the caller's own envelope is called.
 * @throws Problem `pipeline/invalid` (members `pointer`, `index`, `operation`, `parameter`), `pipeline/too-long`
 */
export function parsePipeline(input: unknown, limits: Pick<Limits, 'maxOperations'>): Pipeline {
  if (!Array.isArray(input))
    throw invalid({ pointer: '/pipeline' }, `the pipeline must be an array, not ${shown(input)}`)
  if (input.length > limits.maxOperations) {
    throw problem('pipeline/too-long', {
      detail: `the pipeline has ${input.length} operations; at most ${limits.maxOperations} are allowed`,
      members: { pointer: '/pipeline', limit: limits.maxOperations },
    })
  }
  return Object.freeze(input.map(parseOperation))
}

/** One operation, which stands at `index` of its list. @throws Problem `pipeline/invalid` as `parsePipeline` */
export function parseOperation(input: unknown, index: number): Operation {
  const pointer = `/pipeline/${index}`
  if (!isRecord(input)) {
    throw invalid({ pointer, index }, `operation ${index} must be an object with "op", not ${shown(input)}`)
  }
  const parsed = constants.get(input)
  if (parsed !== undefined) return parsed
  const definition = typeof input.op === 'string' ? operationNamed(input.op) : undefined
  if (definition === undefined) throw unknownOperation(input.op, index)
  const result = taggedSchema(definition).safeParse(input)
  if (!result.success)
    throw wrongParameter({ definition, index, params: input }, worstOf(result.error.issues))
  const operation = Object.freeze(result.data as Operation)
  if (isConstant(input)) constants.set(input, operation)
  return operation
}

/** Operations that dialects hold as constants, parsed once. */
const constants = new WeakMap<object, Operation>()

/** Whether it cannot be another the next time: frozen, without objects inside. */
function isConstant(input: Readonly<Record<string, unknown>>): boolean {
  return Object.isFrozen(input) && Object.values(input).every((value) => typeof value !== 'object')
}

const tagged = new WeakMap<OperationDefinition, z.ZodObject>()

/** The parameters with `op` among them, so that an operation is parsed as it stands and not taken apart and joined. */
function taggedSchema(definition: OperationDefinition): z.ZodObject {
  const known = tagged.get(definition)
  if (known !== undefined) return known
  const schema = definition.params.safeExtend({ op: z.literal(definition.op) })
  tagged.set(definition, schema)
  return schema
}

function unknownOperation(op: unknown, index: number): Problem {
  const members = { pointer: `/pipeline/${index}/op`, index }
  const names = operations.map((definition) => definition.op)
  if (typeof op !== 'string')
    return invalid(members, `operation ${index} must name its "op", one of ${names.join(', ')}`)
  const text = `operation ${index}: ${shown(op)} is no operation`
  return invalid(members, `${text}${didYouMean(op, names) ?? `; known are ${names.join(', ')}`}`)
}

interface Place {
  readonly definition: OperationDefinition
  readonly index: number
  readonly params: Readonly<Record<string, unknown>>
}

function wrongParameter({ definition, index, params }: Place, issue: z.core.$ZodIssue): Problem {
  const pointer = `/pipeline/${index}`
  const about = `operation ${index} (${definition.op})`
  const known = Object.keys(definition.params.shape)
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? ''
    const names = known.length === 0 ? '; it takes no parameters' : `; known are ${known.join(', ')}`
    const text = `${about} has no parameter ${shown(key)}${didYouMean(key, known) ?? names}`
    return invalid({ ...parameterMembers(pointer, index, definition.op, key) }, text)
  }
  const key = issue.path[0]
  if (typeof key !== 'string')
    return invalid({ pointer, index, operation: definition.op }, `${about} ${issue.message}`)
  const value = Object.hasOwn(params, key) ? params[key] : undefined
  const text = complaint(issue, value, unitOf(definition.params.shape[key]))
  return invalid(parameterMembers(pointer, index, definition.op, key), `${about}: ${key} ${text}`)
}

/** An unknown key first: it explains the required one that is missing. */
function worstOf(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue {
  const worst = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0]
  if (worst === undefined) throw new TypeError('a schema refused a value without saying why')
  return worst
}

/** The `unit` a parameter's schema states, looked for inside `default` and `optional` too. */
function unitOf(schema: z.core.$ZodType | undefined): string | undefined {
  if (schema === undefined) return undefined
  const unit = z.globalRegistry.get(schema)?.unit
  if (typeof unit === 'string') return unit
  return schema instanceof z.ZodDefault || schema instanceof z.ZodOptional
    ? unitOf(schema.def.innerType)
    : undefined
}

function parameterMembers(pointer: string, index: number, operation: string, parameter: string) {
  return { pointer: `${pointer}/${escapePointer(parameter)}`, index, operation, parameter: short(parameter) }
}

function invalid(members: Readonly<Record<string, ProblemMember>>, detail: string): Problem {
  return problem('pipeline/invalid', { detail, members })
}

function didYouMean(word: string, known: readonly string[]): string | undefined {
  const near = nearest(word, known)
  return near === undefined ? undefined : `; did you mean "${near}"?`
}

/** RFC 6901 §3; long names are cut, they are echoed to the client. */
function escapePointer(key: string): string {
  return short(key).replaceAll('~', '~0').replaceAll('/', '~1')
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
