/**
 * The pages that letters lead to, and signing in and up: one form in the middle, without scripts.
 *
 * Every text goes through `escapeHtml`. The referrer policy is not the strictest: without a referrer browsers send
 * `Origin: null` with a form, and a form must prove where it comes from.
 */
import { createHash } from 'node:crypto'
import type { FastifyReply } from 'fastify'
import { escapeHtml, iconLink, mark } from '../../../welcome/index.ts'
import { style } from './style.ts'

export interface Page {
  /** The heading, and the title of the window. */
  readonly title: string
  /** What went wrong; read out first. */
  readonly error?: string | undefined
  /** HTML below the heading. */
  readonly body: readonly string[]
}

const headers = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; img-src 'self'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`,
  'referrer-policy': 'same-origin',
} as const

export function show(reply: FastifyReply, page: Page, status = 200): FastifyReply {
  return reply.code(status).headers(headers).serializer(String).send(html(page))
}

/** Leads on after a form: a GET, so that going back does not send it again. */
export function leadTo(reply: FastifyReply, path: string): FastifyReply {
  return reply.redirect(path, 303)
}

function html({ title, error, body }: Page): string {
  const alert =
    error === undefined ? [] : [`<p class="error" role="alert" id="error">${escapeHtml(error)}</p>`]
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${error === undefined ? '' : 'Error: '}${escapeHtml(title)} – Fovea</title>
${iconLink}
<style>${style}</style>
</head>
<body>
<header><a href="/" aria-label="Fovea, start page">${mark}Fovea</a></header>
<main>
<h1>${escapeHtml(title)}</h1>
${[...alert, ...body].join('\n')}
</main>
</body>
</html>
`
}
