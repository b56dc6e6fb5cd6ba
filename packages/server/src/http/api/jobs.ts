/** `/api/v1/jobs`: many pictures through one pipeline, followed, tried again, stopped and taken home. */
import { deserialiseProblem, mediaTypeOf, type SerialisedProblem } from '@fovea/core'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import * as z from 'zod'
import { type BlobHash, imageId, noDescription } from '../../assets/index.ts'
import {
  type BatchItem,
  type BatchProgress,
  batchStates,
  type ItemResult,
  itemStates,
} from '../../batches/index.ts'
import { degradedMember } from '../../delivery/index.ts'
import type { Project } from '../../projects/index.ts'
import { callerOf } from './admit.ts'
import { clientSignal } from './client-signal.ts'
import { cursorText, positionOf } from './cursor.ts'
import type { ApiContext } from './dependencies.ts'
import { readJsonForm } from './json-form.ts'
import { deliveryUrl } from './links.ts'
import type { RouteDescription } from './route-description.ts'
import { isoTime, shapeObject, storedObject, storeWish } from './shapes.ts'

/** A list of thousands of addresses. */
const bodyLimit = 4 * 1024 * 1024

const jobShape = z.object({
  id: z.string(),
  name: z.string().nullable(),
  state: z.enum(batchStates),
  created_at: z.string(),
  started_at: z.string().nullable(),
  ended_at: z.string().nullable(),
  progress: z.object({
    total: z.int(),
    waiting: z.int(),
    running: z.int(),
    done: z.int(),
    failed: z.int(),
    cancelled: z.int(),
    fraction: z
      .number()
      .min(0)
      .max(1)
      .describe('How much of the work is behind it; a long picture under way counts as far as it has come'),
  }),
  items_per_second: z.number(),
  eta_seconds: z.int().nullable(),
  degraded: z
    .array(z.string())
    .optional()
    .describe('What models would have done better for any of its pictures, and were not there for'),
  _links: z.object({ self: z.string(), items: z.string(), results: z.string() }),
})

const resultShape = z.object({
  output: z.int(),
  name: z.string().nullable(),
  format: z.string(),
  media_type: z.string(),
  width: z.int(),
  height: z.int(),
  size: z.int(),
  image: z.object({ id: z.string(), path: z.string(), url: z.string() }).nullable(),
  object: storedObject.nullable(),
  text: z.string().nullable(),
})

const errorShape = z.looseObject({ code: z.string(), title: z.string(), status: z.int() })

const itemShape = z.object({
  index: z.int(),
  source: z.string(),
  state: z.enum(itemStates),
  attempts: z.int(),
  fraction: z
    .number()
    .optional()
    .describe('How far it has come, 0 to 1; absent unless it is under way and can tell'),
  started_at: z.string().nullable(),
  ended_at: z.string().nullable(),
  error: errorShape.nullable(),
  degraded: z
    .array(z.string())
    .optional()
    .describe('What models would have done better for its results, and were not there for'),
  results: z.array(resultShape),
})

const sourceEntry = z.strictObject({
  asset: z.string().optional(),
  id: z.string().optional(),
  url: z.string().optional(),
  name: z.string().optional(),
})
const operations = z.array(z.looseObject({ op: z.string() }))
/** For the document alone: the language of pipelines reads the request itself, with pointers into it. */
const described = z.object({
  name: z.string().optional(),
  sources: z
    .object({
      list: z.array(sourceEntry).optional(),
      prefix: z.string().optional(),
      url: z.string().optional(),
      origin: z.string().optional().describe('Holds a list or a ZIP archive at path'),
      path: z.string().optional(),
    })
    .optional(),
  store: storeWish.optional(),
  pipeline: operations.optional(),
  output: z.looseObject({}).optional(),
  outputs: z
    .array(
      z.object({
        name: z.string().optional(),
        pipeline: operations.optional(),
        output: z.looseObject({}).optional(),
      }),
    )
    .optional(),
  orient: z.boolean().optional(),
})
const requestBody = {
  'application/json': described,
  'multipart/form-data': z.object({
    request: z.string().describe('The JSON'),
    file: z.string().meta({ format: 'binary' }).describe('A ZIP archive, JSON lines or CSV'),
  }),
}

const byId = z.object({ id: z.string() })
const jobPosition = z.string().max(64)
const itemPosition = z.int().min(0)
const paging = {
  limit: z.coerce.number().int().min(1).max(100).default(50),
  cursor: z.string().max(200).optional(),
}

const zip: RouteDescription = { answers: { 200: { content: { 'application/zip': z.file() } } } }

export function jobRoutes(plain: FastifyInstance, context: ApiContext): void {
  const api = plain.withTypeProvider<ZodTypeProvider>()
  const { batches } = context

  api.post(
    '/api/v1/jobs',
    {
      bodyLimit,
      config: { scope: 'write', describe: () => ({ body: requestBody }) },
      schema: { response: { 202: jobShape } },
    },
    async (request, reply) => {
      const { project } = callerOf(request)
      const signal = clientSignal(request, reply)
      const received = request.isMultipart()
        ? await readJsonForm(request, (bytes) => batches.receiveFile(bytes, signal))
        : { value: request.body ?? {}, file: undefined }
      const batch = await batches.create(project, received, signal)
      return accepted(reply, shapeJob(await batches.progress(batch)))
    },
  )

  api.get(
    '/api/v1/jobs',
    {
      config: { scope: 'read' },
      schema: {
        querystring: z.strictObject({ ...paging, state: z.enum(batchStates).optional() }),
        response: { 200: z.object({ jobs: z.array(jobShape), next_cursor: z.string().nullable() }) },
      },
    },
    async (request) => {
      const { limit, cursor, state } = request.query
      const before = cursor === undefined ? undefined : positionOf(jobPosition, cursor)
      const found = await batches.list(callerOf(request).project, { limit: limit + 1, state, before })
      const shown = found.slice(0, limit)
      const last = found.length > limit ? shown.at(-1) : undefined
      const jobs = await Promise.all(shown.map(async (batch) => shapeJob(await batches.progress(batch))))
      return { jobs, next_cursor: last === undefined ? null : cursorText(last.id) }
    },
  )

  api.get(
    '/api/v1/jobs/:id',
    { config: { scope: 'read' }, schema: { params: byId, response: { 200: jobShape } } },
    async (request) => {
      const batch = await batches.get(callerOf(request).project, request.params.id)
      return shapeJob(await batches.progress(batch))
    },
  )

  api.get(
    '/api/v1/jobs/:id/items',
    {
      config: { scope: 'read' },
      schema: {
        params: byId,
        querystring: z.strictObject({ ...paging, state: z.enum(itemStates).optional() }),
        response: { 200: z.object({ items: z.array(itemShape), next_cursor: z.string().nullable() }) },
      },
    },
    async (request) => {
      const { project } = callerOf(request)
      const { limit, cursor, state } = request.query
      const after = cursor === undefined ? undefined : positionOf(itemPosition, cursor)
      const batch = await batches.get(project, request.params.id)
      const found = await batches.items(batch, { limit: limit + 1, state, after })
      const shown = found.slice(0, limit)
      const last = found.length > limit ? shown.at(-1) : undefined
      return {
        items: shown.map((item) => shapeItem(context, project, item)),
        next_cursor: last === undefined ? null : cursorText(last.position),
      }
    },
  )

  api.get(
    '/api/v1/jobs/:id/results.zip',
    { config: { scope: 'read', describe: () => zip }, schema: { params: byId } },
    async (request, reply) => {
      const batch = await batches.get(callerOf(request).project, request.params.id)
      return reply
        .headers({
          'content-type': 'application/zip',
          'content-disposition': `attachment; filename="${batch.id}.zip"`,
        })
        .send(batches.results(batch))
    },
  )

  for (const action of ['retry', 'cancel'] as const)
    api.post(
      `/api/v1/jobs/:id/${action}`,
      { config: { scope: 'write' }, schema: { params: byId, response: { 202: jobShape } } },
      async (request, reply) => {
        const batch = await batches[action](callerOf(request).project, request.params.id)
        return accepted(reply, shapeJob(await batches.progress(batch)))
      },
    )

  api.delete(
    '/api/v1/jobs/:id',
    { config: { scope: 'write' }, schema: { params: byId, response: { 204: z.null() } } },
    async (request, reply) => {
      await batches.remove(callerOf(request).project, request.params.id)
      return reply.code(204).send(null)
    },
  )
}

function accepted(reply: FastifyReply, job: z.input<typeof jobShape>) {
  return reply.code(202).header('location', job._links.self).send(job)
}

function shapeJob({
  batch,
  counts,
  fraction,
  startedAt,
  rate,
  degraded,
}: BatchProgress): z.input<typeof jobShape> {
  const { id, name, state, items, createdAt, endedAt } = batch
  const left = counts.waiting + counts.running
  const self = `/api/v1/jobs/${id}`
  return {
    id,
    name: name ?? null,
    state,
    created_at: isoTime(createdAt),
    started_at: startedAt === undefined ? null : isoTime(startedAt),
    ended_at: endedAt === undefined ? null : isoTime(endedAt),
    progress: { total: items, ...counts, fraction: Math.floor(fraction * 1000) / 1000 },
    items_per_second: Math.round(rate * 100) / 100,
    eta_seconds: left === 0 ? 0 : rate === 0 ? null : Math.ceil(left / rate),
    ...degradedMember(degraded),
    _links: { self, items: `${self}/items`, results: `${self}/results.zip` },
  }
}

function shapeItem(context: ApiContext, project: Project, item: BatchItem): z.input<typeof itemShape> {
  const { position, label, state, attempts, fraction, startedAt, endedAt, problem, degraded, results } = item
  return {
    index: position,
    source: label,
    state,
    attempts,
    ...(fraction === undefined ? {} : { fraction }),
    started_at: startedAt === undefined ? null : isoTime(startedAt),
    ended_at: endedAt === undefined ? null : isoTime(endedAt),
    error: problem === undefined ? null : shapeError(problem),
    ...degradedMember(degraded),
    results: results.map((result) => shapeResult(context, project, result)),
  }
}

function shapeError(stored: SerialisedProblem): z.input<typeof errorShape> {
  const problem = deserialiseProblem(stored)
  const { code, title, status } = problem
  return { ...problem.toJSON(), code, title, status }
}

function shapeResult(
  context: ApiContext,
  project: Project,
  { output, name, format, width, height, size, image, object, content }: ItemResult,
): z.input<typeof resultShape> {
  return {
    output,
    name: name ?? null,
    format,
    media_type: mediaTypeOf(format),
    width,
    height,
    size,
    image: image === undefined ? null : shapeImage(context, project, image),
    object: object === undefined ? null : shapeObject(object),
    text: content ?? null,
  }
}

function shapeImage(context: ApiContext, project: Project, { path, hash }: NonNullable<ItemResult['image']>) {
  const image = { hash: hash as BlobHash, paths: [path], description: noDescription }
  return { id: imageId(image.hash), path, url: deliveryUrl(context, project, image) }
}
