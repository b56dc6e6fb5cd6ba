/** What the first image does not need is loaded after it: a check on the modules, because time cannot be tested. */
import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'

const script = `
import { registerHooks } from 'node:module'
const urls = []
registerHooks({ load(url, context, next) {
  urls.push(url)
  return next(url, context)
} })
for (const entry of process.argv.slice(2)) await import(new URL(entry, process.argv[1]))
console.log(JSON.stringify({ urls, node: process.moduleLoadList }))
`

interface Loaded {
  readonly urls: readonly string[]
  readonly packages: readonly (string | undefined)[]
  /** Node's own modules. */
  readonly node: readonly string[]
}

function loadedBy(...entries: readonly string[]): Loaded {
  const args = ['--input-type=module', '--eval', script, new URL('.', import.meta.url).href, ...entries]
  const printed = execFileSync(process.execPath, args, { encoding: 'utf8' })
  const { urls, node } = JSON.parse(printed) as { urls: string[]; node: string[] }
  return { urls, node, packages: urls.map((url) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1]) }
}

it('what is imported before the first child starts leaves out the model and the queries', () => {
  const { urls, packages } = loadedBy('./run-server.ts')
  expect(packages).toContain('zod')
  expect(packages).not.toContain('kysely')
  expect(urls.filter((url) => /\/core\/src\/(?:operations|dialects)\//.test(url))).toEqual([])
})

it('what is imported before the server listens leaves out the API, accounts, the network and Node’s fetch', () => {
  const { urls, node, packages } = loadedBy('./app.ts', './roles/index.ts')
  expect(packages).toContain('kysely')
  for (const later of [
    'fastify',
    'better-auth',
    'nodemailer',
    'undici',
    'pg',
    'better-sqlite3',
    'prom-client',
    'sharp',
  ])
    expect(packages, later).not.toContain(later)
  expect(urls.filter((url) => /\/http\/api(?:\/|\.ts$)/.test(url))).toEqual([])
  expect(node.filter((name) => /undici|http2/.test(name))).toEqual([])
})
