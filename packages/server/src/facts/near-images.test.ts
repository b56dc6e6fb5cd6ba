/** Pictures that look alike, over the API and on both engines. */
import { analysisRevisions } from '@fovea/core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BlobHash } from '../assets/index.ts'
import { testKinds } from '../db/databases.test-harness.ts'
import { type Harness, startApi } from '../http/api/api.test-harness.ts'
import { storeFingerprint } from './near-queries.ts'

/** Smooth patches of brightness: another seed, another picture. */
async function photo(seed: number): Promise<Buffer> {
  let state = seed * 7919 + 1
  const patches = Buffer.from(
    Array.from({ length: 8 * 6 * 3 }, () => {
      state = (state * 1_103_515_245 + 12_345) & 0x7fffffff
      return (state >> 16) & 0xff
    }),
  )
  const small = { width: 8, height: 6, channels: 3 } as const
  return sharp(patches, { raw: small }).resize(240, 180, { kernel: 'cubic' }).png().toBuffer()
}

interface Similar {
  readonly fingerprint: string | null
  readonly images: readonly { readonly id: string; readonly distance: number }[]
  readonly without_fingerprint: number
}

for (const { kind, skip } of testKinds) {
  describe.skipIf(skip !== undefined)(`images that look alike on ${kind}`, () => {
    let harness: Harness
    beforeAll(async () => {
      harness = await startApi({ kind })
    })
    afterAll(() => harness?.close())

    const upload = async (path: string, bytes: Buffer): Promise<string> => {
      const response = await harness.upload(bytes, 'x.png', { target_path: path })
      expect(response.statusCode, response.body).toBe(201)
      return response.json().id
    }
    const similarTo = async (id: string, query = ''): Promise<Similar> =>
      (await harness.request({ url: `/api/v1/images/${id}/similar${query}` })).json()
    const groups = async (query = '') =>
      (await harness.request({ url: `/api/v1/images/duplicates${query}` })).json() as {
        groups: { count: number; images: { id: string }[] }[]
        next_cursor: string | null
        without_fingerprint: number
      }
    const lookAtAll = async () => {
      while (await harness.near.lookAtNext());
    }

    it('are found among others, nearest first, and grouped', async () => {
      const original = await photo(1)
      const id = await upload('a.png', original)
      const small = await upload(
        'small.webp',
        await sharp(original).resize(90).webp({ quality: 60 }).toBuffer(),
      )
      const grey = await upload(
        'grey.jpg',
        await sharp(original).greyscale().jpeg({ quality: 40 }).toBuffer(),
      )
      const other = await upload('other.png', await photo(2))
      const flat = sharp({ create: { width: 50, height: 50, channels: 3, background: 'navy' } }).png()
      const blank = await upload('blank.png', await flat.toBuffer())
      const twin = await upload('twin.png', await flat.resize(60).toBuffer())

      // The image itself is looked at when it is asked for.
      expect(await similarTo(id)).toMatchObject({ images: [], without_fingerprint: 5 })
      expect((await groups()).groups).toEqual([])
      await lookAtAll()

      const near = await similarTo(id)
      expect(near.fingerprint).toMatch(/^[0-9a-f]{16}$/)
      expect(near.without_fingerprint).toBe(0)
      expect(new Set(near.images.map((image) => image.id))).toEqual(new Set([small, grey]))
      const distances = near.images.map(({ distance }) => distance)
      expect(distances).toEqual(distances.toSorted((one, next) => one - next))
      expect((await similarTo(id, '?limit=1')).images).toHaveLength(1)
      expect((await similarTo(other)).images).toEqual([])
      // A flat picture looks like every other flat one: that tells nothing.
      for (const each of [blank, twin])
        expect(await similarTo(each)).toMatchObject({ fingerprint: null, images: [] })

      const listed = await groups()
      expect(
        listed.groups.map(({ count, images }) => [count, images.map((image) => image.id).toSorted()]),
      ).toEqual([[3, [id, small, grey].toSorted()]])
      await harness.request({ method: 'DELETE', url: `/api/v1/images/${small}` })
      await harness.request({ method: 'DELETE', url: `/api/v1/images/${grey}` })
      expect((await similarTo(id)).images).toEqual([])
      expect((await groups()).groups).toEqual([])
    })

    it('gives up on what cannot be looked at, and goes on', async () => {
      const id = await upload('torn.png', await photo(40))
      const fine = await upload('fine.png', await photo(41))
      const { hash } = await harness.assets.get(harness.project, id)
      await harness.blobs.put(harness.project.id, hash, Buffer.from('no picture'))
      await lookAtAll()
      expect(await similarTo(id)).toMatchObject({ fingerprint: null, images: [], without_fingerprint: 0 })
      expect((await similarTo(fine)).fingerprint).not.toBeNull()
    })

    it('are what comparing with every image finds', async () => {
      const base = 0x5a3c_96e1_0f87_b42dn
      const hashes: [BlobHash, bigint][] = []
      for (let index = 0; index < 12; index++) {
        const id = await upload(`many/${index}.png`, await photo(100 + index))
        const { hash } = await harness.assets.get(harness.project, id)
        // 0, 2, 4 … 22 bits, spread over all bands.
        const turned = Array.from({ length: index * 2 }, (_, bit) => BigInt((bit * 29) % 64))
        const value = turned.reduce((all, bit) => all ^ (1n << bit), base)
        hashes.push([hash, value])
        const key = { projectId: harness.project.id, hash, revision: analysisRevisions.facts }
        await storeFingerprint(harness.database, key, value.toString(16).padStart(16, '0'))
      }
      for (const distance of [0, 3, 5, 10, 15]) {
        const found = await similarTo(hashes[0]?.[0].slice(0, 16) ?? '', `?max_distance=${distance}`)
        const expected = hashes.map((_, index) => index * 2).filter((bits) => bits > 0 && bits <= distance)
        expect(found.images.map((image) => image.distance)).toEqual(expected)
      }
      // Each is two bits from the next: one group, farther across than any two that are linked.
      expect((await groups()).groups.map(({ count }) => count)).toEqual([12])
    })

    it('come in pages, groups that meet being one from then on', async () => {
      const stored = async (index: number, value: string) => {
        const id = await upload(`pairs/${index}.png`, await photo(200 + index))
        const { hash } = await harness.assets.get(harness.project, id)
        const key = { projectId: harness.project.id, hash, revision: analysisRevisions.facts }
        await storeFingerprint(harness.database, key, value)
      }
      await stored(0, 'ffff0000ffff0000')
      await stored(1, 'ffff0000ffff0001')
      await stored(2, 'ffff0000ffff0fff')
      await stored(3, 'ffff0000ffff0ffe')
      const seen: number[] = []
      let cursor: string | null = ''
      while (cursor !== null) {
        const page: Awaited<ReturnType<typeof groups>> = await groups(
          `?limit=1${cursor && `&cursor=${cursor}`}`,
        )
        seen.push(...page.groups.map(({ count }) => count))
        cursor = page.next_cursor
      }
      expect(seen.toSorted((one, other) => one - other)).toEqual([2, 2, 12])
      await stored(4, 'ffff0000ffff003f')
      expect((await groups()).groups.map(({ count }) => count).toSorted()).toEqual([12, 5])
    })

    it('are asked for with sense', async () => {
      const id = await upload('sense.png', await photo(300))
      for (const query of ['?max_distance=16', '?max_distance=-1', '?limit=0', '?distance=3'])
        expect((await harness.request({ url: `/api/v1/images/${id}/similar${query}` })).statusCode).toBe(400)
      expect((await harness.request({ url: '/api/v1/images/0123456789abcdef/similar' })).statusCode).toBe(404)
      expect((await harness.request({ url: '/api/v1/images/duplicates?cursor=x' })).statusCode).toBe(400)
    })
  })
}
