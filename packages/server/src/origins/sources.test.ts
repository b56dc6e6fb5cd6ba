import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultLimits } from '@fovea/core'
import type { HeaderFacts } from '@fovea/engine/pool'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ProjectId } from '../projects/project.ts'
import { LocalCopies } from '../storage/index.ts'
import { freshSeconds } from './freshness.ts'
import type { ConfiguredOrigin } from './origin-service.ts'
import { egress, settingsOf, WebServer } from './origins.test-harness.ts'
import { SourceNotes } from './source-notes.ts'
import { Sources } from './sources.ts'

const project = 'p1' as ProjectId

let dir = ''
let server: WebServer
let origin: ConfiguredOrigin
let copies: LocalCopies
let sources: Sources

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'fovea-sources-'))
  server = new WebServer()
  const settings = settingsOf('web', { baseUrl: await server.open(), timeoutMs: 1_000 })
  origin = {
    ...{ id: 'o1', name: 'web', kind: 'web', prefix: '', settings, credentials: {} },
    ...{ revision: 1, createdAt: 0, updatedAt: 0 },
  }
  server.files.set('a.jpg', Buffer.from('first'))
  restart(1_000_000)
})

afterEach(async () => {
  await server.close()
  await rm(dir, { recursive: true, force: true })
})

/** What a new process finds. */
function restart(capacityBytes: number): void {
  copies = new LocalCopies(join(dir, 'files'), capacityBytes)
  sources = new Sources({
    notes: new SourceNotes(join(dir, 'notes')),
    copies,
    egress,
    folders: [],
    pool: { probe: async () => ({ format: 'jpeg', width: 1, height: 1 }) as HeaderFacts },
    limits: defaultLimits,
    log: { info() {}, warn() {}, error() {}, debug() {} } as never,
  })
}

const find = (path = 'a.jpg') => sources.find(project, origin, { path, query: '' })

const stale = () => sources.purge(project, origin, { path: 'a.jpg', query: '' })

async function text(): Promise<string> {
  const file = await (await find()).file()
  try {
    return await readFile(file.path, 'utf8')
  } finally {
    file.release()
  }
}

describe('a source that is fresh', () => {
  it('is asked for once, by however many at once, and found after a restart', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => find()))
    expect(new Set(all.map(({ hash }) => hash)).size).toBe(1)
    restart(1_000_000)
    expect((await find()).hash).toBe(all[0]?.hash)
    expect(await text()).toBe('first')
    expect(server.requests).toHaveLength(1)
  })

  it('has a name of its own in each project and for each revision of its origin', async () => {
    const first = await find()
    const other = await sources.find('p2' as ProjectId, origin, { path: 'a.jpg', query: '' })
    const changed = await sources.find(project, { ...origin, revision: 2 }, { path: 'a.jpg', query: '' })
    expect(new Set([first.id, other.id, changed.id]).size).toBe(3)
  })
})

describe('a source that is stale', () => {
  it('is asked for with its validators, and costs a 304 when nothing has changed', async () => {
    const { hash } = await find()
    await stale()
    expect((await find()).hash).toBe(hash)
    expect(server.requests.at(-1)?.headers['if-none-match']).toMatch(/^"/)
  })

  it('has a new digest when it has changed', async () => {
    const { hash } = await find()
    server.files.set('a.jpg', Buffer.from('second'))
    await stale()
    expect((await find()).hash).not.toBe(hash)
    expect(await text()).toBe('second')
  })

  it.each([500, 503, 429])('is used on while its origin answers %i', async (status) => {
    const { hash } = await find()
    server.answer = (_, response) => response.writeHead(status).end()
    await stale()
    expect(await find()).toMatchObject({ hash, isStale: true })
  })

  it('is used on while its origin is away', async () => {
    const { hash } = await find()
    await server.close()
    await stale()
    expect(await find()).toMatchObject({ hash, isStale: true })
    expect(await text()).toBe('first')
    server = new WebServer()
    await server.open()
  })

  it('is gone when its origin says so', async () => {
    await find()
    server.files.clear()
    await stale()
    await expect(find()).rejects.toMatchObject({ code: 'origin/not-found' })
  })
})

describe('what cannot be had', () => {
  it('is not asked for again at once', async () => {
    for (let round = 0; round < 5; round++) {
      await expect(find('none.jpg')).rejects.toMatchObject({ code: 'origin/not-found' })
    }
    expect(server.requests).toHaveLength(1)
  })

  it('leaves nothing behind when it breaks off', async () => {
    server.answer = (_, response) => {
      response.writeHead(200, { 'content-length': 1_000 }).write('x')
      setTimeout(() => response.destroy(), 10)
    }
    await expect(find()).rejects.toMatchObject({ code: 'origin/unreachable' })
    expect(copies.stats).toEqual({ bytes: 0, entries: 0 })
    server.answer = undefined
    await stale()
    expect(await text()).toBe('first')
  })
})

describe('the bytes on disk', () => {
  it('stay below the bound, and are fetched again when they are wanted', async () => {
    restart(12)
    for (const name of ['a', 'b', 'c', 'd']) server.files.set(`${name}.jpg`, Buffer.from(`file ${name}`))
    for (const name of ['a', 'b', 'c', 'd']) await find(`${name}.jpg`)
    expect(copies.stats.bytes).toBeLessThanOrEqual(12)
    const before = server.requests.length
    expect(await text()).toBe('file a')
    expect(server.requests.length).toBe(before + 1)
  })

  it('stay while they are held', async () => {
    restart(12)
    server.files.set('a.jpg', Buffer.from('file a'))
    const held = await (await find()).file()
    for (const name of ['b', 'c', 'd']) {
      server.files.set(`${name}.jpg`, Buffer.from(`file ${name}`))
      await find(`${name}.jpg`)
    }
    expect(await readFile(held.path, 'utf8')).toBe('file a')
    held.release()
  })
})

it.each([
  [{}, 3_600],
  [{ 'cache-control': 'max-age=60' }, 60],
  [{ 'cache-control': 'max-age=60, s-maxage=120' }, 120],
  [{ 'cache-control': 'public, MAX-AGE="60"' }, 60],
  [{ 'cache-control': 'max-age=60', age: '20' }, 40],
  [{ 'cache-control': 'no-store' }, 5],
  [{ 'cache-control': 'private, max-age=60' }, 5],
  [{ 'cache-control': 'max-age=99999999999' }, 3_600],
  [{ 'cache-control': 'max-age=9999999999' }, 31_536_000],
  [{ expires: 'Thu, 01 Jan 1970 00:02:00 GMT', date: 'Thu, 01 Jan 1970 00:00:00 GMT' }, 120],
  [{ expires: '0' }, 5],
])('an answer with %j is fresh for %i s', (headers, seconds) => {
  expect(freshSeconds(new Map(Object.entries(headers)), null, 0)).toBe(seconds)
  expect(freshSeconds(new Map(Object.entries(headers)), 42, 0)).toBe(42)
})
