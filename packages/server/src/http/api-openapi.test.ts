/** The OpenAPI document against the API itself: complete, well formed, and true of what is answered. */
import { createHash } from 'node:crypto'
import { Validator } from '@seriousme/openapi-schema-validator'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { type Harness, picture, startApi } from './api/api.test-harness.ts'
import { operationSummaries } from './api/operation-summaries.ts'

interface Operation {
  readonly operationId: string
  readonly summary?: string
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly schema: object }[]
  readonly requestBody?: { readonly content: Record<string, { readonly schema: Record<string, unknown> }> }
  readonly responses: Record<string, { readonly content?: Record<string, { readonly schema: object }> }>
}

describe('GET /api/openapi.json', () => {
  let harness: Harness
  let paths: Record<string, Record<string, Operation>>
  let document: Readonly<Record<string, unknown>> & {
    readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  }

  beforeAll(async () => {
    harness = await startApi()
    const response = await harness.api.inject({ url: '/api/openapi.json' })
    expect(response.statusCode).toBe(200)
    document = response.json()
    expect(document).toMatchObject({ openapi: '3.1.0', servers: [{ url: 'http://images.test' }] })
    paths = document.paths as typeof paths
  })
  afterAll(() => harness.close())

  it('is a valid document of OpenAPI 3.1', async () => {
    const validator = new Validator()
    const { errors } = await validator.validate(structuredClone(document))
    expect([validator.version, errors]).toEqual(['3.1', undefined])
  })

  it('names nothing that is not there', () => {
    const text = JSON.stringify(document)
    const missing = [...text.matchAll(/"\$ref":"#\/components\/(\w+)\/([\w-]+)"/g)].filter(
      ([, kind = '', name = '']) => document.components[kind]?.[name] === undefined,
    )
    expect(missing).toEqual([])
    expect(text).not.toContain('#/$defs')
  })

  it('tells what every route takes and gives that reads or writes bodies itself', () => {
    const transform = paths['/api/v1/transform']?.post
    expect(Object.keys(transform?.requestBody?.content ?? {})).toContain('multipart/form-data')
    expect(Object.keys(transform?.responses['200']?.content ?? {}).sort()).toEqual([
      'application/json',
      'image/*',
      'text/*',
    ])
    // What better-auth answers is its own business.
    const untold = Object.entries(paths)
      .filter(([path]) => !path.startsWith('/api/auth/') && !/^\/api\/(?:docs|openapi\.json)$/.test(path))
      .flatMap(([path, item]) =>
        Object.entries(item)
          .filter(([, { responses }]) => '2XX' in responses)
          .map(([method]) => `${method} ${path}`),
      )
    expect(untold).toEqual([])
  })

  it('lets every list be read in parts, in one of two ways', () => {
    /** Arrays that are no lists of things that grow, and why. */
    const whole: Readonly<Record<string, string>> = {
      '/api/v1/images/search': 'the vendor’s: at most `limit` of up to 1 000 matches',
      '/api/v1/images/{id}': 'an image',
      '/api/v1/images/path/{username}/{path}': 'an image',
      '/api/v1/images/{id}/similar': 'the nearest `limit`: farther ones are other pictures',
      '/api/v1/images/{id}/facts': 'colours of an image',
      '/api/v1/jobs/{id}': 'a job',
      '/api/v1/origins/{id}': 'an origin',
      '/api/v1/webhooks/{id}': 'a webhook',
      '/api/v1/project/signing-secrets': 'at most two',
      '/api/v1/versions': 'at most ten',
      '/api/v1/notices': 'those that show now',
    }
    const unread = Object.entries(paths).filter(([path, { get }]) => {
      const answer = get?.responses['200']?.content?.['application/json']?.schema as
        | { readonly properties?: Readonly<Record<string, { readonly type?: string }>> }
        | undefined
      const told = answer?.properties ?? {}
      const isList = Object.values(told).some(({ type }) => type === 'array')
      if (get === undefined || !isList || path in whole) return false
      const asked = get.parameters.map(({ name }) => name)
      const byCursor = asked.includes('cursor') && 'next_cursor' in told
      const byOffset = asked.includes('offset') && 'total' in told
      return !asked.includes('limit') || !(byCursor || byOffset)
    })
    expect(unread.map(([path]) => path)).toEqual([])
  })

  it('is answered with the rate, whatever is asked and by whomever', async () => {
    for (const [path, item] of Object.entries(paths)) {
      for (const method of Object.keys(item)) {
        const url = path.replace(/\{\w+\}/g, 'x')
        const asked = { method: method.toUpperCase() as 'GET', url }
        const strangers = await harness.api.inject(asked)
        const answers = method === 'get' ? [strangers, await harness.request(asked)] : [strangers]
        for (const { headers, statusCode } of answers) {
          const told = ['limit', 'remaining', 'reset'].map((name) => Number(headers[`x-ratelimit-${name}`]))
          expect([method, path, statusCode, told.every((number) => number > 0)]).toEqual([
            method,
            path,
            statusCode,
            true,
          ])
        }
      }
    }
  })

  it('has every route of the contract and of our own, each once', () => {
    for (const [path, methods] of [
      ['/api/v1/images', ['get', 'post']],
      ['/api/v1/images/search', ['get']],
      ['/api/v1/images/{id}', ['delete', 'get', 'patch']],
      ['/api/v1/images/path/{username}/{path}', ['delete', 'get']],
      ['/api/v1/images/{id}/signed-url', ['post']],
      ['/api/v1/settings/presets/{id}', ['delete', 'get', 'put']],
      ['/api/v1/trash/{id}/restore', ['post']],
      ['/api/v1/uploads/presign', ['post']],
      ['/api/v1/uploads/tus/{token}', ['delete', 'head', 'patch', 'post']],
    ] as const)
      expect([path, Object.keys(paths[path] ?? {}).sort()]).toEqual([path, methods])
    const ids = Object.values(paths).flatMap((item) =>
      Object.values(item).map(({ operationId }) => operationId),
    )
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('says in a line what each operation does, each in its own words', () => {
    const operations = Object.values(paths).flatMap((item) => Object.values(item))
    expect(operations.filter(({ summary = '' }) => !/^[A-Z].{5,80}$/.test(summary))).toEqual([])
    expect(new Set(operations.map(({ summary }) => summary)).size).toBe(operations.length)
    expect(Object.keys(operationSummaries).sort()).toEqual(
      operations.map(({ operationId }) => operationId).sort(),
    )
  })

  it('declares each parameter of each path, and no other', () => {
    for (const [path, item] of Object.entries(paths)) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort()
      for (const operation of Object.values(item)) {
        const declared = operation.parameters.filter((parameter) => parameter.in === 'path')
        expect([path, declared.map(({ name }) => name).sort()]).toEqual([path, inPath])
      }
    }
  })

  it('says what requests hold, as clients write them', () => {
    const search = paths['/api/v1/images/search']?.get?.parameters ?? []
    expect(search.map(({ name }) => name)).toEqual(['q', 'tag', 'metadata', 'limit'])
    const bodies = paths['/api/v1/images']?.post?.requestBody?.content ?? {}
    expect(Object.keys(bodies).sort()).toEqual([
      'application/json',
      'application/octet-stream',
      'application/pdf',
      'image/*',
      'multipart/form-data',
    ])
    expect(bodies['multipart/form-data']?.schema).toMatchObject({
      required: ['file'],
      properties: { file: { type: 'string', format: 'binary' }, visibility: { enum: ['public', 'private'] } },
    })
    const changes = paths['/api/v1/images/{id}']?.patch?.requestBody?.content['application/json']?.schema
    expect(changes).toMatchObject({ type: 'object', additionalProperties: false })
  })

  it('is true of what is answered', async () => {
    const { id } = (await harness.upload(await picture(1), 'a.png', { target_path: 'blog/a.png' })).json()
    for (const [template, url] of [
      ['/api/v1/images', '/api/v1/images'],
      ['/api/v1/images/search', '/api/v1/images/search?q=blog'],
      ['/api/v1/images/{id}', `/api/v1/images/${id}`],
      ['/api/v1/versions', '/api/v1/versions?path=blog/a.png'],
      ['/api/v1/trash', '/api/v1/trash'],
      ['/api/v1/usage', '/api/v1/usage'],
    ] as const) {
      const told = paths[template]?.get?.responses['200']?.content?.['application/json']?.schema
      const answer = (await harness.request({ url })).json()
      const checked = z.fromJSONSchema(told as Parameters<typeof z.fromJSONSchema>[0]).safeParse(answer)
      expect([template, checked.error?.issues]).toEqual([template, undefined])
    }
  })

  it('is a page for people, too: every operation, nothing loaded, nothing that runs', async () => {
    const response = await harness.api.inject({ url: '/api/docs' })
    expect(response.headers['content-type']).toContain('text/html')
    const policy = String(response.headers['content-security-policy'])
    expect(policy).toContain("default-src 'none'")
    const style = /<style>(.*?)<\/style>/s.exec(response.body)?.[1] ?? ''
    expect(policy).toContain(`'sha256-${createHash('sha256').update(style).digest('base64')}'`)
    const ids = Object.values(paths).flatMap((item) =>
      Object.values(item).map(({ operationId }) => operationId),
    )
    expect(response.body).toContain('Put a deleted image back')
    for (const id of ids) expect(response.body).toContain(`<details id="${id}">`)
    expect(response.body).not.toMatch(/<script|<link|<img|onclick|javascript:/)
  })
})
