/** A job on a real server: worked off by its own children, stored, told, and sent home as an archive. */
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
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

  async function ended(url: string): Promise<Job> {
    for (;;) {
      const job = (await (await server.api(url)).json()) as Job
      if (job.state !== 'running') return job
      await setTimeout(50)
    }
  }
})
