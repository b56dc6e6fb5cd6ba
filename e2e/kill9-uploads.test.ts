/**
 * SIGKILL at random moments while pictures are uploaded, replaced and sent twice: as forms, to presigned addresses,
 * and in parts; with originals on the disk, and in a bucket to which presigned uploads go straight.
 *
 * Whatever was answered with 201 must be listed and byte-equal after the next start; what was not answered must be
 * there as a whole or not at all. No temporary file outlives a start, no file is left that no image refers to.
 * `FOVEA_TEST_KILLS` (200), `FOVEA_TEST_BUCKET_KILLS` (10) and `FOVEA_TEST_FIRST_KILLS` (10) say how often; the seed of
 * the delays is printed.
 */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { randomFrom } from '../fixtures/random.ts'
import { mayUseBuckets, newBucket, type TestBucket } from './bucket.ts'
import { generatePng, type RunningServer, startServer, temporaryDataDir } from './support.ts'

const kills = Number(process.env.FOVEA_TEST_KILLS ?? 200)
const bucketKills = Number(process.env.FOVEA_TEST_BUCKET_KILLS ?? 10)
const firstKills = Number(process.env.FOVEA_TEST_FIRST_KILLS ?? 10)
const seed = Number(process.env.FOVEA_TEST_SEED ?? Date.now() % 1_000_000)
const clients = 4
const minutes = 60_000
/** Beside the listener: the children of a killed server need two seconds to go, more cores only disturb. */
const alone = { FOVEA_WORKERS: '1', FOVEA_METRICS: 'false' }

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** What a path may hold: the last answered upload, or one that was sent after it and never answered. */
interface Expected {
  acknowledged: string | undefined
  readonly unanswered: Set<string>
}

describe('kill -9 during uploads', () => {
  it(
    `loses nothing that was answered, in ${kills} kills (seed ${seed})`,
    {
      timeout: 60 * minutes,
    },
    () => killAgainAndAgain(kills),
  )

  it.skipIf(!mayUseBuckets)(
    `nor with a bucket, in ${bucketKills} kills (seed ${seed})`,
    {
      timeout: 60 * minutes,
    },
    async () => killAgainAndAgain(bucketKills, await newBucket()),
  )

  async function killAgainAndAgain(kills: number, bucket?: TestBucket): Promise<void> {
    const env = { ...alone, ...(bucket === undefined ? {} : { FOVEA_STORAGE_URL: bucket.storageUrl }) }
    const random = randomFrom(seed)
    const dataDir = temporaryDataDir()
    const pictures = await makePictures()
    const expected = new Map<string, Expected>()
    let answered = 0
    let unanswered = 0

    for (let round = 0; round < kills; round++) {
      const server = await startServer({ dataDir, env })
      expect(temporaryFiles(dataDir), `temporary files after start ${round}`).toEqual([])
      const firstAnswer = Promise.withResolvers<void>()
      const uploads = Array.from({ length: clients }, async (_, client) => {
        for (let count = 0; ; count++) {
          const { path, bytes } = choose(random, pictures, client, `r${round}/c${client}-${count}.png`)
          if (!(await send(server, path, bytes, client))) return
        }
      })
      // Mostly under way, sometimes while the API and the decoders are still being loaded.
      if (random() < 0.85) await Promise.race([firstAnswer.promise, setTimeout(20_000)])
      await setTimeout(random() * 250)
      await server.kill()
      await Promise.all(uploads)
      if (round % 10 === 9) await verify({ dataDir, env, bucket }, expected)

      async function send(to: RunningServer, path: string, bytes: Buffer, way: number): Promise<boolean> {
        const hash = sha256(bytes)
        const state = expected.get(path) ?? { acknowledged: undefined, unanswered: new Set() }
        expected.set(path, state)
        state.unanswered.add(hash)
        try {
          await ways[way % ways.length]?.(to, path, bytes)
          state.acknowledged = hash
          state.unanswered.clear()
          answered++
          firstAnswer.resolve()
          return true
        } catch (error) {
          // The connection broke with the server; anything else is a failure of the test.
          if (!(error instanceof TypeError) && !isSocketError(error)) throw error
          unanswered++
          return false
        }
      }
    }
    await verify({ dataDir, env, bucket }, expected, true)
    console.info(
      `kill9${bucket === undefined ? '' : ' with a bucket'}: ${kills} kills, ${answered} uploads answered, ${unanswered} cut off`,
    )
    expect(answered).toBeGreaterThan(kills)
    expect(unanswered).toBeGreaterThan(0)
  }

  it(`finishes a first start that was killed ${firstKills} times`, { timeout: 10 * minutes }, async () => {
    const random = randomFrom(seed + 1)
    const dataDir = temporaryDataDir()
    for (let round = 0; round < firstKills; round++) {
      await startServer({ dataDir, env: alone, startTimeoutMs: 50 + Math.floor(random() * 900) }).then(
        (server) => server.kill(),
        () => undefined,
      )
    }
    const server = await startServer({ dataDir, env: alone })
    expect(temporaryFiles(dataDir)).toEqual([])
    expect(existsSync(join(dataDir, 'first-run.pending.json'))).toBe(false)
    const keys = (await (await server.api('/api/v1/settings/api-keys')).json()) as { total: number }
    expect(keys.total).toBe(1)
    const sample = await fetch(new URL(new URL(server.firstRun.sampleUrl).pathname, server.url))
    expect(sample.status).toBe(200)
    await server.stop()
  })
})

/** Resolves when the server says that the picture is stored. */
type Way = (to: RunningServer, path: string, bytes: Buffer) => Promise<void>

const asForm: Way = async (to, path, bytes) => {
  const response = await to.upload(bytes, path.slice(path.lastIndexOf('/') + 1), { target_path: path })
  const body = await response.text()
  expect(response.status, body).toBe(201)
  expect(JSON.parse(body).hash).toBe(sha256(bytes))
}

const presigned: Way = async (to, path, bytes) => {
  const announced = await to.api('/api/v1/uploads/presign', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ path, content_type: 'image/png', overwrite: true }),
  })
  const target = (await announced.json()) as {
    upload_url: string
    headers: Record<string, string>
    fields: Record<string, string>
    confirm_url: string | null
  }
  const here = (url: string) => new URL(new URL(url).pathname, to.url)
  const response =
    target.confirm_url === null
      ? await fetch(here(target.upload_url), {
          method: 'PUT',
          headers: target.headers,
          body: Uint8Array.from(bytes),
        })
      : await posted(target.upload_url, target.fields, bytes).then(() =>
          fetch(here(target.confirm_url ?? ''), { method: 'POST' }),
        )
  const body = await response.text()
  expect(response.status, body).toBe(201)
  expect(JSON.parse(body).hash).toBe(sha256(bytes))
}

async function posted(url: string, fields: Record<string, string>, bytes: Buffer): Promise<void> {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  form.append('file', new Blob([Uint8Array.from(bytes)]))
  const response = await fetch(url, { method: 'POST', body: form })
  expect(response.status, await response.text()).toBe(204)
}

/** Two parts; the second answer is the acknowledgement. */
const inParts: Way = async (to, path, bytes) => {
  const version = { 'tus-resumable': '1.0.0' }
  const created = await to.api('/api/v1/uploads/tus', {
    method: 'POST',
    headers: {
      ...version,
      'upload-length': String(bytes.length),
      'upload-metadata': `target_path ${Buffer.from(path).toString('base64')}`,
    },
  })
  expect(created.status, await created.text()).toBe(201)
  const url = new URL(new URL(created.headers.get('location') ?? '').pathname, to.url)
  const half = Math.floor(bytes.length / 2)
  for (const [offset, part] of [
    [0, bytes.subarray(0, half)],
    [half, bytes.subarray(half)],
  ] as const) {
    const response = await fetch(url, {
      method: 'PATCH',
      headers: {
        ...version,
        'content-type': 'application/offset+octet-stream',
        'upload-offset': String(offset),
      },
      body: Uint8Array.from(part),
    })
    expect(response.status, await response.text()).toBe(204)
    if (offset > 0) expect(response.headers.get('x-fovea-image-id')).toBe(sha256(bytes).slice(0, 16))
  }
}

const ways: readonly Way[] = [asForm, presigned, inParts, asForm]

function isSocketError(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'].includes(String(error.code))
  )
}

interface Picture {
  readonly path: string
  readonly bytes: Buffer
}

/** Small ones are done in a few milliseconds, large ones are on their way when the kill comes. */
async function makePictures(): Promise<readonly Buffer[]> {
  const small = Array.from({ length: 24 }, (_, index) =>
    generatePng({ width: 40, height: 30, seed: index + 1, noise: 80 }),
  )
  const large = Array.from({ length: 6 }, (_, index) =>
    generatePng({ width: 700, height: 500, seed: 100 + index, noise: 80 }),
  )
  return Promise.all([...small, ...large])
}

/** New bytes at a new path, bytes that are there already at a new path, or other bytes at an old path. */
function choose(random: () => number, pictures: readonly Buffer[], client: number, fresh: string): Picture {
  const known = pictures[Math.floor(random() * pictures.length)] ?? Buffer.alloc(0)
  const kind = random()
  if (kind < 0.2) return { path: fresh, bytes: known }
  // A trailing text behind the end of a PNG changes the hash and nothing else.
  const bytes = Buffer.concat([known, Buffer.from(String(random()))])
  // Each client replaces paths of its own: of two at once nobody could say which came last.
  return { path: kind < 0.4 ? `replaced/${client}-${Math.floor(random() * 3)}.png` : fresh, bytes }
}

/** Where a server keeps what it is told. */
interface Place {
  readonly dataDir: string
  readonly env: Readonly<Record<string, string>>
  readonly bucket: TestBucket | undefined
}

/** Starts once more and compares everything the server lists with what was answered. */
async function verify(
  { dataDir, env, bucket }: Place,
  expected: Map<string, Expected>,
  thorough = false,
): Promise<void> {
  const server = await startServer({ dataDir, env })
  try {
    expect(temporaryFiles(dataDir)).toEqual([])
    const listed = await listAll(server)
    for (const [path, state] of expected) {
      const id = listed.get(path)
      const allowed = [...(state.acknowledged === undefined ? [] : [state.acknowledged]), ...state.unanswered]
      if (state.acknowledged !== undefined)
        expect(id, `${path} was answered with 201 and is not listed`).toBeDefined()
      if (id !== undefined)
        expect(
          allowed.map((hash) => hash.slice(0, 16)),
          path,
        ).toContain(id)
    }
    const samples = [...listed.keys()].filter((path) => !expected.has(path))
    for (const path of samples) expect(path, 'a path nobody uploaded').not.toContain('/')
    for (const [path, id] of listed) {
      if (!thorough && !path.startsWith('replaced/')) continue
      const response = await fetch(`${server.url}/i/demo/${path}`)
      expect(response.status, path).toBe(200)
      expect(sha256(Buffer.from(await response.arrayBuffer())).slice(0, 16), `bytes of ${path}`).toBe(id)
    }
    if (thorough) await expectNoOrphans(server, bucket, await allVersions(server, listed))
  } finally {
    await server.stop()
  }
}

/** Path → image id of everything the API lists. */
async function listAll(server: RunningServer): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  for (let offset = 0; ; ) {
    const response = await server.api(`/api/v1/images?limit=100&offset=${offset}`)
    expect(response.status).toBe(200)
    const page = (await response.json()) as { images: { id: string; paths: string[] }[]; has_more: boolean }
    for (const { id, paths } of page.images) for (const path of paths) found.set(path, id)
    offset += page.images.length
    if (!page.has_more) return found
  }
}

/** Ids of everything whose bytes are kept: the images listed, and what lay at their paths before. */
async function allVersions(server: RunningServer, listed: Map<string, string>): Promise<Set<string>> {
  const ids = new Set(listed.values())
  for (const path of listed.keys()) {
    if (!path.startsWith('replaced/')) continue
    const response = await server.api(`/api/v1/versions?path=${encodeURIComponent(path)}`)
    const { versions } = (await response.json()) as { versions: { id: string }[] }
    for (const { id } of versions) ids.add(id)
  }
  return ids
}

/** After the first sweep, the originals kept are exactly those of the images. */
async function expectNoOrphans(
  server: RunningServer,
  bucket: TestBucket | undefined,
  ids: Set<string>,
): Promise<void> {
  for (let waited = 0; !server.logs.some((line) => line.event === 'blobs.swept'); waited += 200) {
    if (waited > 60_000) throw new Error(`No sweep within a minute:\n${server.output()}`)
    await setTimeout(200)
  }
  const kept = bucket === undefined ? filesIn(join(server.dataDir, 'blobs')) : await bucket.keys()
  // What was posted to the bucket and never confirmed waits there for an hour.
  const originals = kept.filter((path) => !path.includes('/incoming/'))
  const names = originals.map((path) => path.slice(path.lastIndexOf('/') + 1, path.lastIndexOf('/') + 17))
  expect(names.sort()).toEqual([...ids].sort())
  // Uploads whose bytes are all here are images, or still wait to be asked about for a day; nothing else is left.
  const waiting = filesIn(join(server.dataDir, 'uploads')).map((path) =>
    path.slice(path.lastIndexOf('/') + 1),
  )
  expect(waiting.every((name) => /^[0-9a-f]{64}$/.test(name))).toBe(true)
}

function temporaryFiles(dataDir: string): string[] {
  const beside = readdirSync(dataDir).filter((name) => name.endsWith('.tmp'))
  return [...beside, ...filesIn(join(dataDir, 'tmp'))]
}

function filesIn(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}
