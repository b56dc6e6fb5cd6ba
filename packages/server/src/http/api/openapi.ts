/** What this server's API is: `/api/openapi.json` for programs, `/api/docs` for people. Made when somebody asks. */
import type { FastifyInstance, RouteOptions } from 'fastify'

/** `routes` are all of the API, complete when a request comes. */
export function openApiRoutes(
  plain: FastifyInstance,
  { publicUrl }: { readonly publicUrl: string },
  routes: readonly RouteOptions[],
): void {
  let text: Promise<string> | undefined
  let page: Promise<{ readonly html: string; readonly headers: Readonly<Record<string, string>> }> | undefined
  const open = { config: { isPublic: true } }
  const load = async () => (await import('./openapi-document.ts')).openApiDocument(routes, publicUrl)

  plain.get('/api/openapi.json', open, async (_request, reply) => {
    text ??= load().then((document) => JSON.stringify(document))
    return reply
      .headers({ 'content-type': 'application/json; charset=utf-8', 'access-control-allow-origin': '*' })
      .serializer(String)
      .send(await text)
  })

  plain.get('/api/docs', open, async (_request, reply) => {
    page ??= load().then(async (document) => {
      const { referenceHeaders, referencePage } = await import('./reference-page.ts')
      return { html: referencePage(document), headers: referenceHeaders }
    })
    const { html, headers } = await page
    return reply.headers(headers).serializer(String).send(html)
  })
}
