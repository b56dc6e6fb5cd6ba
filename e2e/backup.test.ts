/** `fovea backup`: an installation in a folder, taken beside a running server and started again from there. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mayUseBuckets, newBucket } from './bucket.ts'
import { runFovea } from './fovea-command.ts'
import { generateJpeg, type RunningServer, startServer, temporaryDataDir } from './support.ts'

const folder = temporaryDataDir()
const path = (...parts: string[]) => join(folder, ...parts)

interface Report {
  readonly objects: number
  readonly copied: number
  readonly removed: number
  readonly missing: readonly string[]
  readonly damaged: readonly string[]
  readonly mended: readonly string[]
}

let server: RunningServer
let seeds = 0

async function upload(on = server): Promise<{ readonly id: string; readonly hash: string }> {
  const width = 40 + seeds++
  const response = await on.upload(await generateJpeg({ width, height: 30 }), `photo-${width}.jpg`)
  expect(response.status).toBe(201)
  return (await response.json()) as { id: string; hash: string }
}

async function remove(id: string): Promise<void> {
  const response = await server.api(`/api/v1/images/${id}?permanent=true`, { method: 'DELETE' })
  expect(response.status).toBe(200)
}

function backup(target: string, dataDir = server.dataDir, more: readonly string[] = []) {
  return runFovea(folder, ['backup', path(target), '--data-dir', dataDir, ...more], {})
}

async function report(target: string, dataDir = server.dataDir, more: readonly string[] = []) {
  const { code, stdout, stderr } = await backup(target, dataDir, ['--json', ...more])
  return { code, stderr, ...(JSON.parse(stdout) as Report) }
}

/** A server on a copy of the backup, as it was found. */
async function restored(target: string, firstRun = server.dataDir): Promise<RunningServer> {
  const dataDir = temporaryDataDir()
  cpSync(path(target), dataDir, { recursive: true })
  cpSync(join(firstRun, 'first-run.json'), join(dataDir, 'first-run.json'))
  return startServer({ dataDir })
}

async function original(on: RunningServer, id: string): Promise<Buffer> {
  const answer = await on.api(`/api/v1/images/${id}`)
  expect(answer.status).toBe(200)
  const { urls } = (await answer.json()) as { urls: { original: string } }
  const { pathname, search } = new URL(urls.original, on.url)
  const response = await fetch(new URL(pathname + search, on.url))
  expect(response.status).toBe(200)
  return Buffer.from(await response.arrayBuffer())
}

const blobOf = (root: string, hash: string) => {
  const [project = ''] = readdirSync(join(root, 'blobs')).filter((name) =>
    existsSync(join(root, 'blobs', name, hash.slice(0, 2), hash)),
  )
  return join(root, 'blobs', project, hash.slice(0, 2), hash)
}

beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server?.stop())

describe('fovea backup', () => {
  it('is a data directory that a server starts from, for its owner alone', async () => {
    const images = [await upload(), await upload()]
    const first = await report('whole')
    expect(first).toMatchObject({ code: 0, stderr: '', removed: 0, missing: [], damaged: [] })
    expect(first.copied).toBe(first.objects)
    expect(statSync(path('whole')).mode & 0o777).toBe(0o700)
    for (const name of ['meta.db', 'secret.key', 'backup.json'])
      expect(statSync(path('whole', name)).mode & 0o777, name).toBe(0o600)
    const copy = await restored('whole')
    for (const { id } of images) expect(await original(copy, id)).toEqual(await original(server, id))
    expect((await upload(copy)).id).toMatch(/^[0-9a-f]{16}$/)
    await copy.stop()
  })

  it('copies what is new, and lets go what was deleted', async () => {
    const [stays, goes] = [await upload(), await upload()]
    await report('again')
    await remove(goes.id)
    await upload()
    const second = await report('again')
    expect(second).toMatchObject({ code: 0, copied: 1, removed: 1, missing: [] })
    expect(existsSync(blobOf(path('again'), stays.hash))).toBe(true)
    expect(existsSync(blobOf(path('again'), goes.hash))).toBe(false)
    const { stdout } = await backup('again')
    expect(stdout).toMatch(/again {2}\d+ objects, [\d.]+ [KM]iB; copied 0, 0 B; removed 0\n$/)
  })

  it('has every original that its database names, whatever is written and deleted meanwhile', async () => {
    let isDone = false
    const churn = Array.from({ length: 3 }, async () => {
      while (!isDone) {
        const { id } = await upload()
        if (seeds % 2 === 0) await remove(id)
      }
    })
    for (let nth = 0; nth < 4; nth++)
      expect(await report('busy')).toMatchObject({ code: 0, missing: [], damaged: [] })
    isDone = true
    await Promise.all(churn)
    const copy = await restored('busy')
    const answer = await copy.api('/api/v1/images?limit=100')
    const { images } = (await answer.json()) as { images: { id: string }[] }
    expect(images.length).toBeGreaterThan(3)
    for (const { id } of images) await original(copy, id)
    await copy.stop()
  })

  it('finds what is damaged: mended in the folder, never copied into it', async () => {
    const [inCopy, inStore] = [await upload(), await upload()]
    await report('damaged')
    const damage = (file: string) => {
      const bytes = readFileSync(file)
      bytes[bytes.length - 3] = (bytes.at(-3) ?? 0) ^ 1
      writeFileSync(file, bytes)
    }
    const copied = blobOf(path('damaged'), inCopy.hash)
    damage(copied)
    expect(await report('damaged')).toMatchObject({ code: 0, mended: [] })
    const verified = await report('damaged', server.dataDir, ['--verify'])
    expect([verified.code, verified.mended.map((key) => key.split('/').at(-1))]).toEqual([0, [inCopy.hash]])
    expect(readFileSync(copied)).toEqual(readFileSync(blobOf(server.dataDir, inCopy.hash)))
    damage(blobOf(server.dataDir, inStore.hash))
    const found = await report('fresh')
    expect([found.code, found.damaged.map((key) => key.split('/').at(-1))]).toEqual([1, [inStore.hash]])
    await remove(inStore.id)
  })

  it('refuses folders that are no backup of this installation', async () => {
    mkdirSync(path('photos'))
    writeFileSync(path('photos', 'cat.jpg'), '')
    expect(await backup('photos')).toMatchObject({
      code: 78,
      stderr: expect.stringContaining('holds other files (cat.jpg): a backup needs a folder of its own'),
    })
    await report('mine')
    const other = await startServer()
    const { code, stderr } = await backup('mine', other.dataDir)
    expect([code, stderr]).toEqual([78, expect.stringContaining('holds the backup of another installation')])
    await other.stop()
    expect(await backup('nothing', path('nowhere'))).toMatchObject({
      code: 78,
      stderr: expect.stringMatching(/nowhere/),
    })
  })

  it('leaves PostgreSQL to its own tool', async () => {
    const url = ['--database-url', 'postgres://127.0.0.1:1/none']
    const { code, stderr } = await backup('rest', server.dataDir, url)
    expect([code, stderr]).toEqual([78, expect.stringContaining('PostgreSQL is copied by pg_dump')])
    expect(await report('rest', server.dataDir, [...url, '--without-database'])).toMatchObject({ code: 0 })
    expect(existsSync(path('rest', 'meta.db'))).toBe(false)
  })

  it.skipIf(!mayUseBuckets)('brings originals home from a bucket', async () => {
    const { storageUrl } = await newBucket()
    const remote = await startServer({ env: { FOVEA_STORAGE_URL: storageUrl } })
    const { id } = await upload(remote)
    const args = ['backup', path('home'), '--data-dir', remote.dataDir, '--json']
    const { code, stdout } = await runFovea(folder, args, { FOVEA_STORAGE_URL: storageUrl })
    expect([code, JSON.parse(stdout).missing]).toEqual([0, []])
    const copy = await restored('home', remote.dataDir)
    expect(await original(copy, id)).toEqual(await original(remote, id))
    await Promise.all([copy.stop(), remote.stop()])
  })
})
