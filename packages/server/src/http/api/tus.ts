/**
 * Resumable uploads, tus 1.0 (tus.io/protocols/resumable-upload, read 2026-11) with creation, creation-with-upload,
 * expiration and termination: what tus-js-client and Uppy speak.
 *
 * Announcing an upload needs a key. The address it answers with is the credential for the rest, so a back end can
 * announce and hand the address to a browser. When the last byte is here the image is stored as from any other upload,
 * before the answer; `X-Fovea-Image-Id` names it.
 */
import { problem } from '@fovea/core'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import * as z from 'zod'
import { type Progress, targetPath, tooLarge } from '../../uploads/index.ts'
import { callerOf } from './admit.ts'
import { allowAnySite, answerPreflight } from './cross-origin.ts'
import type { ApiContext } from './dependencies.ts'
import { rawBody, takeRawBodies } from './raw-body.ts'
import type { RouteDescription } from './route-description.ts'
import { visibility } from './shapes.ts'
import { announcing, asking, continuing, takingBack } from './tus-description.ts'
import { uploadMetadata } from './tus-metadata.ts'
import { validate } from './validation.ts'

const version = '1.0.0'
const address = '/api/v1/uploads/tus'
const partType = 'application/offset+octet-stream'
/** An upload that is not done by then is taken away, ms. */
const lifetimeMs = 24 * 60 * 60 * 1000

const details = z.object({
  filename: z.string().max(1_024).optional(),
  target_path: z.string().max(4_096).optional(),
  visibility: visibility.optional(),
  overwrite: z.enum(['true', 'false']).default('true'),
})

type ByToken = { Params: { token: string } }

export function tusRoutes(plain: FastifyInstance, context: ApiContext): void {
  const { uploads, pending, resumable, publicUrl } = context

  plain.register(async (scope) => {
    takeRawBodies(scope)
    allowAnySite(scope)
    scope.addHook('onRequest', async (request, reply) => {
      reply.header('tus-resumable', version)
      if (request.method !== 'OPTIONS' && request.headers['tus-resumable'] !== version) {
        reply.header('tus-version', version)
        throw problem('upload/version', { detail: `Send "Tus-Resumable: ${version}".` })
      }
    })
    const open = { config: { isPublic: true } }
    const openTo = (describe: () => RouteDescription) => ({ config: { isPublic: true, describe } })

    for (const url of [address, `${address}/:token`]) {
      scope.options(url, open, (_request, reply) => {
        reply.headers({
          'tus-version': version,
          'tus-extension': 'creation,creation-with-upload,expiration,termination',
          'tus-max-size': uploads.maxBytes,
        })
        return answerPreflight(reply, 'POST, HEAD, PATCH, DELETE')
      })
    }

    const announced = { config: { scope: 'write' as const, isFrequent: true, describe: announcing } }
    scope.post(address, announced, async (request, reply) => {
      const { project, plan } = callerOf(request)
      const length = wholeNumber(request, 'upload-length')
      if (length > uploads.maxBytes) throw tooLarge(uploads.maxBytes)
      if (length === 0) throw problem('source/empty', { detail: 'An image has at least one byte.' })
      const { filename = '', ...wanted } = detailsOf(request)
      const hasPart = bringsBody(request)
      if (hasPart) checkPartType(request)
      // Told before the bytes come; the format only matters for a missing extension.
      targetPath(wanted.target_path, filename, 'jpeg')
      await uploads.checkAllowance(project, plan, length)
      const expiresAt = Date.now() + lifetimeMs
      const { token, id } = await pending.announce(project.id, {
        kind: 'tus',
        path: wanted.target_path,
        fileName: filename,
        visibility: wanted.visibility,
        contentType: undefined,
        minBytes: length,
        maxBytes: length,
        overwrite: wanted.overwrite === 'true',
        expiresAt,
      })
      await resumable.start(id)
      reply.code(201).headers({
        location: `${publicUrl}${address}/${token}`,
        'upload-expires': new Date(expiresAt).toUTCString(),
      })
      if (!hasPart) return reply.header('upload-offset', 0).send()
      return tell(reply, await append(request, token, 0))
    })

    scope.head<ByToken>(`${address}/:token`, openTo(asking), async (request, reply) => {
      const progress = await resumable.progress(request.params.token)
      return tell(reply.code(200).header('upload-length', progress.length), progress)
    })

    scope.patch<ByToken>(`${address}/:token`, openTo(continuing), patch)
    scope.delete<ByToken>(`${address}/:token`, openTo(takingBack), remove)

    // Behind proxies that know GET and POST only.
    scope.post<ByToken>(`${address}/:token`, openTo(continuing), async (request, reply) => {
      const method = request.headers['x-http-method-override']
      if (method === 'PATCH') return patch(request, reply)
      if (method === 'DELETE') return remove(request, reply)
      throw problem('request/method-not-allowed', { detail: 'An upload is continued with PATCH.' })
    })
  })

  async function patch(request: FastifyRequest<ByToken>, reply: FastifyReply) {
    const offset = wholeNumber(request, 'upload-offset')
    return tell(reply.code(204), await append(request, request.params.token, offset))
  }

  async function remove(request: FastifyRequest<ByToken>, reply: FastifyReply) {
    await resumable.remove(request.params.token)
    return reply.code(204).send()
  }

  function append(request: FastifyRequest, token: string, offset: number): Promise<Progress> {
    checkPartType(request)
    const bytes = rawBody(request)
    return resumable.append(token, { offset, bytes, cancel: () => request.raw.destroy() })
  }
}

function tell(reply: FastifyReply, { offset, imageId }: Progress): FastifyReply {
  if (imageId !== undefined) reply.header('x-fovea-image-id', imageId)
  return reply.header('upload-offset', offset).send()
}

/** Some clients name a media type where they send nothing. */
function bringsBody({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

function checkPartType({ headers }: FastifyRequest): void {
  if (headers['content-type'] === partType) return
  throw problem('request/unsupported-media-type', { detail: `A part is sent as ${partType}.` })
}

function wholeNumber(request: FastifyRequest, name: string): number {
  const text = request.headers[name]
  if (typeof text === 'string' && /^\d{1,15}$/.test(text)) return Number(text)
  throw problem('request/invalid-parameter', {
    detail: `The header "${name}" must be a whole number of bytes${name === 'upload-length' ? '; lengths that come later are not taken' : ''}.`,
    members: { parameter: name },
  })
}

function detailsOf(request: FastifyRequest): z.output<typeof details> {
  const checked = validate(details, 'headers', uploadMetadata(request.headers['upload-metadata']))
  if ('error' in checked) throw checked.error
  return checked.value as z.output<typeof details>
}
