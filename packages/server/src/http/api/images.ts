/** Images: read, change, delete. */
import { Problem, problem } from '@fovea/core'
import type { PictureFacts } from '@fovea/engine/pool'
import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import * as z from 'zod'
import type { Image } from '../../assets/index.ts'
import type { Project } from '../../projects/index.ts'
import { callerOf } from './admit.ts'
import type { ApiContext } from './dependencies.ts'
import { changesOf, imageChanges } from './image-changes.ts'
import { foundImage, isoTime, metadataResponse, shapeFound, shapeMetadata, visibility } from './shapes.ts'

const imageParams = z.object({ id: z.string() })
const pathParams = z.object({ username: z.string(), '*': z.string() })
const deletion = z.strictObject({
  permanent: z.enum(['true', 'false']).default('false').describe('Whether to pass by the trash'),
})

export function imageRoutes(plain: FastifyInstance, context: ApiContext): void {
  const { assets, trash } = context
  const api = plain.withTypeProvider<ZodTypeProvider>()
  const removal = ({ permanent }: z.output<typeof deletion>) =>
    permanent === 'true' || !trash.isKept ? 'for-good' : 'to-trash'

  api.get(
    '/api/v1/images/:id',
    { config: { scope: 'read' }, schema: { params: imageParams, response: { 200: metadataResponse } } },
    async (request) => {
      const { project } = callerOf(request)
      return answer(project, await assets.get(project, request.params.id))
    },
  )

  api.get(
    '/api/v1/images/path/:username/*',
    { config: { scope: 'read' }, schema: { params: pathParams, response: { 200: metadataResponse } } },
    async (request) => {
      const { project } = callerOf(request)
      return answer(project, await assets.getAt(project, ownPath(project, request.params)))
    },
  )

  api.patch(
    '/api/v1/images/:id',
    {
      config: { scope: 'write' },
      schema: { params: imageParams, body: imageChanges, response: { 200: z.object(foundImage) } },
    },
    async (request) => {
      const { project } = callerOf(request)
      return shapeFound(
        context,
        project,
        await assets.update(project, request.params.id, changesOf(request.body)),
      )
    },
  )

  api.delete(
    '/api/v1/images/:id',
    {
      config: { scope: 'write' },
      schema: {
        params: imageParams,
        querystring: deletion,
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
      const how = removal(request.query)
      const image = await assets.delete(callerOf(request).project, request.params.id, how)
      return {
        success: true,
        message: how === 'to-trash' ? 'Image moved to the trash' : 'Image deleted',
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
        params: pathParams,
        querystring: deletion,
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
      const path = ownPath(project, request.params)
      const { remainingPaths } = await assets.deletePath(project, path, removal(request.query))
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
      const { visibility: wanted } = request.body
      const { id } = await assets.update(callerOf(request).project, request.params.id, { visibility: wanted })
      return { id, visibility: wanted, message: `Visibility updated to ${wanted}` }
    },
  )

  async function answer(project: Project, image: Image) {
    return shapeMetadata(context, project, image, await factsOrNothing(context, project, image))
  }
}

/** @throws Problem `auth/forbidden` for another project's path */
function ownPath(project: Project, { username, '*': path }: z.output<typeof pathParams>): string {
  if (username === project.slug) return path.normalize('NFC')
  throw problem('auth/forbidden', { detail: `This API key belongs to the project "${project.slug}".` })
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
