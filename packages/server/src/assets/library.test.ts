/** What people do with images that are there, on both engines: find, describe, delete, restore, go back a version. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testKinds } from '../db/databases.test-harness.ts'
import { type Harness, picture, startApi } from '../http/api/api.test-harness.ts'
import type { BlobHash } from './asset.ts'

for (const { kind, skip } of testKinds) {
  describe.skipIf(skip !== undefined)(
    `the library on ${kind}${skip === undefined ? '' : ` (${skip})`}`,
    () => {
      let harness: Harness
      let seed = 0

      beforeAll(async () => {
        harness = await startApi({ kind })
      })
      afterAll(() => harness?.close())

      const upload = async (path: string, bytes?: Buffer) => {
        const response = await harness.upload(bytes ?? (await picture(++seed)), 'x.png', {
          target_path: path,
        })
        expect(response.statusCode, response.body).toBe(201)
        return response.json() as { id: string; hash: BlobHash }
      }
      const get = async (url: string) => {
        const response = await harness.request({ url })
        expect(response.statusCode, response.body).toBe(200)
        return response.json()
      }
      const send = (method: 'POST' | 'PATCH' | 'DELETE', url: string, payload?: object) =>
        harness.request({ method, url, ...(payload === undefined ? {} : { payload }) })
      const search = async (query: string) =>
        ((await get(`/api/v1/images/search?${query}`)).results as { id: string }[]).map(({ id }) => id)
      const find = async (path: string) => harness.assets.findForDelivery(harness.project, path, 'exact')

      it('pages by cursor over everything once, also while images come', async () => {
        const ids: string[] = []
        for (let index = 0; index < 5; index++) ids.push((await upload(`pages/${index}.png`)).id)
        const seen: string[] = []
        let cursor = ''
        do {
          const page = await get(`/api/v1/images?path=pages&limit=2${cursor}`)
          expect(page.total).toBe(seen.length === 0 ? 5 : 6)
          if (seen.length === 0) await upload('pages/late.png')
          seen.push(...page.images.map(({ id }: { id: string }) => id))
          cursor = page.next_cursor === null ? '' : `&cursor=${page.next_cursor}`
          expect(page.has_more).toBe(page.next_cursor !== null)
        } while (cursor !== '')
        expect(seen).toEqual(ids.toReversed())
      })

      it('gives the same order from any offset, on whichever side of the middle', async () => {
        for (let index = 0; index < 7; index++) await upload(`offsets/${index}.png`)
        const all = (await get('/api/v1/images?path=offsets')).images.map(({ id }: { id: string }) => id)
        for (let offset = 0; offset < 9; offset++) {
          const page = await get(`/api/v1/images?path=offsets&limit=2&offset=${offset}`)
          expect(page.images.map(({ id }: { id: string }) => id)).toEqual(all.slice(offset, offset + 2))
          expect(page.has_more, String(offset)).toBe(offset + 2 < 7)
        }
      })

      it('lists by prefix, in byte order, one item for each path', async () => {
        const bytes = await picture(++seed)
        for (const path of ['pre/b.png', 'pre/a.png', 'pre/a/é.png', 'pre0.png', 'pre/a.png.png'])
          await upload(path, bytes)
        const first = await get('/api/v1/images?prefix=pre/&limit=3')
        expect(first).toMatchObject({ total: 4, has_more: true, path_filter: 'pre/', folders: [] })
        const rest = await get(`/api/v1/images?prefix=pre/&limit=3&cursor=${first.next_cursor}`)
        expect(rest).toMatchObject({ total: 4, has_more: false, next_cursor: null })
        expect([...first.images, ...rest.images].map(({ path }) => path)).toEqual([
          'pre/a.png',
          'pre/a.png.png',
          'pre/a/é.png',
          'pre/b.png',
        ])
        expect(first.images[0].paths).toHaveLength(5)
        expect((await get('/api/v1/images?prefix=pr%5Fx')).total).toBe(0)
      })

      it.each([
        'cursor=zzz',
        'cursor=W10',
        'cursor=eyJwYXRoIjoxfQ',
        'prefix=a&path=b',
        'prefix=a&offset=1',
        'prefix=a&cursor=eyJsaXN0ZWRBdCI6MSwiaGFzaCI6IjAifQ',
      ])('refuses ?%s', async (query) => {
        expect((await harness.request({ url: `/api/v1/images?${query}` })).statusCode).toBe(400)
      })

      it('counts an image once in each folder, whatever its paths do', async () => {
        const bytes = await picture(++seed)
        const folders = async (path: string) =>
          Object.fromEntries(
            (await get(`/api/v1/images?path=${path}`)).folders.map(
              (folder: { name: string; image_count: number }) => [folder.name, folder.image_count],
            ),
          )
        const own = async (path: string) => (await get(`/api/v1/images?path=${path}`)).total
        const { id } = await upload('tree/a/1.png', bytes)
        await upload('tree/a/b/1.png', bytes)
        await upload('tree/a/2.png', bytes)
        await upload('tree/c/3.png')
        expect(await folders('tree')).toEqual({ a: 1, c: 1 })
        expect([await own('tree/a'), await own('tree/a/b'), await own('tree')]).toEqual([1, 1, 0])
        await send('DELETE', '/api/v1/images/path/demo/tree/a/1.png')
        await send('DELETE', '/api/v1/images/path/demo/tree/a/2.png')
        expect([await folders('tree'), await own('tree/a'), await own('tree/a/b')]).toEqual([
          { a: 1, c: 1 },
          0,
          1,
        ])
        await upload('tree/a/b/1.png')
        expect(await folders('tree')).toEqual({ a: 1, c: 1 })
        await upload('tree/a/b/1.png', bytes)
        await send('DELETE', `/api/v1/images/${id}`)
        expect(await folders('tree')).toEqual({ c: 1 })
        const rows = await harness.database.queries.selectFrom('folders').selectAll().execute()
        for (const row of rows) {
          const below = await harness.database.queries
            .selectFrom('assets')
            .select(['hash', 'folder'])
            .execute()
          const within = below.filter(
            ({ folder }) => row.path === '' || folder === row.path || folder.startsWith(`${row.path}/`),
          )
          expect([row.path, row.images]).toEqual([row.path, new Set(within.map(({ hash }) => hash)).size])
          const direct = within.filter(({ folder }) => folder === row.path)
          expect([row.path, row.own_images]).toEqual([row.path, new Set(direct.map(({ hash }) => hash)).size])
          expect([row.path, row.own_paths]).toEqual([row.path, direct.length])
        }
      })

      it('finds by any part of a name, by tag and by metadata, in any combination', async () => {
        const { id } = await upload('Find/Grüße-aus-Łódź.png')
        const { id: other } = await upload('find/other.png')
        const patched = await send('PATCH', `/api/v1/images/${id}`, {
          tags: ['Summer', 'beach day', 'summer'],
          alt_text: 'Two people under a parasol',
          custom_metadata: { sku: 'A-17', price: 12.5, sold: false },
        })
        expect(patched.json()).toMatchObject({
          tags: ['Summer', 'beach day'],
          custom_metadata: { sku: 'A-17', price: 12.5, sold: false },
        })
        await send('PATCH', `/api/v1/images/${other}`, {
          tags: ['summertime'],
          custom_metadata: { sku: 'A-1' },
        })
        expect(await search('q=E-AUS-%C5%82%C3%B3')).toEqual([id])
        expect(await search('q=parasol')).toEqual([id])
        expect(await search('q=each d')).toEqual([id])
        expect(await search('q=%C5%81%C3%B3')).toEqual([id])
        expect(await search('q="')).toEqual([])
        expect(await search('tag=summer')).toEqual([id])
        expect(await search('tag=SUMMER&tag=beach day&q=fi')).toEqual([id])
        expect(await search('tag=beach')).toEqual([])
        expect(await search('metadata=sku:A-1')).toEqual([other])
        expect(await search('metadata=price:12.5&metadata=sold:false')).toEqual([id])
        expect(await search('q=find/&tag=summertime')).toEqual([other])
        expect((await search('q=find/')).sort()).toEqual([id, other].sort())
        await send('PATCH', `/api/v1/images/${id}`, { tags: [], custom_metadata: { sku: null } })
        expect(await search('tag=summer')).toEqual([])
        expect((await get(`/api/v1/images/${id}`)).custom_metadata).toEqual({ price: 12.5, sold: false })
        for (const query of ['', 'q=', 'metadata=sku', 'metadata=%20:1', 'tag='])
          expect((await harness.request({ url: `/api/v1/images/search?${query}` })).statusCode, query).toBe(
            400,
          )
      })

      it('does not stumble over words of the query language or controls', async () => {
        const { id } = await upload('odd/NEAR(a AND b) "quoted" * ^ - :.png')
        expect(await search(`q=${encodeURIComponent('NEAR(a AND b)')}`)).toEqual([id])
        expect(await search(`q=${encodeURIComponent('"quoted" * ^ - :')}`)).toEqual([id])
        expect(await search('q=%00%01x')).toEqual([])
        expect(await search('q=100%25%27%20or%201=1')).toEqual([])
      })

      it('shares a description between all paths and hands it to the next version', async () => {
        const bytes = await picture(++seed)
        const { id } = await upload('share/a.png', bytes)
        await send('PATCH', `/api/v1/images/${id}`, {
          alt_text: 'shared',
          focal_point: { x: 0.25, y: 1 },
          visibility: 'private',
        })
        await upload('share/b.png', bytes)
        expect(await get(`/api/v1/images/${id}`)).toMatchObject({
          alt_text: 'shared',
          focal_point: { x: 0.25, y: 1 },
          visibility: 'private',
          paths: ['share/a.png', 'share/b.png'],
        })
        const addressAt = async (y: number) =>
          (await send('PATCH', `/api/v1/images/${id}`, { focal_point: { x: 0.25, y } })).json().cdn_url
        expect(await addressAt(0.5)).toMatch(/\?v=h[0-9a-f]{8}-2500-5000$/)
        expect(await addressAt(1)).toMatch(/\?v=h[0-9a-f]{8}-2500-10000$/)
        const next = await upload('share/a.png')
        expect(await get(`/api/v1/images/${next.id}`)).toMatchObject({
          alt_text: 'shared',
          visibility: 'private',
          paths: ['share/a.png'],
        })
        expect((await get('/api/v1/images/path/demo/share%2Fb.png')).metadata.hash).toBe(
          (await get(`/api/v1/images/${id}`)).metadata.hash,
        )
        const many = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`k${index}`, 1]))
        for (const body of [
          { focal_point: { x: 2, y: 0 } },
          { tags: ['a\u0001b'] },
          { custom_metadata: { 'a b': 1 } },
          { custom_metadata: many },
          { colour: 'red' },
        ])
          expect((await send('PATCH', `/api/v1/images/${id}`, body)).statusCode, JSON.stringify(body)).toBe(
            400,
          )
      })

      it('keeps deleted images in the trash, out of sight, and puts them back as they were', async () => {
        const bytes = await picture(++seed)
        const { id, hash } = await upload('bin/keep.png', bytes)
        await send('PATCH', `/api/v1/images/${id}`, { tags: ['kept-tag'] })
        const before = await find('bin/keep.png')
        expect((await send('DELETE', `/api/v1/images/${id}`)).statusCode).toBe(200)
        expect(await find('bin/keep.png')).toBeUndefined()
        expect(await search('tag=kept-tag')).toEqual([])
        expect((await get('/api/v1/images?path=bin')).total).toBe(0)
        expect(await harness.isStored(harness.project.id, hash)).toBe(true)
        await harness.blobs.sweep()
        const [item] = (await get('/api/v1/trash?limit=1')).items
        expect(item).toMatchObject({ path: 'bin/keep.png', image_id: id })
        expect(Date.parse(item.gone_at) - Date.parse(item.deleted_at)).toBe(30 * 24 * 3_600_000)

        await upload('bin/keep.png')
        expect((await send('POST', `/api/v1/trash/${item.id}/restore`)).statusCode).toBe(409)
        const restored = await send('POST', `/api/v1/trash/${item.id}/restore`, { path: 'bin/back.png' })
        expect(restored.json(), restored.body).toMatchObject({ id, path: 'bin/back.png' })
        expect(await search('tag=kept-tag')).toEqual([id])
        const after = await find('bin/back.png')
        expect(after).toMatchObject({ id: before?.id, hash })
        expect(after?.generation).toBeGreaterThan(before?.generation ?? 0)
        expect((await send('POST', `/api/v1/trash/${item.id}/restore`)).statusCode).toBe(404)
      })

      it('brings an image that is uploaded again to the top, and knows it for new', async () => {
        const bytes = await picture(++seed)
        await upload('again/a.png', bytes)
        await upload('again/b.png')
        await send('DELETE', '/api/v1/images/path/demo/again%2Fa.png')
        const response = await harness.upload(bytes, 'x.png', { target_path: 'again/c.png' })
        expect(response.json()).toMatchObject({ is_new: true, paths: ['again/c.png'] })
        const { images } = await get('/api/v1/images?path=again')
        expect(images.map(({ paths }: { paths: string[] }) => paths[0])).toEqual([
          'again/c.png',
          'again/b.png',
        ])
      })

      it('removes for good: one, all, and what is old', async () => {
        const ids = [await upload('gone/1.png'), await upload('gone/2.png'), await upload('gone/3.png')]
        await send('DELETE', '/api/v1/trash')
        for (const { id } of ids) await send('DELETE', `/api/v1/images/${id}`)
        const trash = async () => (await get('/api/v1/trash')).items as { id: string; path: string }[]
        const paged = await get('/api/v1/trash?limit=2')
        const rest = await get(`/api/v1/trash?limit=2&cursor=${paged.next_cursor}`)
        expect([...paged.items, ...rest.items].map(({ path }) => path)).toEqual(
          (await trash()).map(({ path }) => path),
        )
        expect(rest.next_cursor).toBeNull()
        const stored = () => Promise.all(ids.map(({ hash }) => harness.isStored(harness.project.id, hash)))
        const first = (await trash()).find(({ path }) => path === 'gone/1.png')
        expect((await send('DELETE', `/api/v1/trash/${first?.id}`)).statusCode).toBe(200)
        expect(await stored()).toEqual([false, true, true])
        await harness.database.queries
          .updateTable('trashed_assets')
          .set({ deleted_at: Date.now() - 31 * 24 * 3_600_000 })
          .where('path', '=', 'gone/2.png')
          .execute()
        expect(await harness.trash.removeOld()).toBe(1)
        expect(await stored()).toEqual([false, false, true])
        expect((await send('DELETE', '/api/v1/trash')).json()).toEqual({ success: true, removed: 1 })
        expect(await stored()).toEqual([false, false, false])
        const { id, hash } = await upload('gone/4.png')
        await send('DELETE', `/api/v1/images/${id}?permanent=true`)
        expect(await trash()).toEqual([])
        expect(await harness.isStored(harness.project.id, hash)).toBe(false)
      })

      it('lists versions and makes an old one the current again, under a generation of its own', async () => {
        const one = await upload('v/photo.png')
        const two = await upload('v/photo.png')
        const list = async () => (await get('/api/v1/versions?path=v/photo.png')).versions
        expect(await list()).toMatchObject([
          { version: 2, id: two.id, is_current: true },
          { version: 1, id: one.id, is_current: false },
        ])
        harness.announced.length = 0
        const restored = await send('POST', '/api/v1/versions/restore', { path: 'v/photo.png', version: 1 })
        expect(restored.json(), restored.body).toEqual({ path: 'v/photo.png', id: one.id, version: 3 })
        expect(harness.announced).toContainEqual(expect.objectContaining({ kind: 'asset', stem: 'v/photo' }))
        expect(await find('v/photo.png')).toMatchObject({ hash: one.hash, generation: 3 })
        expect((await get('/api/v1/images?path=v')).total).toBe(1)
        const same = await send('POST', '/api/v1/versions/restore', { path: 'v/photo.png', version: 3 })
        expect(same.json()).toMatchObject({ version: 3 })
        for (const body of [
          { path: 'v/photo.png', version: 9 },
          { path: 'v/none.png', version: 1 },
        ])
          expect((await send('POST', '/api/v1/versions/restore', body)).statusCode).toBe(404)
        expect((await harness.request({ url: '/api/v1/versions?path=a//b' })).statusCode).toBe(400)
      })

      it('keeps ten versions, and the bytes of no other', async () => {
        const all = []
        for (let version = 0; version < 12; version++) all.push(await upload('v/many.png'))
        const { versions } = await get('/api/v1/versions?path=v/many.png')
        expect(versions.map(({ version }: { version: number }) => version)).toEqual([
          12, 11, 10, 9, 8, 7, 6, 5, 4, 3,
        ])
        const stored = await Promise.all(all.map(({ hash }) => harness.isStored(harness.project.id, hash)))
        expect(stored.map(Number)).toEqual([0, 0, ...Array(10).fill(1)])
        await send('DELETE', '/api/v1/images/path/demo/v/many.png?permanent=true')
        const left = await Promise.all(all.map(({ hash }) => harness.isStored(harness.project.id, hash)))
        expect(left.some(Boolean)).toBe(false)
      })

      it('keeps one project out of the trash and versions of another', async () => {
        const { id } = await upload('mine/a.png')
        await send('DELETE', `/api/v1/images/${id}`)
        const [item] = (await get('/api/v1/trash?limit=1')).items
        const other = { ...harness.project, id: 'other' as typeof harness.project.id }
        await expect(harness.trash.restore(other, item.id)).rejects.toMatchObject({ code: 'asset/not-found' })
        await expect(harness.trash.remove(other, item.id)).rejects.toMatchObject({ code: 'asset/not-found' })
        expect(await harness.trash.empty(other)).toBe(0)
        expect((await harness.trash.list(other, { limit: 10, after: undefined })).items).toEqual([])
        await expect(harness.versions.list(other, 'v/photo.png')).rejects.toMatchObject({
          code: 'asset/not-found',
        })
      })
    },
  )
}

it('deletes for good where there is no trash', async () => {
  const harness = await startApi({ trashDays: 0 })
  try {
    const { id, hash } = (await harness.upload(await picture(1), 'a.png')).json()
    await harness.request({ method: 'DELETE', url: `/api/v1/images/${id}` })
    expect((await harness.request({ url: '/api/v1/trash' })).json().items).toEqual([])
    expect(await harness.isStored(harness.project.id, hash)).toBe(false)
  } finally {
    await harness.close()
  }
})
