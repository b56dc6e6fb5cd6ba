/**
 * The exchanges of img-src's SDK that the contracts recorded, replayed against the REST API: the same method, target,
 * headers and body, with this server's ids and key in place of the recorder's. What comes back must have every key the
 * SDK's validation wants, optional ones too (null will do), in the types it returned to its caller.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { itWithShared, sharedDir } from '../../fixtures/shared.ts'
import { generatePng, type RunningServer, startServer } from '../support.ts'

interface Step {
  readonly sent: readonly {
    readonly method: string
    readonly url: string
    readonly headers: Readonly<Record<string, string>>
    readonly body: string | readonly string[]
  }[]
  readonly result: Readonly<Record<string, unknown>>
}

const steps: Readonly<Record<string, Step>> =
  sharedDir === undefined
    ? {}
    : JSON.parse(readFileSync(join(sharedDir, 'contracts/vectors/sdk-record.json'), 'utf8')).steps

let server: RunningServer
/** What the recorder's mock called things → what this server calls them. */
let names: Readonly<Record<string, string>>

beforeAll(async () => {
  server = await startServer()
  names = { john: server.firstRun.project }
})
afterAll(() => server?.stop())

type Json = Readonly<Record<string, unknown>>
interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: Json
}

function renamed(text: string): string {
  return Object.entries(names).reduce((whole, [from, to]) => whole.replaceAll(from, to), text)
}

/** Sends what a step sent. `picture` takes the place of the recorder's bytes in a form. */
async function replay(name: string, picture?: Buffer): Promise<Answer> {
  const [sent] = steps[`is.${name}`]?.sent ?? []
  if (sent === undefined) throw new Error(`no step is.${name}`)
  // the boundary of a form was recorded as an ellipsis; fetch writes its own
  const isForm = Array.isArray(sent.body)
  const headers = new Headers(
    Object.entries(sent.headers).filter(([header]) => !(isForm && header === 'content-type')),
  )
  headers.set('authorization', `Bearer ${server.firstRun.apiKey}`)
  let body: BodyInit | null = null
  if (Array.isArray(sent.body)) {
    const form = new FormData()
    form.append('file', new Blob([Uint8Array.from(picture ?? [])], { type: 'image/png' }), 'p.png')
    const at = sent.body.findIndex((line) => line.includes('name="target_path"'))
    if (at >= 0) form.append('target_path', sent.body[at + 1] ?? '')
    body = form
  } else if (typeof sent.body === 'string' && sent.body !== '') body = renamed(sent.body)
  const url = server.url + renamed(sent.url)
  const response = await fetch(url, { method: sent.method, headers, body })
  const json: Json = await response.json()
  expect(response.headers.get('content-type'), name).toMatch(/^application\/json\b/)
  for (const header of ['x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset'])
    expect(Number(response.headers.get(header)), `${name}: ${header}`).toBeGreaterThanOrEqual(0)
  return { status: response.status, headers: response.headers, body: json }
}

/** `uploadedAt` → `uploaded_at`; `links` → `_links`. */
function wireName(key: string): string {
  return key === 'links' ? '_links' : key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

/** Checks that every key the SDK gave its caller is on the wire, of a type that its validation takes. */
function expectShape(body: unknown, seen: unknown, path: string): void {
  if (Array.isArray(seen)) {
    expect(Array.isArray(body), path).toBe(true)
    const [first] = seen
    if (first !== undefined) for (const item of body as unknown[]) expectShape(item, first, `${path}[]`)
  } else if (typeof seen === 'object' && seen !== null) {
    for (const [key, value] of Object.entries(seen)) {
      const name = wireName(key)
      expect(body, path).toHaveProperty([name])
      expectShape((body as Json)[name], value, `${path}.${name}`)
    }
  } else if (body !== null && seen !== null) {
    // The SDK makes dates of these; on the wire they are RFC 3339.
    if (/(?:uploaded|deleted)_at$/.test(path)) expect(body, path).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
    else expect(typeof body, path).toBe(typeof seen)
  }
}

/** What the SDK returned at that step, without the name of its wrapper. */
function returned(name: string): unknown {
  return Object.values(steps[`is.${name}`]?.result ?? {})[0]
}

/** Optional keys that newer installs of the SDK's schema library throw without. */
const listItem = [
  ...['id', 'original_filename', 'sanitized_filename', 'size', 'uploaded_at', 'url', 'cdn_url', 'paths'],
  ...['visibility', 'active_signed_url'],
]

describe('img-src’s SDK, as recorded', () => {
  itWithShared('uploads: 201, also for the same bytes again', async () => {
    const picture = await generatePng({ width: 40, height: 30 })
    const { status, body } = await replay('upload_201', picture)
    expect(status).toBe(201)
    expectShape(body, returned('upload_201'), 'upload')
    expect(Object.keys(body.available_formats as Json)).toEqual(
      expect.arrayContaining(['webp', 'avif', 'jpeg', 'png', 'jxl']),
    )
    expect(body).toMatchObject({ visibility: 'public', format: 'png', dimensions: { width: 40, height: 30 } })
    expect(String(body.hash)).toContain(String(body.id))
    names = { ...names, abcdef1234567890: String(body.id) }
    // 200 makes it throw "Unexpected Status": the step that recorded that must not get one.
    const again = await replay('upload_200_dup', picture)
    expect([201, 409]).toContain(again.status)
    if (again.status === 201) expectShape(again.body, returned('upload_201'), 'upload')
    else expect(again.body).toMatchObject({ error: { status: 409, path: '/api/v1/images' } })
  })

  itWithShared('lists and searches, with every optional key', async () => {
    const list = await replay('list')
    expect(list.status).toBe(200)
    for (const key of ['images', 'folders', 'total', 'limit', 'offset', 'has_more', 'path_filter'])
      expect(list.body).toHaveProperty([key])
    expect(list.body).toMatchObject({ limit: 5, offset: 0, path_filter: 'blog' })
    const all: { readonly images: readonly Json[] } = await (
      await server.api('/api/v1/images?limit=5')
    ).json()
    expect(all.images.length).toBeGreaterThan(0)
    for (const image of all.images) for (const key of listItem) expect(image).toHaveProperty([key])
    const found = await replay('search')
    expect(found.status).toBe(200)
    expectShape(found.body, returned('search'), 'search')
    expect((found.body.results as readonly Json[]).length).toBeGreaterThan(0)
  })

  itWithShared('reads one image, and is told of one that is not there', async () => {
    const { status, body } = await replay('get')
    expect(status).toBe(200)
    expectShape(body, returned('get'), 'image')
    expect((body.metadata as Json).dominant_color).toMatch(/^[0-9a-f]{6}$/)
    const missing = await replay('get_404')
    expect(missing.status).toBe(404)
    expect(missing.body).toMatchObject({
      error: { code: 'NOT_FOUND', message: expect.any(String), status: 404, path: '/api/v1/images/zzzz' },
    })
  })

  itWithShared('signs URLs, with a body and without', async () => {
    for (const [name, seconds] of [
      ['signed', 120],
      ['signed_nobody', 3600],
    ] as const) {
      const { status, body } = await replay(name)
      expect([name, status, body.expires_in_seconds]).toEqual([name, 200, seconds])
      expectShape(body, returned(name), name)
      expect((await fetch(String(body.signed_url))).status, name).toBe(200)
    }
  })

  itWithShared('changes who may see an image', async () => {
    const { status, body } = await replay('visibility')
    expect([status, body.visibility]).toEqual([200, 'private'])
    expectShape(body, returned('visibility'), 'visibility')
  })

  itWithShared('makes, lists, reads, changes and deletes a preset', async () => {
    const made = await replay('preset_create')
    expect(made.status).toBe(201)
    expectShape(made.body, returned('preset_create'), 'preset')
    expect(made.body).toMatchObject({ name: 'thumb', description: null, params: { w: 200 }, usage_count: 0 })
    names = { ...names, preset_1: String(made.body.id) }
    for (const name of ['preset_list', 'preset_get', 'preset_update', 'preset_delete']) {
      const { status, body } = await replay(name)
      expect([name, status]).toEqual([name, 200])
      expectShape(body, returned(name), name)
      if (name === 'preset_update') expect(body.params).toEqual({ w: 3 })
    }
    expect((await replay('preset_get')).status).toBe(404)
  })

  itWithShared('reads usage and settings, and changes these', async () => {
    const usage = await replay('usage')
    expect(usage.status).toBe(200)
    expectShape(usage.body, returned('usage'), 'usage')
    for (const name of ['settings', 'settings_update']) {
      const { status, body } = await replay(name)
      expect([name, status]).toEqual([name, 200])
      const settings = body.settings as Json
      for (const key of [
        ...['id', 'username', 'email', 'plan', 'delivery_formats', 'default_quality', 'default_fit_mode'],
        ...['default_max_width', 'default_max_height', 'theme', 'language', 'created_at', 'updated_at'],
        ...['total_uploads', 'storage_used_bytes'],
      ])
        expect(settings, name).toHaveProperty([key])
      if (name === 'settings_update')
        expect([settings.default_quality, settings.default_max_width]).toEqual([70, null])
    }
  })

  itWithShared('deletes by path and by id', async () => {
    const picture = await generatePng({ width: 20, height: 20, seed: 9 })
    const { body: made } = await (async () => {
      const form = { target_path: 'blog/p.png' }
      const response = await server.upload(picture, 'p.png', form)
      return { body: (await response.json()) as Json }
    })()
    expect(made.paths).toEqual(['blog/p.png'])
    const path = await replay('delete_path')
    expect(path.status).toBe(200)
    expectShape(path.body, returned('delete_path'), 'path')
    expect(path.body).toMatchObject({ success: true, image_deleted: true, remaining_paths: [] })
    const gone = await replay('delete')
    expect(gone.status).toBe(200)
    expectShape(gone.body, returned('delete'), 'delete')
    expect((await replay('get')).status).toBe(404)
  })

  itWithShared('every recorded exchange is replayed, but those of the mock’s mistakes', () => {
    const source = readFileSync(new URL(import.meta.url), 'utf8')
    const mistakes = ['upload_missing_jxl', 'upload_409', 'upload_403', 'upload_429']
    const recorded = Object.keys(steps).flatMap((name) => (name.startsWith('is.') ? name.slice(3) : []))
    expect(recorded.filter((name) => !source.includes(`'${name}'`))).toEqual([])
    expect(recorded).toEqual(expect.arrayContaining(mistakes))
  })
})
