/**
 * Presigned uploads: a back end announces a file, a browser sends it without a key. Straight here with one PUT, or,
 * where the bucket of the installation can be reached by browsers, there with a form and then one word to us.
 *
 * The address is good for five minutes and one file, of the announced path, type and size; where something lies at
 * the path already, only when it was announced with `overwrite`.
 */
import { problem } from '@fovea/core'
import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import * as z from 'zod'
import { tooLarge } from '../../uploads/index.ts'
import { callerOf } from './admit.ts'
import { assetPath } from './asset-path.ts'
import { clientSignal } from './client-signal.ts'
import { allowAnySite, answerPreflight } from './cross-origin.ts'
import type { ApiContext } from './dependencies.ts'
import { rawBody, takeRawBodies } from './raw-body.ts'
import { isoTime, shapeUpload, uploadResponse, visibility } from './shapes.ts'

const maxSeconds = 300
const address = '/api/v1/uploads/direct'

const announcement = z.strictObject({
  path: assetPath.describe('Where the image will lie: the whole path'),
  content_type: z
    .string()
    .max(100)
    .regex(/^(?:image\/[a-z0-9.+-]+|application\/pdf)$/, 'must be the media type of an image')
    .optional()
    .describe('The only type that is taken'),
  min_bytes: z.int().min(1).default(1),
  max_bytes: z.int().min(1).optional().describe('The server’s own limit when absent'),
  overwrite: z.boolean().default(false).describe('Whether what lies at the path may get a new version'),
  visibility: visibility.optional(),
  expires_in_seconds: z.int().min(1).max(maxSeconds).default(maxSeconds),
})

const announced = z.object({
  upload_url: z.string(),
  method: z.enum(['PUT', 'POST']).describe('PUT sends the file itself, POST a form to the bucket'),
  headers: z.record(z.string(), z.string()).describe('To send along'),
  fields: z.record(z.string(), z.string()).describe('Of the form, before the file, which is called "file"'),
  confirm_url: z
    .string()
    .nullable()
    .describe('To be posted to, without a body, once the bucket has the file; only then it is an image'),
  path: z.string(),
  min_bytes: z.int(),
  max_bytes: z.int(),
  expires_at: z.string(),
})

export function directUploadRoutes(plain: FastifyInstance, context: ApiContext): void {
  const { uploads, pending, directUploads, assets, publicUrl } = context
  plain.withTypeProvider<ZodTypeProvider>().post(
    '/api/v1/uploads/presign',
    {
      config: { scope: 'write', isFrequent: true },
      schema: { body: announcement, response: { 201: announced } },
    },
    async (request, reply) => {
      const { project, plan } = callerOf(request)
      const { path, content_type: type, min_bytes: minBytes, overwrite, ...wanted } = request.body
      const maxBytes = wanted.max_bytes ?? uploads.maxBytes
      if (maxBytes > uploads.maxBytes) throw tooLarge(uploads.maxBytes)
      if (minBytes > maxBytes) {
        throw problem('request/invalid-parameter', {
          detail: `"min_bytes": ${minBytes} is more than the ${maxBytes} that may come.`,
          members: { pointer: '/min_bytes' },
        })
      }
      await uploads.checkAllowance(project, plan, minBytes)
      if (!overwrite) await assets.requireFree(project, path)
      const expiresAt = Date.now() + wanted.expires_in_seconds * 1_000
      const wish = {
        path,
        fileName: path.slice(path.lastIndexOf('/') + 1),
        visibility: wanted.visibility,
        contentType: type,
        minBytes,
        maxBytes,
        overwrite,
        expiresAt,
      }
      const bounds = { path, min_bytes: minBytes, max_bytes: maxBytes, expires_at: isoTime(expiresAt) }
      const direct = await directUploads.announce({ project }, wish)
      if (direct !== undefined) {
        return reply.code(201).send({
          upload_url: direct.url,
          method: 'POST',
          headers: {},
          fields: direct.fields,
          confirm_url: `${publicUrl}${address}/${direct.token}/confirm`,
          ...bounds,
        })
      }
      const { token } = await pending.announce(project.id, { ...wish, kind: 'put' })
      return reply.code(201).send({
        upload_url: `${publicUrl}${address}/${token}`,
        method: 'PUT',
        headers: type === undefined ? {} : { 'Content-Type': type },
        fields: {},
        confirm_url: null,
        ...bounds,
      })
    },
  )

  plain.register(async (scope) => {
    takeRawBodies(scope)
    allowAnySite(scope)
    scope.options(`${address}/:token`, { config: { isPublic: true } }, (_request, reply) =>
      answerPreflight(reply, 'PUT'),
    )
    scope.withTypeProvider<ZodTypeProvider>().put(
      `${address}/:token`,
      {
        config: { isPublic: true, describe: () => ({ body: { 'image/*': z.file() } }) },
        schema: { params: z.object({ token: z.string() }), response: { 201: uploadResponse } },
      },
      async (request, reply) => {
        const upload = await pending.find('put', request.params.token)
        const sent = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase()
        if (upload.contentType !== undefined && sent !== upload.contentType) {
          throw problem('request/unsupported-media-type', {
            detail: `The file was announced as ${upload.contentType}: send it with that Content-Type.`,
          })
        }
        const length = Number(request.headers['content-length'] ?? 0)
        if (length > upload.maxBytes) throw tooLarge(upload.maxBytes)
        const owner = await pending.ownerOf(upload)
        await uploads.checkAllowance(owner.project, owner.allowance, length)
        const signal = clientSignal(request, reply)
        const staged = await uploads.receive(rawBody(request), { signal, maxBytes: upload.maxBytes })
        const uploaded = await uploads.storeAnnounced(owner, upload, staged)
        return reply.code(201).send(shapeUpload(context, owner.project, uploaded))
      },
    )
    scope.options(`${address}/:token/confirm`, { config: { isPublic: true } }, (_request, reply) =>
      answerPreflight(reply, 'POST'),
    )
    scope.withTypeProvider<ZodTypeProvider>().post(
      `${address}/:token/confirm`,
      {
        config: { isPublic: true },
        schema: { params: z.object({ token: z.string() }), response: { 201: uploadResponse } },
      },
      async (request, reply) => {
        const signal = clientSignal(request, reply)
        const { owner, uploaded } = await directUploads.confirm(request.params.token, signal)
        return reply.code(201).send(shapeUpload(context, owner.project, uploaded))
      },
    )
  })
}
