/** Jobs from request to stored results, worked off by the engine itself, on each database. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { zipStream } from '../archive/zip-stream.ts'
import { readArchive } from '../batches/archive-entries.ts'
import { testKinds } from '../db/databases.test-harness.ts'
import { type Harness, picture, startApi } from './api/api.test-harness.ts'

interface Job {
  readonly id: string
  readonly state: string
  readonly progress: Readonly<Record<string, number>>
  readonly eta_seconds: number | null
  readonly degraded?: readonly string[]
}
interface Item {
  readonly index: number
  readonly source: string
  readonly state: string
  readonly fraction?: number
  readonly error: { readonly code: string; readonly pointer?: string } | null
  readonly degraded?: readonly string[]
  readonly results: readonly {
    readonly name: string | null
    readonly format: string
    readonly width: number
    readonly image: { readonly id: string; readonly path: string; readonly url: string } | null
    readonly text: string | null
  }[]
}

const nothing = { name: undefined, width: 0, height: 0, size: 2, image: undefined, object: undefined }

describe.each(testKinds.filter(({ skip }) => skip === undefined))('jobs on $kind', ({ kind }) => {
  let harness: Harness

  beforeEach(async () => {
    harness = await startApi({ kind })
    await harness.upload(await picture(1), 'a.png', { target_path: 'in/a.png' })
    await harness.upload(await picture(2), 'b.png', { target_path: 'in/deep/b.png' })
  })
  afterEach(() => harness.close())

  const post = (url: string, payload: object = {}) => harness.request({ method: 'POST', url, payload })
  const get = async <T>(url: string): Promise<T> => (await harness.request({ url })).json()
  const create = async (payload: object): Promise<Job> => {
    const answer = await post('/api/v1/jobs', payload)
    expect(answer.statusCode, answer.body).toBe(202)
    return answer.json()
  }
  const items = async ({ id }: Job) => (await get<{ items: Item[] }>(`/api/v1/jobs/${id}/items`)).items
  const statusOf = async ({ id }: Job) => get<Job>(`/api/v1/jobs/${id}`)
  /** What a worker does, until nothing is due. */
  const work = async () => {
    const { batchQueue, itemWork } = harness
    for (let item = await batchQueue.claim(); item !== undefined; item = await batchQueue.claim())
      await batchQueue.settle(item, await itemWork.handle(item, AbortSignal.timeout(20_000)))
  }
  const small = { pipeline: [{ op: 'resize', width: 10 }], store: { path: 'out/{dir}/{name}.{ext}' } }

  it('makes every picture of a list once, stores it where the template says, and tells how it went', async () => {
    const answer = await post('/api/v1/jobs', {
      ...small,
      name: 'thumbnails',
      sources: { list: [{ asset: 'in/a.png' }, { asset: 'in/deep/b.png', name: 'shop/first.png' }] },
    })
    const job: Job = answer.json()
    expect(answer.headers.location).toBe(`/api/v1/jobs/${job.id}`)
    expect(job).toMatchObject({
      name: 'thumbnails',
      state: 'running',
      progress: { total: 2, waiting: 2, running: 0, done: 0 },
      eta_seconds: null,
    })
    await work()
    expect(await statusOf(job)).toMatchObject({
      state: 'completed',
      progress: { total: 2, waiting: 0, running: 0, done: 2, failed: 0, cancelled: 0 },
      eta_seconds: 0,
    })
    expect(harness.runs.map(({ outputs }) => outputs.length)).toEqual([1, 1])
    const [first, second] = await items(job)
    expect(first).toMatchObject({
      index: 0,
      source: 'in/a.png',
      state: 'done',
      error: null,
      results: [{ format: 'webp', width: 10, height: 8, image: { path: 'out/in/a.webp' } }],
    })
    expect(second?.results[0]?.image?.path).toBe('out/shop/first.webp')
    const stored = await get<{ paths: string[] }>(`/api/v1/images/${first?.results[0]?.image?.id}`)
    expect(stored.paths).toEqual(['out/in/a.webp'])
  })

  it('takes all images whose paths begin alike, and several outputs from one decode each', async () => {
    const job = await create({
      sources: { prefix: 'in/' },
      store: { path: '{output}/{index}-{name}.{ext}', visibility: 'private' },
      pipeline: [{ op: 'flip' }],
      outputs: [
        { name: 'small', pipeline: [{ op: 'resize', width: 8 }], output: { format: 'jpeg' } },
        { pipeline: [{ op: 'resize', width: 16 }] },
        { name: 'colours', output: { format: 'palette' } },
      ],
    })
    await work()
    const results = (await items(job)).flatMap((item) => item.results)
    expect(results.map(({ name, image }) => [name, image?.path ?? null])).toEqual([
      ['small', 'small/1-a.jpg'],
      [null, '2/1-a.webp'],
      ['colours', null],
      ['small', 'small/2-b.jpg'],
      [null, '2/2-b.webp'],
      ['colours', null],
    ])
    expect(JSON.parse(results[2]?.text ?? '')).toHaveProperty('colors')
    expect(harness.runs).toHaveLength(2)
    const image = await get<{ visibility: string }>(`/api/v1/images/${results[0]?.image?.id}`)
    expect(image.visibility).toBe('private')
  })

  it('says of each picture alone why it failed, and tries it again when asked', async () => {
    const job = await create({
      ...small,
      sources: { list: [{ asset: 'in/a.png' }, { asset: 'in/later.png' }] },
    })
    await work()
    expect(await statusOf(job)).toMatchObject({ state: 'completed', progress: { done: 1, failed: 1 } })
    const failed = await get<{ items: Item[] }>(`/api/v1/jobs/${job.id}/items?state=failed`)
    expect(failed.items).toMatchObject([{ index: 1, error: { code: 'asset/not-found', status: 404 } }])
    await harness.upload(await picture(3), 'c.png', { target_path: 'in/later.png' })
    expect((await post(`/api/v1/jobs/${job.id}/retry`)).json()).toMatchObject({
      state: 'running',
      progress: { waiting: 1, done: 1 },
    })
    await work()
    expect(await statusOf(job)).toMatchObject({ state: 'completed', progress: { done: 2, failed: 0 } })
    expect((await post(`/api/v1/jobs/${job.id}/retry`)).statusCode).toBe(409)
  })

  it('fails as a whole when nothing came of any picture; a pointer leads into the request', async () => {
    const job = await create({
      store: small.store,
      pipeline: [{ op: 'crop', left: 500, top: 0, width: 10, height: 10 }],
      sources: { prefix: 'in/a' },
    })
    await work()
    expect((await statusOf(job)).state).toBe('failed')
    expect((await items(job))[0]?.error).toMatchObject({
      code: 'operation/impossible',
      pointer: '/pipeline/0',
    })
  })

  it('stores nothing more once it is cancelled, not even what is being made', async () => {
    const job = await create({ ...small, sources: { prefix: 'in/' } })
    const taken = await harness.batchQueue.claim()
    if (taken === undefined) throw new Error('nothing is due')
    expect((await post(`/api/v1/jobs/${job.id}/cancel`)).json()).toMatchObject({
      state: 'cancelled',
      progress: { cancelled: 2 },
    })
    const outcome = await harness.itemWork.handle(taken, AbortSignal.timeout(20_000))
    expect(await harness.batchQueue.settle(taken, outcome)).toBe(false)
    await work()
    expect((await items(job)).flatMap(({ results }) => results)).toEqual([])
    expect((await harness.request({ url: '/api/v1/images?prefix=out/' })).json().total).toBe(0)
    expect((await post(`/api/v1/jobs/${job.id}/cancel`)).statusCode).toBe(409)
  })

  it('tells webhooks when it has ended, each time it does', async () => {
    const events = ['job.completed', 'job.failed']
    await post('/api/v1/webhooks', { url: 'https://shop.test/hook', events })
    const job = await create({ ...small, sources: { list: [{ asset: 'in/later.png' }] } })
    await work()
    await harness.upload(await picture(3), 'c.png', { target_path: 'in/later.png' })
    await post(`/api/v1/jobs/${job.id}/retry`)
    await work()
    const sent = await harness.database.queries
      .selectFrom('webhook_deliveries')
      .select('body')
      .orderBy('id')
      .execute()
    expect(sent.map(({ body }) => JSON.parse(body))).toMatchObject([
      {
        type: 'job.failed',
        data: { id: job.id, kind: 'batch', error: expect.stringContaining('1 pictures') },
      },
      { type: 'job.completed', data: { id: job.id, kind: 'batch' } },
    ])
  })

  it('counts a picture under way as far as it has come, until somebody else takes it up', async () => {
    const job = await create({ ...small, sources: { prefix: 'in/' } })
    const { batchQueue, itemWork } = harness
    const [first, second] = [await batchQueue.claim(), await batchQueue.claim()]
    if (first === undefined || second === undefined) throw new Error('nothing is due')
    await batchQueue.setProgress(first, 0.428)
    expect((await statusOf(job)).progress).toMatchObject({ total: 2, running: 2, fraction: 0.21 })
    const fractions = async () => (await items(job)).map(({ fraction }) => fraction)
    expect(await fractions()).toEqual([0.42, undefined])
    await batchQueue.settle(first, { kind: 'later', inMs: 0, error: 'busy' })
    expect((await statusOf(job)).progress.fraction).toBe(0)
    const again = await batchQueue.claim()
    await batchQueue.setProgress(first, 0.9)
    expect(again?.position).toBe(first.position)
    expect(await fractions()).toEqual([undefined, undefined])
    await batchQueue.settle(second, await itemWork.handle(second, AbortSignal.timeout(20_000)))
    expect((await statusOf(job)).progress.fraction).toBe(0.5)
  })

  it('tells which models would have done better, of each picture, of all, and to webhooks', async () => {
    await post('/api/v1/webhooks', { url: 'https://shop.test/hook', events: ['job.completed'] })
    const outputs = [{ pipeline: [{ op: 'upscale', factor: 2 }] }, { pipeline: [{ op: 'resize', width: 9 }] }]
    const store = { path: 'out/{name}-{output}.{ext}' }
    const degraded = await create({ sources: { prefix: 'in/' }, outputs, store })
    const whole = await create({ ...small, sources: { prefix: 'in/' } })
    await work()
    expect((await statusOf(degraded)).degraded).toEqual(['upscale'])
    expect((await items(degraded)).map((item) => item.degraded)).toEqual([['upscale'], ['upscale']])
    for (const each of [await statusOf(whole), ...(await items(whole))])
      expect(each).not.toHaveProperty('degraded')
    const sent = await harness.database.queries.selectFrom('webhook_deliveries').select('body').execute()
    const told = Object.fromEntries(
      sent.map(({ body }) => JSON.parse(body).data).map(({ id, ...data }) => [id, data]),
    )
    expect(told).toEqual({
      [degraded.id]: { kind: 'batch', degraded: ['upscale'] },
      [whole.id]: { kind: 'batch' },
    })
    const archive = await harness.request({ url: `/api/v1/jobs/${degraded.id}/results.zip` })
    expect(archive.rawPayload.includes('"degraded":["upscale"]')).toBe(true)
  })

  it('still tells what was missing when the rest was made with all models', async () => {
    const job = await create({ ...small, sources: { list: [{ asset: 'in/a.png' }] } })
    const { batchQueue } = harness
    const taken = await batchQueue.claim()
    if (taken === undefined) throw new Error('nothing is due')
    const result = { ...nothing, output: 1, format: 'json', content: '{}' } as const
    await batchQueue.addAlone({ ...taken, degraded: ['faces'] }, result)
    await batchQueue.renew(taken)
    await batchQueue.settle(taken, { kind: 'later', inMs: 0, error: 'busy' })
    await work()
    expect((await items(job))[0]).toMatchObject({ state: 'done', degraded: ['faces'] })
  })

  it('goes on behind the results that a killed worker left, without a second version of any', async () => {
    const job = await create({
      sources: { list: [{ asset: 'in/a.png' }] },
      store: { path: 'out/{output}.{ext}' },
      outputs: [{ pipeline: [{ op: 'resize', width: 8 }] }, { pipeline: [{ op: 'resize', width: 9 }] }],
    })
    const killed = await harness.batchQueue.claim()
    if (killed === undefined) throw new Error('nothing is due')
    await harness.itemWork.handle(killed, AbortSignal.timeout(20_000))
    // Dead before it could settle: the results are there, the picture is still its own.
    await harness.database.queries.deleteFrom('batch_results').where('output', '=', 1).execute()
    await harness.database.queries.updateTable('batch_items').set({ due_at: 0 }).execute()
    await work()
    expect(harness.runs.map(({ outputs }) => outputs.length)).toEqual([2, 1])
    expect((await items(job))[0]?.results).toHaveLength(2)
    const { versions } = await get<{ versions: unknown[] }>('/api/v1/versions?path=out/1.webp')
    expect(versions).toHaveLength(1)
    expect(await harness.batchQueue.settle(killed, { kind: 'done' })).toBe(false)
  })

  it('takes the pictures of an archive, and gives the results as one', async () => {
    async function* files() {
      for (const [path, bytes] of [
        ['shop/a.png', await picture(5)],
        ['shop/b.png', Buffer.from('no picture')],
      ] as const)
        yield { path, modifiedAt: 0, open: async () => Readable.from([bytes]) }
    }
    const form = new FormData()
    form.append('request', JSON.stringify({ ...small, store: { path: 'new/{dir}/{name}' } }))
    form.append('file', new Blob([await buffer(zipStream(files()))]), 'photos.zip')
    const encoded = new Response(form)
    const answer = await harness.request({
      method: 'POST',
      url: '/api/v1/jobs',
      headers: { 'content-type': encoded.headers.get('content-type') ?? '' },
      payload: Buffer.from(await encoded.arrayBuffer()),
    })
    expect(answer.statusCode, answer.body).toBe(202)
    await work()
    const [first, second] = await items(answer.json())
    expect(first).toMatchObject({ source: 'shop/a.png', results: [{ image: { path: 'new/shop/a.webp' } }] })
    expect(second).toMatchObject({ source: 'shop/b.png', error: { code: 'source/unsupported' } })
    const archive = await harness.request({ url: `/api/v1/jobs/${answer.json().id}/results.zip` })
    expect(archive.headers['content-type']).toBe('application/zip')
    const path = join(harness.dataDir, 'results.zip')
    await writeFile(path, archive.rawPayload)
    const places = await readArchive(path, { maxSourceBytes: 1_000_000 }, 10)
    expect(places.map((place) => place.path)).toEqual(['new/shop/a.webp', 'results.json'])
    const result = await harness.request({ url: `/api/v1/images/${first?.results[0]?.image?.id}` })
    expect(places[0]?.size).toBe(result.json().metadata.size)
  })

  it('refuses before anything is stored what can be known to be wrong', async () => {
    for (const [what, payload, status, code] of [
      [
        'two results at one path',
        { ...small, store: { path: 'out.webp' }, sources: { prefix: 'in/' } },
        422,
        'job/same-path',
      ],
      [
        'a path that leads nowhere',
        { ...small, store: { path: '../{name}' }, sources: { prefix: 'in/' } },
        400,
        'pipeline/invalid',
      ],
      [
        'an unknown word in braces',
        { ...small, store: { path: '{file}' }, sources: { prefix: 'in/' } },
        400,
        'pipeline/invalid',
      ],
      ['no pictures', small, 400, 'request/invalid-parameter'],
      ['a prefix of nothing', { ...small, sources: { prefix: 'none/' } }, 404, 'asset/not-found'],
      [
        'an address of the own network',
        { ...small, sources: { list: [{ url: 'https://10.0.0.1/a.png' }] } },
        403,
        'origin/forbidden',
      ],
      [
        'a source and a file at once',
        { ...small, source: { asset: 'in/a.png' }, sources: { prefix: 'in/' } },
        400,
        'pipeline/invalid',
      ],
      [
        'a list in an origin that is not there',
        { ...small, sources: { origin: 'none', path: 'list.csv' } },
        404,
        'origin/unknown',
      ],
      [
        'a path beside a prefix',
        { ...small, sources: { prefix: 'in/', path: 'list.csv' } },
        400,
        'pipeline/invalid',
      ],
      [
        'visibility of an object',
        {
          ...small,
          store: { ...small.store, origin: 'x', visibility: 'public' },
          sources: { prefix: 'in/' },
        },
        400,
        'pipeline/invalid',
      ],
      ['nowhere to store', { pipeline: [], sources: { prefix: 'in/' } }, 400, 'pipeline/invalid'],
    ] as const) {
      const answer = await post('/api/v1/jobs', payload)
      expect([what, answer.statusCode, answer.json().code], answer.body).toEqual([what, status, code])
    }
    expect((await get<{ jobs: Job[] }>('/api/v1/jobs')).jobs).toEqual([])
  })

  it('reads no list out of a folder of the machine', async () => {
    await writeFile(join(harness.dataDir, 'secret.txt'), 'a word that nobody may read')
    const settings = { path: harness.dataDir }
    expect((await post('/api/v1/origins', { name: 'disk', kind: 'folder', settings })).statusCode).toBe(201)
    const answer = await post('/api/v1/jobs', { ...small, sources: { origin: 'disk', path: 'secret.txt' } })
    expect([answer.statusCode, answer.json().pointer]).toEqual([400, '/sources/origin'])
    expect(answer.body).not.toContain('a word')
  })

  it('lists jobs, newest first, in pages and by state, and forgets one without its images', async () => {
    const first = await create({ ...small, sources: { prefix: 'in/a' } })
    await work()
    const second = await create({ ...small, sources: { prefix: 'in/d' } })
    const page = await get<{ jobs: Job[]; next_cursor: string }>('/api/v1/jobs?limit=1')
    expect(page.jobs.map(({ id }) => id)).toEqual([second.id])
    const next = await get<{ jobs: Job[]; next_cursor: null }>(
      `/api/v1/jobs?limit=1&cursor=${page.next_cursor}`,
    )
    expect(next).toMatchObject({ jobs: [{ id: first.id }], next_cursor: null })
    expect((await get<{ jobs: Job[] }>('/api/v1/jobs?state=completed')).jobs.map(({ id }) => id)).toEqual([
      first.id,
    ])
    const url = `/api/v1/jobs/${first.id}`
    expect((await harness.request({ method: 'DELETE', url })).statusCode).toBe(204)
    expect((await harness.request({ url })).statusCode).toBe(404)
    expect((await harness.request({ url: '/api/v1/images?prefix=out/' })).json().total).toBe(1)
    const left = await harness.database.queries.selectFrom('batch_items').select('batch_id').execute()
    expect(left).toEqual([{ batch_id: second.id }])
  })
})
