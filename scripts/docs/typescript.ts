/** TypeScript types of JSON Schemas, for the published client. */
import { type ValueSchema, valueText } from './markdown.ts'

export interface ObjectSchema extends ValueSchema {
  readonly const?: unknown
  readonly properties?: Readonly<Record<string, ObjectSchema>>
  readonly required?: readonly string[]
  readonly items?: ObjectSchema
  readonly anyOf?: readonly ObjectSchema[]
}

/** An object type, a line and a comment a member. */
export function fieldsOf({ properties = {}, required = [] }: ObjectSchema): string {
  const lines = Object.entries(properties).map(([name, schema]) => {
    const [mark, rest] = required.includes(name) ? ['', ''] : ['?', ' | undefined']
    const comment = commentOf(schema).trim()
    return `${comment === '' ? '' : `  /** ${comment} */\n`}  readonly ${name}${mark}: ${typeOf(schema)}${rest}`
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
  if (Array.isArray(type)) return type.map((each) => typeOf({ ...schema, type: each })).join(' | ')
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
  if (type === 'string' || type === 'boolean' || type === 'null') return type
  throw new TypeError(`no type for ${JSON.stringify(schema)}`)
}

function literal(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : String(value)
}
