/**
 * Lists of images: newest first, by page number as img-src's clients do or by cursor; by prefix, in the order of paths;
 * and search.
 *
 * A cursor stays right while images come and go, and its page costs the same wherever in the list it lies.
 */
import { problem } from '@fovea/core'
import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import * as z from 'zod'
import { callerOf } from './admit.ts'
import { cursorText, positionOf } from './cursor.ts'
import type { ApiContext, Caller } from './dependencies.ts'
import { metadataKey, tag } from './image-changes.ts'
import { listResponse, searchResponse, shapeFound, shapeListed } from './shapes.ts'

const pageSize = z.coerce.number().int().min(1).max(100)

const listQuery = z
  .strictObject({
    limit: pageSize.default(50),
    offset: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0),
    path: z.string().max(1024).optional().describe('A folder: only images directly in it'),
    prefix: z.string().max(1024).optional().describe('Only paths that start with it, in their order'),
    cursor: z.string().max(4096).optional().describe('`next_cursor` of the page before'),
  })
  .refine(({ path, prefix }) => path === undefined || prefix === undefined, {
    path: ['prefix'],
    message: 'means another list than path; send one of them',
  })
  .refine(({ offset, prefix, cursor }) => offset === 0 || (prefix === undefined && cursor === undefined), {
    path: ['offset'],
    message: 'is of lists without prefix and cursor',
  })

const newestPosition = z.strictObject({ listedAt: z.int(), hash: z.string().max(64) })
const pathPosition = z.strictObject({ path: z.string().max(1024) })

const several = z.union([z.string(), z.array(z.string())]).transform((one) => [one].flat())

const searchQuery = z
  .strictObject({
    q: z.string().min(1).max(100).optional().describe('Part of a path, name, alt text, tag or value'),
    tag: several.pipe(z.array(tag).max(10)).optional().describe('A tag; repeated, all of them'),
    metadata: several
      .pipe(
        z
          .array(
            z
              .string()
              .max(600)
              .regex(/^[^:]+:/, 'is written key:value'),
          )
          .max(10),
      )
      .optional()
      .describe('`key:value`; repeated, all of them'),
    limit: pageSize.default(20),
  })
  .refine(({ q, tag: tags, metadata }) => [q, tags, metadata].some((part) => part !== undefined), {
    path: ['q'],
    message: 'is needed, or a tag, or metadata',
  })

export function imageListRoutes(plain: FastifyInstance, context: ApiContext): void {
  const { assets } = context
  const api = plain.withTypeProvider<ZodTypeProvider>()

  api.get(
    '/api/v1/images',
    { config: { scope: 'read' }, schema: { querystring: listQuery, response: { 200: listResponse } } },
    async (request) => {
      const { project } = callerOf(request)
      const { prefix } = request.query
      return prefix === undefined
        ? listNewest(project, request.query)
        : listByPrefix(project, { ...request.query, prefix: prefix.normalize('NFC') })
    },
  )

  api.get(
    '/api/v1/images/search',
    { config: { scope: 'read' }, schema: { querystring: searchQuery, response: { 200: searchResponse } } },
    async (request) => {
      const { project } = callerOf(request)
      const { q, tag: tags = [], metadata = [], limit } = request.query
      const wanted = { text: q, tags, metadata: Object.fromEntries(metadata.map(pairOf)) }
      const { images, total, isMore } = await assets.search(project, wanted, limit)
      const results = images.map((image) => shapeFound(context, project, image))
      return { results, total, total_is_exact: !isMore, query: q ?? '' }
    },
  )

  async function listNewest(project: Caller['project'], query: z.output<typeof listQuery>) {
    const { limit, offset, path, cursor } = query
    const folder = path?.normalize('NFC').replace(/^\/+|\/+$/g, '')
    const after = cursor === undefined ? undefined : positionOf(newestPosition, cursor)
    const [{ images, total, next }, folders] = await Promise.all([
      assets.list(project, { folder, limit, offset, after }),
      assets.folders(project, folder ?? ''),
    ])
    return {
      images: images.map((image) => shapeListed(context, project, image)),
      folders: folders.map(({ name, imageCount }) => ({ name, image_count: imageCount })),
      total,
      limit,
      offset,
      has_more: next !== undefined,
      path_filter: folder ?? null,
      next_cursor: next === undefined ? null : cursorText(next),
    }
  }

  async function listByPrefix(
    project: Caller['project'],
    { limit, prefix, cursor }: z.output<typeof listQuery> & { readonly prefix: string },
  ) {
    const after = cursor === undefined ? undefined : positionOf(pathPosition, cursor).path
    const { found, total, next } = await assets.listPaths(project, { prefix, limit, after })
    return {
      images: found.map(({ path, image }) => shapeListed(context, project, image, path)),
      folders: [],
      total,
      limit,
      offset: 0,
      has_more: next !== undefined,
      path_filter: prefix,
      next_cursor: next === undefined ? null : cursorText({ path: next }),
    }
  }
}

/** @throws Problem `request/invalid-parameter` */
function pairOf(text: string): readonly [string, string] {
  const colon = text.indexOf(':')
  const key = metadataKey.safeParse(text.slice(0, colon))
  if (key.success) return [key.data, text.slice(colon + 1)]
  throw problem('request/invalid-parameter', {
    detail: `"metadata": the key ${key.error.issues[0]?.message ?? 'is not valid'}.`,
    members: { parameter: 'metadata' },
  })
}
