/**
 * A library of 100 000 images on SQLite: how long pages of its lists and searches take, over HTTP, one at a time.
 *
 * The rows are written straight into the database: only the lists are measured, and no picture is looked at.
 */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import BetterSqlite from 'better-sqlite3'
import { searchTextOf } from '../packages/server/src/assets/search-text.ts'
import { report } from './lib/report.ts'
import { type BenchServer, removeDir, startServer, temporaryDir } from './lib/server.ts'
import { quantile } from './lib/statistics.ts'

const images = Number(process.env.BENCH_ASSETS ?? 100_000)
const samples = Number(process.env.BENCH_SAMPLES ?? 200)
const words =
  'summer winter beach forest city night portrait product shoe dress mountain river bridge garden flower'.split(
    ' ',
  )
const word = (at: number) => words[at % words.length] ?? ''

const firstAt = 1_700_000_000_000
const workDir = await temporaryDir()
const dataDir = join(workDir, 'data')
await (await startServer(dataDir)).stop()
seed(join(dataDir, 'meta.db'))
const server = await startServer(dataDir)

let state = 12_345
const random = (below: number) => {
  state = (state * 1_103_515_245 + 12_345) % 2 ** 31
  return state % below
}
const cursor = (listedAt: number, hash = 'g') =>
  Buffer.from(JSON.stringify({ listedAt, hash })).toString('base64url')
const folder = () => `${word(random(100))}/${2010 + random(16)}`
const lists: Record<string, () => string> = {
  'any page by offset': () => `?limit=50&offset=${random(images - 50)}`,
  'any page by cursor': () => `?limit=50&cursor=${cursor(firstAt + random(images))}`,
  'a folder': () => `?limit=50&path=${folder()}`,
  'by prefix': () => `?limit=50&prefix=${folder()}/`,
}
const searches: Record<string, () => string> = {
  'a common word': () => `/search?q=${word(random(100))}`,
  'one image': () => `/search?q=img_${String(random(images)).padStart(6, '0')}`,
  nothing: () => `/search?q=zq${random(100_000)}x`,
  'a tag and a word': () => `/search?tag=${word(random(100))}&q=${word(random(100))}`,
  'two characters': () => `/search?q=${random(90) + 10}`,
}
await measure(server, () => '?limit=1')
const figures = []
for (const [kind, limit, queries] of [
  ['list', 20, lists],
  ['search', 50, searches],
] as const) {
  for (const [name, query] of Object.entries(queries)) {
    const { p50, p95 } = await measure(server, query)
    figures.push({
      name: `${kind} of ${images} images: ${name}`,
      target: `p95 ≤ ${limit} ms`,
      reached: p95 <= limit,
      measured: { p50Ms: p50, p95Ms: p95, samples },
    })
  }
}
await report('assets', figures)
await server.stop()
await removeDir(workDir)

async function measure(on: BenchServer, query: () => string): Promise<{ p50: number; p95: number }> {
  const times: number[] = []
  for (let sample = 0; sample < samples; sample++) {
    const started = performance.now()
    const response = await on.api(`/api/v1/images${query()}`)
    await response.arrayBuffer()
    times.push(performance.now() - started)
    if (response.status !== 200) throw new Error(`${response.url}: ${response.status}`)
  }
  const rounded = (value: number) => Math.round(value * 10) / 10
  return { p50: rounded(quantile(times, 0.5)), p95: rounded(quantile(times, 0.95)) }
}

function seed(path: string): void {
  const database = new BetterSqlite(path)
  const { id: project } = database.prepare("select id from projects where slug = 'demo'").get() as {
    id: string
  }
  const facts = JSON.stringify({
    format: 'jpeg',
    width: 4000,
    height: 3000,
    orientation: 1,
    pages: 1,
    hasAlpha: false,
    channels: 3,
    space: 'srgb',
    depth: 8,
  })
  const blob = database.prepare(`insert into blobs (project_id, hash, size, format, facts, created_at)
    values (?, ?, 2000000, ?, ?, ?)`)
  const asset =
    database.prepare(`insert into assets (id, project_id, path, folder, stem, search_text, hash, generation,
    visibility, original_filename, created_at, updated_at, listed_at, tags)
    values (?, ?, ?, ?, ?, ?, ?, 1, 'public', ?, ?, ?, ?, ?)`)
  const folders = new Map<string, { all: number; own: number }>()
  database.transaction(() => {
    for (let index = 0; index < images; index++) {
      const hash = createHash('sha256').update(String(index)).digest('hex')
      const at = firstAt + index
      const place = `${word(index * 7)}/${2010 + (index % 16)}`
      const name = `${word(index * 13)}-img_${String(index).padStart(6, '0')}`
      const originalFilename = `DSC_${index}.JPG`
      const tags = [word(index), word(index * 3 + 1)]
      const description = { altText: '', tags, metadata: {}, focalPoint: null }
      const text = searchTextOf({ path: `${place}/${name}.jpg`, originalFilename, description })
      blob.run(project, hash, 'jpeg', facts, at)
      asset.run(
        `bench-${index}`,
        project,
        `${place}/${name}.jpg`,
        place,
        `${place}/${name}`,
        text,
        hash,
        originalFilename,
        at,
        at,
        at,
        JSON.stringify(tags),
      )
      for (const above of ['', place.slice(0, place.indexOf('/')), place]) {
        const counted = folders.get(above) ?? { all: 0, own: 0 }
        folders.set(above, { all: counted.all + 1, own: counted.own + (above === place ? 1 : 0) })
      }
    }
    const count = database.prepare(`insert into folders values (?, ?, ?, ?, ?, ?, ?)
      on conflict do update set images = images + excluded.images`)
    for (const [above, { all, own }] of folders) {
      const slash = above.lastIndexOf('/')
      const parent = above === '' ? null : above.slice(0, Math.max(0, slash))
      count.run(project, above, parent, above.slice(slash + 1), all, own, own)
    }
  })()
  database.close()
}
