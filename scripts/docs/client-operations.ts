/**
 * The operations as TypeScript types without any import, for the published client: made from the schemas that the
 * server checks with, so that a new operation appears in editors by itself.
 */
import { operations } from '@fovea/core'
import * as z from 'zod'
import { fieldsOf, type ObjectSchema } from './typescript.ts'

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
