import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { imageChanges } from './image-changes.ts'
import { validate } from './validation.ts'

const complaint = (schema: z.ZodType, value: unknown) => {
  const checked = validate(schema, 'body', value)
  return 'error' in checked ? checked.error.message : undefined
}

describe('a complaint', () => {
  it.each([
    [{ 'bad key': 1 }, '"custom_metadata.bad key": may hold letters, digits, "_", "." and "-" (value 1).'],
    [{ a: {} }, '"custom_metadata.a": expected string or number or boolean or null (value {}).'],
  ])('about metadata %j names the rule', (metadata, sentence) => {
    expect(complaint(imageChanges, { custom_metadata: metadata })).toBe(sentence)
  })

  it('about alternatives that are no plain types stays the words of the schema', () => {
    const either = z.union([z.object({ a: z.string() }), z.object({ b: z.string() })])
    expect(complaint(either, { c: 1 })).toContain('Invalid input')
  })
})
