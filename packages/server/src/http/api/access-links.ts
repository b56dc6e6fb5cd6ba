/** Access links: an address that shows one image, private ones too, until it runs out or is taken back. */
import { problem } from '@fovea/core'
import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import * as z from 'zod'
import { type AccessLink, linkStates, stateOf } from '../../access-links/index.ts'
import { type BlobHash, imageId } from '../../assets/index.ts'
import type { Project } from '../../projects/index.ts'
import { callerOf } from './admit.ts'
import { cursorText, positionOf } from './cursor.ts'
import type { ApiContext } from './dependencies.ts'
import { accessLinkUrl } from './links.ts'
import { isoTime } from './shapes.ts'

const minSeconds = 60
const maxSeconds = 366 * 24 * 60 * 60
const defaultSeconds = 7 * 24 * 60 * 60

const wanted = z
  .strictObject({
    expires_in_seconds: z.int().min(minSeconds).max(maxSeconds).optional().describe('A week when absent'),
    expires_at: z.iso.datetime({ offset: true }).optional().describe('Instead of expires_in_seconds'),
    preset: z
      .string()
      .max(50)
      .nullish()
      .describe('Shows the image in this preset only; any variant when absent'),
    max_uses: z.int().min(1).max(1_000_000).nullish().describe('How often it may be answered with a picture'),
    note: z.string().trim().max(200).default('').describe('For those who manage links'),
  })
  .refine((link) => link.expires_in_seconds === undefined || link.expires_at === undefined, {
    path: ['expires_at'],
    message: 'says the same as expires_in_seconds; send one of them',
  })
  .nullish()

const linkShape = z.object({
  id: z.string(),
  image_id: z.string(),
  path: z.string(),
  preset: z.string().nullable(),
  note: z.string(),
  state: z.enum(linkStates),
  max_uses: z.int().nullable(),
  uses: z.int(),
  last_used_at: z.string().nullable(),
  created_at: z.string(),
  expires_at: z.string(),
  revoked_at: z.string().nullable(),
})
const page = z.object({ links: z.array(linkShape), limit: z.int(), next_cursor: z.string().nullable() })
const querystring = z.strictObject({
  state: z.enum(linkStates).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
  cursor: z.string().max(200).optional(),
})
const position = z.string().max(64)
const byImage = z.object({ id: z.string() })
const byLink = z.object({ link: z.string() })

export function accessLinkRoutes(plain: FastifyInstance, context: ApiContext): void {
  const { assets, links } = context
  const api = plain.withTypeProvider<ZodTypeProvider>()

  api.post(
    '/api/v1/images/:id/links',
    {
      config: { scope: 'write' },
      schema: {
        params: byImage,
        body: wanted,
        response: { 201: linkShape.extend({ url: z.string().describe('Told this once') }) },
      },
    },
    async (request, reply) => {
      const { project } = callerOf(request)
      const image = await assets.get(project, request.params.id)
      const { preset = null, max_uses: maxUses = null, note = '', ...until } = request.body ?? {}
      const terms = { preset, maxUses, note, expiresAt: expiryOf(until) }
      const { link, token } = await links.create(project, image, terms)
      return reply.code(201).send({ ...shaped(link), url: accessLinkUrl(context, project, link, token) })
    },
  )

  api.get(
    '/api/v1/images/:id/links',
    { config: { scope: 'read' }, schema: { params: byImage, querystring, response: { 200: page } } },
    async (request) => {
      const { project } = callerOf(request)
      const { hash } = await assets.get(project, request.params.id)
      return list(project, request.query, hash)
    },
  )

  api.get(
    '/api/v1/links',
    { config: { scope: 'read' }, schema: { querystring, response: { 200: page } } },
    (request) => list(callerOf(request).project, request.query),
  )

  api.get(
    '/api/v1/links/:link',
    { config: { scope: 'read' }, schema: { params: byLink, response: { 200: linkShape } } },
    async (request) => shaped(await links.get(callerOf(request).project.id, request.params.link)),
  )

  api.delete(
    '/api/v1/links/:link',
    { config: { scope: 'write' }, schema: { params: byLink, response: { 200: linkShape } } },
    async (request) => shaped(await links.revoke(callerOf(request).project.id, request.params.link)),
  )

  async function list(
    { id }: Project,
    { limit, cursor, state }: z.output<typeof querystring>,
    hash?: BlobHash,
  ): Promise<z.input<typeof page>> {
    const before = cursor === undefined ? undefined : positionOf(position, cursor)
    // One more than the page tells whether there is another.
    const found = await links.list(id, { limit: limit + 1, before, state, hash })
    const shown = found.slice(0, limit)
    const last = found.length > limit ? shown.at(-1) : undefined
    return { links: shown.map(shaped), limit, next_cursor: last === undefined ? null : cursorText(last.id) }
  }
}

/** Unix milliseconds. @throws Problem `request/invalid-parameter` for a time that is too near or too far */
function expiryOf(
  told: Pick<NonNullable<z.output<typeof wanted>>, 'expires_at' | 'expires_in_seconds'>,
): number {
  const now = Date.now()
  if (told.expires_at === undefined) return now + (told.expires_in_seconds ?? defaultSeconds) * 1_000
  const at = Date.parse(told.expires_at)
  if (at >= now + minSeconds * 1_000 && at <= now + maxSeconds * 1_000) return at
  throw problem('request/invalid-parameter', {
    detail: `"expires_at": ${told.expires_at} is not between a minute and ${maxSeconds / 86_400} days from now.`,
    members: { pointer: '/expires_at' },
  })
}

function shaped(link: AccessLink): z.input<typeof linkShape> {
  const time = (unixMs: number | null) => (unixMs === null ? null : isoTime(unixMs))
  return {
    id: link.id,
    image_id: imageId(link.hash),
    path: link.path,
    preset: link.preset,
    note: link.note,
    state: stateOf(link, Date.now()),
    max_uses: link.maxUses,
    uses: link.uses,
    last_used_at: time(link.lastUsedAt),
    created_at: isoTime(link.createdAt),
    expires_at: isoTime(link.expiresAt),
    revoked_at: time(link.revokedAt),
  }
}
