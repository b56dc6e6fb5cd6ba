import { expect, it } from 'vitest'
import { type Answer, serveClient } from './client.test-server.ts'
import { Jobs } from './jobs.ts'

async function client(...answers: readonly Answer[]) {
  const { fovea, heard } = await serveClient(answers)
  return { jobs: new Jobs(fovea), heard }
}

const progress = { total: 2, waiting: 1, running: 1, done: 0, failed: 0, cancelled: 0, fraction: 0.25 }
const wire = {
  id: '01K8',
  name: null,
  state: 'running',
  created_at: '2026-11-22T08:00:00.000Z',
  started_at: '2026-11-22T08:00:01.000Z',
  ended_at: null,
  progress,
  items_per_second: 4,
  eta_seconds: null,
}
const job = {
  id: '01K8',
  name: undefined,
  state: 'running',
  createdAt: new Date('2026-11-22T08:00:00.000Z'),
  startedAt: new Date('2026-11-22T08:00:01.000Z'),
  endedAt: undefined,
  progress,
  itemsPerSecond: 4,
  etaSeconds: undefined,
}
const pipeline = [{ op: 'resize', width: 10 }] as const
const store = { path: 'out/{name}' }

it('are made of names as JSON, and of a file as a form', async () => {
  const { jobs, heard } = await client({ status: 202, body: wire })
  expect(await jobs.create({ sources: { prefix: 'in/' }, pipeline, store })).toMatchObject(job)
  await jobs.create({ sources: new Blob(['asset\na.png\n']), pipeline, store })
  expect(JSON.parse(String(heard[0]?.body))).toEqual({ sources: { prefix: 'in/' }, pipeline, store })
  const form = await new Response(Uint8Array.from(heard[1]?.body ?? []), {
    headers: { 'content-type': heard[1]?.headers['content-type'] ?? '' },
  }).formData()
  expect(JSON.parse(String(form.get('request')))).toEqual({ pipeline, store })
  expect(await (form.get('file') as Blob).text()).toBe('asset\na.png\n')
})

it('are waited for, with a look at each step, until they have ended', async () => {
  const { jobs } = await client({ body: wire }, { body: wire }, { body: { ...wire, state: 'completed' } })
  const seen: string[] = []
  const ended = await jobs.wait('01K8', { everyMs: 1, onProgress: ({ state }) => void seen.push(state) })
  expect([ended.state, seen]).toEqual(['completed', ['running', 'running', 'completed']])
})

it('are no longer waited for when the caller has enough', async () => {
  const { jobs } = await client({ body: wire })
  const abort = new AbortController()
  const waiting = jobs.wait('01K8', {
    signal: abort.signal,
    onProgress: () => setTimeout(() => abort.abort(), 5),
  })
  await expect(waiting).rejects.toThrow(/abort/i)
})

it('tell of each picture what became of it', async () => {
  const image = { id: '0123456789abcdef', path: 'out/a.webp', url: 'https://img.test/i/demo/out/a.webp' }
  const size = { width: 10, height: 8, size: 99 }
  const result = { name: null, media_type: 'image/webp', ...size, image, object: null, text: null }
  const object = { origin: 'shop', path: 'out/a.webp', etag: '"1"' }
  const item = { index: 0, source: 'in/a.png', attempts: 1, started_at: null, ended_at: null }
  const error = { code: 'asset/not-found', title: 'No such image', detail: 'It is gone.', pointer: '/a' }
  const { jobs, heard } = await client({
    body: {
      items: [
        { ...item, state: 'done', error: null, results: [result, { ...result, image: null, object }] },
        { ...item, index: 1, state: 'failed', error, results: [] },
      ],
      next_cursor: 'MQ',
    },
  })
  const page = await jobs.items('a/b', { state: 'failed', limit: 2, cursor: 'x' })
  expect(heard[0]?.url).toBe('/api/v1/jobs/a%2Fb/items?state=failed&limit=2&cursor=x')
  expect(page.nextCursor).toBe('MQ')
  expect(page.items[0]?.results[0]).toMatchObject({
    mediaType: 'image/webp',
    image: { path: 'out/a.webp', url: image.url },
    object: undefined,
  })
  expect(page.items[0]?.results[1]).toMatchObject({ image: undefined, object })
  expect(page.items[1]?.error).toEqual(error)
})

it('are listed, tried again, cancelled, forgotten and downloaded', async () => {
  const { jobs, heard } = await client({ body: { ...wire, jobs: [wire], next_cursor: null } })
  expect(await jobs.list({ limit: 1 })).toMatchObject({ jobs: [job], nextCursor: undefined })
  expect(await jobs.get('01K8')).toMatchObject(job)
  expect(await jobs.retry('01K8')).toMatchObject(job)
  expect(await jobs.cancel('01K8')).toMatchObject(job)
  await jobs.delete('01K8')
  expect(await new Response(await jobs.results('01K8')).text()).toContain('01K8')
  expect(heard.map(({ method, url }) => `${method} ${url}`)).toEqual([
    'GET /api/v1/jobs?limit=1',
    'GET /api/v1/jobs/01K8',
    'POST /api/v1/jobs/01K8/retry',
    'POST /api/v1/jobs/01K8/cancel',
    'DELETE /api/v1/jobs/01K8',
    'GET /api/v1/jobs/01K8/results.zip',
  ])
})
