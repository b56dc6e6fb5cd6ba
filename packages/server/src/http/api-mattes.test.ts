/** Mattes of stored pictures, found once by the model of the corpus, whoever asks and in whatever form. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, vi } from 'vitest'
import { itWithShared, sharedDir } from '../../../../fixtures/shared.ts'
import { type Harness, startApi } from './api/api.test-harness.ts'

const modelDirectory = join(sharedDir ?? '', 'models')
const photo = () => readFile(join(sharedDir ?? '', 'images/dev/photos/tourist-arches.jpg'))

describe('a background', () => {
  let harness: Harness

  beforeEach(async () => {
    process.env.FOVEA_WORKER_MODELS = modelDirectory
    harness = await startApi({ modelDirectory })
  })
  afterEach(async () => {
    delete process.env.FOVEA_WORKER_MODELS
    await harness.close()
  })

  const upload = async (): Promise<{ readonly id: string }> =>
    (await harness.upload(await photo(), 'x.jpg', { target_path: 'woman.jpg' })).json()
  const cut = (source: object, width: number) =>
    harness.request({
      method: 'POST',
      url: '/api/v1/transform',
      payload: { source, pipeline: [{ op: 'resize', width }, { op: 'removeBackground' }] },
    })
  const cutInJob = async (source: object, width: number) => {
    await harness.request({
      method: 'POST',
      url: '/api/v1/jobs',
      payload: {
        sources: { list: [source] },
        pipeline: [{ op: 'resize', width }, { op: 'removeBackground' }],
        store: { path: 'out/{name}-{index}.{ext}' },
      },
    })
    const item = await harness.batchQueue.claim()
    if (item === undefined) throw new Error('the job has no item')
    return harness.itemWork.handle(item, AbortSignal.timeout(20_000))
  }
  const kept = () => vi.waitFor(() => expect(harness.variants.stats.entries).toBe(1))

  itWithShared('is looked for once, and later requests and jobs ask no model', async () => {
    const { id } = await upload()
    expect((await cut({ asset: 'woman.jpg' }, 80)).statusCode).toBe(200)
    await kept()
    // From here on no model can be asked: who needed one would be refused.
    process.env.FOVEA_WORKER_MODELS = ''
    for (const source of [{ asset: 'woman.jpg' }, { id }])
      expect((await cut(source, 60)).statusCode).toBe(200)
    for (const source of [{ asset: 'woman.jpg' }, { id }])
      expect(await cutInJob(source, 50)).toEqual({ kind: 'done' })
    expect(harness.runs.map(({ matte, cost }) => [matte === undefined, cost.needsModels])).toEqual([
      [true, true],
      ...Array.from({ length: 4 }, () => [false, false]),
    ])
  })

  itWithShared('that a job found serves requests', async () => {
    const { id } = await upload()
    expect(await cutInJob({ id }, 50)).toEqual({ kind: 'done' })
    await kept()
    process.env.FOVEA_WORKER_MODELS = ''
    expect((await cut({ asset: 'woman.jpg' }, 60)).statusCode).toBe(200)
  })

  itWithShared('of a picture that came with the request is not kept', async () => {
    const source = { base64: (await photo()).toString('base64') }
    expect((await cut(source, 60)).statusCode).toBe(200)
    expect((await cut(source, 60)).statusCode).toBe(200)
    expect(harness.runs.map(({ matte }) => matte)).toEqual([undefined, undefined])
    expect(harness.variants.stats.entries).toBe(0)
  })
})
