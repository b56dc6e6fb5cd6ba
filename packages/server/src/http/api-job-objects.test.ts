/** Jobs whose results go into buckets: real servers where the test run has them. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { testKinds } from '../db/databases.test-harness.ts'
import { azureOrigin } from '../origins/azure.ts'
import { bytesOf, read } from '../origins/contract.test-suite.ts'
import type { Origin } from '../origins/origin.ts'
import { accountFrom, Bucket, Container, egress, settingsOf } from '../origins/origins.test-harness.ts'
import { s3Origin } from '../origins/s3.ts'
import { type Harness, picture, startApi } from './api/api.test-harness.ts'

interface Item {
  readonly state: string
  readonly attempts: number
  readonly error: { readonly code: string; readonly detail: string } | null
  readonly results: readonly {
    readonly image: null
    readonly object: { readonly origin: string; readonly path: string; readonly etag: string } | null
    readonly text: string | null
  }[]
}

/** A bucket as the API is told of it, and as the test reaches it. */
interface Place {
  readonly configured: { readonly kind: string; readonly settings: object; readonly credentials: object }
  readonly origin: Origin
  put(path: string, bytes: Uint8Array): Promise<void>
}

const { signal } = new AbortController()

async function s3Place(): Promise<Place> {
  const account = accountFrom('FOVEA_TEST_S3_URL')
  if (account === undefined) throw new Error('there is no S3 server')
  const bucket = new Bucket(account, 'job-results')
  await bucket.create()
  const credentials = { accessKeyId: account.name, secretAccessKey: account.key }
  const settings = { endpoint: account.endpoint, bucket: 'job-results', writable: true }
  return {
    configured: { kind: 's3', settings, credentials },
    origin: s3Origin(settingsOf('s3', settings), credentials, egress),
    put: (path, bytes) => bucket.put(path, bytes),
  }
}

async function azurePlace(): Promise<Place> {
  const account = accountFrom('FOVEA_TEST_AZURITE_URL')
  if (account === undefined) throw new Error('there is no Azurite')
  const container = new Container(account, 'job-results')
  await container.create()
  const credentials = { accountKey: account.key }
  const settings = {
    account: account.name,
    container: 'job-results',
    endpoint: container.endpoint,
    writable: true,
  }
  return {
    configured: { kind: 'azure', settings, credentials },
    origin: azureOrigin(settingsOf('azure', settings), credentials, egress),
    put: (path, bytes) => container.put(path, bytes),
  }
}

const databases = testKinds.filter(({ skip }) => skip === undefined)
const cases = [
  ...(accountFrom('FOVEA_TEST_S3_URL') === undefined
    ? []
    : databases.map(({ kind }) => ({ kind, what: 'an S3 bucket', open: s3Place }))),
  ...(accountFrom('FOVEA_TEST_AZURITE_URL') === undefined
    ? []
    : [{ kind: 'sqlite' as const, what: 'an Azure container', open: azurePlace }]),
]

describe.each(cases)('jobs on $kind into $what', ({ kind, open }) => {
  let harness: Harness
  let place: Place
  /** Apart from other tests on the same server. */
  let folder: string

  beforeEach(() => {
    folder = Math.random().toString(36).slice(2)
  })
  beforeAll(async () => {
    harness = await startApi({ kind })
    place = await open()
    const made = await post('/api/v1/origins', { name: 'shop', ...place.configured })
    expect(made.statusCode, made.body).toBe(201)
    await harness.upload(await picture(1), 'a.png', { target_path: 'in/a.png' })
    await harness.upload(await picture(2), 'b.png', { target_path: 'in/b.png' })
  })
  afterAll(() => harness.close())

  const post = (url: string, payload: object = {}) => harness.request({ method: 'POST', url, payload })
  const request = () => ({
    sources: { prefix: 'in/' },
    pipeline: [{ op: 'resize', width: 10 }],
    output: { format: 'png' },
    store: { origin: 'shop', path: `${folder}/{name}.{ext}` },
  })
  const create = async (payload: object): Promise<string> => {
    const answer = await post('/api/v1/jobs', payload)
    expect(answer.statusCode, answer.body).toBe(202)
    return answer.json().id
  }
  const itemsOf = async (id: string): Promise<readonly Item[]> =>
    (await harness.request({ url: `/api/v1/jobs/${id}/items` })).json().items
  const textAt = async (path: string) => (await bytesOf(await read(place.origin, path))).toString()
  const claimed = async () => {
    const item = await harness.batchQueue.claim()
    if (item === undefined) throw new Error('nothing is due')
    return item
  }
  const handled = (item: Awaited<ReturnType<typeof claimed>>) =>
    harness.itemWork.handle(item, AbortSignal.timeout(20_000))
  const work = async () => {
    const { batchQueue } = harness
    for (let item = await batchQueue.claim(); item !== undefined; item = await batchQueue.claim())
      await batchQueue.settle(item, await handled(item))
  }
  /** Whoever held a picture is dead. */
  const killWorker = () =>
    harness.database.queries
      .updateTable('batch_items')
      .set({ due_at: 0 })
      .where('state', '=', 'open')
      .execute()

  it('puts every result where the template says, and tells where', async () => {
    const id = await create(request())
    await work()
    const items = await itemsOf(id)
    expect(items.map(({ results }) => results)).toMatchObject(
      ['a', 'b'].map((name) => [
        { image: null, object: { origin: 'shop', path: `${folder}/${name}.png`, etag: expect.any(String) } },
      ]),
    )
    const bytes = await bytesOf(await read(place.origin, `${folder}/a.png`))
    expect(bytes.subarray(1, 4).toString()).toBe('PNG')
    expect((await harness.request({ url: '/api/v1/images' })).json().total).toBe(2)
    const archive = await harness.request({ url: `/api/v1/jobs/${id}/results.zip` })
    expect(archive.rawPayload.includes(`"object":{`)).toBe(true)
  })

  it.each([false, true])(
    'takes what a killed worker wrote for written, and writes it no second time (overwrite: %s)',
    async (overwrite) => {
      const id = await create({ ...request(), store: { ...request().store, overwrite } })
      const { position } = await claimed()
      const path = `${folder}/${position === 0 ? 'a' : 'b'}.png`
      const mark = `${id}/${position}/0`
      const bytes = Buffer.from('written before the kill')
      await place.origin.write?.({ path, bytes, mark, mediaType: 'image/png', overwrite, signal })
      await killWorker()
      await work()
      expect((await itemsOf(id)).map(({ state, results }) => [state, results.length])).toEqual([
        ['done', 1],
        ['done', 1],
      ])
      expect(await textAt(path)).toBe('written before the kill')
    },
  )

  it('takes its own for its own when it comes second by a hair', async () => {
    const id = await create({ ...request(), sources: { prefix: 'in/a' } })
    const item = await claimed()
    const path = `${folder}/a.png`
    const object = { path, bytes: Buffer.from('mine'), mediaType: 'image/png', overwrite: false, signal }
    await place.origin.write?.({ ...object, mark: `${id}/0/0` })
    expect(await handled(item)).toEqual({ kind: 'done' })
    expect(await textAt(path)).toBe('mine')
  })

  it('leaves what others put there, and says so of that picture alone', async () => {
    await place.put(`${folder}/a.png`, Buffer.from('theirs'))
    const id = await create(request())
    await work()
    const [first, second] = await itemsOf(id)
    expect(first).toMatchObject({ state: 'failed', error: { code: 'origin/exists' }, results: [] })
    expect(first?.error?.detail).toContain(`${folder}/a.png`)
    expect(second).toMatchObject({ state: 'done', error: null })
    await post(`/api/v1/jobs/${id}/retry`)
    await work()
    expect((await itemsOf(id)).map(({ state }) => state)).toEqual(['failed', 'done'])
    expect(await textAt(`${folder}/a.png`)).toBe('theirs')
  })

  it('writes nothing for a job that was cancelled meanwhile', async () => {
    const id = await create(request())
    const item = await claimed()
    await post(`/api/v1/jobs/${id}/cancel`)
    await handled(item)
    for (const name of ['a', 'b'])
      expect(await place.origin.look?.({ path: `${folder}/${name}.png`, signal })).toBeUndefined()
  })

  it('takes a list that lies in a bucket', async () => {
    await place.put(`${folder}/list.csv`, Buffer.from('asset,name\nin/b.png,first.png\n'))
    const id = await create({ ...request(), sources: { origin: 'shop', path: `${folder}/list.csv` } })
    await work()
    expect((await itemsOf(id)).map(({ results }) => results[0]?.object?.path)).toEqual([
      `${folder}/first.png`,
    ])
    const missing = await post('/api/v1/jobs', {
      ...request(),
      sources: { origin: 'shop', path: `${folder}/none.csv` },
    })
    expect([missing.statusCode, missing.json().code]).toEqual([404, 'origin/not-found'])
  })

  it('refuses an origin that may not be written to before anything is stored', async () => {
    const { settings, ...others } = place.configured
    const jobs = async () => (await harness.request({ url: '/api/v1/jobs' })).json().jobs.length
    const before = await jobs()
    await post('/api/v1/origins', { name: 'closed', ...others, settings: { ...settings, writable: false } })
    for (const [origin, status, code] of [
      ['closed', 403, 'origin/read-only'],
      ['nowhere', 404, 'origin/unknown'],
    ]) {
      const answer = await post('/api/v1/jobs', { ...request(), store: { ...request().store, origin } })
      expect([answer.statusCode, answer.json().code]).toEqual([status, code])
    }
    expect(await jobs()).toBe(before)
  })
})
