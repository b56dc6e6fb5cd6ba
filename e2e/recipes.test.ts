/** The recipes of docs/guide/recipes.md on a fresh server: each as it stands there, and each result as its table says. */
import { readFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import sharp, { type Metadata } from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mayUseBuckets, newBucket } from './bucket.ts'
import { type RunningServer, startServer } from './support.ts'

interface Row {
  /** Its name, `–` for the only one; of a job the object's key. */
  readonly output: string
  readonly format: string
  readonly width: string
  readonly height: string
  readonly maxBytes: number
}

interface Recipe {
  readonly title: string
  readonly request: {
    readonly output?: { readonly density?: number }
    /** Of a job. */
    readonly sources?: object
    readonly store?: { readonly origin?: string }
  }
  readonly rows: readonly Row[]
}

interface Result {
  readonly name?: string
  readonly format: string
  readonly width: number
  readonly height: number
  readonly sizeBytes: number
  readonly data?: string
  readonly text?: string
  readonly image?: { readonly url: string }
}

const page = readFileSync(new URL('../docs/guide/recipes.md', import.meta.url), 'utf8')
const all = page.split(/^## /m).slice(1).map(recipeOf)
const recipes = all.filter(({ request }) => request.sources === undefined)
const jobs = all.filter(({ request }) => request.sources !== undefined)

let server: RunningServer

beforeAll(async () => {
  server = await startServer({ env: { FOVEA_EGRESS_ALLOW: '127.0.0.1' } })
})
afterAll(() => server?.stop())

function recipeOf(section: string): Recipe {
  const [title = ''] = section.split('\n', 1)
  const [, json = ''] = /^```json\n(.*?)^```/ms.exec(section) ?? []
  const rows = [...section.matchAll(/^\|(.*)\|$/gm)].slice(2).map(([, cells = '']) => {
    const [output = '', format = '', width = '', height = '', bytes] = cells
      .split('|')
      .map((cell) => cell.trim())
    return { output, format, width, height, maxBytes: Number(bytes) }
  })
  return { title, request: JSON.parse(json), rows }
}

async function bytesOf({ data, text, image }: Result): Promise<Buffer> {
  if (image !== undefined) return Buffer.from(await (await fetch(image.url)).arrayBuffer())
  return text === undefined ? Buffer.from(data ?? '', 'base64') : Buffer.from(text)
}

it('are all there', () => {
  expect([recipes.length, jobs.length]).toEqual([10, 1])
  for (const { title, rows } of all) expect(rows.length, title).toBeGreaterThan(0)
})

it.each(recipes.map((recipe) => [recipe.title, recipe] as const))('%s', async (_, { request, rows }) => {
  const response = await server.api('/api/v1/transform', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(request),
  })
  const answer = await response.json()
  expect(response.status, JSON.stringify(answer)).toBe(200)
  const outputs = answer.outputs as Result[]
  expect(outputs.map(({ name = '–' }) => name)).toEqual(rows.map(({ output }) => output))
  for (const [index, row] of rows.entries()) {
    const result = outputs[index] as Result
    const bytes = await bytesOf(result)
    expect([row.output, bytes.length <= row.maxBytes, bytes.length], `${bytes.length} bytes`).toEqual([
      row.output,
      true,
      result.sizeBytes,
    ])
    if (row.width === '–') {
      expect(result.format).toBe(row.format)
      continue
    }
    const { density } = await expectPicture(bytes, row)
    if (request.output?.density !== undefined) expect(density).toBe(request.output.density)
  }
})

describe.runIf(mayUseBuckets)('as a job', () => {
  it.each(jobs.map((recipe) => [recipe.title, recipe] as const))('%s', async (_, { request, rows }) => {
    const bucket = await newBucket()
    const configured = await post('/api/v1/origins', { name: request.store?.origin, ...bucket.origin })
    expect(configured.status, await configured.clone().text()).toBe(201)
    const created = await post('/api/v1/jobs', request)
    expect(created.status, await created.clone().text()).toBe(202)
    expect((await ended(created.headers.get('location') ?? '')).state).toBe('completed')
    expect((await bucket.keys()).toSorted()).toEqual(rows.map(({ output }) => output).toSorted())
    for (const row of rows) {
      const bytes = await bucket.bytes(row.output)
      expect([row.output, bytes.length <= row.maxBytes], `${bytes.length} bytes`).toEqual([row.output, true])
      await expectPicture(bytes, row)
    }
  })
})

async function expectPicture(bytes: Buffer, row: Row): Promise<Metadata> {
  const made = await sharp(bytes).metadata()
  const format = made.format === 'heif' ? 'avif' : made.format
  expect([format, String(made.width), String(made.height)]).toEqual([row.format, row.width, row.height])
  return made
}

function post(path: string, body: object): Promise<Response> {
  return server.api(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
}

async function ended(url: string): Promise<{ readonly state: string }> {
  for (;;) {
    const job = (await (await server.api(url)).json()) as { state: string }
    if (job.state !== 'running') return job
    await setTimeout(50)
  }
}
