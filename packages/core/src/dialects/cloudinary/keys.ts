/** Cloudinary's parameter keys: those that mean something here, and those that are only known to be refused by name. */

export const supportedKeys = [
  'w',
  'h',
  'c',
  'g',
  'ar',
  'x',
  'y',
  'z',
  'r',
  'a',
  'dpr',
  'o',
  'b',
  'co',
  'bo',
  'f',
  'q',
  'e',
  'l',
  't',
  'fl',
] as const

export type Key = (typeof supportedKeys)[number]

/** Documented by Cloudinary, without a counterpart here. */
export const refusedKeys = [
  'u',
  'd',
  'if',
  'cs',
  'dl',
  'dn',
  'pg',
  'so',
  'eo',
  'du',
  'vc',
  'ac',
  'fps',
  'ki',
  'sp',
] as const

const known: ReadonlySet<string> = new Set([...supportedKeys, ...refusedKeys])

/** Whether a path segment is a step: `w_300,c_fill`, or the definition of a variable. */
export function isStep(segment: string): boolean {
  return segment.split(',').some((part) => part.startsWith('$') || known.has(keyOf(part)))
}

/** What stands before the first underscore; all of it when there is none after at most four characters. */
export function keyOf(part: string): string {
  const underscore = part.slice(0, 5).indexOf('_')
  return underscore < 0 ? '' : part.slice(0, underscore)
}
