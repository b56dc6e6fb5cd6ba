/** A job on a real server: worked off by its own children, stored, told, and sent home as an archive. */
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { itWithShared, sharedDir } from '../fixtures/shared.ts'
import { generatePng, type RunningServer, startServer } from './support.ts'

interface Job {
  readonly state: string
  readonly progress: Readonly<Record<string, number>>
  readonly _links: { readonly self: string; readonly items: string; readonly results: string }
}

describe('a job', () => {
  let server: RunningServer
  beforeAll(async () => {
    server = await startServer()
    for (let seed = 1; seed <= 6; seed++)
      await server.upload(await generatePng({ width: 120, height: 90, seed }), `${seed}.png`, {
        target_path: `in/${seed}.png`,
      })
  })
  afterAll(() => server.stop())

  it('makes all pictures beside delivery, and its results are served and downloaded', async () => {
    const answer = await server.api('/api/v1/jobs', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        sources: { prefix: 'in/' },
        pipeline: [{ op: 'resize', width: 60 }],
        store: { path: 'out/{name}.{ext}' },
      }),
    })
    expect(answer.status, await answer.clone().text()).toBe(202)
    const job = await ended(answer.headers.get('location') ?? '')
    expect(job).toMatchObject({ state: 'completed', progress: { total: 6, done: 6 } })
    const served = await fetch(`${server.url}/i/demo/out/3.webp`)
    expect([served.status, served.headers.get('content-type')]).toEqual([200, 'image/webp'])
    const archive = Buffer.from(await (await server.api(job._links.results)).arrayBuffer())
    expect(archive.subarray(0, 4).toString('latin1')).toBe('PK\x03\x04')
    for (let seed = 1; seed <= 6; seed++) expect(archive.includes(`out/${seed}.webp`)).toBe(true)
  })

  it('has time for what is refused to a request, which is told so', async () => {
    const strict = await startServer({ env: { FOVEA_DEADLINE_MS: '2000' } })
    try {
      const bytes = await generatePng({ width: 200, height: 150 })
      await strict.upload(bytes, 'small.png', { target_path: 'small.png' })
      const post = (path: string, body: object) =>
        strict.api(path, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ pipeline: [{ op: 'upscale', factor: 2 }], ...body }),
        })
      const refused = await post('/api/v1/transform', { source: { asset: 'small.png' } })
      expect([refused.status, await refused.json()]).toMatchObject([
        422,
        { code: 'operation/too-slow', seconds: 3, limit: 2, jobs: '/api/v1/jobs' },
      ])
      const sources = { list: [{ asset: 'small.png' }] }
      const answer = await post('/api/v1/jobs', { sources, store: { path: 'large/{name}.{ext}' } })
      const job = await ended(answer.headers.get('location') ?? '', strict)
      expect(job).toMatchObject({ state: 'completed', progress: { done: 1 } })
    } finally {
      await strict.stop()
    }
  })

  itWithShared('tells how far it has come with a picture that takes long', async () => {
    const models = join(sharedDir ?? '', 'models')
    const slow = await startServer({ env: { FOVEA_MODEL_DIR: models, FOVEA_BATCH_WORKERS: '1' } })
    try {
      const bytes = await generatePng({ width: 640, height: 40 })
      await slow.upload(bytes, 'wide.png', { target_path: 'wide.png' })
      const answer = await slow.api('/api/v1/jobs', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          sources: { list: [{ asset: 'wide.png' }] },
          pipeline: [{ op: 'upscale', factor: 2 }],
          store: { path: 'large/{name}.{ext}' },
        }),
      })
      const seen = new Set<number>()
      const job = await ended(answer.headers.get('location') ?? '', slow, ({ progress }) => {
        seen.add(progress.fraction ?? 0)
      })
      expect(job).toMatchObject({ state: 'completed', progress: { done: 1, fraction: 1 } })
      const fractions = [...seen]
      expect(fractions).toEqual(fractions.toSorted((a, b) => a - b))
      expect(fractions.filter((fraction) => fraction > 0 && fraction < 1).length).toBeGreaterThan(0)
    } finally {
      await slow.stop()
    }
  })

  async function ended(url: string, from = server, look?: (job: Job) => void): Promise<Job> {
    for (;;) {
      const job = (await (await from.api(url)).json()) as Job
      look?.(job)
      if (job.state !== 'running') return job
      await setTimeout(50)
    }
  }
})
