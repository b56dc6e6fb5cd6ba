/** Images: list, search, read, delete, visibility. */
import { Problem, problem } from '@fovea/core'
import type { PictureFacts } from '@fovea/engine/pool'
import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import * as z from 'zod'
import type { Image } from '../../assets/index.ts'
import type { Project } from '../../projects/index.ts'
import { callerOf } from './admit.ts'
import type { ApiContext } from './dependencies.ts'
import {
  isoTime,
  listResponse,
  metadataResponse,
  searchResponse,
  shapeFound,
  shapeListed,
  shapeMetadata,
  visibility,
} from './shapes.ts'

const pageSize = z.coerce.number().int().min(1).max(100)
const imageParams = z.object({ id: z.string() })

export function imageRoutes(plain: FastifyInstance, context: ApiContext): void {
  const { assets } = context
  const api = plain.withTypeProvider<ZodTypeProvider>()

  api.get(
    '/api/v1/images',
    {
      config: { scope: 'read' },
      schema: {
        querystring: z.strictObject({
          limit: pageSize.default(50),
          offset: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0),
          path: z.string().max(1024).optional(),
        }),
        response: { 200: listResponse },
      },
    },
    async (request) => {
      const { project } = callerOf(request)
      const { limit, offset, path } = request.query
      const folder = path?.normalize('NFC').replace(/^\/+|\/+$/g, '')
      const [{ images, total }, folders] = await Promise.all([
        assets.list(project, { folder, limit, offset }),
        assets.folders(project, folder ?? ''),
      ])
      return {
        images: images.map((image) => shapeListed(context, project, image)),
        folders: folders.map(({ name, imageCount }) => ({ name, image_count: imageCount })),
        total,
        limit,
        offset,
        has_more: offset + images.length < total,
        path_filter: folder ?? null,
      }
    },
  )

  api.get(
    '/api/v1/images/search',
    {
      config: { scope: 'read' },
      schema: {
        querystring: z.strictObject({ q: z.string().min(1).max(100), limit: pageSize.default(20) }),
        response: { 200: searchResponse },
      },
    },
    async (request) => {
      const { project } = callerOf(request)
      const { q, limit } = request.query
      const { images, total } = await assets.search(project, q, { limit, offset: 0 })
      return { results: images.map((image) => shapeFound(context, project, image)), total, query: q }
    },
  )

  api.get(
    '/api/v1/images/:id',
    { config: { scope: 'read' }, schema: { params: imageParams, response: { 200: metadataResponse } } },
    async (request) => {
      const { project } = callerOf(request)
      const image = await assets.get(project, request.params.id)
      return shapeMetadata(context, project, image, await factsOrNothing(context, project, image))
    },
  )

  api.delete(
    '/api/v1/images/:id',
    {
      config: { scope: 'write' },
      schema: {
        params: imageParams,
        response: {
          200: z.object({
            success: z.boolean(),
            message: z.string(),
            deleted_paths: z.array(z.string()),
            deleted_at: z.string(),
          }),
        },
      },
    },
    async (request) => {
      const image = await assets.delete(callerOf(request).project, request.params.id)
      return {
        success: true,
        message: 'Image deleted',
        deleted_paths: [...image.paths],
        deleted_at: isoTime(Date.now()),
      }
    },
  )

  // A wildcard: clients send the path as one segment with %2F, people type it with slashes.
  api.delete(
    '/api/v1/images/path/:username/*',
    {
      config: { scope: 'write' },
      schema: {
        params: z.object({ username: z.string(), '*': z.string() }),
        response: {
          200: z.object({
            success: z.boolean(),
            message: z.string(),
            remaining_paths: z.array(z.string()),
            image_deleted: z.boolean(),
            deleted_at: z.string(),
          }),
        },
      },
    },
    async (request) => {
      const { project } = callerOf(request)
      const { username, '*': path } = request.params
      if (username !== project.slug) {
        throw problem('auth/forbidden', { detail: `This API key belongs to the project "${project.slug}".` })
      }
      const { remainingPaths } = await assets.deletePath(project, path.normalize('NFC'))
      const isGone = remainingPaths.length === 0
      return {
        success: true,
        message: isGone ? 'Path removed, and with it the image' : 'Path removed',
        remaining_paths: [...remainingPaths],
        image_deleted: isGone,
        deleted_at: isoTime(Date.now()),
      }
    },
  )

  api.patch(
    '/api/v1/images/:id/visibility',
    {
      config: { scope: 'write' },
      schema: {
        params: imageParams,
        body: z.strictObject({ visibility }),
        response: { 200: z.object({ id: z.string(), visibility, message: z.string() }) },
      },
    },
    async (request) => {
      const wanted = request.body.visibility
      const image = await assets.setVisibility(callerOf(request).project, request.params.id, wanted)
      return { id: image.id, visibility: wanted, message: `Visibility updated to ${wanted}` }
    },
  )
}

/** Metadata is answered also for what cannot be looked at, or not now. */
async function factsOrNothing(
  { facts, log }: ApiContext,
  project: Project,
  image: Image,
): Promise<PictureFacts | undefined> {
  try {
    return await facts.of(project, image)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    log.info({ event: 'facts.not_found', image: image.id, code: error.code })
    return undefined
  }
}
