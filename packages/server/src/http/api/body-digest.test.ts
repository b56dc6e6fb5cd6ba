import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BodyDigest } from './body-digest.ts'

/** Digest of a body that comes in these pieces. */
async function digestOf(pieces: readonly Buffer[], headers: IncomingHttpHeaders = {}) {
  const bytes = pieces.reduce((sum, { length }) => sum + length, 0)
  const request = Object.assign(Readable.from(pieces, { objectMode: false }), {
    headers: { 'content-length': String(bytes), ...headers },
  })
  const digest = new BodyDigest(request as unknown as IncomingMessage)
  const read: Buffer[] = []
  for await (const chunk of request) read.push(chunk)
  expect(Buffer.concat(read)).toEqual(Buffer.concat(pieces))
  return digest.take()
}

/** The same bytes in other pieces. */
function cut(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const pieces: Buffer[] = []
  let at = 0
  for (const size of sizes) {
    pieces.push(bytes.subarray(at, at + size))
    at += size
  }
  return [...pieces, bytes.subarray(at)].filter(({ length }) => length > 0)
}

const formOf = (boundary: string, parts: readonly string[]) =>
  Buffer.from(
    `${parts.map((part) => `--${boundary}\r\n\r\n${part}\r\n`).join('')}--${boundary}--\r\n`,
    'latin1',
  )
const typeOf = (boundary: string) => ({ 'content-type': `multipart/form-data; boundary="${boundary}"` })

describe('BodyDigest', () => {
  it('is that of what is read, in whatever pieces it comes', async () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 20 })
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 300 }), sizes, async (data, by) => {
        const bytes = Buffer.from(data)
        expect(await digestOf(cut(bytes, by))).toBe(await digestOf([bytes]))
      }),
      { numRuns: 60 },
    )
  })

  it('of a form does not depend on its boundary, and on everything else', async () => {
    const boundary = fc.string({ minLength: 4, maxLength: 60, unit: fc.constantFrom('-', 'a', 'b', '1') })
    const parts = fc.array(fc.string({ unit: fc.constantFrom('-', 'x', 'y', '\r', '\n') }), { maxLength: 4 })
    const sizes = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 20 })
    await fc.assert(
      fc.asyncProperty(boundary, boundary, parts, sizes, async (one, two, told, by) => {
        // What a form may not hold (RFC 2046 §5.1.1).
        fc.pre(![one, two].some((mark) => told.some((part) => `\r\n${part}`.includes(`\r\n--${mark}`))))
        const first = await digestOf(cut(formOf(one, told), by), typeOf(one))
        expect(await digestOf([formOf(two, told)], typeOf(two))).toBe(first)
        expect(await digestOf([formOf(two, [...told, 'more'])], typeOf(two))).not.toBe(first)
      }),
      { numRuns: 100 },
    )
  })

  it.each([
    ['----', '---------'],
    ['aaaa', '----'],
    ['a--a', 'b'],
  ])('of a form does not depend on the boundary %s or %s', async (one, two) => {
    const told = ['----', 'a--a\r\n', '']
    expect(await digestOf([formOf(one, told)], typeOf(one))).toBe(
      await digestOf([formOf(two, told)], typeOf(two)),
    )
  })

  it('of a form of two parts is none of a form of one that looks like them', async () => {
    const two = await digestOf([formOf('bound', ['a', 'b'])], typeOf('bound'))
    for (const alike of ['a\r\n\r\nb', 'a\r\n--\r\n\r\nb'])
      expect(await digestOf([formOf('bound', [alike])], typeOf('bound'))).not.toBe(two)
  })

  it('is not told before the body has been read', () => {
    const request = Object.assign(Readable.from([Buffer.from('x')]), { headers: { 'content-length': '1' } })
    expect(new BodyDigest(request as unknown as IncomingMessage).take()).toBeUndefined()
  })
})
