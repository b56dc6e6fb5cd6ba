/**
 * One text per picture asked for: what identity, billing and caches hash.
 *
 * Values equal to their default are left out, so that a parameter added later moves no key and no bill;
 * operations that never change a pixel vanish; parameters that cannot matter take their default first
 * (`normalise` of each operation). Keys are sorted, numbers are written as RFC 8785 §3.2 says.
 */
import * as z from 'zod'
import { type Operation, operationNamed, operations, type Pipeline } from '../operations/index.ts'
import { roundReal } from '../operations/parameters.ts'

/** Canonical JSON text of a parsed pipeline. Idempotent: parsing it again gives the same text. */
export function canonicalPipeline(pipeline: Pipeline): string {
  return canonicalJson(pipeline.map(canonicalOperation).filter((operation) => operation !== undefined))
}

/**
 * JSON with sorted keys and no spaces (RFC 8785). `undefined` members are left out.
 * Lone surrogates are escaped (`\udead`) rather than refused: any text has a key.
 * @throws TypeError on NaN, infinities and values that are no JSON
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`${value} has no JSON form`)
    return JSON.stringify(value)
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value !== 'object') throw new TypeError(`a ${typeof value} has no JSON form`)
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`)
  return `{${members.join(',')}}`
}

function canonicalOperation({ op, ...params }: Operation): Readonly<Record<string, unknown>> | undefined {
  const definition = operationNamed(op)
  const normal = definition.normalise === undefined ? params : definition.normalise(params)
  if (normal === undefined) return undefined
  const defaults = defaultsOf.get(op)
  const kept = Object.entries(normal)
    .map(([key, value]) => [key, typeof value === 'number' ? roundReal(value) : value] as const)
    .filter(([key, value]) => value !== undefined && value !== defaults?.get(key))
  return { op, ...Object.fromEntries(kept) }
}

/** Operation → parameter → default, read from the schemas once. */
const defaultsOf: ReadonlyMap<string, ReadonlyMap<string, unknown>> = new Map(
  operations.map(({ op, params }) => [op, defaultsIn(params.shape)]),
)

function defaultsIn(shape: Readonly<Record<string, z.core.$ZodType>>): ReadonlyMap<string, unknown> {
  return new Map(
    Object.entries(shape).flatMap(([key, schema]) =>
      schema instanceof z.ZodDefault ? [[key, schema.def.defaultValue] as const] : [],
    ),
  )
}
