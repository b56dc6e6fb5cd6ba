/** The reference pages, each made from the very table or schema that the program runs on. */
import { type Format, formats, operations, type ProblemCode, problemCodes, traitsOf } from '@fovea/core'
import * as z from 'zod'
import { emoji, families, fontPackages } from '../../packages/engine/src/text/fonts/families.ts'
import { configSchema } from '../../packages/server/src/config.ts'
import { dialectPages } from './dialects.ts'
import { eventsPage } from './events.ts'
import { defaultText, generatedHeader, table, type ValueSchema, valueText } from './markdown.ts'

/** Path below `docs/` → content. */
export function referencePages(): ReadonlyMap<string, string> {
  return new Map([
    ['reference/configuration.md', configurationPage()],
    ['reference/operations.md', operationsPage()],
    ['reference/formats.md', formatsPage()],
    ['reference/fonts.md', fontsPage()],
    ['reference/errors.md', errorsPage()],
    ['reference/events.md', eventsPage()],
    ...dialectPages(),
  ])
}

function propertiesOf(schema: z.ZodType): Readonly<Record<string, ValueSchema>> {
  const { properties } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  return (properties ?? {}) as Readonly<Record<string, ValueSchema>>
}

/** Defaults that depend on the machine which writes this page. */
const machineDefaults: ReadonlyMap<string, string> = new Map([['FOVEA_WORKERS', 'number of cores']])

function configurationPage(): string {
  const rows = Object.entries(propertiesOf(configSchema)).map(([name, schema]) => [
    `\`${name}\``,
    schema.description ?? '',
    valueText(schema),
    machineDefaults.get(name) ?? defaultText(schema.default),
  ])
  return `${generatedHeader('Configuration', 'packages/server/src/config.ts')}
Everything is an environment variable. A wrong value stops the start with a sentence that names it; a name that does
not exist is ignored with a warning. \`fovea doctor\` prints the values in force, secrets hidden.

${table(['Variable', 'Meaning', 'Value', 'Default'], rows)}
`
}

function operationsPage(): string {
  const sections = operations.map(({ op, summary, params, examples }) => {
    const schemas = Object.entries(propertiesOf(params))
    const defaults = defaultsOf(params, examples)
    const rows = schemas.map(([name, schema]) => [
      `\`${name}\``,
      schema.description ?? '',
      valueText(schema),
      defaultText(schema.default ?? defaults[name]),
    ])
    const parameters =
      rows.length === 0 ? 'No parameters.' : table(['Parameter', 'Meaning', 'Value', 'Default'], rows)
    const shown = examples.map((example) => JSON.stringify({ op, ...example })).join('\n')
    return `## ${op}\n\n${summary}\n\n${parameters}\n\n\`\`\`json\n${shown}\n\`\`\``
  })
  return `${generatedHeader('Operations', 'packages/core/src/operations')}
A pipeline is a list of operations, executed in the order given. Unknown operations and parameters are refused with a
suggestion. On the command line an operation is written \`--op 'blur:sigma=3'\` or as JSON.

${sections.join('\n\n')}
`
}

/** Values that parsing fills in beside an example's own. */
function defaultsOf(params: z.ZodType, examples: readonly unknown[]): Readonly<Record<string, unknown>> {
  const [example = {}] = examples
  const given = Object.keys(example as object)
  const filled = Object.entries(params.parse(example) as Readonly<Record<string, unknown>>)
  return Object.fromEntries(filled.filter(([name]) => !given.includes(name)))
}

function formatsPage(): string {
  const yes = (value: boolean) => (value ? 'yes' : '–')
  const rows = (Object.keys(formats) as Format[])
    .filter((format) => traitsOf(format).decode || traitsOf(format).encode)
    .map((format) => {
      const traits = traitsOf(format)
      return [
        format,
        `\`${traits.mime}\``,
        traits.extensions.map((extension) => `.${extension}`).join(' '),
        yes(traits.decode),
        yes(traits.encode),
        yes(traits.alpha),
        yes(traits.animation),
        yes(traits.lossy),
      ]
    })
  return `${generatedHeader('Formats', 'packages/core/src/formats')}
\`fovea doctor\` proves each of them on the machine it runs on.

${table(['Format', 'Media type', 'Extensions', 'Read', 'Written', 'Alpha', 'Animation', 'Quality scale'], rows)}
`
}

function fontsPage(): string {
  const names = new Map(Object.entries(families).map(([family, font]) => [font, `\`${family}\``]))
  const rows = fontPackages.map((font) => {
    const { weights } = font
    const styles = 'from' in weights ? `${weights.from}–${weights.to}` : weights.join(', ')
    return [
      font.title,
      names.get(font) ?? '–',
      font.writes,
      `${styles}${font.hasItalic ? ', italic' : ''}`,
      `\`${font.name}\``,
      font === emoji ? 'OFL-1.1; drawings CC-BY-4.0, © Twitter, Inc and other contributors' : 'OFL-1.1',
    ]
  })
  return `${generatedHeader('Fonts', 'packages/engine/src/text/fonts/families.ts')}
\`text\` draws with these and no others, so it looks the same on every machine. \`font\` names a family; what it does not
write comes from the others, character by character. Copyright notices stand in each package's \`LICENSE\`.

${table(['Font', '`font`', 'Writes', 'Weights', 'Package', 'Licence'], rows)}
`
}

function errorsPage(): string {
  const rows = (Object.keys(problemCodes) as ProblemCode[]).map((code) => [
    `\`${code}\``,
    String(problemCodes[code].status),
    problemCodes[code].title,
  ])
  return `${generatedHeader('Errors', 'packages/core/src/problem/codes.ts')}
Every error is a problem document (RFC 9457) with a stable \`code\`, an honest \`status\`, and a \`detail\` that names the
thing, the rule and the value. Under \`/api/v1\` the same facts also stand in an \`error\` object. \`503\` and \`429\` carry
\`Retry-After\`.

${table(['Code', 'Status', 'Meaning'], rows)}
`
}
