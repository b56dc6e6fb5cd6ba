/**
 * The REST API under `/api/v1`, in img-src's shapes. Built when the first API request comes; importing it loads
 * Fastify, so the server imports it lazily.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import multipart from '@fastify/multipart'
import { problem } from '@fovea/core'
import Fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type RouteOptions,
} from 'fastify'
import { serializerCompiler } from 'fastify-type-provider-zod'
import * as z from 'zod'
import { errorFields } from '../observe/index.ts'
import { accessLinkRoutes } from './api/access-links.ts'
import { accountRoutes } from './api/account.ts'
import { accountPageRoutes } from './api/account-pages.ts'
import { admit, countStranger } from './api/admit.ts'
import { apiKeyRoutes } from './api/api-keys.ts'
import { auditRoutes, recordChange } from './api/audit.ts'
import { authRoutes } from './api/auth.ts'
import { clientRoutes } from './api/client.ts'
import { cloudimageRoutes } from './api/cloudimage.ts'
import { consoleRoutes } from './api/console.ts'
import type { ApiContext, ApiDependencies, Routes } from './api/dependencies.ts'
import { dialectSettingsRoutes } from './api/dialect-settings.ts'
import { directUploadRoutes } from './api/direct-upload.ts'
import { discardBody } from './api/discard-body.ts'
import { domainRoutes } from './api/domains.ts'
import { exportRoutes } from './api/exports.ts'
import { factRoutes } from './api/facts.ts'
import { claimKey, keepAnswer } from './api/idempotency.ts'
import { imageListRoutes } from './api/image-list.ts'
import { imageRoutes } from './api/images.ts'
import { iterationLayerRoutes } from './api/iteration-layer.ts'
import { jobRoutes } from './api/jobs.ts'
import { noticeRoutes } from './api/notices.ts'
import { openApiRoutes } from './api/openapi.ts'
import { operatorTeamRoutes } from './api/operator-teams.ts'
import { originRoutes } from './api/origins.ts'
import { presetRoutes } from './api/presets.ts'
import { projectRoutes } from './api/project.ts'
import { projectStateRoutes } from './api/project-state.ts'
import { projectListRoutes } from './api/projects.ts'
import { RateLimiter } from './api/rate-limit.ts'
import { settingsRoutes } from './api/settings.ts'
import { signedUrlRoutes } from './api/signed-url.ts'
import { similarRoutes } from './api/similar.ts'
import { teamRoutes } from './api/teams.ts'
import { transformRoutes } from './api/transform.ts'
import { trashRoutes } from './api/trash.ts'
import { tusRoutes } from './api/tus.ts'
import { uploadRoutes } from './api/upload.ts'
import { usageRoutes } from './api/usage.ts'
import { validate } from './api/validation.ts'
import { versionRoutes } from './api/versions.ts'
import { webhookRoutes } from './api/webhooks.ts'
import { welcomeRoutes } from './api/welcome.ts'
import { problemResponse } from './problem-response.ts'
import { nextRequestId } from './request-id.ts'

const routes: readonly Routes[] = [
  uploadRoutes,
  directUploadRoutes,
  tusRoutes,
  imageListRoutes,
  imageRoutes,
  trashRoutes,
  versionRoutes,
  factRoutes,
  similarRoutes,
  signedUrlRoutes,
  accessLinkRoutes,
  settingsRoutes,
  presetRoutes,
  dialectSettingsRoutes,
  usageRoutes,
  apiKeyRoutes,
  projectRoutes,
  clientRoutes,
  originRoutes,
  domainRoutes,
  exportRoutes,
  webhookRoutes,
  authRoutes,
  accountPageRoutes,
  accountRoutes,
  teamRoutes,
  operatorTeamRoutes,
  noticeRoutes,
  auditRoutes,
  projectListRoutes,
  projectStateRoutes,
  welcomeRoutes,
  consoleRoutes,
  iterationLayerRoutes,
  transformRoutes,
  jobRoutes,
  cloudimageRoutes,
]

/** Largest JSON body, bytes. Images come as multipart and are bounded by the upload limit. */
const bodyLimit = 256 * 1024
/** A path of 1 024 bytes, percent-encoded. */
const maxParamLength = 3 * 1024 + 64

/** The API as one function of node:http's request and response. */
export async function loadApi(
  dependencies: ApiDependencies,
): Promise<(request: IncomingMessage, response: ServerResponse) => void> {
  const api = createApi(dependencies)
  await api.ready()
  return (request, response) => api.routing(request, response)
}

/** The Fastify instance, not yet ready: for `inject`, or mounted through `serverFactory`. */
export function createApi(dependencies: ApiDependencies): FastifyInstance {
  const { log, serverFactory, trustedProxies } = dependencies
  const context: ApiContext = { ...dependencies, rates: new RateLimiter() }
  const api = Fastify({
    logger: false,
    bodyLimit,
    genReqId: () => nextRequestId(),
    trustProxy: trustedProxies === '' ? false : trustedProxies.split(',').map((network) => network.trim()),
    routerOptions: { maxParamLength },
    frameworkErrors: (error, request, reply) => {
      baseHeaders(request, reply)
      countStranger(request, reply, context)
      answerError(error, request, reply, log)
    },
    ...(serverFactory === undefined ? {} : { serverFactory }),
  })
  api.setValidatorCompiler<z.ZodType>(
    ({ schema, httpPart }) =>
      (data) =>
        validate(schema, httpPart, data),
  )
  api.setSerializerCompiler(serializerCompiler)
  api.decorateRequest('caller', null)
  api.decorateRequest('person', null)
  api.decorateRequest('audited', null)
  api.decorateRequest('claimed', null)
  api.decorateRequest('isReplayed', false)
  acceptJson(api)
  api.register(multipart, {
    throwFileSizeLimit: false,
    // Files are measured while they are written; the form around them is small.
    limits: {
      files: 1,
      fields: 8,
      parts: 10,
      fieldSize: 8 * 1024,
      fieldNameSize: 100,
      headerPairs: 20,
      fileSize: Infinity,
    },
  })
  api.addHook('onRequest', async (request, reply) => {
    baseHeaders(request, reply)
    await admit(request, reply, context)
    await claimKey(request, reply, context)
  })
  api.addHook('onSend', async (request, reply, payload) => {
    await recordChange(request, reply.statusCode, context)
    return keepAnswer(request, reply, payload, context)
  })
  api.setErrorHandler((error, request, reply) => answerError(error, request, reply, log))
  api.setNotFoundHandler((request, reply) => {
    const detail = `There is nothing at ${request.method} ${pathOf(request)}.`
    answerError(problem('route/not-found', { detail }), request, reply, log)
  })
  // In a plugin of its own, so that it is loaded after multipart has decorated requests.
  api.register(async (scope) => {
    const described: RouteOptions[] = []
    scope.addHook('onRoute', (route) => void described.push(route))
    scope.get(
      '/health',
      {
        config: { isPublic: true },
        schema: { response: { 200: z.object({ status: z.string(), timestamp: z.string() }) } },
      },
      async () => ({ status: 'ok', timestamp: new Date().toISOString() }),
    )
    for (const add of routes) add(scope, context)
    openApiRoutes(scope, context, described)
  })
  return api
}

function baseHeaders(request: FastifyRequest, reply: FastifyReply): void {
  reply.headers({
    'x-fovea-request-id': request.id,
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'cache-control': 'no-store',
  })
}

function answerError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  log: ApiDependencies['log'],
): void {
  const answer = problemResponse(error, { instance: request.id, path: pathOf(request) })
  if (answer.isUnexpected) {
    log.error({
      event: 'request.unexpected-error',
      requestId: request.id,
      method: request.method,
      route: request.routeOptions.url ?? null,
      ...errorFields(error),
    })
  }
  discardBody(request.raw)
  reply.code(answer.status).headers(answer.headers).serializer(String).send(answer.body)
}

/** Clients announce JSON and send nothing where a body is optional. No route takes text. */
function acceptJson(api: FastifyInstance): void {
  const parse = api.getDefaultJsonParser('error', 'error')
  api.removeContentTypeParser(['application/json', 'text/plain'])
  api.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined)
    else parse(request, body as string, done)
  })
}

function pathOf(request: FastifyRequest): string {
  return request.raw.url?.split('?', 1)[0] ?? '/'
}
