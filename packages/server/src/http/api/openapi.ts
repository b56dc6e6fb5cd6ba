/** `GET /api/openapi.json`: what this server's API is, for programs and people. Made when somebody asks. */
import type { FastifyInstance, RouteOptions } from 'fastify'

/** `routes` are all of the API, complete when a request comes. */
export function openApiRoutes(
  plain: FastifyInstance,
  { publicUrl }: { readonly publicUrl: string },
  routes: readonly RouteOptions[],
): void {
  let text: Promise<string> | undefined
  plain.get('/api/openapi.json', { config: { isPublic: true } }, async (_request, reply) => {
    text ??= import('./openapi-document.ts').then(({ openApiDocument }) =>
      JSON.stringify(openApiDocument(routes, publicUrl)),
    )
    return reply
      .headers({ 'content-type': 'application/json; charset=utf-8', 'access-control-allow-origin': '*' })
      .serializer(String)
      .send(await text)
  })
}
