/**
 * Reads `Range` and `If-Range` (RFC 9110 §14). One range or one suffix is served; several ranges, other units and
 * malformed headers are ignored, as the RFC allows, so that a multipart answer never has to be built.
 */
export interface ByteRange {
  /** First byte, inclusive. */
  readonly start: number
  /** Last byte, inclusive. */
  readonly end: number
}

const single = /^bytes=[\t ]*(\d{0,15})-(\d{0,15})[\t ]*$/i

/** The part of a body of `size` bytes that is asked for; `undefined` means the whole body. */
export function readRange(header: string | undefined, size: number): ByteRange | 'unsatisfiable' | undefined {
  if (header === undefined) return undefined
  const found = single.exec(header)
  if (found === null) return undefined
  const [, first = '', last = ''] = found
  if (first === '') {
    if (last === '') return undefined
    const length = Math.min(Number(last), size)
    return length === 0 ? 'unsatisfiable' : { start: size - length, end: size - 1 }
  }
  const start = Number(first)
  if (last !== '' && Number(last) < start) return undefined
  if (start >= size) return 'unsatisfiable'
  return { start, end: last === '' ? size - 1 : Math.min(Number(last), size - 1) }
}

/** Whether `If-Range` allows a partial answer: absent, or exactly our strong tag. A date never matches. */
export function rangeAllowed(ifRange: string | undefined, etag: string): boolean {
  return ifRange === undefined || ifRange.trim() === etag
}
