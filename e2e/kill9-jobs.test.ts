/**
 * SIGKILL at random moments while a worker makes the pictures of a job; another process answers the API meanwhile.
 *
 * Every picture ends done, with one result for each output, each stored as one version, and nothing is left behind.
 * `FOVEA_TEST_JOB_KILLS` (6) says how often; the seed of the delays is printed.
 */
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generatePng, type RunningServer, startServer, temporaryDataDir } from './support.ts'

const kills = Number(process.env.FOVEA_TEST_JOB_KILLS ?? 6)
const seed = Number(process.env.FOVEA_TEST_SEED ?? Date.now() % 1_000_000)
const outputs = ['large', 'small'] as const
const env = { FOVEA_WORKERS: '1', FOVEA_BATCH_WORKERS: '2', FOVEA_METRICS: 'false' }
/** Enough that none of the kills comes too late. */
const pictures = 12 + kills * 4

interface Item {
  readonly index: number
  readonly state: string
  readonly results: readonly { readonly name: string; readonly image: { readonly path: string } }[]
}

/** mulberry32: small, seeded, good enough for delays. */
function randomFrom(start: number): () => number {
  let state = start
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

describe('kill -9 of the worker in the middle of a job', () => {
  const dataDir = temporaryDataDir()
  let server: RunningServer
  beforeAll(async () => {
    server = await startServer({ dataDir, env })
    for (let at = 0; at < pictures; at++) {
      const bytes = await generatePng({ width: 500, height: 400, seed: at + 1, noise: 60 })
      expect((await server.upload(bytes, `${at}.png`, { target_path: `in/${at}.png` })).status).toBe(201)
    }
  }, 120_000)
  afterAll(() => server.stop())

  it(`does every picture once, in ${kills} kills (seed ${seed})`, { timeout: 30 * 60_000 }, async () => {
    const random = randomFrom(seed)
    const created = await server.api('/api/v1/jobs', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        sources: { prefix: 'in/' },
        store: { path: '{output}/{name}.{ext}' },
        outputs: outputs.map((name, at) => ({
          name,
          pipeline: [{ op: 'resize', width: 400 >> at }],
          output: { format: 'avif' },
        })),
      }),
    })
    expect(created.status, await created.clone().text()).toBe(202)
    const url = created.headers.get('location') ?? ''
    let killedInTheMiddle = 0
    for (let round = 0; round < kills; round++) {
      await taken(url)
      await setTimeout(random() * 400)
      await server.kill()
      server = await startServer({ dataDir, env })
      if ((await progress(url)).done < pictures) killedInTheMiddle++
    }
    const { done, failed } = await ended(url)
    expect([done, failed]).toEqual([pictures, 0])
    const items = await allItems(url)
    expect(items.map(({ index }) => index)).toEqual(Array.from({ length: pictures }, (_, at) => at))
    for (const { results } of items) {
      expect(results.map(({ name }) => name)).toEqual(outputs)
      for (const { image } of results) {
        const answer = await server.api(`/api/v1/versions?path=${encodeURIComponent(image.path)}`)
        const { versions } = (await answer.json()) as { versions: unknown[] }
        expect([image.path, versions.length]).toEqual([image.path, 1])
      }
    }
    console.info(`kill9: ${pictures} pictures, ${kills} kills, ${killedInTheMiddle} of them before the end`)
    expect(killedInTheMiddle).toBeGreaterThan(0)
  })

  async function progress(
    url: string,
  ): Promise<Readonly<Record<string, number>> & { readonly done: number }> {
    const answer = (await (await server.api(url)).json()) as {
      progress: Record<string, number> & { done: number }
    }
    return answer.progress
  }

  /** A worker has pictures in hand, or there is nothing left. */
  async function taken(url: string): Promise<void> {
    for (;;) {
      const { running = 0, waiting = 0 } = await progress(url)
      if (running > 0 || waiting === 0) return
      await setTimeout(20)
    }
  }

  async function ended(url: string): Promise<Readonly<Record<string, number>>> {
    for (;;) {
      const now = await progress(url)
      if (now.waiting === 0 && now.running === 0) return now
      await setTimeout(100)
    }
  }

  async function allItems(url: string): Promise<readonly Item[]> {
    const items: Item[] = []
    for (let cursor = ''; ; ) {
      const page = (await (await server.api(`${url}/items?limit=100${cursor}`)).json()) as {
        items: Item[]
        next_cursor: string | null
      }
      items.push(...page.items)
      if (page.next_cursor === null) return items
      cursor = `&cursor=${page.next_cursor}`
    }
  }
})
