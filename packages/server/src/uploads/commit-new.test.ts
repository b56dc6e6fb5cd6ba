/** The short way into the library against the long one: the same rows, the same answers. */
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { testKinds } from '../db/databases.test-harness.ts'
import { type Harness, picture, startApi } from '../http/api/api.test-harness.ts'

for (const { kind, skip } of testKinds) {
  describe.skipIf(skip !== undefined)(`uploads on ${kind}${skip === undefined ? '' : ` (${skip})`}`, () => {
    it('leave the same rows and answers whether their transaction was known before or not', async () => {
      const [short, long] = [await start(), await start()]
      // Somebody who hears of uploads has to be told in the transaction.
      const heard = await long.request({
        method: 'POST',
        url: '/api/v1/webhooks',
        payload: { url: 'http://127.0.0.1:1/', events: ['image.uploaded'] },
      })
      expect(heard.statusCode, heard.body).toBe(201)
      const done = vi.spyOn(short.database, 'atOnce')
      expect(await story(short)).toEqual(await story(long))
      const outcomes = await Promise.all(done.mock.results.map(({ value }) => value as Promise<boolean>))
      // The bytes that come again, and the path that has bytes already, take the long way.
      expect(outcomes).toEqual([true, true, true, false, expect.anything()])
    })

    it('that come together for one path and for the same bytes are all kept', async () => {
      const harness = await start()
      const bytes = await Promise.all([1, 2, 3].map((seed) => picture(seed)))
      const answers = await Promise.all([
        ...bytes.map((each) => harness.upload(each, 'x.png', { target_path: 'one/place.png' })),
        ...[1, 2, 3].map((n) =>
          harness.upload(bytes[0] as Buffer, 'x.png', { target_path: `many/${n}.png` }),
        ),
      ])
      expect(answers.map(({ statusCode }) => statusCode)).toEqual(Array(6).fill(201))
      const { assets, versions, folders } = await rows(harness)
      expect(assets.map(({ path }) => path)).toEqual([
        'many/1.png',
        'many/2.png',
        'many/3.png',
        'one/place.png',
      ])
      expect(versions.filter(({ path }) => path === 'one/place.png')).toHaveLength(3)
      expect(folders.find(({ path }) => path === '')?.own_paths).toBe(0)
      expect(folders.find(({ path }) => path === 'many')).toMatchObject({
        images: 1,
        own_images: 1,
        own_paths: 3,
      })
    })

    async function start(): Promise<Harness> {
      const harness = await startApi({ kind })
      onTestFinished(() => harness.close())
      return harness
    }
  })
}

/** Uploads one after the other; what was answered and what is stored, without ids and times. */
async function story(harness: Harness) {
  const [first, second, third] = await Promise.all([1, 2, 3].map((seed) => picture(seed)))
  const uploads = [
    [first, 'Käfer.PNG', { target_path: 'a/b/Käfer.png' }],
    [second, 'x.png', {}],
    [third, 'y', { target_path: 'a/hidden.png', visibility: 'private' }],
    [first, 'again.png', { target_path: 'a/again.png' }],
    [second, 'new.png', { target_path: 'a/b/Käfer.png' }],
  ] as const
  const answers: unknown[] = []
  for (const [bytes, name, fields] of uploads) {
    const response = await harness.upload(bytes as Buffer, name, fields)
    expect(response.statusCode, response.body).toBe(201)
    answers.push(withoutTimes(response.json()))
  }
  const list = await harness.request({ url: '/api/v1/images' })
  return { answers, list: withoutTimes(list.json()), rows: await rows(harness) }
}

async function rows({ database: { queries } }: Harness) {
  const [assets, blobs, versions, folders, periods] = await Promise.all([
    queries
      .selectFrom('assets')
      .select([
        'path',
        'folder',
        'stem',
        'hash',
        'generation',
        'visibility',
        'original_filename',
        'search_text',
      ])
      .select(['alt_text', 'tags', 'metadata', 'focal_x', 'focal_y'])
      .orderBy('path')
      .execute(),
    queries.selectFrom('blobs').select(['hash', 'size', 'format', 'facts']).orderBy('hash').execute(),
    queries
      .selectFrom('asset_versions')
      .innerJoin('assets', 'assets.id', 'asset_versions.asset_id')
      .select([
        'path',
        'asset_versions.generation',
        'asset_versions.hash',
        'asset_versions.original_filename',
      ])
      .orderBy('path')
      .orderBy('asset_versions.generation')
      .execute(),
    queries
      .selectFrom('folders')
      .select(['path', 'parent', 'name', 'images', 'own_images', 'own_paths'])
      .orderBy('path')
      .execute(),
    queries.selectFrom('usage_periods').select(['uploads']).execute(),
  ])
  return { assets, blobs, versions, folders, periods }
}

function withoutTimes(answer: unknown): unknown {
  return JSON.parse(JSON.stringify(answer), (key, value: unknown) =>
    /(?:_at|date)$/.test(key) ? undefined : value,
  )
}
