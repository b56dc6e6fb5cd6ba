/** What every origin must do, whatever stands behind it. Run by each driver's test against a real server. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Origin, OriginAnswer, Validators } from './origin.ts'

export interface OriginUnderTest {
  readonly origin: Origin
  /** The same place, with files up to 1 000 bytes. */
  readonly small: Origin
  put(path: string, bytes: Uint8Array): Promise<void>
  close(): Promise<void>
}

/** Names that a careless encoder breaks. */
const names = [
  'plain.jpg',
  'folder/deep/er/photo.png',
  'with space.jpg',
  'plus+and&and=.jpg',
  'percent%20and%2F.jpg',
  "quote'(1)!*.jpg",
  'hash#question?.jpg',
  'ümlaut/日本語.webp',
  'emoji-🙂.gif',
]

export function originContract(name: string, open: () => Promise<OriginUnderTest>): void {
  describe(`${name} as an origin`, () => {
    let test: OriginUnderTest

    beforeAll(async () => {
      test = await open()
    }, 60_000)

    afterAll(async () => {
      await test.close()
    })

    it.each(names)('reads %s', async (path) => {
      const bytes = Buffer.from(`bytes of ${path}`)
      await test.put(path, bytes)
      const answer = await read(test.origin, path)
      expect(await bytesOf(answer)).toEqual(bytes)
    })

    it('reads a megabyte whole', async () => {
      const bytes = Buffer.alloc(1_048_576, 'fovea')
      await test.put('large.bin', bytes)
      expect((await bytesOf(await read(test.origin, 'large.bin'))).equals(bytes)).toBe(true)
    })

    it('says that nothing has changed, and what is new when something has', async () => {
      await test.put('changing.jpg', Buffer.from('first'))
      const first = await read(test.origin, 'changing.jpg')
      await bytesOf(first)
      if (first.kind !== 'found') throw new Error('nothing was found')
      expect(first.validators.etag ?? first.validators.lastModified).toBeTypeOf('string')
      expect((await read(test.origin, 'changing.jpg', first.validators)).kind).toBe('unchanged')
      await test.put('changing.jpg', Buffer.from('second, and longer'))
      const second = await read(test.origin, 'changing.jpg', first.validators)
      expect((await bytesOf(second)).toString()).toBe('second, and longer')
    })

    it('has nothing under a name that was never stored', async () => {
      await expect(read(test.origin, 'no/such/file.jpg')).rejects.toMatchObject({
        code: 'origin/not-found',
        status: 404,
      })
    })

    it('stops at the size limit', async () => {
      await test.put('long.bin', Buffer.alloc(5_000))
      await expect(read(test.small, 'long.bin').then(bytesOf)).rejects.toMatchObject({
        code: 'source/too-large',
      })
    })
  })
}

export function read(origin: Origin, path: string, known?: Validators): Promise<OriginAnswer> {
  return origin.read({ path, query: '' }, known)
}

export async function bytesOf(answer: OriginAnswer): Promise<Buffer> {
  if (answer.kind !== 'found') throw new Error('nothing was sent')
  const chunks: Uint8Array[] = []
  for await (const chunk of answer.body) chunks.push(chunk)
  return Buffer.concat(chunks)
}
