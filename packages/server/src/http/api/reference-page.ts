/**
 * The browsable reference at `/api/docs`: the OpenAPI document as one page without scripts.
 *
 * Operations are `<details>`, so that keyboards, screen readers and a browser's own search work as they do everywhere.
 */
import { createHash } from 'node:crypto'
import { escapeHtml as escaped } from '../../welcome/index.ts'
import type { OpenApi, Operation, Parameter } from './openapi-document.ts'

const service = 'service'

const style = `
:root{color-scheme:light dark;--paper:#f6f1e6;--card:#fffdf8;--ink:#17202e;--soft:#5a6472;--line:#ddd4c2;--accent:#a8380f;--code:#efe8d8}
@media (prefers-color-scheme:dark){:root{--paper:#10151d;--card:#18202b;--ink:#f1ead9;--soft:#a5afbd;--line:#2b3644;--accent:#ff8a5c;--code:#0b1017}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.55 system-ui,sans-serif}
main{max-width:64rem;margin:0 auto;padding:1.5rem 1rem 4rem}
h1{line-height:1.15;margin:.5rem 0}
h2{margin:2.5rem 0 .75rem;text-transform:capitalize}
a{color:var(--accent)}
nav ul{display:flex;flex-wrap:wrap;gap:.35rem 1rem;list-style:none;padding:0}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:4px}
details{background:var(--card);border:1px solid var(--line);border-radius:10px;margin:.5rem 0}
summary{padding:.65rem .9rem;cursor:pointer;overflow-wrap:anywhere}
summary b{display:inline-block;min-width:4.5rem;color:var(--accent);font:600 .85rem ui-monospace,monospace}
summary span{color:var(--soft);margin-left:.5rem}
details>div{padding:0 .9rem .9rem;border-top:1px solid var(--line)}
h3{font-size:.95rem;margin:1rem 0 .35rem}
p,dd{color:var(--soft)}
dl{margin:.25rem 0}
dt{margin-top:.4rem}
dd{margin:0 0 0 1rem}
code,pre{font:.85rem/1.5 ui-monospace,SFMono-Regular,Menlo,monospace}
code{overflow-wrap:anywhere}
pre{background:var(--code);border:1px solid var(--line);border-radius:8px;padding:.75rem;overflow-x:auto;max-height:26rem}
`

/** Nothing is loaded and nothing runs; the style sheet is allowed by its hash. */
export const referenceHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
} as const

export function referencePage({ paths }: Pick<OpenApi, 'paths'>): string {
  const all = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
  )
  const byArea = Map.groupBy(all, ({ operation }) => operation.tags[0] ?? service)
  // What is about no area comes last.
  const areas = new Map([...byArea].sort(([a], [b]) => Number(a === service) - Number(b === service)))
  const links = [...areas.keys()].map((area) => `<li><a href="#${escaped(area)}">${escaped(area)}</a></li>`)
  const sections = [...areas].map(
    ([area, own]) =>
      `<section aria-labelledby="${escaped(area)}"><h2 id="${escaped(area)}">${escaped(area.replaceAll('-', ' '))}</h2>${own
        .map(({ path, method, operation }) => operationHtml(path, method, operation))
        .join('')}</section>`,
  )
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>Fovea API</title><style>${style}</style></head><body><main><h1>Fovea API</h1><p>${all.length} operations. For programs: <a href="openapi.json">openapi.json</a>, OpenAPI 3.1.</p><nav aria-label="Areas"><ul>${links.join('')}</ul></nav>${sections.join('')}</main></body></html>`
}

function operationHtml(path: string, method: string, operation: Operation): string {
  const { summary = '', parameters, requestBody, responses } = operation
  const parts = [
    `<p>${escaped(accessOf(operation))} Operation <code>${escaped(operation.operationId)}</code>.</p>`,
  ]
  if (parameters.length > 0)
    parts.push(`<h3>Parameters</h3><dl>${parameters.map(parameterHtml).join('')}</dl>`)
  for (const [type, { schema }] of Object.entries(requestBody?.content ?? {}))
    parts.push(`<h3>Request, ${escaped(type)}</h3>${jsonHtml(schema, `Request of ${method} ${path}`)}`)
  for (const [status, { content = {} }] of Object.entries(responses)) {
    if (status === 'default') continue
    for (const [type, { schema }] of Object.entries(content))
      parts.push(
        `<h3>${escaped(status)}, ${escaped(type)}</h3>${jsonHtml(schema, `Answer of ${method} ${path}`)}`,
      )
  }
  const title = `<summary><b>${escaped(method.toUpperCase())}</b> <code>${escaped(path)}</code> <span>${escaped(summary)}</span></summary>`
  return `<details id="${escaped(operation.operationId)}">${title}<div>${parts.join('')}</div></details>`
}

function accessOf({ security, 'x-fovea-scope': scope }: Operation): string {
  if (security.length === 0) return 'Needs no key.'
  if (!security.some((way) => 'apiKey' in way)) return 'For people who are signed in.'
  return scope === undefined ? 'Needs an API key.' : `Needs an API key with the scope ${scope}.`
}

function parameterHtml({ name, in: place, required, description, schema }: Parameter): string {
  const need = required ? 'required' : 'optional'
  return `<dt><code>${escaped(name)}</code> (${escaped(place)}, ${need})</dt><dd>${escaped(description ?? '')} <code>${escaped(JSON.stringify(schema))}</code></dd>`
}

function jsonHtml(schema: unknown, label: string): string {
  return `<pre tabindex="0" role="region" aria-label="${escaped(label)}"><code>${escaped(JSON.stringify(schema, undefined, 2))}</code></pre>`
}
