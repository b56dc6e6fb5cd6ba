/**
 * img-src's own client and document against our API: every request its SDK was recorded sending is replayed, and
 * every answer is checked against the vendor's OpenAPI schemas, and for the keys newer zod versions insist on.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import * as z from 'zod'
import { itWithShared, sharedDir } from '../../../../fixtures/shared.ts'
import { type Harness, picture, startApi } from './api/api.test-harness.ts'

interface Recorded {
  readonly sent: readonly {
    readonly method: string
    readonly url: string
    readonly headers: Record<string, string>
    readonly body: string | readonly string[]
  }[]
}

type JsonSchema = { [key: string]: unknown }

const read = (path: string) => JSON.parse(readFileSync(join(sharedDir ?? '', 'contracts', path), 'utf8'))
const steps: Record<string, Recorded> = sharedDir === undefined ? {} : read('vectors/sdk-record.json').steps
const schemas: Record<string, JsonSchema> =
  sharedDir === undefined ? {} : read('vendor/img-src.openapi.json').components.schemas

/** Recorded step → schema of the answer, and the status the SDK insists on. */
const answers: Record<string, readonly [string, number]> = {
  'is.upload_201': ['UploadResponse', 201],
  'is.list': ['ImageListResponse', 200],
  'is.search': ['SearchResponse', 200],
  'is.get': ['MetadataResponse', 200],
  'is.get_404': ['ErrorResponse', 404],
  'is.signed': ['SignedUrlResponse', 200],
  'is.signed_nobody': ['SignedUrlResponse', 200],
  'is.visibility': ['UpdateVisibilityResponse', 200],
  'is.preset_create': ['Preset', 201],
  'is.preset_list': ['ListPresetsResponse', 200],
  'is.preset_get': ['Preset', 200],
  'is.preset_update': ['Preset', 200],
  'is.preset_delete': ['DeletePresetResponse', 200],
  'is.usage': ['UsageResponse', 200],
  'is.settings': ['SettingsResponse', 200],
  'is.settings_update': ['SettingsUpdateResponse', 200],
  'is.delete': ['DeleteResponse', 200],
  'is.delete_path': ['PathDeleteResponse', 200],
}

describe('the img-src SDK', () => {
  let harness: Harness
  let presetId = ''

  beforeAll(async () => {
    harness = await startApi()
  })
  afterAll(() => harness.close())

  for (const [step, [schema, status]] of Object.entries(answers)) {
    itWithShared(`${step} is answered with ${status} and a ${schema}`, async () => {
      const recorded = steps[step]?.sent[0]
      if (recorded === undefined) throw new Error(`${step} was not recorded`)
      const { id } = (await harness.upload(await picture(1), 'p.png', { target_path: 'blog/p.png' })).json()
      const url = recorded.url
        .replace('abcdef1234567890', id)
        .replace('preset_1', presetId)
        .replace('/john/', '/demo/')
      const isForm = recorded.headers['content-type']?.startsWith('multipart/') === true
      const response = isForm
        ? await harness.upload(await picture(2), 'p.png', { target_path: 'blog/2024' })
        : await harness.request({
            method: recorded.method as 'GET',
            url,
            headers: {
              accept: 'application/json',
              'user-agent': recorded.headers['user-agent'] ?? '',
              ...(recorded.headers['content-type'] === undefined
                ? {}
                : { 'content-type': recorded.headers['content-type'] }),
            },
            ...(recorded.headers['content-type'] === undefined ? {} : { payload: recorded.body as string }),
          })
      expect(response.statusCode, response.body).toBe(status)
      expect(response.headers['content-type']).toMatch(/^application\/json/)
      const body = response.json()
      if (step === 'is.preset_create') presetId = body.id
      const checked = z.fromJSONSchema(withoutReferences(schemas[schema] ?? {}) as never).safeParse(body)
      expect(checked.success ? [] : checked.error.issues).toEqual([])
      expect(missingKeys(schemas[schema] ?? {}, body)).toEqual([])
    })
  }

  itWithShared('gets png and jxl beside the documented formats', async () => {
    const uploaded = (await harness.upload(await picture(3), 'f.png')).json()
    expect(Object.keys(uploaded.available_formats)).toEqual(expect.arrayContaining(['png', 'jxl']))
    const metadata = (await harness.request({ url: `/api/v1/images/${uploaded.id}` })).json()
    expect(Object.keys(metadata.urls)).toEqual(expect.arrayContaining(['png', 'jxl']))
  })
})

/** The schema with its `$ref`s put in place; `nullable` of OpenAPI 3.0 as a type, and every optional key nullable. */
function withoutReferences(schema: JsonSchema): JsonSchema {
  const {
    $ref,
    nullable,
    example: _example,
    exclusiveMinimum,
    ...rest
  } = schema as JsonSchema & { $ref?: string }
  if ($ref !== undefined) return withoutReferences(schemas[$ref.slice('#/components/schemas/'.length)] ?? {})
  const made: JsonSchema = { ...rest }
  if (exclusiveMinimum === true) {
    made.exclusiveMinimum = made.minimum
    delete made.minimum
  }
  if (typeof made.properties === 'object' && made.properties !== null) {
    const required = (made.required as string[] | undefined) ?? []
    made.properties = Object.fromEntries(
      Object.entries(made.properties as Record<string, JsonSchema>).map(([name, property]) => {
        const own = withoutReferences(property)
        return [name, required.includes(name) ? own : { anyOf: [own, { type: 'null' }] }]
      }),
    )
  }
  if (typeof made.items === 'object') made.items = withoutReferences(made.items as JsonSchema)
  if (typeof made.additionalProperties === 'object') delete made.additionalProperties
  return nullable === true ? { anyOf: [made, { type: 'null' }] } : made
}

/** Keys the document knows and the answer does not have: clients with zod ≥ 4.4 reject those even when optional. */
function missingKeys(schema: JsonSchema, body: unknown, at = ''): string[] {
  const $ref = schema.$ref as string | undefined
  if ($ref !== undefined)
    return missingKeys(schemas[$ref.slice('#/components/schemas/'.length)] ?? {}, body, at)
  if (Array.isArray(body))
    return body.flatMap((item, index) =>
      missingKeys((schema.items as JsonSchema) ?? {}, item, `${at}/${index}`),
    )
  if (typeof body !== 'object' || body === null) return []
  return Object.entries((schema.properties as Record<string, JsonSchema>) ?? {}).flatMap(
    ([name, property]) =>
      Object.hasOwn(body, name)
        ? missingKeys(property, (body as Record<string, unknown>)[name], `${at}/${name}`)
        : [`${at}/${name}`],
  )
}
