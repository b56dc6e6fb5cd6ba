import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { testKinds } from '../db/databases.test-harness.ts'
import { newJobId } from '../jobs/index.ts'
import { SourceNotes, Sources } from '../origins/index.ts'
import { deleteDueProjects } from '../roles/delete-projects.ts'
import { LocalCopies } from '../storage/index.ts'
import { type Harness, ownerLogin, picture, startApi } from './api/api.test-harness.ts'
import { Browser } from './api/browser.test-harness.ts'

describe.each(testKinds.filter(({ skip }) => skip === undefined))('project states on $kind', ({ kind }) => {
  let harness: Harness
  let owner: Browser

  beforeAll(async () => {
    harness = await startApi({ kind })
    owner = new Browser(harness)
    await owner.auth('/sign-in/email', ownerLogin)
  })

  afterAll(() => harness.close())

  beforeEach(async () => {
    await set('active')
  })

  const set = async (state: string, reason?: string, by = owner) =>
    (
      await by.ask('/api/v1/operator/projects/demo/state', {
        method: 'PUT',
        body: { state, ...(reason === undefined ? {} : { reason }) },
      })
    ).statusCode
  const project = async () => harness.projects.resolve('demo')

  it('past due: no uploads, and the rest goes on', async () => {
    await set('past_due', 'Invoice 7 is open.')
    const refused = await harness.upload(await picture(1), 'a.png')
    expect([refused.statusCode, refused.json().code]).toEqual([402, 'project/past-due'])
    expect(refused.json().detail).toContain('Invoice 7 is open.')
    expect((await harness.request({ url: '/api/v1/images' })).statusCode).toBe(200)
    await set('active')
    expect((await harness.upload(await picture(1), 'a.png')).statusCode).toBe(201)
  })

  it.each([
    ['suspended', 'project/suspended'],
    ['frozen', 'project/frozen'],
  ])('%s: nothing by key or session, with the reason', async (state, code) => {
    await set(state, 'Ask the operator.')
    const answers = [
      await harness.request({ url: '/api/v1/images' }),
      await harness.upload(await picture(2), 'b.png'),
      await owner.ask('/api/v1/project', { headers: { 'x-fovea-project': 'demo' } }),
    ]
    for (const answer of answers) {
      expect([answer.statusCode, answer.json().code]).toEqual([403, code])
      expect(answer.json().detail).toContain('Ask the operator.')
    }
  })

  it.each(['suspended', 'frozen'])('%s: what waits in the queue is not made', async (state) => {
    const id = newJobId()
    const payload = JSON.stringify({ part: 'make', url: 'https://x.test/hook', request: {} })
    await harness.jobs.add({ id, projectId: harness.project.id, kind: 'iteration-layer', payload })
    const job = await harness.jobs.claim(['iteration-layer'])
    if (job === undefined) throw new Error('nothing to do')
    await set(state)
    const outcome = await harness.iterationLayerJobs.handle(job, new AbortController().signal)
    expect(outcome).toMatchObject({ kind: 'failed', error: expect.stringContaining(state) })
    await harness.jobs.settle(job, outcome)
  })

  it('makes what was prepared before useless', async () => {
    const before = (await project())?.generation ?? 0
    const announced = harness.announced.length
    await set('suspended')
    expect((await project())?.generation).toBe(before + 1)
    expect(harness.announced.length).toBeGreaterThan(announced)
  })

  it('is only for the operator to set, and nobody else learns what exists', async () => {
    const other = new Browser(harness)
    await other.join('someone@example.test')
    expect(await set('suspended', undefined, other)).toBe(404)
    expect((await project())?.state).toBe('active')
    const refused = await owner.ask('/api/v1/operator/projects/demo/state', {
      method: 'PUT',
      body: { state: 'closed' },
    })
    expect(refused.statusCode).toBe(400)
  })

  it('closed: keys are dead at once and delivery knows nothing; it can be opened again', async () => {
    const byKey = await harness.request({ method: 'DELETE', url: '/api/v1/project' })
    expect(byKey.statusCode).toBe(403)
    const closed = await owner.ask('/api/v1/project', {
      method: 'DELETE',
      headers: { 'x-fovea-project': 'demo' },
    })
    const goneInDays = (Date.parse(closed.json().gone_at) - Date.now()) / 86_400_000
    expect([closed.statusCode, Math.round(goneInDays)]).toEqual([200, 7])
    expect((await harness.request({ url: '/api/v1/images' })).statusCode).toBe(401)
    const bySession = await owner.ask('/api/v1/images', { headers: { 'x-fovea-project': 'demo' } })
    expect(bySession.statusCode).toBe(404)
    const [listed] = (await owner.ask('/api/v1/projects')).json().projects
    expect(listed).toMatchObject({ slug: 'demo', state: 'closed' })
    expect(await set('active')).toBe(404)

    const restored = await owner.ask('/api/v1/projects/demo/restore', { method: 'POST' })
    expect(restored.statusCode).toBe(200)
    expect((await harness.request({ url: '/api/v1/images' })).statusCode).toBe(200)
    expect((await owner.ask('/api/v1/projects/demo/restore', { method: 'POST' })).statusCode).toBe(404)
  })

  it('is deleted when its time is over: no row and no file is left, and others keep theirs', async () => {
    await owner.ask('/api/v1/projects', { method: 'POST', body: { name: 'Gone', slug: 'gone' } })
    const asked = async (method: 'POST' | 'PUT', url: string, body: object) =>
      owner.ask(url, { method, headers: { 'x-fovea-project': 'gone' }, body })
    const { key } = (
      await asked('POST', '/api/v1/settings/api-keys', { name: 'k', scopes: ['read', 'write'] })
    ).json()
    await asked('POST', '/api/v1/settings/presets', { name: 'card', params: { w: 10 } })
    await asked('POST', '/api/v1/origins', {
      name: 'o',
      kind: 'web',
      settings: { baseUrl: 'https://x.test' },
    })
    await asked('POST', '/api/v1/domains', { host: 'gone.test' })
    for (const seed of [3, 4, 5]) {
      const form = new FormData()
      form.append('file', new Blob([Uint8Array.from(await picture(seed))]), `${seed}.png`)
      const encoded = new Response(form)
      const uploaded = await harness.api.inject({
        method: 'POST',
        url: '/api/v1/images',
        headers: {
          authorization: `Bearer ${key}`,
          'content-type': encoded.headers.get('content-type') ?? '',
        },
        payload: Buffer.from(await encoded.arrayBuffer()),
      })
      expect(uploaded.statusCode, uploaded.body).toBe(201)
      if (seed === 5) {
        const { id } = uploaded.json()
        const bearer = { authorization: `Bearer ${key}` }
        await harness.api.inject({ url: `/api/v1/images/${id}/facts`, headers: bearer })
        await harness.api.inject({ method: 'POST', url: `/api/v1/images/${id}/signed-url`, headers: bearer })
        await harness.api.inject({ method: 'DELETE', url: `/api/v1/images/${id}`, headers: bearer })
      }
    }
    await harness.usage.close()
    const kept = (await harness.upload(await picture(9), 'kept.png')).json()
    const gone = await harness.projects.resolve('gone')
    if (gone === undefined) throw new Error('no project')
    const { close } = harness.projects
    await close.call(harness.projects, gone, 7)
    expect(await harness.projects.due()).toEqual([])
    const [due] = await harness.projects.due(Date.now() + 8 * 86_400_000)
    expect(due).toEqual({ id: gone.id, slug: 'gone' })
    // Whoever asks while it is being deleted is not told that it is there again.
    await close.call(harness.projects, gone, 0)
    expect((await owner.ask('/api/v1/projects/gone/restore', { method: 'POST' })).statusCode).toBe(404)
    expect(await harness.projects.due()).toEqual([due])

    const { signal } = new AbortController()
    const fetched = new LocalCopies(join(harness.dataDir, 'sources'), 1_000_000)
    for (const { id } of [gone, harness.project]) await fetched.put(id, Readable.from([Buffer.from('far')]))
    const sources = new Sources({
      ...harness,
      notes: new SourceNotes(join(harness.dataDir, 'notes')),
      copies: fetched,
      folders: [],
      pool: { probe: () => Promise.reject(new Error('nothing is read here')) },
    })
    const variantsOf: string[] = []
    const delivery = { removeProject: async (id: string) => void variantsOf.push(id) }
    await deleteDueProjects({ ...harness, sources, delivery }, signal, Date.now() + 8 * 86_400_000)
    expect(harness.logged).toContainEqual({ event: 'project.deleted', project: 'gone', originals: 3 })
    expect(variantsOf).toEqual([gone.id])
    expect(await readdir(join(harness.dataDir, 'sources'))).toEqual([harness.project.id])
    await harness.audit.flush()

    const tables = await harness.database.queries.introspection.getTables()
    for (const { name, columns } of tables) {
      const column = columns.find((each) => each.name === (name === 'projects' ? 'id' : 'project_id'))
      if (column === undefined) continue
      const found =
        await sql`select 1 from ${sql.table(name)} where ${sql.ref(column.name)} = ${gone.id}`.execute(
          harness.database.queries,
        )
      expect([name, found.rows.length]).toEqual([name, 0])
    }
    const files = await readdir(join(harness.dataDir, 'blobs'), { recursive: true })
    expect(files.filter((name) => name.includes(gone.id) && /[0-9a-f]{64}$/.test(name))).toEqual([])
    expect(await harness.projects.resolve('gone')).toBeUndefined()
    expect((await harness.request({ url: `/api/v1/images/${kept.id}` })).statusCode).toBe(200)
    // The slug is free again.
    const again = await owner.ask('/api/v1/projects', {
      method: 'POST',
      body: { name: 'Gone', slug: 'gone' },
    })
    expect(again.statusCode).toBe(201)
  })
})
