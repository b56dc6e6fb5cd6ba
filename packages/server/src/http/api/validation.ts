/** Turns a schema's complaint into a Problem that names the thing, the rule and the value. */
import { type Problem, problem } from '@fovea/core'
import type * as z from 'zod'

/** Fastify's validator: parsed data, or a Problem. */
export function validate(
  schema: z.ZodType,
  part: string | undefined,
  data: unknown,
): { value: unknown } | { error: Problem } {
  // A request without a body is one that says nothing, where the schema allows that.
  const parsed = schema.safeParse(part === 'body' && data === null ? undefined : data)
  return parsed.success ? { value: parsed.data } : { error: complaint(parsed.error, part, data) }
}

function complaint(error: z.ZodError, part: string | undefined, data: unknown): Problem {
  const issue = error.issues[0]
  const place = part === 'body' ? 'body' : part === 'querystring' ? 'query' : 'path'
  if (issue?.code === 'unrecognized_keys') {
    const [name = ''] = issue.keys
    return problem('request/unknown-parameter', {
      detail: `There is no "${clip(name)}" in the ${place} of this request.`,
      members: {
        [place === 'body' ? 'pointer' : 'parameter']:
          place === 'body' ? pointer([...issue.path, name]) : clip(name),
      },
    })
  }
  const name =
    issue === undefined || issue.path.length === 0 ? `The ${place}` : `"${issue.path.map(String).join('.')}"`
  const value = issue === undefined ? undefined : valueAt(data, issue.path)
  return problem('request/invalid-parameter', {
    detail: `${name}: ${issue === undefined ? 'not valid' : ruleOf(issue)}${value === undefined ? '' : ` (value ${clip(JSON.stringify(value))})`}.`,
    members:
      place === 'body'
        ? { pointer: pointer(issue?.path ?? []) }
        : { parameter: String(issue?.path[0] ?? '') },
  })
}

/** Keys and alternatives have their rules one level below. */
function ruleOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_key') return issue.issues[0]?.message ?? issue.message
  if (issue.code !== 'invalid_union') return issue.message
  const kinds = issue.errors.map(([first]) =>
    first?.code === 'invalid_type' && first.path.length === 0 ? first.expected : undefined,
  )
  return kinds.length === 0 || kinds.includes(undefined) ? issue.message : `expected ${kinds.join(' or ')}`
}

function pointer(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${clip(String(part)).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  let value = data
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined
    value = (value as Record<PropertyKey, unknown>)[part]
  }
  return value
}

function clip(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text
}
