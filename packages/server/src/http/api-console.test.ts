/** What the server says of the console: built, being built, or not. */
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Harness, startApi } from './api/api.test-harness.ts'

let harness: Harness
let folder: string
beforeAll(async () => {
  harness = await startApi()
  folder = join(harness.dataDir, 'console')
})
afterAll(() => harness.close())
afterEach(() => rm(folder, { recursive: true, force: true }))

const get = (url: string, headers: Readonly<Record<string, string>> = {}) =>
  harness.api.inject({ url, headers })

async function built(): Promise<void> {
  const assets = join(folder, '0123abcd', 'assets')
  await mkdir(assets, { recursive: true })
  await writeFile(join(folder, 'current'), '0123abcd')
  await writeFile(join(folder, '0123abcd', 'index.html'), '<meta nonce="{{nonce}}"><style nonce="{{nonce}}">')
  await writeFile(join(assets, 'main-1a.js'), 'console.log(1)')
  await writeFile(join(assets, 'main-1a.js.gz'), gzipSync('console.log(1)'))
  await writeFile(join(assets, 'plain-2b.css'), 'a{}')
  await writeFile(join(folder, 'secret.js'), 'no')
}

describe('the built console', () => {
  it('is one document at every address, with a nonce of its own that its policy names', async () => {
    await built()
    const nonces = new Set<string>()
    for (const url of ['/console', '/console/', '/console/p/demo/library?q=a', '/console/no/such.png']) {
      const { statusCode, headers, body } = await get(url)
      expect([statusCode, headers['content-type'], headers['cache-control']]).toEqual([
        200,
        'text/html; charset=utf-8',
        'no-cache',
      ])
      const [, nonce = ''] = /^<meta nonce="([^"]+)"><style nonce="\1">$/.exec(body) ?? []
      expect(nonce).toMatch(/^[\w+/]{22}==$/)
      nonces.add(nonce)
      const policy = String(headers['content-security-policy'])
      expect(policy).toContain(`style-src 'self' 'nonce-${nonce}'`)
      expect(policy).toContain("script-src 'self';")
      expect(policy).toContain("frame-ancestors 'none'")
      expect(policy).not.toMatch(/unsafe/)
      expect(headers.etag).toBeUndefined()
    }
    expect(nonces.size).toBe(4)
  })

  it('has files that may be kept for good, compressed for who takes that', async () => {
    await built()
    const plain = await get('/console/assets/main-1a.js')
    expect([plain.statusCode, plain.body]).toEqual([200, 'console.log(1)'])
    expect(plain.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
      vary: 'Accept-Encoding',
    })
    const packed = await get('/console/assets/main-1a.js', { 'accept-encoding': 'br, gzip' })
    expect(packed.headers['content-encoding']).toBe('gzip')
    expect(gunzipSync(packed.rawPayload).toString()).toBe('console.log(1)')
    expect(packed.headers.etag).not.toBe(plain.headers.etag)
    const uncompressed = await get('/console/assets/plain-2b.css', { 'accept-encoding': 'gzip' })
    expect([uncompressed.body, uncompressed.headers['content-encoding']]).toEqual(['a{}', undefined])
    const known = await get('/console/assets/main-1a.js', { 'if-none-match': String(plain.headers.etag) })
    expect([known.statusCode, known.body]).toEqual([304, ''])
    const head = await harness.api.inject({ method: 'HEAD', url: '/console/assets/main-1a.js' })
    expect([head.statusCode, head.headers['content-length'], head.body]).toEqual([200, '14', ''])
  })

  it.each([
    'none-3c.js',
    '..%2Findex.html',
    '..%2F..%2Fsecret.js',
    '%2e%2e%2f%2e%2e%2fsecret.js',
    '..%5C..%5Csecret.js',
    '.hidden.js',
    'main-1a.js.gz',
    'main-1a.js%00.css',
  ])('has no file %s', async (name) => {
    await built()
    const { statusCode, body } = await get(`/console/assets/${name}`)
    expect(statusCode).toBe(404)
    expect(body).not.toContain('no"')
  })

  it('leaves the pages for signing in as they are', async () => {
    await built()
    const { body, headers } = await get('/console/sign-in')
    expect(body).toContain('<form method="post" action="/console/sign-in">')
    expect(headers['content-security-policy']).not.toContain('script-src')
  })
})

it('that is not built says how to', async () => {
  const { statusCode, body, headers } = await get('/console')
  expect([statusCode, headers['content-type'], headers.refresh]).toEqual([
    503,
    'text/html; charset=utf-8',
    undefined,
  ])
  expect(body).toContain('npm run build -w packages/console')
})

it.each(['/favicon.ico', '/favicon.svg'])('%s is an icon that pages may show', async (url) => {
  const { statusCode, headers, rawPayload } = await get(url)
  expect([statusCode, headers['cache-control']]).toEqual([200, 'public, max-age=86400'])
  if (url.endsWith('.svg')) expect(rawPayload.toString()).toMatch(/^<svg xmlns=/)
  else expect([...rawPayload.subarray(0, 4)]).toEqual([0, 0, 1, 0])
})
