/** Account settings in img-src's words. Here an account is a project: `username` is its slug in delivery URLs. */
import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import * as z from 'zod'
import { type Project, type ProjectSettings, settingsSchema } from '../../projects/index.ts'
import { callerOf } from './admit.ts'
import type { ApiContext } from './dependencies.ts'

/** What the dialect does when the project says nothing. */
const dialectDefaults = { quality: 80, fit: 'cover' } as const

const settingsResponse = z.object({
  id: z.string(),
  username: z.string(),
  email: z.string().nullable(),
  plan: z.string(),
  delivery_formats: z.array(z.string()),
  default_quality: z.int(),
  default_fit_mode: z.string(),
  default_max_width: z.int().nullable(),
  default_max_height: z.int().nullable(),
  theme: z.string(),
  language: z.string(),
  created_at: z.int(),
  updated_at: z.int(),
  total_uploads: z.int(),
  storage_used_bytes: z.int(),
})

const {
  deliveryFormats,
  defaultQuality,
  defaultFitMode,
  defaultMaxWidth,
  defaultMaxHeight,
  theme,
  language,
} = settingsSchema.shape

const changes = z
  .strictObject({
    delivery_formats: deliveryFormats,
    default_quality: defaultQuality.unwrap(),
    default_fit_mode: defaultFitMode.unwrap(),
    default_max_width: defaultMaxWidth,
    default_max_height: defaultMaxHeight,
    theme,
    language,
  })
  .partial()

export function settingsRoutes(plain: FastifyInstance, context: ApiContext): void {
  const api = plain.withTypeProvider<ZodTypeProvider>()

  api.get(
    '/api/v1/settings',
    { config: { scope: 'read' }, schema: { response: { 200: z.object({ settings: settingsResponse }) } } },
    async (request) => ({ settings: await shape(context, callerOf(request).project) }),
  )

  api.put(
    '/api/v1/settings',
    {
      config: { scope: 'write' },
      schema: {
        body: changes,
        response: { 200: z.object({ settings: settingsResponse, message: z.string() }) },
      },
    },
    async (request) => {
      const project = await context.projects.updateSettings(callerOf(request).project, changed(request.body))
      return { settings: await shape(context, project), message: 'Settings updated successfully' }
    },
  )
}

function changed(body: z.output<typeof changes>): Partial<ProjectSettings> {
  const renamed = {
    deliveryFormats: body.delivery_formats,
    defaultQuality: body.default_quality,
    defaultFitMode: body.default_fit_mode,
    defaultMaxWidth: body.default_max_width,
    defaultMaxHeight: body.default_max_height,
    theme: body.theme,
    language: body.language,
  }
  return Object.fromEntries(Object.entries(renamed).filter(([, value]) => value !== undefined))
}

async function shape(context: ApiContext, project: Project): Promise<z.input<typeof settingsResponse>> {
  const [account, used] = await Promise.all([
    context.projects.account(project.id),
    context.usage.report(project.id),
  ])
  const { settings } = project
  return {
    id: project.id,
    username: project.slug,
    email: account.ownerEmail,
    plan: account.plan,
    delivery_formats: [...settings.deliveryFormats],
    default_quality: settings.defaultQuality ?? dialectDefaults.quality,
    default_fit_mode: settings.defaultFitMode ?? dialectDefaults.fit,
    default_max_width: settings.defaultMaxWidth,
    default_max_height: settings.defaultMaxHeight,
    theme: settings.theme,
    language: settings.language,
    created_at: Math.floor(account.createdAt / 1000),
    updated_at: Math.floor(account.updatedAt / 1000),
    total_uploads: used.totalUploads,
    storage_used_bytes: used.storageBytes,
  }
}
