/** The repository suite: everything that reads or writes images, on both engines. */
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testKinds } from '../db/databases.test-harness.ts'
import { type Harness, picture, startApi } from '../http/api/api.test-harness.ts'
import { newId, type ProjectId } from '../projects/index.ts'
import { newBucketUrl, withoutBucket } from '../storage/bucket.test-harness.ts'
import type { BlobHash } from './asset.ts'

const subjects = [
  ...testKinds.map((subject) => ({ ...subject, name: subject.kind, bucket: false })),
  { kind: 'sqlite', name: 'sqlite with a bucket', skip: withoutBucket, bucket: true } as const,
]

for (const { kind, name, skip, bucket } of subjects) {
  describe.skipIf(skip !== undefined)(`assets on ${name}${skip === undefined ? '' : ` (${skip})`}`, () => {
    let harness: Harness

    beforeAll(async () => {
      harness = await startApi({ kind, storageUrl: bucket ? await newBucketUrl() : undefined })
    })
    afterAll(() => harness?.close())

    const original = async (hash: BlobHash) => {
      const { path, release } = await harness.blobs.file(harness.project.id, hash)
      return readFile(path).finally(release)
    }
    const find = async (path: string, match: 'exact' | 'stem' = 'stem') =>
      (await harness.assets.findForDelivery(harness.project, path, match))?.path
    const put = async (path: string, seed: number, fields: Record<string, string> = {}) => {
      const response = await harness.upload(await picture(seed), path.slice(path.lastIndexOf('/') + 1), {
        target_path: path,
        ...fields,
      })
      expect(response.statusCode, response.body).toBe(201)
      return response.json() as { id: string; hash: BlobHash }
    }

    it('finds the exact path first, else the most recent of the stem', async () => {
      await put('s/photo.jpg', 1)
      await put('s/photo.png', 2)
      expect(await find('s/photo.jpg')).toBe('s/photo.jpg')
      expect(await find('s/photo.webp')).toBe('s/photo.png')
      expect(await find('s/photo')).toBe('s/photo.png')
      expect(await find('s/photo.webp', 'exact')).toBeUndefined()
      await put('s/photo.jpg', 3)
      expect(await find('s/photo.webp'), 'a new version is the most recent').toBe('s/photo.jpg')
      expect(await find('s/other.webp')).toBeUndefined()
    })

    it('knows names with dots, and forgets them at once when something better comes or goes', async () => {
      expect(await find('d/a.v2')).toBeUndefined()
      expect(await find('d/a.v2.webp')).toBeUndefined()
      await put('d/a.v2.png', 10)
      expect(await find('d/a.v2')).toBe('d/a.v2.png')
      expect(await find('d/a.v2.webp')).toBe('d/a.v2.png')
      await put('d/a.v2', 11)
      expect(await find('d/a.v2')).toBe('d/a.v2')
      expect(await find('d/a.v2.webp')).toBe('d/a.v2')
      expect(await find('d/a.v2.png')).toBe('d/a.v2.png')
      const remove = (path: string) =>
        harness.request({ method: 'DELETE', url: `/api/v1/images/path/demo/${encodeURIComponent(path)}` })
      expect((await remove('d/a.v2')).statusCode).toBe(200)
      expect(await find('d/a.v2')).toBe('d/a.v2.png')
      expect((await remove('d/a.v2.png')).statusCode).toBe(200)
      expect(await find('d/a.v2')).toBeUndefined()
      expect(await find('d/a.v2.webp')).toBeUndefined()
    })

    it('purges a path, or all that begin alike, and nothing else', async () => {
      const paths = ['p/ä_1.jpg', 'p/ä_2.jpg', 'P/ä_1.jpg', 'p/äx1.jpg']
      for (const [seed, path] of paths.entries()) await put(path, 40 + seed)
      const generations = () =>
        Promise.all(
          paths.map(
            async (path) =>
              (await harness.assets.findForDelivery(harness.project, path, 'exact'))?.generation ?? 0,
          ),
        )
      const before = await generations()
      const grown = async () => (await generations()).map((now, at) => now - (before[at] ?? 0))
      await harness.assets.purge(harness.project, { path: 'p/ä_1.jpg', isPrefix: false })
      expect(await grown()).toEqual([1, 0, 0, 0])
      await harness.assets.purge(harness.project, { path: 'p/ä_', isPrefix: true })
      expect(await grown()).toEqual([2, 1, 0, 0])
      await harness.assets.purge(harness.project, { path: 'p/%', isPrefix: true })
      expect(await grown()).toEqual([2, 1, 0, 0])
    })

    it('is right for every path while 30 uploads and deletes run', async () => {
      await Promise.all(
        Array.from({ length: 10 }, async (_, index) => {
          const path = `race/${index % 3}.png`
          await put(path, 20 + index)
          await find(`race/${index % 3}.webp`)
        }),
      )
      for (const index of [0, 1, 2]) {
        const asset = await harness.assets.findForDelivery(harness.project, `race/${index}.webp`, 'stem')
        const row = await harness.database.queries
          .selectFrom('assets')
          .select(['hash', 'generation'])
          .where('project_id', '=', harness.project.id)
          .where('path', '=', `race/${index}.png`)
          .executeTakeFirstOrThrow()
        expect(asset).toMatchObject({ hash: row.hash, generation: row.generation })
        const versions = await harness.database.queries
          .selectFrom('asset_versions')
          .select('generation')
          .where('asset_id', '=', asset?.id ?? '')
          .orderBy('generation')
          .execute()
        expect(versions.map(({ generation }) => generation)).toEqual(
          Array.from({ length: row.generation }, (_, at) => at + 1),
        )
      }
    })

    it('keeps a file for every row when equal bytes are uploaded and deleted at once', async () => {
      const bytes = await picture(40)
      const hash = (await harness.upload(bytes, 'churn.png')).json().hash as BlobHash
      const id = hash.slice(0, 16)
      await Promise.all(
        Array.from({ length: 30 }, async (_, index) => {
          if (index % 2 === 0) await harness.upload(bytes, `churn-${index}.png`)
          else await harness.request({ method: 'DELETE', url: `/api/v1/images/${id}` })
          if (index % 5 === 0) await harness.blobs.sweep()
        }),
      )
      const row = await harness.database.queries
        .selectFrom('blobs')
        .select('hash')
        .where('hash', '=', hash)
        .executeTakeFirst()
      expect(await harness.isStored(harness.project.id, hash)).toBe(row !== undefined)
      expect((await harness.upload(bytes, 'churn-end.png')).statusCode).toBe(201)
      expect(await original(hash)).toEqual(bytes)
    })

    it('sweeps files without a row, and only those', async () => {
      const { hash } = await put('sweep/kept.png', 50)
      const orphan = 'f'.repeat(64) as BlobHash
      await harness.blobs.put(harness.project.id, orphan, Buffer.from('left by a killed upload'))
      const foreign = newId<ProjectId>()
      await harness.blobs.put(foreign, hash, Buffer.from('of a project that is gone'))
      const swept = await harness.blobs.sweep()
      expect(swept.removed).toBe(2)
      expect(await harness.isStored(harness.project.id, orphan)).toBe(false)
      expect(await harness.isStored(foreign, hash)).toBe(false)
      expect(await harness.isStored(harness.project.id, hash)).toBe(true)
      expect((await harness.blobs.sweep()).removed).toBe(0)
    })

    it('puts the file back when a sweep takes it between storing and committing', async () => {
      const bytes = await picture(51)
      const put = harness.blobs.put.bind(harness.blobs)
      // The sweep that comes at the worst moment: right after the first put, before the transaction.
      harness.blobs.put = async (projectId, hash, body) => {
        const stored = await put(projectId, hash, body)
        harness.blobs.put = put
        expect((await harness.blobs.sweep()).removed).toBe(1)
        return stored
      }
      const response = await harness.upload(bytes, 'swept.png')
      expect(response.statusCode, response.body).toBe(201)
      expect(await original(response.json().hash)).toEqual(bytes)
    })

    it('lists folders by byte order, nested ones counted once per image', async () => {
      const bytes = await picture(60)
      for (const path of [
        'tree/a/1.png',
        'tree/a/b/2.png',
        'tree/a0/3.png',
        'tree/é/4.png',
        'tree-other/5.png',
        'tree/_%/6.png',
      ]) {
        await harness.upload(bytes, 'x.png', { target_path: path })
      }
      await put('tree/a/b/c/7.png', 61)
      expect(await harness.assets.folders(harness.project, 'tree')).toEqual([
        { name: '_%', imageCount: 1 },
        { name: 'a', imageCount: 2 },
        { name: 'a0', imageCount: 1 },
        { name: 'é', imageCount: 1 },
      ])
      expect(await harness.assets.folders(harness.project, 'tree/_%')).toEqual([])
      expect(
        (await harness.assets.list(harness.project, { folder: 'tree/a', limit: 10, offset: 0 })).total,
      ).toBe(1)
    })

    it('keeps one project out of another', async () => {
      const { id } = await put('mine.png', 70)
      const other = { ...harness.project, id: newId<ProjectId>(), slug: 'other' }
      await expect(harness.assets.get(other, id)).rejects.toMatchObject({ code: 'asset/not-found' })
      await expect(harness.assets.delete(other, id, 'to-trash')).rejects.toMatchObject({
        code: 'asset/not-found',
      })
      await expect(harness.assets.deletePath(other, 'mine.png', 'to-trash')).rejects.toMatchObject({
        code: 'asset/not-found',
      })
      await expect(harness.assets.update(other, id, { visibility: 'private' })).rejects.toMatchObject({
        code: 'asset/not-found',
      })
      expect(await harness.assets.findForDelivery(other, 'mine.png', 'stem')).toBeUndefined()
      expect((await harness.assets.list(other, { folder: undefined, limit: 10, offset: 0 })).total).toBe(0)
      expect((await harness.assets.search(other, { text: 'mine' }, 10)).total).toBe(0)
      expect((await harness.assets.get(harness.project, id)).paths).toEqual(['mine.png'])
    })

    it('counts usage and keys the same way', async () => {
      const report = await harness.usage.report(harness.project.id)
      expect(report.images).toBe(
        (await harness.assets.list(harness.project, { folder: undefined, limit: 1, offset: 0 })).total,
      )
      expect(report.storageBytes).toBeGreaterThan(0)
      for (const id of ['a', 'b', 'a'])
        await (await harness.usage.reserve(harness.project.id, id as never)).commit()
      expect((await harness.usage.report(harness.project.id)).transformations).toBe(2)
      const [key] = await harness.apiKeys.list(harness.project.id)
      expect(key?.totalRequests).toBeGreaterThan(10)
    })
  })
}
