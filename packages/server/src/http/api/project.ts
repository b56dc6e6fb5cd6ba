/** The project itself: names, who may ask for what, its signing secrets, and making everything anew. */
import { problem } from '@fovea/core'
import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import * as z from 'zod'
import { type Project, type ProjectSettings, settingsSchema, type Watermark } from '../../projects/index.ts'
import { callerOf } from './admit.ts'
import type { ApiContext } from './dependencies.ts'

const { access, listedSizes, listedQualities, allowedReferrers, stripOriginals, cacheControl } =
  settingsSchema.shape
const { watermark, watermarkOriginals } = settingsSchema.shape

export const projectName = z.string().trim().min(1).max(100)
export const projectSlug = z
  .string()
  .min(1)
  .max(63)
  .regex(/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/, 'may hold lower-case letters, digits and "-" in between')

const shape = z.object({
  id: z.string(),
  name: z.string(),
  slug: z.string(),
  access: z.string(),
  listed_sizes: z.array(z.string()),
  listed_qualities: z.array(z.int()),
  allowed_referrers: z.array(z.string()),
  strip_originals: z.boolean(),
  watermark,
  watermark_originals: z.boolean(),
  cache_control: z.string().nullable(),
  generation: z.int(),
})

const changes = z
  .strictObject({
    name: projectName,
    slug: projectSlug,
    access,
    listed_sizes: listedSizes,
    listed_qualities: listedQualities,
    allowed_referrers: allowedReferrers,
    strip_originals: stripOriginals,
    watermark,
    watermark_originals: watermarkOriginals,
    cache_control: cacheControl,
  })
  .partial()

const secretShape = z.object({ kid: z.string() })

export function projectRoutes(plain: FastifyInstance, { projects, assets }: ApiContext): void {
  const api = plain.withTypeProvider<ZodTypeProvider>()

  api.get(
    '/api/v1/project',
    { config: { scope: 'read' }, schema: { response: { 200: z.object({ project: shape }) } } },
    async (request) => ({ project: shaped(callerOf(request).project) }),
  )

  api.patch(
    '/api/v1/project',
    {
      config: { scope: 'write', role: 'admin' },
      schema: { body: changes, response: { 200: z.object({ project: shape }) } },
    },
    async (request) => {
      const { name: newName, slug: newSlug, ...settings } = request.body
      let { project } = callerOf(request)
      const changed = settingsOf(settings)
      if (changed.watermark != null) await requireUpload(assets, project, changed.watermark)
      // First, because a slug may be refused: then nothing was changed.
      if (newName !== undefined || newSlug !== undefined) {
        project = await projects.rename(project, { name: newName, slug: newSlug })
      }
      if (Object.keys(changed).length > 0) project = await projects.updateSettings(project, changed)
      return { project: shaped(project) }
    },
  )

  api.post(
    '/api/v1/project/purge',
    {
      config: { scope: 'write', role: 'admin' },
      schema: { response: { 200: z.object({ success: z.boolean(), generation: z.int() }) } },
    },
    async (request) => {
      const { generation } = await projects.purge(callerOf(request).project)
      return { success: true, generation }
    },
  )

  api.get(
    '/api/v1/project/signing-secrets',
    {
      config: { scope: 'read' },
      schema: { response: { 200: z.object({ signing_secrets: z.array(secretShape) }) } },
    },
    async (request) => ({
      signing_secrets: callerOf(request).project.signingSecrets.map(({ kid }) => ({ kid })),
    }),
  )

  api.post(
    '/api/v1/project/signing-secrets',
    {
      config: { scope: 'write', role: 'admin' },
      schema: { response: { 201: secretShape.extend({ secret: z.string() }) } },
    },
    async (request, reply) => {
      const { kid, secret } = await projects.rotateSecret(callerOf(request).project)
      return reply.code(201).send({ kid, secret })
    },
  )

  api.delete(
    '/api/v1/project/signing-secrets/:kid',
    {
      config: { scope: 'write', role: 'admin' },
      schema: {
        params: secretShape,
        response: { 200: z.object({ success: z.boolean(), message: z.string() }) },
      },
    },
    async (request) => {
      await projects.deleteSecret(callerOf(request).project, request.params.kid)
      return { success: true, message: 'Signing secret has been deleted' }
    },
  )
}

/** Said here rather than at the first picture, which nobody would get. */
async function requireUpload(
  assets: ApiContext['assets'],
  project: Project,
  { picture: { asset } }: Watermark,
): Promise<void> {
  if ((await assets.findForDelivery(project, asset, 'exact')) !== undefined) return
  throw problem('request/invalid-parameter', {
    detail: `"watermark.picture" names no image of this project: there is none at "${asset.slice(0, 80)}".`,
    members: { pointer: '/watermark/picture/asset' },
  })
}

function settingsOf(body: Omit<z.output<typeof changes>, 'name' | 'slug'>): Partial<ProjectSettings> {
  const renamed = {
    access: body.access,
    listedSizes: body.listed_sizes,
    listedQualities: body.listed_qualities,
    allowedReferrers: body.allowed_referrers,
    stripOriginals: body.strip_originals,
    watermark: body.watermark,
    watermarkOriginals: body.watermark_originals,
    cacheControl: body.cache_control,
  }
  return Object.fromEntries(Object.entries(renamed).filter(([, value]) => value !== undefined))
}

function shaped({ id, name: title, slug: word, settings, generation }: Project): z.output<typeof shape> {
  return {
    id,
    name: title,
    slug: word,
    access: settings.access,
    listed_sizes: [...settings.listedSizes],
    listed_qualities: [...settings.listedQualities],
    allowed_referrers: [...settings.allowedReferrers],
    strip_originals: settings.stripOriginals,
    watermark: settings.watermark,
    watermark_originals: settings.watermarkOriginals,
    cache_control: settings.cacheControl,
    generation,
  }
}
