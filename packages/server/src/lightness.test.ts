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
for (const entry of ['./app.ts', './roles/index.ts']) await import(new URL(entry, process.argv[1]))
console.log(JSON.stringify({ urls, node: process.moduleLoadList }))
`

it('what is imported before the server listens leaves out the API, accounts, the network and Node’s fetch', () => {
  const printed = execFileSync(
    process.execPath,
    ['--input-type=module', '--eval', script, new URL('.', import.meta.url).href],
    { encoding: 'utf8' },
  )
  const { urls, node } = JSON.parse(printed) as { urls: string[]; node: string[] }
  const packages = new Set(urls.map((url) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1]))
  expect([...packages]).toContain('kysely')
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
    expect([...packages], later).not.toContain(later)
  expect(urls.filter((url) => /\/http\/api(?:\/|\.ts$)/.test(url))).toEqual([])
  expect(node.filter((name) => /undici|http2/.test(name))).toEqual([])
})
