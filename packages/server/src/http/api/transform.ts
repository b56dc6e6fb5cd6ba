/**
 * `POST /api/v1/transform`: a picture and a pipeline in, files, base64 or images of the project out.
 *
 * The request is JSON; the picture is named or held by it, or comes beside it: as `file` of a form whose field `request`
 * is the JSON, or as the whole body, with the JSON in the query's `request`. One result that is not stored is answered
 * as it is, unless `Accept` asks for JSON; everything else is JSON with base64.
 */
import type { IncomingMessage } from 'node:http'
import { acceptBucket, mediaTypeOf, problem } from '@fovea/core'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { degradedHeader } from '../../delivery/index.ts'
import type { Project } from '../../projects/index.ts'
import type { JsonPipelines, MadeResult, PipelineResult, ReceivedPipeline } from '../../transforms/index.ts'
import { callerOf } from './admit.ts'
import { clientSignal } from './client-signal.ts'
import type { ApiContext } from './dependencies.ts'
import { readJsonForm, readRequestText } from './json-form.ts'
import { Base64Bytes, sendJsonWithBytes } from './json-with-bytes.ts'
import { shapeObject, shapeUpload } from './shapes.ts'
import { transformDescription } from './transform-description.ts'

export function transformRoutes(plain: FastifyInstance, context: ApiContext): void {
  const { pipelines } = context
  plain.register(async (api) => {
    // All bodies as streams; forms are multipart's own.
    api.removeContentTypeParser('application/json')
    for (const type of ['application/json', 'application/octet-stream', /^image\//])
      api.addContentTypeParser(type, (_request, payload, done) => done(null, payload))

    api.post(
      '/api/v1/transform',
      { config: { scope: 'write', isFrequent: true, describe: transformDescription } },
      async (request, reply) => {
        const { project, plan } = callerOf(request)
        const signal = clientSignal(request, reply)
        const received = await receive(request, pipelines, signal)
        const accept = acceptBucket(request.headers.accept)
        const result = await pipelines.run({ project, allowance: plan }, { ...received, accept }, signal)
        return answer(reply, result, { context, project, wantsJson: wantsJson(request) })
      },
    )
  })
}

type Received = Pick<ReceivedPipeline, 'value' | 'file'>

async function receive(
  request: FastifyRequest,
  pipelines: JsonPipelines,
  signal: AbortSignal,
): Promise<Received> {
  if (request.isMultipart()) return readJsonForm(request, (bytes) => pipelines.receiveFile(bytes, signal))
  const body = request.body as IncomingMessage | undefined
  if (body === undefined) throw problem('request/malformed', { detail: 'The request has no body.' })
  if (/^application\/json/i.test(request.headers['content-type'] ?? ''))
    return pipelines.receiveJson(body, signal)
  const { request: text = '{}' } = request.query as Readonly<Record<string, unknown>>
  const value = readRequestText(text)
  return { value, file: await pipelines.receiveFile(body, signal) }
}

function wantsJson({ headers }: FastifyRequest): boolean {
  return /\bapplication\/json\b/i.test(headers.accept ?? '')
}

interface About {
  readonly context: ApiContext
  readonly project: Project
  readonly wantsJson: boolean
}

function answer(reply: FastifyReply, result: PipelineResult, about: About): FastifyReply {
  if (result.kind === 'dry') return sendJsonWithBytes(reply, { dryRun: true, ...result.dry })
  reply.headers(degradedHeader(result.degraded))
  const [only] = result.outputs
  if (only !== undefined && !result.isList && only.stored === undefined && !about.wantsJson) {
    const { buffer, byteOffset, byteLength } = only.bytes
    return reply
      .headers({ 'content-type': mediaTypeOf(only.format), 'content-length': byteLength })
      .send(Buffer.from(buffer, byteOffset, byteLength))
  }
  return sendJsonWithBytes(reply, { outputs: result.outputs.map((output) => shape(output, about)) })
}

function shapeStored(
  stored: NonNullable<MadeResult['stored']>,
  { context, project }: Pick<About, 'context' | 'project'>,
): object {
  if (stored.kind === 'image') return { image: shapeUpload(context, project, stored.image) }
  return { object: shapeObject(stored.object) }
}

function shape(made: MadeResult, { context, project }: About): object {
  const { name, format, width, height, pages, bytes, quality, stored } = made
  const type = mediaTypeOf(format)
  const text = format === 'json' || format === 'css' || format === 'text'
  const body = text
    ? { text: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8') }
    : { data: new Base64Bytes(bytes) }
  return {
    name,
    format,
    mediaType: type,
    width,
    height,
    pages,
    quality,
    sizeBytes: bytes.length,
    ...(stored === undefined ? body : shapeStored(stored, { context, project })),
  }
}
