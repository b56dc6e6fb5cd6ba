/** Members that several places of a JSON request share. */
import { Problem, problem } from '../../problem/index.ts'
import { isObject } from '../json-text.ts'
import { invalidPayload, unknownMember } from '../payload-problem.ts'
import { quote } from '../quote.ts'
import { normaliseAssetPath } from '../target-path.ts'

const longestLabel = 200

/** @throws Problem `pipeline/invalid` for what is no object, or has a member that is not `known` */
export function readObject(
  value: unknown,
  what: string,
  place: string,
  known: readonly string[],
): Readonly<Record<string, unknown>> {
  if (!isObject(value)) throw invalidPayload(place, `${what} must be an object, not ${quote(value)}.`)
  for (const name of Object.keys(value))
    if (!known.includes(name)) throw unknownMember(place.split('/').filter(Boolean), name, known)
  return value
}

/** Runs `read`, whose problems point into the member at `place`. */
export function inside<T>(place: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    const { code, detail, members: told } = error
    throw problem(code, {
      detail,
      members: { ...told, pointer: `${place}${typeof told.pointer === 'string' ? told.pointer : ''}` },
    })
  }
}

/** @throws Problem `pipeline/invalid` */
export function readPath(text: string, place: string): string {
  const path = normaliseAssetPath(text)
  if (typeof path === 'string') return path
  throw invalidPayload(place, `The path ${path.sentence}: ${quote(text)}.`)
}

/** What people call a thing; 1 to 200 characters. @throws Problem `pipeline/invalid` */
export function readLabel(value: unknown, place: string): string | undefined {
  if (value === undefined) return undefined
  const isFine = typeof value === 'string' && value !== '' && value.length <= longestLabel
  if (isFine && value.isWellFormed()) return value
  throw invalidPayload(
    place,
    `${place.slice(1)} must be 1 to ${longestLabel} characters, not ${quote(value)}.`,
  )
}
