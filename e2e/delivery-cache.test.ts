/** The caches behind an image answer: one render for many, none for nobody, no wrong byte from a damaged disk. */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { generateJpeg, type RunningServer, startServer, temporaryDataDir } from './support.ts'

let server: RunningServer
afterEach(() => server.stop())

interface Answer {
  readonly status: number
  readonly cache: string | undefined
  readonly body: Buffer
}

const agent = new Agent({ maxSockets: 600 })

function get(path: string, signal?: AbortSignal): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port: server.port, path, agent, ...(signal === undefined ? {} : { signal }) },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            cache: String(response.headers['x-fovea-cache']),
            body: Buffer.concat(chunks),
          }),
        )
      },
    )
    sent.on('error', reject)
    sent.end()
  })
}

/** Sum over all series of a metric. */
async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text()
  return [...text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\d+)$`, 'gm'))].reduce(
    (sum, [, value]) => sum + Number(value),
    0,
  )
}

async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + 20_000
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`never happened: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

async function uploaded(name: string, options: Parameters<typeof generateJpeg>[0] = {}): Promise<string> {
  const response = await server.upload(await generateJpeg(options), name, { target_path: name })
  expect(response.status).toBe(201)
  return ((await response.json()) as { id: string }).id
}

/** Entries of the variant cache on disk. */
function entries(): string[] {
  const root = join(server.dataDir, 'variants')
  if (!existsSync(root)) return []
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile())
    .map((file) => join(file.parentPath, file.name))
}

describe('one flight', () => {
  it('serves 500 requests for a new variant with one render', async () => {
    server = await startServer()
    await uploaded('photo.jpg', { width: 2000, height: 1500 })
    const before = await metric('fovea_decodes_total')
    const answers = await Promise.all(Array.from({ length: 500 }, () => get('/i/demo/photo.webp?w=640')))
    expect(answers.map(({ status }) => status)).toEqual(Array(500).fill(200))
    expect(new Set(answers.map(({ body }) => body.toString('latin1'))).size).toBe(1)
    expect((await metric('fovea_decodes_total')) - before).toBe(1)
  })

  it('goes on for the last of 500 clients, and is cancelled in the queue when all have gone', async () => {
    server = await startServer({ env: { FOVEA_WORKERS: '1' } })
    await uploaded('slow.jpg', { width: 4000, height: 3000 })
    await uploaded('photo.jpg')
    const before = await metric('fovea_decodes_total')
    // The only child is busy for a while, so what follows waits in the queue.
    const busy = get('/i/demo/slow.png?w=3900')
    await until(async () => (await metric('fovea_decodes_total')) === before + 1, 'the first render starts')

    const clients = Array.from({ length: 500 }, () => new AbortController())
    const wanted = clients.map(({ signal }) => get('/i/demo/photo.webp?w=320', signal))
    const leaving = Array.from({ length: 50 }, () => new AbortController())
    const unwanted = leaving.map(({ signal }) => get('/i/demo/photo.webp?w=321', signal))
    const others = Promise.allSettled([...wanted.slice(0, 499), ...unwanted])
    await until(async () => (await metric('fovea_pool_queued')) === 2, 'two renders wait')
    for (const client of [...clients.slice(0, 499), ...leaving]) client.abort()
    await until(async () => (await metric('fovea_pool_queued')) === 1, 'the unwanted render is gone')

    expect((await busy).status).toBe(200)
    expect((await wanted[499])?.status).toBe(200)
    expect((await others).every(({ status }) => status === 'rejected')).toBe(true)
    expect((await metric('fovea_decodes_total')) - before).toBe(2)
    // Nothing of the cancelled one is remembered: the next client gets a picture.
    expect(await get('/i/demo/photo.webp?w=321')).toMatchObject({ status: 200, cache: 'miss' })
  })
})

describe('the disk cache', () => {
  it('serves not one wrong byte from 100 truncated, emptied and flipped entries', async () => {
    // Practically no memory cache, so that every answer is read from disk.
    server = await startServer({ env: { FOVEA_MEMORY_CACHE_BYTES: '1' } })
    await uploaded('photo.jpg', { width: 1200, height: 900, noise: 90 })
    const paths = Array.from({ length: 100 }, (_, index) => `/i/demo/photo.webp?w=${100 + index * 4}`)
    const right = new Map<string, string>()
    for (const path of paths) right.set(path, (await get(path)).body.toString('latin1'))
    await until(() => entries().length === 100, 'all are stored')
    expect((await get(paths[0] ?? '')).cache).toBe('hit')
    for (const [index, path] of entries().entries()) {
      const bytes = readFileSync(path)
      const at = Math.floor((index / 100) * bytes.length)
      if (index % 3 === 0) writeFileSync(path, bytes.subarray(0, at))
      else if (index % 3 === 1) writeFileSync(path, '')
      else {
        bytes[at] = (bytes[at] ?? 0) ^ (1 << (index % 8))
        writeFileSync(path, bytes)
      }
    }
    for (const path of paths) {
      const answer = await get(path)
      expect([answer.status, answer.cache], path).toEqual([200, 'miss'])
      expect(answer.body.toString('latin1') === right.get(path), path).toBe(true)
    }
    expect(await metric('fovea_cache_damaged_total')).toBe(100)
    expect(await metric('fovea_unexpected_errors_total')).toBe(0)
  })

  it('survives a restart, with junk in its directory', async () => {
    const dataDir = temporaryDataDir()
    server = await startServer({ dataDir })
    await uploaded('photo.jpg', { width: 1200, height: 900, noise: 90 })
    const first = await get('/i/demo/photo.webp?w=800')
    expect(first.body.length).toBeGreaterThan(50_000)
    await until(() => entries().length === 1, 'it is stored')
    await server.stop()
    const [entry = ''] = entries()
    writeFileSync(join(dataDir, 'variants', 'junk'), 'junk')
    writeFileSync(`${entry}.dead-1.tmp`, 'half')
    writeFileSync(join(entry, '..', 'f'.repeat(64)), '')
    server = await startServer({ dataDir })
    expect(await get('/i/demo/photo.webp?w=800')).toMatchObject({
      status: 200,
      cache: 'hit',
      body: first.body,
    })
    await until(
      () => readdirSync(join(dataDir, 'variants'), { recursive: true }).length === 3,
      'the junk is removed',
    )
  })

  it('stays under its bound', async () => {
    const capacity = 400_000
    server = await startServer({
      env: { FOVEA_CACHE_BYTES: String(capacity), FOVEA_MEMORY_CACHE_BYTES: '1' },
    })
    await uploaded('photo.jpg')
    let highest = 0
    for (let width = 50; width < 350; width++) {
      await get(`/i/demo/photo.webp?w=${width}`)
      if (width % 10 === 0)
        highest = Math.max(
          highest,
          entries().reduce((sum, path) => sum + sizeOf(path), 0),
        )
    }
    expect(highest).toBeGreaterThan(capacity / 8)
    expect(highest).toBeLessThanOrEqual(capacity)
    expect(await metric('fovea_cache_evictions_total')).toBeGreaterThan(100)
  })
})

describe('a deleted image', () => {
  it('is gone from memory, disk and delivery when the delete is answered', async () => {
    server = await startServer()
    const id = await uploaded('photo.jpg')
    const path = '/i/demo/photo.webp?w=120'
    await get(path)
    expect((await get(path)).cache).toBe('hit')
    await until(() => entries().length === 1, 'it is stored')
    expect((await server.api(`/api/v1/images/${id}`, { method: 'DELETE' })).status).toBe(200)
    expect((await get(path)).status).toBe(404)
    await until(() => entries().length === 0, 'its variants are swept')
  })
})

describe('stopping', () => {
  it('finishes the render it is at, and takes no new connection', async () => {
    server = await startServer({ env: { FOVEA_WORKERS: '1' } })
    await uploaded('slow.jpg', { width: 4000, height: 3000 })
    const before = await metric('fovea_decodes_total')
    const busy = get('/i/demo/slow.png?w=3800')
    await until(async () => (await metric('fovea_decodes_total')) === before + 1, 'the render starts')
    const stopped = server.stop()
    await until(
      () =>
        fetch(`${server.url}/healthz`).then(
          () => false,
          () => true,
        ),
      'new connections are refused',
    )
    expect((await busy).status).toBe(200)
    expect(await stopped).toBe(0)
  })
})

function sizeOf(path: string): number {
  try {
    return statSync(path).size
  } catch {
    return 0
  }
}
