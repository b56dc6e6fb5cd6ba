/**
 * Cursors: where the next page of a list starts, as a text that only we read. Not signed: a made-up one leads to
 * another place of a list that its owner may read anyway.
 */
import { problem } from '@fovea/core'
import type * as z from 'zod'

export function cursorText(position: unknown): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url')
}

/** @throws Problem `request/invalid-parameter` for a text that is no cursor of this kind of list */
export function positionOf<T>(schema: z.ZodType<T>, cursor: string): T {
  const parsed = schema.safeParse(decoded(cursor))
  if (parsed.success) return parsed.data
  throw problem('request/invalid-parameter', {
    detail: '"cursor" is not one of this list: take "next_cursor" of the page before.',
    members: { parameter: 'cursor' },
  })
}

function decoded(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
  } catch {
    return undefined
  }
}
