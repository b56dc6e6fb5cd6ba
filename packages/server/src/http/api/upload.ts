/**
 * `POST /api/v1/images`: multipart in, 201 out, also for bytes the project already has (`is_new: false`).
 *
 * The file is streamed to disk while it arrives; form fields may stand before or behind it. Statuses are honest:
 * 413 too large, 415 not an image, 422 an image that cannot be decoded or has too many pixels.
 */

import { type Problem, problem } from '@fovea/core'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import * as z from 'zod'
import { type StagedFile, tooLarge, type UploadService } from '../../uploads/index.ts'
import { callerOf } from './admit.ts'
import { clientGone } from './client-signal.ts'
import type { ApiContext } from './dependencies.ts'
import { partsOf, readable } from './form-parts.ts'
import { shapeUpload, uploadResponse, visibility } from './shapes.ts'
import { validate } from './validation.ts'

/** Beside the file: boundaries, part headers and the few fields. */
const formOverhead = 64 * 1024

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

type Fields = z.output<typeof fieldsSchema>

export function uploadRoutes(plain: FastifyInstance, context: ApiContext): void {
  const { uploads } = context
  plain
    .withTypeProvider<ZodTypeProvider>()
    .post(
      '/api/v1/images',
      { config: { scope: 'write', isFrequent: true }, schema: { response: { 201: uploadResponse } } },
      async (request, reply) => {
        const { project } = callerOf(request)
        const gone = new AbortController()
        request.raw.once('close', () => {
          if (!request.raw.readableEnded) gone.abort(clientGone())
        })
        const { staged, fileName, fields } = await receive(request, uploads, gone.signal)
        const details = {
          fileName,
          targetPath: fields.target_path ?? fields.path,
          visibility: fields.visibility,
        }
        const uploaded = await uploads.store(project, staged, details, gone.signal)
        return reply.code(201).send(shapeUpload(context, project, uploaded))
      },
    )
}

interface Received {
  readonly staged: StagedFile
  readonly fileName: string
  readonly fields: Fields
}

/** Reads the form to its end. Leaves no file behind when anything is wrong with it. */
async function receive(
  request: FastifyRequest,
  uploads: UploadService,
  signal: AbortSignal,
): Promise<Received> {
  if (!request.isMultipart()) {
    throw problem('request/unsupported-media-type', {
      detail: 'An image is uploaded as multipart/form-data with a field "file".',
    })
  }
  if (Number(request.headers['content-length'] ?? 0) > uploads.maxBytes + formOverhead)
    throw tooLarge(uploads.maxBytes)
  const fields: Record<string, unknown> = {}
  let file: { staged: StagedFile; fileName: string } | undefined
  try {
    for await (const part of partsOf(request)) {
      if (part.type === 'file') {
        if (part.fieldname !== 'file')
          throw wrongField(`the file must be in the field "file", not "${part.fieldname.slice(0, 80)}"`)
        const staged = await uploads.receive(readable(part.file), signal)
        file = { staged, fileName: part.filename ?? '' }
      } else {
        if (part.valueTruncated || part.fieldnameTruncated)
          throw wrongField(`the field "${part.fieldname.slice(0, 80)}" is too long`)
        if (Object.hasOwn(fields, part.fieldname))
          throw wrongField(`the field "${part.fieldname.slice(0, 80)}" is there twice`)
        fields[part.fieldname] = part.value
      }
    }
    if (file === undefined) {
      throw wrongField(
        Object.hasOwn(fields, 'file')
          ? 'the field "file" is a text: send it with a file name'
          : 'there is no file: send it in the field "file"',
      )
    }
    const checked = validate(fieldsSchema, 'body', fields)
    if ('error' in checked) throw checked.error
    return { ...file, fields: checked.value as Fields }
  } catch (error) {
    await file?.staged.discard()
    throw error
  }
}

function wrongField(what: string): Problem {
  return problem('request/invalid-parameter', {
    detail: `In the form, ${what}.`,
    members: { parameter: 'file' },
  })
}
