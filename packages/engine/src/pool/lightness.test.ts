/** The server imports the pool before anything else: nothing native may come along, and nothing that delays the first child. */
import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'

const script = `
import { registerHooks } from 'node:module'
import { readFileSync } from 'node:fs'
const urls = []
registerHooks({ resolve(specifier, context, next) {
  const found = next(specifier, context)
  urls.push(found.url)
  return found
} })
await import(process.argv[1])
console.log(JSON.stringify({ urls, shared: process.report.getReport().sharedObjects }))
`

it('importing the pool loads neither sharp nor the engine, and no schemas', () => {
  const entry = new URL('./index.ts', import.meta.url).href
  const printed = execFileSync(process.execPath, ['--input-type=module', '--eval', script, entry], {
    encoding: 'utf8',
  })
  const { urls, shared } = JSON.parse(printed) as { urls: string[]; shared: string[] }
  expect(urls.some((url) => url.endsWith('/pool/crew.ts'))).toBe(true)
  expect(urls.filter((url) => /\/(sharp|@img|zod)\/|\/operations\/|\/run\.ts$|\.node$/.test(url))).toEqual([])
  expect(shared.filter((path) => /vips|sharp/.test(path))).toEqual([])
})
