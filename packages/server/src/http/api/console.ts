/**
 * The console: its document under every address that no other page has, because its own script reads the address, and
 * the files that the document names. The pages for signing in stand beside it, in account-pages.ts.
 *
 * No script and no style but our own: what the console's own code writes as a style shows the nonce of its document.
 */
import { randomBytes } from 'node:crypto'
import { problem } from '@fovea/core'
import type { FastifyReply } from 'fastify'
import { buildCommand, type ConsoleState } from '../../console/index.ts'
import { holds } from '../../delivery/index.ts'
import { escapeHtml } from '../../welcome/index.ts'
import { paragraph } from './account-pages/forms.ts'
import { type Page, show } from './account-pages/page.ts'
import type { Routes } from './dependencies.ts'

/** How often a page that waits for the build asks again, seconds. */
const askAgainSeconds = 2

const config = { isPublic: true } as const

export const consoleRoutes: Routes = (api, { consoleBuild, consoleFiles }) => {
  for (const url of ['/console', '/console/*']) {
    api.get(url, { config }, async (_request, reply) => {
      const nonce = randomBytes(16).toString('base64')
      const document = await consoleFiles.document(nonce)
      if (document !== undefined)
        return reply.headers(documentHeaders(nonce)).serializer(String).send(document)
      consoleBuild.begin()
      return showWaiting(reply, consoleBuild.state)
    })
  }

  api.get<{ Params: { name: string } }>('/console/assets/:name', { config }, async (request, reply) => {
    const { name } = request.params
    const takesGzip = /\bgzip\b/i.test(String(request.headers['accept-encoding'] ?? ''))
    const asset = await consoleFiles.asset(name, takesGzip)
    if (asset === undefined)
      throw problem('route/not-found', { detail: 'The console has no file of that name.' })
    const etag = `"${name}${asset.isCompressed ? '.gz' : ''}"`
    reply.headers({
      'cache-control': 'public, max-age=31536000, immutable',
      etag,
      vary: 'Accept-Encoding',
      ...(asset.isCompressed ? { 'content-encoding': 'gzip' } : {}),
    })
    if (holds(request.headers['if-none-match'], etag)) return reply.code(304).send()
    return reply.type(asset.type).send(asset.bytes)
  })
}

/** Not to be kept as "not modified": each answer has a nonce of its own. */
function documentHeaders(nonce: string): Readonly<Record<string, string>> {
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': [
      "default-src 'none'",
      "script-src 'self'",
      `style-src 'self' 'nonce-${nonce}'`,
      "img-src 'self' data: blob:",
      "font-src 'self'",
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'self'",
      "frame-ancestors 'none'",
    ].join('; '),
    'cache-control': 'no-cache',
    'referrer-policy': 'same-origin',
  }
}

function showWaiting(reply: FastifyReply, state: ConsoleState): FastifyReply {
  if (state !== 'building') return show(reply, state === 'failed' ? failedPage : absentPage, 503)
  return show(reply.header('refresh', askAgainSeconds), buildingPage)
}

const command = `<p><code>${escapeHtml(buildCommand)}</code></p>`

const buildingPage: Page = {
  title: 'The console is being built',
  body: [
    paragraph('This happens once after an installation or an update, and takes a few seconds.'),
    '<progress aria-label="Building"></progress>',
    paragraph('The page opens by itself.'),
  ],
}

const failedPage: Page = {
  title: 'The console could not be built',
  error: 'The build ended with an error, which is in the log of the server.',
  body: [paragraph('This command, in the folder of Fovea, builds it and shows what is wrong:'), command],
}

const absentPage: Page = {
  title: 'The console is not built',
  body: [paragraph('This command, in the folder of Fovea, builds it:'), command],
}
