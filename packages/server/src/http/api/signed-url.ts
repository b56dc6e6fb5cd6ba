/**
 * `POST /api/v1/images/{id}/signed-url`: a delivery address that works for a while, for private images too.
 *
 * The body may be absent. Older guides of img-src say `expires_in` for `expires_in_seconds` and let `transform` hold
 * URL parameters; both are understood. The signature covers the raw target behind the mount, as the form of signed payloads does.
 */
import { checkImgSrcPreset, encodeAssetPath, isFormat, problem } from '@fovea/core'
import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import * as z from 'zod'
import { callerOf } from './admit.ts'
import type { ApiContext } from './dependencies.ts'
import { pathInFormat, signedUrl } from './links.ts'

const seconds = z.int().min(60).max(604_800)
const transform = z.record(z.string().min(1).max(50), z.union([z.string().max(200), z.number(), z.boolean()]))

const bodySchema = z
  .strictObject({
    expires_in_seconds: seconds.optional(),
    expires_in: seconds.max(86_400).optional(),
    transform: transform.optional(),
    /** Ours: false leaves the project's watermark out. */
    watermark: z.boolean().optional(),
  })
  .nullish()

export function signedUrlRoutes(plain: FastifyInstance, context: ApiContext): void {
  const { assets, projects } = context
  plain.withTypeProvider<ZodTypeProvider>().post(
    '/api/v1/images/:id/signed-url',
    {
      config: { scope: 'write' },
      schema: {
        params: z.object({ id: z.string() }),
        body: bodySchema,
        response: {
          200: z.object({ signed_url: z.string(), expires_at: z.int(), expires_in_seconds: z.int() }),
        },
      },
    },
    async (request) => {
      const { project } = callerOf(request)
      const image = await assets.get(project, request.params.id)
      const lifetime = request.body?.expires_in_seconds ?? request.body?.expires_in ?? 3_600
      const expiresAt = Math.floor(Date.now() / 1000) + lifetime
      const isMarked = request.body?.watermark !== false
      const target = targetOf(image.paths[0] ?? '', request.body?.transform ?? {}, isMarked)
      const secret = await projects.signingSecret(project)
      const { url, stored } = signedUrl(context, project, secret, target, expiresAt)
      await assets.rememberSignedUrl(image, stored)
      return { signed_url: url, expires_at: expiresAt, expires_in_seconds: lifetime }
    },
  )
}

/** Raw target behind the mount: the encoded path and the transform as URL parameters. */
function targetOf(path: string, wanted: z.output<typeof transform>, isMarked: boolean): string {
  checkImgSrcPreset('transform', wanted)
  const { format, ...parameters } = wanted
  if (format !== undefined && (typeof format !== 'string' || !isFormat(format))) {
    throw problem('request/invalid-parameter', {
      detail: '"transform.format" is not a format.',
      members: { pointer: '/transform/format' },
    })
  }
  const pairs = Object.entries(parameters).map(
    ([name, value]) => `${name}=${encodeURIComponent(String(value))}`,
  )
  if (!isMarked) pairs.push('watermark=none')
  const target = encodeAssetPath(format === undefined ? path : pathInFormat(path, format))
  return pairs.length === 0 ? target : `${target}?${pairs.join('&')}`
}
