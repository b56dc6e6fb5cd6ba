/**
 * The operations as TypeScript types without any import, for the published client: made from the schemas that the
 * server checks with, so that a new operation appears in editors by itself.
 */
import { operations } from '@fovea/core'
import * as z from 'zod'
import { type ValueSchema, valueText } from './markdown.ts'

interface ObjectSchema extends ValueSchema {
  readonly const?: unknown
  readonly properties?: Readonly<Record<string, ObjectSchema>>
  readonly required?: readonly string[]
  readonly items?: ObjectSchema
  readonly anyOf?: readonly ObjectSchema[]
}

/** Path from the root of the repository. */
export const clientOperationsPath = 'packages/sdk/src/operations.ts'

export function clientOperations(): string {
  const interfaces = operations.map(({ op, summary, params }) => {
    const schema = z.toJSONSchema(params, { io: 'input', unrepresentable: 'any' }) as ObjectSchema
    return `/** ${summary} */\nexport interface ${typeName(op)} ${fieldsOf(schema)}`
  })
  const names = operations.map(({ op }) => `  readonly ${op}: ${typeName(op)}`)
  return `/**
 * What can be asked of a picture, operation by operation.
 *
 * Generated from packages/core/src/operations by scripts/docs.ts. Do not edit; run: node scripts/docs.ts
 */

${interfaces.join('\n\n')}

/** Name of an operation → its options. */
export interface OperationOptions {
${names.join('\n')}
}

/** One operation of a JSON pipeline: \`{ op: 'blur', sigma: 3 }\`. */
export type Operation = {
  [N in keyof OperationOptions]: { readonly op: N } & OperationOptions[N]
}[keyof OperationOptions]
`
}

function typeName(op: string): string {
  return `${op.charAt(0).toUpperCase()}${op.slice(1)}Options`
}

function fieldsOf({ properties = {}, required = [] }: ObjectSchema): string {
  const lines = Object.entries(properties).map(([name, schema]) => {
    const [mark, rest] = required.includes(name) ? ['', ''] : ['?', ' | undefined']
    return `  /** ${commentOf(schema)} */\n  readonly ${name}${mark}: ${typeOf(schema)}${rest}`
  })
  return lines.length === 0 ? '{}' : `{\n${lines.join('\n')}\n}`
}

function commentOf(schema: ObjectSchema): string {
  const isPlain = schema.unit === undefined && schema.minimum === undefined
  const value = isPlain ? '' : ` (${valueText(schema).replaceAll('`', '')})`
  const preset = schema.default === undefined ? '' : `; default: ${String(schema.default)}`
  return `${schema.description ?? ''}${value}${preset}`
}

function typeOf(schema: ObjectSchema): string {
  const { anyOf, enum: words, const: only, items, properties, required = [], type } = schema
  if (anyOf !== undefined) return [...new Set(anyOf.map(typeOf))].join(' | ')
  if (words !== undefined) return words.map(literal).join(' | ')
  if (only !== undefined) return literal(only)
  if (items !== undefined) {
    const item = typeOf(items)
    return item.includes('|') ? `readonly (${item})[]` : `readonly ${item}[]`
  }
  if (type === 'integer' || type === 'number') return 'number'
  if (properties !== undefined) {
    const fields = Object.entries(properties).map(([name, field]) =>
      required.includes(name)
        ? `readonly ${name}: ${typeOf(field)}`
        : `readonly ${name}?: ${typeOf(field)} | undefined`,
    )
    return `{ ${fields.join('; ')} }`
  }
  if (type === 'string' || type === 'boolean') return type
  throw new TypeError(`no type for ${JSON.stringify(schema)}`)
}

function literal(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : String(value)
}
