/** Results that go into a bucket, asked for through the TypeScript client, the command line and the Python client. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Fovea } from '@fovea/client'
import { Jobs } from '@fovea/client/jobs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasProgram, run } from '../scripts/testing/command.ts'
import { mayUseBuckets, newBucket, type TestBucket } from './bucket.ts'
import { runFovea } from './fovea-command.ts'
import { generatePng, type RunningServer, startServer, temporaryDataDir } from './support.ts'

const pipeline = [{ op: 'resize', width: 20 }] as const

describe.runIf(mayUseBuckets)('a bucket of the project', () => {
  let server: RunningServer
  let bucket: TestBucket
  let fovea: Fovea
  let env: Readonly<Record<string, string>>
  let png: Uint8Array

  beforeAll(async () => {
    server = await startServer({ env: { FOVEA_EGRESS_ALLOW: '127.0.0.1' } })
    bucket = await newBucket()
    const configured = await server.api('/api/v1/origins', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'shop', ...bucket.origin }),
    })
    expect(configured.status, await configured.clone().text()).toBe(201)
    const { apiKey } = server.firstRun
    fovea = new Fovea({ apiKey, url: server.url })
    env = { FOVEA_API_URL: server.url, FOVEA_API_KEY: apiKey }
    png = await generatePng({ width: 60, height: 40 })
    await server.upload(png, 'a.png', { target_path: 'in/a.png' })
  })
  afterAll(() => server?.stop())

  it('takes results of the client, one by one and as a job', async () => {
    const store = { origin: 'shop', path: 'client/one.webp' }
    const [made] = await fovea.transform({ source: png, pipeline, store })
    expect(made).toMatchObject({ data: undefined, stored: undefined, object: store })
    const jobs = new Jobs(fovea)
    const sources = { prefix: 'in/' }
    const job = await jobs.create({ sources, pipeline, store: { ...store, path: 'client/{name}' } })
    expect((await jobs.wait(job.id, { everyMs: 50 })).state).toBe('completed')
    const { items } = await jobs.items(job.id)
    expect(items[0]?.results[0]?.object).toMatchObject({ origin: 'shop', path: 'client/a.webp' })
    expect(await bucket.keys()).toEqual(expect.arrayContaining(['client/one.webp', 'client/a.webp']))
  })

  it('takes results of the command line, of pictures that a list in it names', async () => {
    const folder = temporaryDataDir()
    writeFileSync(join(folder, 'p.json'), JSON.stringify(pipeline))
    await bucket.put('lists/today.csv', Buffer.from('asset\nin/a.png\n'))
    const made = ['--pipeline', 'p.json', '--to', 'line/{name}', '--origin', 'shop', '--watch', '--json']
    const create = (...more: string[]) =>
      runFovea(folder, ['jobs', 'create', '--manifest', 'shop/lists/today.csv', ...made, ...more], env)
    const first = await create()
    expect([first.code, JSON.parse(first.stdout).state]).toEqual([0, 'completed'])
    const { id } = JSON.parse(first.stdout)
    expect((await runFovea(folder, ['jobs', 'show', id], env)).stdout).toContain('shop/line/a.webp')
    expect(await bucket.keys()).toContain('line/a.webp')
    expect((await create()).code).toBe(1)
    expect((await create('--overwrite')).code).toBe(0)
  })

  it.runIf(hasProgram('python3'))('takes results of the Python client', async () => {
    const script = `
import os, fovea
client = fovea.Fovea(os.environ["FOVEA_API_KEY"], os.environ["FOVEA_API_URL"])
store = {"origin": "shop", "path": "python/one.webp"}
(made,) = client.transform({"asset": "in/a.png"}, [{"op": "resize", "width": 20}], store=store)
print(made.object.origin, made.object.path, made.stored)
job = client.jobs.create({"prefix": "in/"}, store={**store, "path": "python/{name}"})
client.jobs.wait(job["id"], every=0.1)
print([item["results"][0]["object"]["path"] for item in client.jobs.items(job["id"])])
`
    const paths = { PYTHONPATH: 'sdks/python/src', PYTHONDONTWRITEBYTECODE: '1' }
    const ran = await run('python3', ['-c', script], { env: { ...process.env, ...env, ...paths } })
    expect(ran.output).toBe("shop python/one.webp None\n['python/a.webp']\n")
  })
})
