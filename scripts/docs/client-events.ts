/** What webhooks are told, as TypeScript types for the published client: made from the schemas of the messages. */
import * as z from 'zod'
import { events } from '../../packages/server/src/events/kinds/index.ts'
import { fieldsOf, type ObjectSchema } from './typescript.ts'

/** Path from the root of the repository. */
export const clientEventsPath = 'packages/sdk/src/webhook-events.ts'

export function clientEvents(): string {
  const interfaces = events.map(({ type, summary, data }) => {
    return `/** ${summary} */\nexport interface ${typeName(type)} ${fieldsOf(z.toJSONSchema(data) as ObjectSchema)}`
  })
  const names = events.map(({ type }) => `  readonly '${type}': ${typeName(type)}`)
  return `/**
 * What webhooks are told, event by event.
 *
 * Generated from packages/server/src/events/kinds by scripts/docs.ts. Do not edit; run: node scripts/docs.ts
 */

${interfaces.join('\n\n')}

/** Type of an event → what its message says. */
export interface WebhookEvents {
${names.join('\n')}
}
`
}

/** `image.uploaded` → `ImageUploaded`. */
function typeName(type: string): string {
  return type.replace(/(?:^|\.)(\w)/g, (_, letter: string) => letter.toUpperCase())
}
