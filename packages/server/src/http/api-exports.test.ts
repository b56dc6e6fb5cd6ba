import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { unzipped } from '../archive/unzip.test-harness.ts'
import { testKinds } from '../db/databases.test-harness.ts'
import { exportedTables, leftOut } from '../exports/exported-tables.ts'
import { type Export, ExportJobs } from '../exports/index.ts'
import { type Harness, ownerLogin, picture, startApi } from './api/api.test-harness.ts'
import { Browser } from './api/browser.test-harness.ts'

describe.each(testKinds.filter(({ skip }) => skip === undefined))('exports on $kind', ({ kind }) => {
  let harness: Harness
  let owner: Browser
  let ready: Export[]

  const inDemo = { 'x-fovea-project': 'demo' }
  const start = () => owner.ask('/api/v1/exports', { method: 'POST', headers: inDemo })
  const look = async (id: string) => (await harness.request({ url: `/api/v1/exports/${id}` })).json().export
  const jobs = () => new ExportJobs({ ...harness, onReady: async (made) => void ready.push(made) })
  /** What the worker does with the next job. */
  const work = async (signal = new AbortController().signal) => {
    const job = await harness.jobs.claim(['export'])
    if (job === undefined) throw new Error('nothing to do')
    const outcome = await jobs().handle(job, signal)
    await harness.jobs.settle(job, outcome)
    await jobs().ended(job.id)
    return outcome
  }
  const fetched = async (id: string) => {
    const { pathname, search } = new URL((await look(id)).download_url)
    return harness.api.inject({ url: pathname + search })
  }

  beforeAll(async () => {
    harness = await startApi({ kind })
    owner = new Browser(harness)
    await owner.auth('/sign-in/email', ownerLogin)
    for (const seed of [1, 2])
      await harness.upload(await picture(seed), `${seed}.png`, { target_path: `folder/${seed}.png` })
    await harness.request({
      method: 'POST',
      url: '/api/v1/settings/presets',
      payload: { name: 'card', params: { w: 100 } },
    })
  })

  afterAll(() => harness.close())

  beforeEach(async () => {
    ready = []
    await harness.database.queries.deleteFrom('exports').execute()
    await harness.database.queries.deleteFrom('jobs').execute()
  })

  it('is one archive with every row, every original and a manifest that fits', async () => {
    const started = await start()
    expect(started.statusCode).toBe(202)
    const { id } = started.json().export
    expect(started.headers.location).toBe(`/api/v1/exports/${id}`)
    expect(await look(id)).toMatchObject({ state: 'running', download_url: null })
    expect(await work()).toEqual({ kind: 'done' })
    expect(await look(id)).toMatchObject({ state: 'done', files: exportedTables.length + 4 })
    expect(ready).toMatchObject([{ id, userId: expect.any(String) }])

    const answer = await fetched(id)
    expect(answer.statusCode).toBe(200)
    expect(answer.headers['content-disposition']).toMatch(
      /^attachment; filename="demo-\d{4}-\d\d-\d\d\.zip"$/,
    )
    const files = unzipped(answer.rawPayload)
    const lines = (name: string) =>
      textOf(files, name)
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
    const manifest = lines('manifest.jsonl')
    expect(manifest.map(({ path }) => path).sort()).toEqual(
      [...files.keys()].filter((name) => name !== 'manifest.jsonl').sort(),
    )
    for (const { path, sha256, size } of manifest) {
      const bytes = files.get(path) ?? Buffer.alloc(0)
      expect([path, bytes.length, createHash('sha256').update(bytes).digest('hex')]).toEqual([
        path,
        size,
        sha256,
      ])
    }
    expect(files.get(`originals/${sha256(await picture(1))}.png`)).toEqual(await picture(1))
    expect(
      lines('data/assets.jsonl')
        .map(({ path }) => path)
        .sort(),
    ).toEqual(['folder/1.png', 'folder/2.png'])
    expect(lines('data/presets.jsonl')).toMatchObject([{ name: 'card', params: { w: 100 } }])
    expect(lines('data/preset_versions.jsonl')).toHaveLength(1)
    expect(JSON.parse(textOf(files, 'project.json'))).toMatchObject({
      slug: 'demo',
      team: { name: 'First team', members: [{ email: ownerLogin.email, role: 'owner' }] },
    })
  })

  it('holds no secret', async () => {
    const { id } = (await start()).json().export
    await work()
    const all = (await fetched(id)).rawPayload.toString('latin1')
    const { queries } = harness.database
    const [key] = await queries.selectFrom('api_keys').selectAll().execute()
    const [secret] = await queries.selectFrom('signing_secrets').selectAll().execute()
    for (const hidden of [harness.apiKey, key?.hash, secret?.sealed, 'a signing secret'])
      expect(all).not.toContain(hidden)
  })

  it('tells every table of a project, or says why not', async () => {
    const tables = await harness.database.queries.introspection.getTables()
    const ofProjects = tables
      .filter(({ columns }) => columns.some(({ name }) => name === 'project_id'))
      .map(({ name }) => name)
    const known = [...exportedTables.map(({ name }) => name), ...Object.keys(leftOut)]
    expect(ofProjects.filter((name) => !known.includes(name))).toEqual([])
    for (const { name, key, without = [], json = [] } of exportedTables) {
      const columns = tables.find((table) => table.name === name)?.columns.map((column) => column.name) ?? []
      for (const column of [...key, ...without, ...json])
        expect([name, columns]).toEqual([name, expect.arrayContaining([column])])
    }
  })

  it('pages through many rows', async () => {
    const rows = Array.from({ length: 1_201 }, (_, at) => ({
      project_id: harness.project.id,
      period: '2020-01',
      transform_id: `t${String(at).padStart(5, '0')}`,
    }))
    for (let at = 0; at < rows.length; at += 400)
      await harness.database.queries
        .insertInto('transforms')
        .values(rows.slice(at, at + 400))
        .execute()
    const { id } = (await start()).json().export
    await work()
    const lines = textOf(unzipped((await fetched(id)).rawPayload), 'data/transforms.jsonl')
      .trim()
      .split('\n')
    expect(new Set(lines).size).toBe(1_201)
    await harness.database.queries.deleteFrom('transforms').execute()
  })

  it('is made one at a time, and anew from the start when its worker was killed', async () => {
    const { id } = (await start()).json().export
    const second = await start()
    expect([second.statusCode, second.json().code, second.json().export]).toEqual([409, 'export/running', id])
    const killed = await harness.jobs.claim(['export'])
    if (killed === undefined) throw new Error('no job')
    const stopping = new AbortController()
    const stopped = new ExportJobs({
      ...harness,
      // In the middle of the archive, at its first original.
      blobs: {
        file: (...of) => {
          stopping.abort()
          return harness.blobs.file(...of)
        },
      },
      onReady: async () => {},
    })
    await expect(stopped.handle(killed, stopping.signal)).rejects.toThrow()
    expect((await look(id)).state).toBe('running')
    await harness.jobs.settle(killed, { kind: 'later', inMs: 0, error: 'killed' })
    expect(await work()).toEqual({ kind: 'done' })
    expect((await look(id)).state).toBe('done')
  })

  it('is given up after five tries, and says so', async () => {
    const { id } = (await start()).json().export
    const job = await harness.jobs.claim(['export'])
    if (job === undefined) throw new Error('no job')
    const broken = new ExportJobs({
      ...harness,
      blobs: { file: () => Promise.reject(new Error('the disk is gone')) },
      onReady: async () => {},
    })
    const { signal } = new AbortController()
    expect(await broken.handle(job, signal)).toMatchObject({ kind: 'later', error: 'the disk is gone' })
    expect(await broken.handle({ ...job, attempt: 5 }, signal)).toMatchObject({ kind: 'failed' })
    expect((await look(id)).state).toBe('running')
    await broken.ended(job.id)
    expect((await look(id)).state).toBe('failed')
    expect((await start()).statusCode).toBe(202)
    expect(await work()).toEqual({ kind: 'done' })
  })

  it('is fetched with its own ticket only, in its time', async () => {
    const { id } = (await start()).json().export
    await work()
    const made = await harness.exports.find(harness.project.id, id)
    const open = (ticket: string, of = id) =>
      harness.api
        .inject({ url: `/api/v1/exports/${of}/archive?ticket=${ticket}` })
        .then(({ statusCode }) => statusCode)
    const good = harness.exports.ticket(made)
    const [until = '', mark = ''] = good.split('.')
    expect(await open(good)).toBe(200)
    expect(await open(harness.exports.ticket(made, Date.now() - 16 * 60_000))).toBe(404)
    expect(await open(`${Number(until) + 1}.${mark}`)).toBe(404)
    expect(await open(`${until}.`)).toBe(404)
    expect(await open(good, 'another')).toBe(404)
  })

  it('is neither made nor handed out while the project is frozen', async () => {
    const set = (state: string) =>
      owner.ask('/api/v1/operator/projects/demo/state', { method: 'PUT', body: { state } })
    const { id } = (await start()).json().export
    await work()
    const { pathname, search } = new URL((await look(id)).download_url)
    await start()
    await set('frozen')
    const refused = await harness.api.inject({ url: pathname + search })
    expect([refused.statusCode, refused.json().code]).toEqual([403, 'project/frozen'])
    expect(await work()).toMatchObject({ kind: 'failed' })
    await set('active')
    expect((await harness.api.inject({ url: pathname + search })).statusCode).toBe(200)
  })

  it('is deleted when asked for, and when its time is over: row and archive', async () => {
    const archives = async () =>
      (await readdir(join(harness.dataDir, 'blobs', harness.project.id, 'exports')).catch(() => [])).length
    const first = (await start()).json().export
    const running = await harness.request({ method: 'DELETE', url: `/api/v1/exports/${first.id}` })
    expect(running.json().code).toBe('export/running')
    await work()
    const before = await archives()
    expect((await harness.request({ method: 'DELETE', url: `/api/v1/exports/${first.id}` })).statusCode).toBe(
      200,
    )
    expect(await archives()).toBe(before - 1)
    await start()
    await work()
    expect(await harness.exports.removeOld()).toBe(0)
    expect(await harness.exports.removeOld(Date.now() + 8 * 86_400_000)).toBe(1)
    expect(await archives()).toBe(before - 1)
    expect((await harness.request({ url: '/api/v1/exports' })).json()).toEqual({ exports: [], total: 0 })
  })

  it('is for owners', async () => {
    const editor = new Browser(harness)
    await editor.join('editor@example.test')
    const { id } = (await editor.ask('/api/auth/get-session')).json().user
    const team = (await owner.ask('/api/v1/teams')).json().teams[0].id
    await harness.database.queries
      .insertInto('team_members')
      .values({ team_id: team, user_id: id, role: 'admin', created_at: 0 })
      .execute()
    expect((await editor.ask('/api/v1/exports', { headers: inDemo })).statusCode).toBe(403)
  })
})

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

function textOf(files: ReadonlyMap<string, Buffer>, name: string): string {
  return files.get(name)?.toString('utf8') ?? ''
}
