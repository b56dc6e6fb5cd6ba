/**
 * SIGKILL at random moments while a worker makes the pictures of a job: of a server that does everything, and of a
 * process that is only a worker, on PostgreSQL, while another one answers the API.
 *
 * Every picture ends done, with one result for each output, each stored as one version, and nothing is left behind.
 * `FOVEA_TEST_JOB_KILLS` (6) says how often each; the seed of the delays is printed.
 */
import { setTimeout } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { randomFrom } from '../fixtures/random.ts'
import { mayUsePostgres, newPostgres } from './postgres.ts'
import { generatePng, type RunningServer, startServer, startWorker, temporaryDataDir } from './support.ts'

const kills = Number(process.env.FOVEA_TEST_JOB_KILLS ?? 6)
const seed = Number(process.env.FOVEA_TEST_SEED ?? Date.now() % 1_000_000)
const outputs = ['large', 'small'] as const
const env = { FOVEA_WORKERS: '1', FOVEA_BATCH_WORKERS: '2', FOVEA_METRICS: 'false' }
/** Enough that none of the kills comes too late. */
const pictures = 12 + kills * 4
const timeout = 30 * 60_000

/** A worker, and whoever answers the API. */
interface Installation {
  readonly api: RunningServer
  /** Of the present worker, Unix ms. */
  readonly startedAt: number
  /** SIGKILL, and the next one. */
  killWorker(): Promise<void>
  stop(): Promise<void>
}

interface Item {
  readonly index: number
  readonly state: string
  readonly started_at: string | null
  readonly results: readonly { readonly name: string; readonly image: { readonly path: string } }[]
}

async function oneServer(): Promise<Installation> {
  const dataDir = temporaryDataDir()
  let startedAt = Date.now()
  let api = await startServer({ dataDir, env })
  return {
    get api() {
      return api
    },
    get startedAt() {
      return startedAt
    },
    async killWorker() {
      await api.kill()
      startedAt = Date.now()
      api = await startServer({ dataDir, env })
    },
    stop: async () => void (await api.stop()),
  }
}

async function workerApart(): Promise<Installation> {
  const dataDir = temporaryDataDir()
  const database = await newPostgres()
  const shared = {
    ...env,
    FOVEA_DATABASE_URL: database.url,
    FOVEA_SECRET_KEY: 'c2VjcmV0IG9mIGEgdGVzdCwgMzIgYnl0ZXMgYW5kIG1vcmU',
  }
  const api = await startServer({ dataDir, env: { ...shared, FOVEA_ROLES: 'api,image' } })
  const next = () => ({ startedAt: Date.now(), process: startWorker({ dataDir, env: shared }) })
  let worker = next()
  return {
    api,
    get startedAt() {
      return worker.startedAt
    },
    async killWorker() {
      await worker.process.kill()
      worker = next()
    },
    async stop() {
      await worker.process.stop()
      await api.stop()
      await database.drop()
    },
  }
}

describe.each([
  { what: 'a server that does everything', install: oneServer, may: true },
  { what: 'a process that is only a worker', install: workerApart, may: mayUsePostgres },
])('kill -9 of $what in the middle of a job', ({ install, may }) => {
  it.runIf(may)(`does every picture once, in ${kills} kills (seed ${seed})`, { timeout }, async () => {
    const installation = await install()
    try {
      await expectOnce(installation)
    } finally {
      await installation.stop()
    }
  })
})

async function expectOnce(installation: Installation): Promise<void> {
  for (let at = 0; at < pictures; at++) {
    const bytes = await generatePng({ width: 500, height: 400, seed: at + 1, noise: 60 })
    const answer = await installation.api.upload(bytes, `${at}.png`, { target_path: `in/${at}.png` })
    expect(answer.status).toBe(201)
  }
  const random = randomFrom(seed)
  const created = await installation.api.api('/api/v1/jobs', {
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
    // Every other kill comes when the worker has something behind it already.
    if (round % 2 === 0) await taken(installation, url)
    else await made(installation, url)
    await setTimeout(random() * 400)
    await installation.killWorker()
    if ((await progress(installation, url)).done < pictures) killedInTheMiddle++
  }
  const { done, failed } = await ended(installation, url)
  expect([done, failed]).toEqual([pictures, 0])
  const items = await allItems(installation, url)
  expect(items.map(({ index }) => index)).toEqual(Array.from({ length: pictures }, (_, at) => at))
  for (const { results } of items) {
    expect(results.map(({ name }) => name)).toEqual(outputs)
    for (const { image } of results) {
      const answer = await installation.api.api(`/api/v1/versions?path=${encodeURIComponent(image.path)}`)
      const { versions } = (await answer.json()) as { versions: unknown[] }
      expect([image.path, versions.length]).toEqual([image.path, 1])
    }
  }
  console.info(`kill9: ${pictures} pictures, ${kills} kills, ${killedInTheMiddle} of them before the end`)
  expect(killedInTheMiddle).toBeGreaterThan(0)
}

async function progress(
  { api }: Installation,
  url: string,
): Promise<Readonly<Record<string, number>> & { readonly done: number }> {
  const answer = (await (await api.api(url)).json()) as {
    progress: Record<string, number> & { done: number }
  }
  return answer.progress
}

/** The present worker has pictures in hand, or there is nothing left. */
async function taken(installation: Installation, url: string): Promise<void> {
  for (;;) {
    const { api, startedAt } = installation
    const { items } = (await (await api.api(`${url}/items?state=running&limit=100`)).json()) as {
      items: Item[]
    }
    if (items.some(({ started_at: at }) => at !== null && Date.parse(at) >= startedAt)) return
    if ((await progress(installation, url)).done === pictures) return
    await setTimeout(20)
  }
}

/** The present worker has ended pictures, or there is nothing left. */
async function made(installation: Installation, url: string): Promise<void> {
  const { done: before } = await progress(installation, url)
  for (;;) {
    const { done } = await progress(installation, url)
    if (done > before || done === pictures) return
    await setTimeout(20)
  }
}

async function ended(installation: Installation, url: string): Promise<Readonly<Record<string, number>>> {
  for (;;) {
    const now = await progress(installation, url)
    if (now.waiting === 0 && now.running === 0) return now
    await setTimeout(100)
  }
}

async function allItems({ api }: Installation, url: string): Promise<readonly Item[]> {
  const items: Item[] = []
  for (let cursor = ''; ; ) {
    const page = (await (await api.api(`${url}/items?limit=100${cursor}`)).json()) as {
      items: Item[]
      next_cursor: string | null
    }
    items.push(...page.items)
    if (page.next_cursor === null) return items
    cursor = `&cursor=${page.next_cursor}`
  }
}
