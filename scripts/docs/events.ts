/** The reference page of what webhooks are told. */
import * as z from 'zod'
import { events } from '../../packages/server/src/events/kinds/index.ts'
import { generatedHeader, table, type ValueSchema } from './markdown.ts'

export function eventsPage(): string {
  const sections = events.map(({ type, summary, data, example }) => {
    const { properties = {} } = z.toJSONSchema(data)
    const rows = Object.entries(properties as Readonly<Record<string, ValueSchema>>).map(([name, schema]) => [
      `\`${name}\``,
      kindOf(schema),
      schema.description ?? '',
    ])
    const members = table(['Member of `data`', 'Value', 'Meaning'], rows)
    return `## ${type}\n\n${summary}\n\n${members}\n\n\`\`\`json\n${JSON.stringify(example)}\n\`\`\``
  })
  return `${generatedHeader('Events', 'packages/server/src/events/kinds')}
What [webhooks](../guide/webhooks.md) are told: \`{ type, timestamp, project, data }\`.

${sections.join('\n\n')}
`
}

function kindOf(schema: ValueSchema): string {
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${String(value)}\``).join(', ')
  if (schema.items !== undefined)
    return `list of ${schema.items.enum === undefined ? 'texts' : kindOf(schema.items)}`
  if (Array.isArray(schema.type)) return schema.type.map((type) => kindOf({ ...schema, type })).join(' or ')
  if (schema.type === 'integer') return 'whole number'
  if (schema.type === 'boolean') return '`true` or `false`'
  return schema.type === 'null' ? '`null`' : 'text'
}
