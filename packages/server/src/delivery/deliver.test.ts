import { truncateSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { join } from 'node:path'
import { signableText, signText, withSignature } from '@fovea/core'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Harness, signingSecret, startHarness, until } from './delivery.test-harness.ts'
import { nodeDigest } from './node-digest.ts'

let harness: Harness
beforeEach(async () => {
  harness = await startHarness()
  harness.auto = (output) =>
    Buffer.from(`a picture as ${output.kind === 'image' ? output.format : output.kind}`)
  await harness.addAsset('blog/photo.jpg')
})
afterEach(() => harness.close())

/** A signed `/i/` URL. */
function signed(path: string, terms: { expiresAt?: number } = {}, secret = signingSecret.secret): string {
  const text = signableText(path, terms)
  return `/i/demo/${withSignature(text, signText(nodeDigest, secret, text))}`
}

const nowSeconds = () => Math.floor(Date.now() / 1000)

describe('an image', () => {
  it('is rendered once, then comes from memory', async () => {
    const first = await harness.get('/i/demo/blog/photo.webp?w=100')
    expect(first.status).toBe(200)
    expect(first.body.toString()).toBe('a picture as webp')
    expect(first.headers['x-fovea-cache']).toBe('miss')
    await harness.delivery.settled()
    for (const lookups of [2, 2, 2]) {
      const again = await harness.get('/i/demo/blog/photo.webp?w=100')
      expect(again.headers['x-fovea-cache']).toBe('hit')
      expect(again.body).toEqual(first.body)
      expect(harness.lookups).toBe(lookups)
    }
    expect(harness.renders).toHaveLength(1)
  })

  it('counts as usage of its project, wherever it came from', async () => {
    for (let requests = 0; requests < 4; requests++) {
      await harness.get('/i/demo/blog/photo.webp?w=100')
      await harness.delivery.settled()
    }
    await harness.get('/i/demo/blog/photo.webp?w=100', { headers: { Range: 'bytes=0-4' } })
    await harness.get('/i/demo/blog/photo.webp?w=100', { method: 'HEAD' })
    await harness.delivery.close()
    expect(harness.bandwidthBytes).toBe(4 * 17 + 5)
  })

  it('comes from disk when memory has let go of it', async () => {
    const first = await harness.get('/i/demo/blog/photo.webp?w=100')
    await harness.delivery.settled()
    harness.delivery.hits.clear()
    const second = await harness.get('/i/demo/blog/photo.webp?w=100')
    expect(second.headers['x-fovea-cache']).toBe('hit')
    expect(second.body).toEqual(first.body)
    expect(harness.renders).toHaveLength(1)
  })

  it('carries the headers of every answer', async () => {
    const { headers } = await harness.get('/i/demo/blog/photo.webp?w=100')
    expect(headers).toMatchObject({
      'content-type': 'image/webp',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'",
      'cross-origin-resource-policy': 'cross-origin',
      'access-control-allow-origin': '*',
      'timing-allow-origin': '*',
      'accept-ranges': 'bytes',
      'cache-control': 'public, max-age=3600, s-maxage=2592000, stale-while-revalidate=86400',
      'cache-tag': `project-${harness.project.id},asset-01ASSET0000000000000000001`,
      'surrogate-key': `project-${harness.project.id} asset-01ASSET0000000000000000001`,
    })
    expect(headers.etag).toMatch(/^"[0-9a-f]{64}"$/)
    expect(headers['server-timing']).toMatch(
      /lookup;dur=.*cache;dur=.*queue;dur=1.5.*decode;dur=0.5.*ops;dur=3.*encode;dur=2.*total;dur=/,
    )
    expect(headers['x-fovea-request-id']).toMatch(/^[0-9a-f]{20}$/)
    expect(headers).not.toHaveProperty('server')
    expect(headers).not.toHaveProperty('vary')
  })

  it.each(['memory', 'disk', 'nothing'])(
    'answers If-None-Match with 304 when %s holds it',
    async (holder) => {
      const first = holder === 'nothing' ? undefined : await harness.get('/i/demo/blog/photo.webp?w=100')
      if (holder === 'disk') harness.delivery.hits.clear()
      const etag = first?.headers.etag ?? '*'
      for (const value of etag === '*' ? ['*'] : [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
        const again = await harness.get('/i/demo/blog/photo.webp?w=100', {
          headers: { 'If-None-Match': value },
        })
        expect(again.status, value).toBe(304)
        expect(again.body).toHaveLength(0)
        expect(again.headers['cache-control']).toContain('max-age=3600')
        expect(again.headers).not.toHaveProperty('content-type')
      }
      expect(harness.renders).toHaveLength(holder === 'nothing' ? 0 : 1)
      expect((await harness.get('/i/demo/nowhere.webp', { headers: { 'If-None-Match': '*' } })).status).toBe(
        404,
      )
    },
  )

  it('answers HEAD as GET without the body', async () => {
    const head = await harness.get('/i/demo/blog/photo.webp?w=100', { method: 'HEAD' })
    expect(head.status).toBe(200)
    expect(head.headers['content-length']).toBe('17')
    expect(head.body).toHaveLength(0)
  })

  it.each([
    ['bytes=0-3', 206, 'a pi', 'bytes 0-3/17'],
    ['bytes=-4', 206, 'webp', 'bytes 13-16/17'],
    ['bytes=13-', 206, 'webp', 'bytes 13-16/17'],
    ['bytes=0-0,2-2', 200, 'a picture as webp', undefined],
    ['bytes=17-', 416, undefined, 'bytes */17'],
    ['bytes=9-3', 200, 'a picture as webp', undefined],
    ['lines=1-2', 200, 'a picture as webp', undefined],
  ])('answers Range %s with %i', async (range, status, body, contentRange) => {
    for (const attempt of ['miss', 'disk', 'memory']) {
      await harness.delivery.settled()
      const part = await harness.get('/i/demo/blog/photo.webp?w=100', { headers: { Range: range } })
      expect(part.status, attempt).toBe(status)
      if (body !== undefined) expect(part.body.toString()).toBe(body)
      expect(part.headers['content-range']).toBe(contentRange)
    }
  })

  it('sends the whole body when If-Range names another version', async () => {
    const { headers } = await harness.get('/i/demo/blog/photo.webp?w=100')
    const part = { Range: 'bytes=0-3' }
    const target = '/i/demo/blog/photo.webp?w=100'
    expect((await harness.get(target, { headers: { ...part, 'If-Range': headers.etag ?? '' } })).status).toBe(
      206,
    )
    expect((await harness.get(target, { headers: { ...part, 'If-Range': '"other"' } })).status).toBe(200)
    expect(
      (await harness.get(target, { headers: { ...part, 'If-Range': `W/${headers.etag}` } })).status,
    ).toBe(200)
  })

  it('is cacheable for a year when the URL names a version', async () => {
    const { headers } = await harness.get('/i/demo/blog/photo.webp?w=100&v=1')
    expect(headers['cache-control']).toBe('public, max-age=31536000, immutable')
  })

  it('is asked about again when the URL was handed out for another version', async () => {
    const { hash } = await harness.addAsset('blog/photo.jpg')
    const other = `h${'0'.repeat(8)}`
    for (const [token, expected] of [
      [`h${hash.slice(0, 8)}`, 'public, max-age=31536000, immutable'],
      [`h${hash.slice(0, 8)}-5000-2500`, 'public, no-cache'],
      [other, 'public, no-cache'],
    ]) {
      const { headers } = await harness.get(`/i/demo/blog/photo.webp?w=100&v=${token}`)
      expect([token, headers['cache-control']]).toEqual([token, expected])
    }
  })

  it('follows the freshness a project has set', async () => {
    harness.setProject({ cacheControl: 'public, max-age=60' })
    expect((await harness.get('/i/demo/blog/photo.webp')).headers['cache-control']).toBe('public, max-age=60')
  })
})

describe('a large image', () => {
  it('is streamed from disk, the first time too, whole and in parts', async () => {
    const picture = Buffer.alloc(2_500_000, '0123456789')
    harness.auto = () => picture
    const target = '/i/demo/blog/photo.png?w=3000'
    for (const cache of ['miss', 'hit', 'hit']) {
      const answered = await harness.get(target)
      expect(answered.headers['x-fovea-cache']).toBe(cache)
      expect(answered.body.equals(picture)).toBe(true)
      const part = await harness.get(target, { headers: { Range: 'bytes=2000001-2000009' } })
      expect([part.status, part.body.toString()]).toEqual([206, '123456789'])
      expect((await harness.get(target, { method: 'HEAD' })).headers['content-length']).toBe('2500000')
    }
    expect(harness.delivery.hits.stats.entries).toBe(0)
    expect(harness.renders).toHaveLength(1)
  })

  it('that cannot be stored is sent from memory', async () => {
    await harness.close()
    harness = await startHarness({ cacheBytes: 1_000_000 })
    await harness.addAsset('blog/photo.jpg')
    harness.auto = () => Buffer.alloc(2_500_000)
    expect((await harness.get('/i/demo/blog/photo.png?w=3000')).body).toHaveLength(2_500_000)
  })
})

describe('originals', () => {
  it('are sent as they are when nothing is asked of them', async () => {
    const whole = await harness.get('/i/demo/blog/photo.jpg')
    expect(whole.status).toBe(200)
    expect(whole.body.toString()).toBe('original of blog/photo.jpg')
    expect(whole.headers['content-type']).toBe('image/jpeg')
    expect(harness.renders).toHaveLength(0)
  })

  it('are re-rendered when the project strips metadata', async () => {
    harness.setProject({ stripOriginals: true })
    expect((await harness.get('/i/demo/blog/photo.jpg')).body.toString()).toBe('a picture as jpeg')
  })

  it('are streamed, in ranges too, when they are large', async () => {
    const bytes = Buffer.alloc(3_000_000, 'abcdefgh')
    await harness.addAsset('big.jpg', { bytes })
    const whole = await harness.get('/i/demo/big.jpg')
    expect(whole.body.equals(bytes)).toBe(true)
    const part = await harness.get('/i/demo/big.jpg', { headers: { Range: 'bytes=1000000-1000007' } })
    expect([part.status, part.body.toString()]).toEqual([206, 'abcdefgh'])
    const head = await harness.get('/i/demo/big.jpg', { method: 'HEAD' })
    expect([head.headers['content-length'], head.body.length]).toEqual(['3000000', 0])
  })

  it('that are cut on disk break the connection instead of looking whole', async () => {
    const bytes = Buffer.alloc(3_000_000, 'abcdefgh')
    const { hash } = await harness.addAsset('cut.jpg', { bytes })
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const cut = new Promise((resolve, reject) => {
      const sent = request({ port: harness.port, path: '/i/demo/cut.jpg', agent }, (response) => {
        truncateSync(join(harness.dir, `blob-${hash}`), 1_000_000)
        response.on('end', resolve).on('error', reject).resume()
      })
      sent.on('error', reject).end()
    })
    await expect(cut).rejects.toThrow('aborted')
    expect((await harness.get('/healthz')).status).toBe(200)
    agent.destroy()
  })

  it('that are missing on disk are a 503, not a crash', async () => {
    await harness.addAsset('lost.jpg', { hash: 'f'.repeat(64) as never })
    expect((await harness.get('/i/demo/lost.jpg')).status).toBe(503)
  })
})

describe('access', () => {
  it('refuses unsigned URLs of a signed project before it looks for the image', async () => {
    harness.setProject({ access: 'signed' })
    const lookups = harness.lookups
    expect((await harness.get('/i/demo/blog/photo.webp')).status).toBe(403)
    expect((await harness.get('/i/demo/nowhere.webp')).status).toBe(403)
    expect(harness.lookups).toBe(lookups)
    expect((await harness.get(signed('blog/photo.webp'))).status).toBe(200)
  })

  it('serves private images only when signed, and keeps them out of shared caches and out of memory', async () => {
    await harness.addAsset('secret.jpg', { visibility: 'private' })
    expect((await harness.get('/i/demo/secret.webp')).status).toBe(403)
    const ok = await harness.get(signed('secret.webp', { expiresAt: nowSeconds() + 60 }))
    expect(ok.status).toBe(200)
    const [, maxAge] = /^private, max-age=(\d+)$/.exec(ok.headers['cache-control'] ?? '') ?? []
    expect(Number(maxAge)).toBeGreaterThan(50)
    expect(Number(maxAge)).toBeLessThanOrEqual(60)
    expect(ok.headers['cross-origin-resource-policy']).toBe('same-site')
    expect(harness.delivery.hits.stats.entries).toBe(0)
  })

  it('refuses a wrong, an expired and a changed signature', async () => {
    const good = signed('blog/photo.webp?w=50')
    expect((await harness.get(good)).status).toBe(200)
    expect((await harness.get(good.replace('w=50', 'w=51'))).status).toBe(403)
    expect((await harness.get(signed('blog/photo.webp', {}, 'another secret'))).status).toBe(403)
    expect((await harness.get(signed('blog/photo.webp', { expiresAt: nowSeconds() - 1 }))).status).toBe(403)
  })

  it('stops serving a signed URL from memory when it expires, and lets no cache keep it longer', async () => {
    const url = signed('blog/photo.webp', { expiresAt: nowSeconds() + 2 })
    const first = await harness.get(url)
    expect(first.headers['cache-control']).toMatch(/^public, immutable, max-age=[12]$/)
    await harness.warm(url)
    const second = await harness.get(url)
    expect(harness.delivery.hits.stats.entries).toBe(1)
    expect(second.headers['cache-control']).toMatch(/^public, immutable, max-age=[012]$/)
    await new Promise((resolve) => setTimeout(resolve, 2_100))
    const third = await harness.get(url)
    expect(third.status).toBe(403)
    expect(third.headers['cache-control']).toBe('no-store')
  })
})

describe('errors', () => {
  it.each([
    ['/i/demo/none.webp', 404, 'asset/not-found'],
    ['/i/nobody/photo.webp', 404, 'project/not-found'],
    ['/i/demo', 404, 'route/not-found'],
    ['/i/demo/blog/photo.webp?w=0', 400, 'request/invalid-parameter'],
    ['/i/demo/blog/photo.webp?wat=1', 400, 'request/unknown-parameter'],
    ['/i/demo/blog/photo.webp?w=%zz', 400, undefined],
    ['/i/demo/..%2f..%2fetc/passwd', 400, 'request/malformed'],
    [`/i/demo/blog/photo.webp?v=${'x'.repeat(8_200)}`, 414, 'request/too-long'],
  ])('%.60s is %i', async (target, status, code) => {
    const answered = await harness.get(target)
    expect(answered.status).toBe(status)
    expect(answered.headers['cache-control']).toBe('no-store')
    expect(answered.headers['x-content-type-options']).toBe('nosniff')
    const body = JSON.parse(answered.body.toString()) as {
      error: { status: number }
      code: string
      instance: string
    }
    expect(body.error.status).toBe(status)
    expect(body.instance).toBe(answered.headers['x-fovea-request-id'])
    if (code !== undefined) expect(body.code).toBe(code)
  })

  it('are never 500, whatever the URL', async () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '/i/',
        '/t/',
        'demo',
        '/',
        '..',
        '%2e',
        '%2F',
        '%00',
        '%ff',
        '%',
        'photo',
        '.webp',
        '.jpg',
        '?',
        '&',
        '=',
        'w=',
        'sig=',
        'exp=',
      ),
      fc.constantFrom(
        '1',
        '-1',
        '1e9',
        '99999999999999999999',
        'NaN',
        'p:',
        '__proto__',
        'constructor',
        '[]',
        '#',
        ';',
        '\\',
        '+',
        '~',
        'é'.normalize(),
      ),
      fc.string({ maxLength: 8 }),
    )
    const target = fc.tuple(
      fc.constantFrom('/i/demo/', '/t/demo/', '/i/', '/t/', '/i/demo/blog/photo.webp?'),
      fc.array(piece, { maxLength: 12 }),
    )
    await fc.assert(
      fc.asyncProperty(target, async ([mount, pieces]) => {
        const path =
          mount +
          pieces
            .join('')
            .replace(/[^\x21-\x7e]/g, (character) =>
              encodeURIComponent(character.isWellFormed() ? character : '?'),
            )
        const { status, headers, body } = await harness.get(path)
        expect(status, path).toBeLessThan(500)
        if (status >= 400) {
          expect(headers['cache-control']).toBe('no-store')
          expect(JSON.parse(body.toString())).toMatchObject({ status })
        }
      }),
      { numRuns: 400 },
    )
    expect(harness.metrics.errors.total).toBe(0)
  })

  it('refuses other methods and answers preflights', async () => {
    const post = await harness.get('/i/demo/blog/photo.webp', { method: 'POST' })
    expect([post.status, post.headers.allow]).toEqual([405, 'GET, HEAD, OPTIONS'])
    const preflight = await harness.get('/i/demo/blog/photo.webp', {
      method: 'OPTIONS',
      headers: { Origin: 'https://a.example' },
    })
    expect(preflight.status).toBe(204)
    expect(preflight.headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET, HEAD, OPTIONS',
    })
  })

  it('passes capacity on with Retry-After and caches nothing', async () => {
    harness.auto = undefined
    const waiting = harness.get('/i/demo/blog/photo.webp?w=7')
    await until(() => harness.renders.length === 1)
    const { problem } = await import('@fovea/core')
    harness.renders[0]?.fail(problem('capacity/exhausted', { retryAfterSeconds: 2.4 }))
    const refused = await waiting
    expect([refused.status, refused.headers['retry-after'], refused.headers['cache-control']]).toEqual([
      503,
      '3',
      'no-store',
    ])
    harness.auto = () => Buffer.from('ok')
    expect((await harness.get('/i/demo/blog/photo.webp?w=7')).body.toString()).toBe('ok')
  })

  it('hides what is unexpected from the client and tells it to the log', async () => {
    harness.auto = () => {
      throw new TypeError('the inner secret')
    }
    const answered = await harness.get('/i/demo/blog/photo.webp?w=8')
    expect(answered.status).toBe(500)
    expect(answered.body.toString()).not.toContain('inner secret')
    expect(harness.log.join('')).toContain('the inner secret')
    expect(harness.log.join('')).toContain(String(answered.headers['x-fovea-request-id']))
  })
})

describe('one flight', () => {
  beforeEach(() => {
    harness.auto = undefined
  })

  it('renders once for many clients', async () => {
    const all = Array.from({ length: 50 }, () => harness.get('/i/demo/blog/photo.webp?w=9'))
    await until(() => harness.renders.length === 1 && harness.lookups === 50)
    harness.renders[0]?.start()
    harness.renders[0]?.finish()
    const answers = await Promise.all(all)
    expect(answers.every(({ status }) => status === 200)).toBe(true)
    expect(harness.metrics.decodes.total).toBe(1)
  })
})

describe('changes', () => {
  it('drop a deleted image from memory and disk at once', async () => {
    const asset = await harness.addAsset('temp.jpg')
    const target = '/i/demo/temp.webp?w=10'
    await harness.warm(target)
    expect(harness.delivery.hits.stats.entries).toBe(1)
    harness.removeAsset(asset)
    expect((await harness.get(target)).status).toBe(404)
  })

  it('drop what a new image of the same stem replaces', async () => {
    await harness.warm('/i/demo/blog/photo.webp?w=10')
    await harness.addAsset('blog/photo.png')
    await harness.get('/i/demo/blog/photo.webp?w=10')
    expect(harness.renders).toHaveLength(2)
  })
})

describe('metadata', () => {
  it('is answered from the stored header facts', async () => {
    const payload = Buffer.from(JSON.stringify({ key: 'blog/photo.jpg', metadata: true })).toString(
      'base64url',
    )
    const answered = await harness.get(
      `/t/demo/${payload}?sig=${signText(nodeDigest, signingSecret.secret, payload)}`,
    )
    expect(answered.status).toBe(200)
    expect(JSON.parse(answered.body.toString())).toEqual({
      width: 400,
      height: 300,
      format: 'jpeg',
      space: 'srgb',
      depth: null,
      channels: 3,
      hasAlpha: false,
      orientation: 6,
      density: 72,
      isProgressive: false,
      pages: 1,
      size: 26,
    })
    expect(harness.renders).toHaveLength(0)
    expect((await harness.get(`/t/demo/${payload}`)).status).toBe(403)
  })
})

describe('the listener', () => {
  it('answers health, readiness and metrics, and hands the rest to the API', async () => {
    for (const path of ['/healthz', '/health']) {
      const { status, body } = await harness.get(path)
      expect(status).toBe(200)
      expect(JSON.parse(body.toString())).toMatchObject({
        status: 'ok',
        timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
      })
    }
    expect((await harness.get('/readyz')).status).toBe(200)
    await harness.get('/i/demo/blog/photo.webp?w=11')
    const metrics = (await harness.get('/metrics')).body.toString()
    expect(metrics).toContain('fovea_delivery_requests_total{dialect="img-src",status="2xx",cache="miss"} 1')
    expect(metrics).toContain('fovea_decodes_total 1')
    expect(metrics).toContain('fovea_pool_workers{state="idle"} 1')
    expect((await harness.get('/api/v1/images')).status).toBe(418)
  })
})

describe('what is told about a picture', () => {
  it.each([
    ['as=json', 'application/json; charset=utf-8', 'facts'],
    ['as=palette', 'application/json; charset=utf-8', 'palette'],
    ['as=css', 'text/css; charset=utf-8', 'palette'],
    ['as=blurhash', 'text/plain; charset=utf-8', 'placeholder'],
    ['as=lqip', 'text/plain; charset=utf-8', 'placeholder'],
  ])('is made once, kept, and called what it is: %s', async (query, contentType, kind) => {
    const first = await harness.get(`/i/demo/blog/photo.webp?w=200&${query}`)
    expect([first.status, first.headers['content-type']]).toEqual([200, contentType])
    expect(first.body.toString()).toBe(`a picture as ${kind}`)
    expect(first.headers['x-fovea-cache']).toBe('miss')
    expect(first.headers['x-content-type-options']).toBe('nosniff')
    await harness.delivery.settled()
    const again = await harness.get(`/i/demo/blog/photo.webp?w=200&${query}`)
    expect([again.headers['x-fovea-cache'], again.headers['content-type']]).toEqual(['hit', contentType])
    expect(harness.renders).toHaveLength(1)
  })

  it('is no transform', async () => {
    await harness.get('/i/demo/blog/photo.webp?as=lqip')
    expect(harness.reserved).toBe(0)
    await harness.get('/i/demo/blog/photo.webp?w=20')
    expect(harness.reserved).toBe(1)
  })
})

describe('a project that is not served', () => {
  const target = '/i/demo/blog/photo.webp?w=100'

  it.each([
    ['suspended', 403],
    ['frozen', 403],
    ['closed', 404],
  ] as const)(
    'answers nothing while %s, not even what lies in memory or what a browser has',
    async (state, status) => {
      await harness.warm(target)
      const { headers } = await harness.get(target)
      expect(headers['x-fovea-cache']).toBe('hit')
      harness.setState(state, 'Ask the operator.')
      const refused = await harness.get(target)
      expect([refused.status, refused.headers['cache-control']]).toEqual([status, 'no-store'])
      if (status === 403) expect(refused.body.toString()).toContain('Ask the operator.')
      const known = await harness.get(target, { headers: { 'if-none-match': String(headers.etag) } })
      expect(known.status).toBe(status)
      harness.setState('active')
      expect((await harness.get(target)).status).toBe(200)
    },
  )

  it('is served while an invoice is open', async () => {
    harness.setState('past_due')
    expect((await harness.get(target)).status).toBe(200)
  })
})
