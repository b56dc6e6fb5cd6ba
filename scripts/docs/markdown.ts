/** Markdown pieces of the generated reference, and what a schema says about a value. */

/** The part of JSON Schema that our parameters and settings use. */
export interface ValueSchema {
  /** Several where a value may be of one or another. */
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly minLength?: number
  readonly pattern?: string
  readonly format?: string
  readonly default?: unknown
  readonly description?: string
  readonly unit?: string
  /** Of a list. */
  readonly items?: ValueSchema
  readonly minItems?: number
  readonly maxItems?: number
  /** The forms of a value that has several. */
  readonly anyOf?: readonly ValueSchema[]
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n')
}

/** Head of every generated file. */
export function generatedHeader(title: string, source: string): string {
  return `# ${title}\n\n<!-- Generated from ${source} by scripts/docs.ts. Do not edit; run: node scripts/docs.ts -->\n`
}

/** What a value may be: `whole number, 1–100 px`, `cover, contain, fill`, `CSS colour`. */
export function valueText(schema: ValueSchema): string {
  if (schema.unit === 'css-color') return 'CSS colour'
  if (schema.unit === 'css-color or dominant') return 'CSS colour, or `dominant` for that of the image'
  if (schema.unit === 'picture') return '`{ "asset": path }` or `{ "url": address }`'
  if (schema.unit === 'place') return placeText(schema)
  if (schema.unit === 'px or %') return lengthText(schema)
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${String(value)}\``).join(', ')
  if (schema.type === 'boolean') return '`true` or `false`'
  if (schema.type === 'integer' || schema.type === 'number') return numberText(schema)
  if (schema.items !== undefined)
    return `list of ${schema.minItems ?? 0} to ${schema.maxItems}: ${valueText(schema.items)}`
  if (schema.format === 'uri') return 'URL'
  if (schema.pattern !== undefined) return `text like \`${schema.pattern}\``
  return schema.minLength !== undefined && schema.minLength > 1
    ? `text, at least ${schema.minLength} characters`
    : 'text'
}

function placeText({ anyOf = [] }: ValueSchema): string {
  const words = anyOf.find((form) => form.enum !== undefined)
  return `${words === undefined ? '' : valueText(words)}, a point \`{ x, y }\` of 0 to 1, a pixel \`{ left, top }\`, or things \`{ labels }\`: a list of \`face\` and the words of COCO, such as \`dog\``
}

function lengthText({ anyOf = [] }: ValueSchema): string {
  const pixels = anyOf.find((form) => form.type === 'integer')
  return `${pixels === undefined ? 'whole number' : numberText(pixels)} px, or percent of the side such as \`50%\``
}

function numberText({ type, minimum, maximum, exclusiveMinimum, unit }: ValueSchema): string {
  const kind = type === 'integer' ? 'whole number' : 'number'
  const low = minimum ?? (exclusiveMinimum === 0 && type === 'integer' ? 1 : exclusiveMinimum)
  const high = maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum
  const range =
    low === undefined
      ? high === undefined
        ? ''
        : `, at most ${high}`
      : high === undefined
        ? `, from ${low}`
        : `, ${low} to ${high}`
  return `${kind}${range}${unit === undefined ? '' : ` ${unit === 'deg' ? 'degrees' : unit}`}`
}

export function defaultText(value: unknown): string {
  return value === undefined ? '–' : value === '' ? 'empty' : `\`${String(value)}\``
}
