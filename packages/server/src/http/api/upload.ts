/**
 * `POST /api/v1/images`: an image in, 201 out, also for bytes the project already has (`is_new: false`).
 *
 * As img-src has it, a multipart form with the file. Beside that, the file itself, for which the query says what a
 * form's fields say: cheaper, as nothing has to be searched for its end. And JSON with the `url` of the file: an address
 * of the web, fetched through the guard, or a data URI.
 *
 * Statuses are honest: 413 too large, 415 not an image, 422 an image that cannot be decoded or has too many pixels. A
 * used-up allowance is 429 here, as this vendor's clients expect.
 */
import { Problem, problem } from '@fovea/core'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import * as z from 'zod'
import { type StagedFile, tooLarge } from '../../uploads/index.ts'
import { callerOf } from './admit.ts'
import { clientSignal } from './client-signal.ts'
import type { ApiContext } from './dependencies.ts'
import { leaveBodies, rawBody } from './raw-body.ts'
import { shapeUpload, uploadResponse, visibility } from './shapes.ts'
import { receiveForm } from './upload-form.ts'
import { fileNameOf, receiveUrl } from './upload-url.ts'
import { validate } from './validation.ts'

/** A data URI of 10 MiB, base64, and what stands around it. */
const jsonLimit = 14 * 1024 * 1024

const fileTypes = /^(?:image\/|application\/(?:octet-stream|pdf))/i

/** `path` is how older guides of img-src spell `target_path`. */
const fieldsSchema = z
  .strictObject({
    target_path: z.string().max(4096).optional(),
    path: z.string().max(4096).optional(),
    visibility: visibility.optional(),
  })
  .refine((fields) => fields.target_path === undefined || fields.path === undefined, {
    path: ['path'],
    message: 'means the same as target_path; send one of them',
  })

const fileName = z.string().min(1).max(255).optional()

const urlSchema = z.strictObject({
  url: z.string().min(1).describe('http, https or data'),
  file_name: fileName.describe('When absent the last part of the URL, or the id'),
  target_path: z.string().max(4096).optional(),
  visibility: visibility.optional(),
})

const querySchema = z.strictObject({
  file_name: fileName.describe(
    'Of a file that is the body; when absent the last part of target_path, or the id',
  ),
  target_path: z.string().max(4096).optional().describe('Of a file that is the body'),
  visibility: visibility.optional().describe('Of a file that is the body'),
})

type UploadRequest = FastifyRequest<{ Querystring: z.output<typeof querySchema> }>

interface Received {
  readonly staged: StagedFile
  readonly fileName: string
  readonly targetPath: string | undefined
  readonly visibility: z.output<typeof visibility> | undefined
}

const describe = () => ({
  body: {
    'multipart/form-data': fieldsSchema.safeExtend({ file: z.file() }),
    'image/*': z.file(),
    'application/pdf': z.file(),
    'application/octet-stream': z.file(),
    'application/json': urlSchema,
  },
})

export function uploadRoutes(plain: FastifyInstance, context: ApiContext): void {
  const { uploads } = context
  plain.register(async (scope) => {
    leaveBodies(scope, fileTypes)
    scope.withTypeProvider<ZodTypeProvider>().post(
      '/api/v1/images',
      {
        config: { scope: 'write', isFrequent: true, describe },
        bodyLimit: jsonLimit,
        schema: { querystring: querySchema, response: { 201: uploadResponse } },
      },
      async (request, reply) => {
        const { project, plan } = callerOf(request)
        const signal = clientSignal(request, reply)
        const length = Number(request.headers['content-length'] ?? 0)
        try {
          await uploads.checkAllowance(project, plan, length)
          const { staged, ...details } = await receive(request, signal)
          const uploaded = await uploads.store(project, staged, { ...details, signal, allowance: plan })
          return reply.code(201).send(shapeUpload(context, project, uploaded))
        } catch (error) {
          throw asPause(error)
        }
      },
    )
  })

  function receive(request: UploadRequest, signal: AbortSignal): Promise<Received> {
    if (fileTypes.test(request.headers['content-type'] ?? '')) return receiveFile(request, signal)
    const [misplaced] = Object.keys(request.query)
    if (misplaced !== undefined) throw inBody(misplaced)
    return request.isMultipart() ? receiveFields(request, signal) : receiveAddress(request, signal)
  }

  async function receiveFile(request: UploadRequest, signal: AbortSignal): Promise<Received> {
    if (Number(request.headers['content-length'] ?? 0) > uploads.maxBytes) throw tooLarge(uploads.maxBytes)
    const { target_path: targetPath, file_name, visibility: wanted } = request.query
    const fileName = file_name ?? targetPath?.slice(targetPath.lastIndexOf('/') + 1) ?? ''
    const staged = await uploads.receive(rawBody(request), { signal })
    return { staged, fileName, targetPath, visibility: wanted }
  }

  async function receiveFields(request: FastifyRequest, signal: AbortSignal): Promise<Received> {
    const { staged, fileName, fields } = await receiveForm(request, uploads, signal)
    try {
      const { target_path, path, visibility: wanted } = checked(fieldsSchema, fields)
      return { staged, fileName, targetPath: target_path ?? path, visibility: wanted }
    } catch (error) {
      await staged.discard()
      throw error
    }
  }

  async function receiveAddress(request: FastifyRequest, signal: AbortSignal): Promise<Received> {
    if (request.body === undefined || request.body === null) {
      throw problem('request/unsupported-media-type', {
        detail:
          'An image is uploaded as it is, with its media type, as multipart/form-data with a field "file", or as JSON with the "url" of the file.',
      })
    }
    const { url, file_name, target_path, visibility: wanted } = checked(urlSchema, request.body)
    const staged = await receiveUrl(url, context, signal)
    return { staged, fileName: file_name ?? fileNameOf(url), targetPath: target_path, visibility: wanted }
  }
}

function checked<T>(schema: z.ZodType<T>, fields: unknown): T {
  const result = validate(schema, 'body', fields)
  if ('error' in result) throw result.error
  return result.value as T
}

function inBody(name: string): Problem {
  return problem('request/invalid-parameter', {
    detail: `"${name}" stands in the query only where the body is the file itself; here it belongs in the body.`,
    members: { parameter: name },
  })
}

/** The allowance comes back with the next month, or with another plan. */
function asPause(error: unknown): unknown {
  if (!(error instanceof Problem) || error.code !== 'quota/exceeded') return error
  return problem('quota/paused', { detail: error.message, members: error.members, retryAfterSeconds: 3_600 })
}
