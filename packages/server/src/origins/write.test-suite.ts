/** What writing into a bucket does, whoever's bucket it is. */
import { describe, expect, it } from 'vitest'
import { bytesOf, read } from './contract.test-suite.ts'
import type { Origin } from './origin.ts'

export interface WritableUnderTest {
  readonly origin: Origin
  /** With credentials that are not accepted. */
  readonly stranger: Origin
  /** Of the bucket or container, for error texts. */
  readonly name: string
}

export function writeContract(what: string, open: () => WritableUnderTest): void {
  describe(`writing into ${what}`, () => {
    const { signal } = new AbortController()
    const object = { mediaType: 'image/webp', overwrite: false, signal }
    const fresh = () => `out/${Math.random().toString(36).slice(2)} é+(1)!.webp`

    it('stores what is read afterwards, the type included', async () => {
      const { origin } = open()
      const path = fresh()
      const written = await origin.write?.({ ...object, path, bytes: Buffer.from('first') })
      expect(written?.etag).toMatch(/\S/)
      expect((await bytesOf(await read(origin, path))).toString()).toBe('first')
      const answer = await origin.read({ path, query: '' }, undefined)
      if (answer.kind !== 'found') throw new Error('it is not there')
      answer.discard()
      expect(answer.headers.get('content-type')).toBe('image/webp')
    })

    it('leaves what lies at a path, unless it may be replaced', async () => {
      const { origin, name } = open()
      const path = fresh()
      await origin.write?.({ ...object, path, bytes: Buffer.from('first') })
      const refused = origin.write?.({ ...object, path, bytes: Buffer.from('second') })
      await expect(refused).rejects.toMatchObject({
        code: 'origin/exists',
        status: 409,
        message: expect.stringContaining(name),
      })
      expect((await bytesOf(await read(origin, path))).toString()).toBe('first')
      await origin.write?.({ ...object, path, bytes: Buffer.from('second'), overwrite: true })
      expect((await bytesOf(await read(origin, path))).toString()).toBe('second')
    })

    it('lets one of two that come at once win', async () => {
      const { origin } = open()
      const path = fresh()
      const both = await Promise.allSettled(
        ['a', 'b'].map((text) => origin.write?.({ ...object, path, bytes: Buffer.from(text) })),
      )
      expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    })

    it('tells the mark of what was written, and nothing of what is not there', async () => {
      const { origin, stranger } = open()
      const [path, plain] = [fresh(), fresh()]
      const written = await origin.write?.({ ...object, path, bytes: Buffer.from('x'), mark: '01K8/12/0' })
      await origin.write?.({ ...object, path: plain, bytes: Buffer.from('x') })
      expect(await origin.look?.({ path, signal })).toEqual({ etag: written?.etag, mark: '01K8/12/0' })
      expect(await origin.look?.({ path: plain, signal })).toMatchObject({ mark: undefined })
      expect(await origin.look?.({ path: fresh(), signal })).toBeUndefined()
      expect(await stranger.look?.({ path, signal })).toBeUndefined()
    })

    it('names the bucket that refuses', async () => {
      const { stranger, name } = open()
      await expect(
        stranger.write?.({ ...object, path: fresh(), bytes: Buffer.from('x') }),
      ).rejects.toMatchObject({
        code: 'origin/refused',
        status: 403,
        message: expect.stringContaining(name),
      })
    })
  })
}
