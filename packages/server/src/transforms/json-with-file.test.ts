import { describe, expect, it } from 'vitest'
import { isLifted, readJsonWithFile } from './json-with-file.ts'

/** Bytes that are no valid text, so that nothing survives being decoded as one. */
const picture = Buffer.from(Array.from({ length: 200_000 }, (_, at) => (at * 7919) % 256))

async function read(text: string, chunkBytes = 65_536, maxBytes = 1e9) {
  async function* body() {
    const bytes = Buffer.from(text)
    for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes)
  }
  const receive = async (bytes: AsyncIterable<Uint8Array>) => {
    const pieces: Uint8Array[] = []
    for await (const piece of bytes) pieces.push(piece)
    return Buffer.concat(pieces)
  }
  return readJsonWithFile<Buffer>(body(), { maxBytes, receive }, () => {})
}

const document = (base64: string) => JSON.stringify({ a: 'x"\\', file: { base64, name: 'é"' }, list: [1] })

describe('a long text', () => {
  it.each([1, 7, 4096, 65_536, 1e6])(
    'becomes a file, the rest stays JSON, in chunks of %i',
    async (chunk) => {
      const { value, file } = await read(document(picture.toString('base64')), chunk)
      expect(file?.equals(picture)).toBe(true)
      expect(value).toEqual({ a: 'x"\\', file: { base64: expect.any(String), name: 'é"' }, list: [1] })
      expect(isLifted((value as { file: { base64: string } }).file.base64)).toBe(true)
    },
  )

  it('may be a data URI, have escaped slashes, line breaks and no padding', async () => {
    const lines = picture.toString('base64').replaceAll(/.{76}/g, '$&\n').replace(/=+$/, '')
    const text = JSON.stringify(`data:image/png;base64,${lines}`).replaceAll('/', '\\/')
    for (const chunk of [3, 1000]) {
      const { file } = await read(`{"b":${text}}`, chunk)
      expect(file?.equals(picture)).toBe(true)
    }
  })

  it('of exactly the length that is lifted ends where it ends', async () => {
    for (const length of [65_536, 65_540, 65_544]) {
      const { value, file } = await read(JSON.stringify({ b: 'A'.repeat(length), c: 5 }), 65_536)
      expect(value).toMatchObject({ c: 5 })
      if (length > 65_536) expect(file?.length).toBe((length / 4) * 3)
    }
  })

  it.each([
    ['something else', `{"a":"${'!'.repeat(70_000)}"}`, 'request/malformed'],
    ['padding in the middle', `{"a":"${'A'.repeat(70_000)}==${'A'.repeat(70_000)}"}`, 'request/malformed'],
    ['two of them', `{"a":"${'A'.repeat(70_000)}","b":"${'A'.repeat(70_000)}"}`, 'request/malformed'],
    ['no end', `{"a":"${'A'.repeat(70_000)}`, 'request/malformed'],
    ['another encoding', `{"a":"data:text/plain,${'A'.repeat(70_000)}"}`, 'request/malformed'],
  ])('is refused: %s', async (_, text, code) => {
    await expect(read(text)).rejects.toMatchObject({ code })
  })
})

describe('a body', () => {
  it('without a long text has no file', async () => {
    expect(await read('{"a":"short"}')).toEqual({ value: { a: 'short' }, file: undefined })
  })

  it.each([
    ['no JSON', 'nonsense', 'request/malformed'],
    ['nothing', '', 'request/malformed'],
    ['an open text', '{"a":"b', 'request/malformed'],
    ['JSON without end', '[0,'.repeat(200_000), 'source/too-large'],
    ['too deep', '['.repeat(5000), 'request/malformed'],
  ])('that is %s is refused', async (_, text, code) => {
    await expect(read(text)).rejects.toMatchObject({ code })
  })

  it('is cut at its limit while it comes', async () => {
    await expect(read(document(picture.toString('base64')), 1000, 100_000)).rejects.toMatchObject({
      code: 'source/too-large',
    })
  })
})
