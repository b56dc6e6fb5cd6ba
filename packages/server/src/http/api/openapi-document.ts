/**
 * The OpenAPI 3.1 document of the API, made of the very schemas that its routes validate with: what is not in a route
 * is not in the document, and nothing is written twice.
 *
 * Requests are described as clients write them (before defaults and conversions), answers as they are sent.
 */
import { problemCodes } from '@fovea/core'
import type { RouteOptions } from 'fastify'
import * as z from 'zod'
import { events } from '../../events/kinds/index.ts'
import { operationSummaries } from './operation-summaries.ts'
import type { RouteDescription } from './route-description.ts'

type Json = Readonly<Record<string, unknown>>

/** One route and method, as the document tells it. */
export interface Operation {
  readonly operationId: string
  readonly summary?: string
  readonly tags: readonly string[]
  readonly security: readonly Json[]
  readonly 'x-fovea-scope'?: string
  readonly parameters: readonly Parameter[]
  readonly requestBody?: { readonly required: boolean; readonly content: Content }
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>
}

export interface Parameter {
  readonly name: string
  readonly in: string
  readonly required: boolean
  readonly description?: string
  readonly schema: unknown
}

type Content = Readonly<Record<string, { readonly schema: unknown }>>

export interface OpenApi extends Json {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

/** Paths in the order of their characters, whatever the order of registration. */
export function openApiDocument(routes: readonly RouteOptions[], publicUrl: string): OpenApi {
  const paths: Record<string, Record<string, Operation>> = {}
  const documented = routes.filter(isOfApi).sort((a, b) => (a.url < b.url ? -1 : Number(a.url > b.url)))
  for (const route of documented) {
    const path = templateOf(route.url)
    for (const method of methodsOf(route, routes)) {
      paths[path] = { ...paths[path], [method.toLowerCase()]: operation(route, method, path) }
    }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Fovea', version: '1', description: 'Images in, every variant out. All times are UTC.' },
    servers: [{ url: publicUrl }],
    paths,
    webhooks: messages(),
    components: {
      securitySchemes: {
        apiKey: {
          type: 'http',
          scheme: 'bearer',
          description: 'An API key of a project, `fov_…`, or a token of the issuer that the operator trusts',
        },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'fovea_session',
          description: 'A signed-in person, who names the project in `X-Fovea-Project`',
        },
      },
      headers: rates,
      responses: { Problem: problemResponse },
      schemas: { Problem: problemSchema, ...namedSchemas(documented) },
    },
  }
}

/** What webhooks are told, by event. */
function messages(): Json {
  return Object.fromEntries(
    events.map(({ type, summary, data, example }) => {
      const schema = z.object({
        type: z.literal(type),
        timestamp: z.iso.datetime(),
        project: z.string().describe('Id of the project'),
        test: z.literal(true).optional().describe('In messages that were sent to try the webhook out'),
        data,
      })
      const told = {
        type,
        timestamp: '2026-11-22T08:00:00.000Z',
        project: '01K8ZT3V9M5N4R7Q2W6X8Y0A1B',
        data: example,
      }
      const content = { 'application/json': { schema: jsonSchema(schema, 'output'), example: told } }
      return [
        type,
        { post: { summary, requestBody: { content }, responses: { '2XX': { description: 'Taken' } } } },
      ]
    }),
  )
}

const problemSchema: Json = {
  type: 'object',
  description: 'img-src’s error beside the members of RFC 9457',
  required: ['error', 'type', 'title', 'status', 'code'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message', 'status', 'path'],
      properties: {
        code: { type: 'string' },
        message: { type: 'string' },
        status: { type: 'integer' },
        path: { type: 'string' },
      },
    },
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    instance: { type: 'string', description: 'Id of the request' },
    code: { type: 'string', enum: Object.keys(problemCodes) },
  },
}

const rates: Json = Object.fromEntries(
  [
    ['X-RateLimit-Limit', 'Requests a minute'],
    ['X-RateLimit-Remaining', 'Requests left'],
    ['X-RateLimit-Reset', 'When all are there again, Unix seconds'],
  ].map(([name, description]) => [name, { description, schema: { type: 'integer' } }]),
)

const rateHeaders: Json = Object.fromEntries(
  Object.keys(rates).map((name) => [name, { $ref: `#/components/headers/${name}` }]),
)

const problemResponse: Json = {
  description: 'Refused or failed',
  headers: rateHeaders,
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Problem' } } },
}

const idempotencyKey: Parameter = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'A repeated request under the same key is answered as the first time and done once; kept for a day',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
}

/** HEAD is told only where it stands alone: everywhere else it is GET without a body. */
function methodsOf(route: RouteOptions, routes: readonly RouteOptions[]): readonly string[] {
  const methods = [route.method].flat()
  const hasGet = routes.some(({ url, method }) => url === route.url && [method].flat().includes('GET'))
  return methods.filter((method) => method !== 'OPTIONS' && !(method === 'HEAD' && hasGet))
}

/** Pages are for people. */
function isOfApi({ url }: RouteOptions): boolean {
  return url !== '/' && !url.startsWith('/favicon.') && url !== '/console' && !url.startsWith('/console/')
}

/** `/a/:id/*` → `/a/{id}/{path}`. */
function templateOf(url: string): string {
  return url.replace(/:(\w+)/g, '{$1}').replace(/\*$/, '{path}')
}

function operation(route: RouteOptions, method: string, path: string): Operation {
  const { schema = {}, config = {} } = route
  const { body = {}, isBodyOptional, headers, answers = {}, refusal } = config.describe?.() ?? {}
  const content = { ...body, ...jsonBody(schema.body) }
  const operationId = nameOf(method, path)
  const summary = operationSummaries[operationId]
  return {
    operationId,
    ...(summary === undefined ? {} : { summary }),
    tags: [areaOf(path)],
    ...(config.isPublic === true
      ? { security: [] }
      : { security: [...(config.isPersonal === true ? [] : [{ apiKey: [] }]), { session: [] }] }),
    ...(config.scope === undefined ? {} : { 'x-fovea-scope': config.scope }),
    parameters: [
      ...parameters(schema.params, 'path', path),
      ...parameters(schema.querystring, 'query', path),
      ...parameters(headers, 'header', path),
      ...(method === 'POST' && config.isPublic !== true ? [idempotencyKey] : []),
    ],
    ...(Object.keys(content).length === 0
      ? {}
      : {
          requestBody: {
            required: isBodyOptional !== true && !isOptional(schema.body),
            content: mapped(content, 'input'),
          },
        }),
    responses: {
      ...responses(schema.response, answers),
      default: refusal === undefined ? { $ref: '#/components/responses/Problem' } : refused(refusal),
    },
  }
}

/** `GET /api/v1/images/{id}` → `getImagesById`. */
function nameOf(method: string, path: string): string {
  const words = path
    .replace(/^\/api(?:\/v\d+)?/, '')
    .replace(/\{(\w+)\}/g, 'by-$1')
    .split(/[^A-Za-z0-9]+/)
  return method.toLowerCase() + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
}

function areaOf(path: string): string {
  return /^\/api\/v\d+\/([^/]+)/.exec(path)?.[1] ?? 'service'
}

function jsonBody(body: unknown): Readonly<Record<string, z.ZodType>> {
  return isSchema(body) ? { 'application/json': body } : {}
}

function isOptional(body: unknown): boolean {
  return isSchema(body) && body.safeParse(undefined).success
}

function mapped(content: Readonly<Record<string, z.ZodType>>, io: 'input' | 'output'): Content {
  return Object.fromEntries(
    Object.entries(content).map(([type, schema]) => [type, { schema: jsonSchema(schema, io) }]),
  )
}

function parameters(schema: unknown, place: 'path' | 'query' | 'header', path: string): Parameter[] {
  const shape = isSchema(schema) ? jsonSchema(schema, 'input') : {}
  const { properties = {}, required = [] } = shape as {
    properties?: Record<string, Json>
    required?: string[]
  }
  const described = Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name: name === '*' ? 'path' : name,
    in: place,
    required: place === 'path' || required.includes(name),
    ...(typeof description === 'string' ? { description } : {}),
    schema: rest,
  }))
  if (place !== 'path') return described
  // Routes that read a path parameter themselves have no schema for it.
  const known = new Set(described.map(({ name }) => name))
  const others = [...path.matchAll(/\{(\w+)\}/g)]
    .map(([, name = '']) => name)
    .filter((name) => !known.has(name))
  return [
    ...described,
    ...others.map((name) => ({ name, in: place, required: true, schema: { type: 'string' } })),
  ]
}

function responses(schema: unknown, own: NonNullable<RouteDescription['answers']>): Operation['responses'] {
  const checked = Object.entries((schema ?? {}) as Readonly<Record<string, unknown>>)
    .filter(([, answer]) => isSchema(answer))
    .map(
      ([status, answer]) =>
        [status, { content: answer instanceof z.ZodNull ? {} : jsonBody(answer) }] as const,
    )
  const told: readonly (readonly [string, Told])[] = [...checked, ...Object.entries(own)]
  const good = told.map(([status, { content = {}, headers = {} }]) => [
    status,
    {
      description: 'Done',
      headers: { ...rateHeaders, ...headersOf(headers) },
      ...(Object.keys(content).length === 0 ? {} : { content: mapped(content, 'output') }),
    },
  ])
  return {
    ...(good.length === 0
      ? { '2XX': { description: 'Done', headers: rateHeaders } }
      : Object.fromEntries(good)),
  }
}

function refused(schema: z.ZodType): Json {
  return { ...problemResponse, content: mapped({ 'application/json': schema }, 'output') }
}

type Told = NonNullable<RouteDescription['answers']>[number]

function headersOf(headers: Readonly<Record<string, string>>): Json {
  return Object.fromEntries(
    Object.entries(headers).map(([name, description]) => [name, { description, schema: { type: 'string' } }]),
  )
}

/** Schemas that have a name of their own are told once, among the components. */
function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, $defs, ...told } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  if ($defs === undefined) return told
  return JSON.parse(JSON.stringify(told).replaceAll('"#/$defs/', '"#/components/schemas/')) as Json
}

/** What has a name of its own in any of these schemas. */
function namedSchemas(routes: readonly RouteOptions[]): Json {
  const bodies = routes.flatMap(({ config }) => Object.values(config?.describe?.().body ?? {}))
  const named = bodies.map(
    (body) => z.toJSONSchema(body, { io: 'input', unrepresentable: 'any' }).$defs ?? {},
  )
  return Object.assign({}, ...named) as Json
}

function isSchema(value: unknown): value is z.ZodType {
  return value instanceof z.ZodType
}
