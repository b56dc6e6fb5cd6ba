/** Words for what a schema refused: the parameter, the rule, the value. Written for people, stable in shape. */
import type * as z from 'zod'

/** `must be at least 0.3 px (value 0.2)`; the message of the schema where it has its own. */
export function complaint(issue: z.core.$ZodIssue, value: unknown, unit: string | undefined): string {
  if (value === undefined) return 'is required'
  return `${rule(issue, suffixes[unit ?? ''] ?? (unit === undefined ? '' : ` ${unit}`))} (value ${shown(value)})`
}

/** Units that are no word behind a number, or not the one. */
const suffixes: Readonly<Record<string, string>> = {
  'css-color': '',
  'css-color or dominant': '',
  place: '',
  picture: '',
  'px or %': ' px',
}

/** Scalars as JSON; anything deeper by its kind only, because a hostile value may be nested without end. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(short(value))
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'object' && value !== null) return 'an object'
  return typeof value === 'function' || typeof value === 'symbol' ? `a ${typeof value}` : String(value)
}

/** Cuts what a client sent before it is echoed. */
export function short(text: string): string {
  return text.length > 64 ? `${text.slice(0, 64)}…` : text
}

const kinds: Readonly<Record<string, string>> = {
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  string: 'a text',
}

function rule(issue: z.core.$ZodIssue, unit: string): string {
  switch (issue.code) {
    case 'too_small':
      return `must be at least ${issue.minimum}${unit}`
    case 'too_big':
      return `must be at most ${issue.maximum}${unit}`
    case 'invalid_type':
      return `must be ${kinds[issue.expected] ?? issue.expected}`
    case 'invalid_value':
      return `must be one of ${issue.values.join(', ')}`
    default:
      return issue.message
  }
}
