/** What an image answer looks like over HTTP: headers, validators, ranges, access, and what no header may change. */
import { createHmac } from 'node:crypto'
import { type IncomingHttpHeaders, request } from 'node:http'
import { connect } from 'node:net'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generateJpeg, type RunningServer, startServer } from './support.ts'

let server: RunningServer
let photo: Buffer
beforeAll(async () => {
  server = await startServer()
  photo = await generateJpeg({ width: 900, height: 600 })
  expect((await server.upload(photo, 'photo.jpg', { target_path: 'a/photo.jpg' })).status).toBe(201)
  const secret = await server.upload(await generateJpeg({ seed: 2 }), 's.jpg', {
    target_path: 'secret.jpg',
    visibility: 'private',
  })
  expect(secret.status).toBe(201)
})
afterAll(() => server.stop())

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** Unlike `fetch`, sends exactly these headers and target. */
function get(path: string, headers: Record<string, string | string[]> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port: server.port, path, method, headers, agent: false },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks),
          }),
        )
        response.on('error', reject)
      },
    )
    sent.on('error', reject)
    sent.end()
  })
}

function sign(rest: string): string {
  const signature = createHmac('sha256', server.firstRun.signingSecret).update(rest).digest('hex')
  return `/i/demo/${rest}${rest.includes('?') ? '&' : '?'}sig=${signature}`
}

const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds

describe('an image', () => {
  it('has the asked size and format and every header of a public answer', async () => {
    const { status, headers, body } = await get('/i/demo/a/photo.avif?w=300&h=200&fit=cover')
    expect(status).toBe(200)
    expect(await sharp(body).metadata()).toMatchObject({ width: 300, height: 200, format: 'heif' })
    expect(headers).toMatchObject({
      'content-type': 'image/avif',
      'content-length': String(body.length),
      'cache-control': 'public, max-age=3600, s-maxage=2592000, stale-while-revalidate=86400',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'",
      'cross-origin-resource-policy': 'cross-origin',
      'access-control-allow-origin': '*',
      'timing-allow-origin': '*',
      'accept-ranges': 'bytes',
      'x-fovea-cache': 'miss',
    })
    expect(headers.etag).toMatch(/^"[0-9a-f]{64}"$/)
    expect(headers['cache-tag']).toMatch(/^project-\w+,asset-\w+$/)
    expect(headers['surrogate-key']).toMatch(/^project-\w+ asset-\w+$/)
    for (const stage of ['queue', 'decode', 'ops', 'encode', 'cache', 'total'])
      expect(headers['server-timing']).toMatch(new RegExp(`\\b${stage};dur=`))
    expect(headers.server).toBeUndefined()
    expect(headers['x-powered-by']).toBeUndefined()
    expect(headers.vary).toBeUndefined()
    const again = await get('/i/demo/a/photo.avif?w=300&h=200&fit=cover')
    expect(again.headers['x-fovea-cache']).toBe('hit')
    expect(again.body.equals(body)).toBe(true)
    expect(again.headers.etag).toBe(headers.etag)
  })

  it('is immutable for a year where the URL names a version', async () => {
    expect((await get('/i/demo/a/photo.webp?w=50&v=1')).headers['cache-control']).toBe(
      'public, max-age=31536000, immutable',
    )
  })

  it('has one ETag for every spelling of one request', async () => {
    const tags = await Promise.all(
      ['w=60&h=40', 'h=40&w=60', 'w=60&h=40&fit=cover', 'w=60&h=40&q=80&dpr=1'].map(
        async (query) => (await get(`/i/demo/a/photo.webp?${query}`)).headers.etag,
      ),
    )
    expect(new Set(tags).size).toBe(1)
  })

  it('is answered 304 without work, in memory or not, and only when it exists', async () => {
    const path = '/i/demo/a/photo.webp?w=70'
    const { etag = '' } = (await get(path, {}, 'HEAD')).headers
    for (const value of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
      const answer = await get(path, { 'If-None-Match': value })
      expect([answer.status, answer.body.length, answer.headers.etag], value).toEqual([304, 0, etag])
    }
    const decodes = await metric('fovea_decodes_total')
    expect((await get('/i/demo/a/photo.webp?w=7111', { 'If-None-Match': '*' })).status).toBe(304)
    expect(await metric('fovea_decodes_total')).toBe(decodes)
    expect((await get(path, { 'If-None-Match': '"other"' })).status).toBe(200)
    expect((await get('/i/demo/none.webp', { 'If-None-Match': '*' })).status).toBe(404)
  })

  it('is sent in parts', async () => {
    const path = '/i/demo/a/photo.webp?w=80'
    const whole = (await get(path)).body
    const size = whole.length
    const cases: [string, number, Buffer | undefined, string | undefined][] = [
      ['bytes=0-9', 206, whole.subarray(0, 10), `bytes 0-9/${size}`],
      ['bytes=-7', 206, whole.subarray(-7), `bytes ${size - 7}-${size - 1}/${size}`],
      [`bytes=${size - 3}-`, 206, whole.subarray(-3), `bytes ${size - 3}-${size - 1}/${size}`],
      ['bytes=0-1,4-5', 200, whole, undefined],
      [`bytes=${size}-`, 416, undefined, `bytes */${size}`],
    ]
    for (const [range, status, body, contentRange] of cases) {
      const answer = await get(path, { Range: range })
      expect([answer.status, answer.headers['content-range']], range).toEqual([status, contentRange])
      if (body !== undefined) expect(answer.body.equals(body), range).toBe(true)
    }
    expect((await get(path, { Range: 'bytes=0-9', 'If-Range': '"other"' })).status).toBe(200)
  })

  it('is described by HEAD', async () => {
    for (const path of ['/i/demo/a/photo.webp?w=90', '/i/demo/a/photo.jpg', '/i/demo/none.webp']) {
      const head = await get(path, {}, 'HEAD')
      const whole = await get(path)
      expect(head.body).toHaveLength(0)
      expect([head.status, head.headers['content-type'], head.headers.etag]).toEqual([
        whole.status,
        whole.headers['content-type'],
        whole.headers.etag,
      ])
      if (head.status === 200) expect(head.headers['content-length']).toBe(String(whole.body.length))
    }
  })

  it('is the stored original when nothing is asked of it', async () => {
    const { headers, body } = await get('/i/demo/a/photo.jpg')
    expect(body.equals(photo)).toBe(true)
    expect(headers['content-type']).toBe('image/jpeg')
  })

  it('varies by Accept exactly when negotiation looked', async () => {
    const payload = Buffer.from(
      JSON.stringify({ key: 'a/photo.jpg', edits: [{ resize: { width: 40 } }] }),
    ).toString('base64url')
    const signature = createHmac('sha256', server.firstRun.signingSecret).update(payload).digest('hex')
    const answer = await get(`/t/demo/${payload}?sig=${signature}`, { Accept: 'image/avif' })
    expect([answer.status, answer.headers['content-type'], answer.headers.vary]).toEqual([
      200,
      'image/webp',
      undefined,
    ])
  })
})

describe('access', () => {
  it('to a private image needs a signature that is whole, unchanged and not expired', async () => {
    expect((await get('/i/demo/secret.webp?w=30')).status).toBe(403)
    const url = sign(`secret.webp?w=30&exp=${inSeconds(600)}`)
    const ok = await get(url)
    expect(ok.status).toBe(200)
    expect(ok.headers['cache-control']).toMatch(/^private, max-age=(59\d|600)$/)
    expect(ok.headers['cross-origin-resource-policy']).toBe('same-site')
    expect((await get(url)).status).toBe(200)
    expect((await get(sign(`secret.webp?w=30&exp=${inSeconds(-1)}`))).status).toBe(403)
    // Every single changed character behind the mount closes the door (or names no project or image of ours).
    for (let at = '/i/demo/'.length; at < url.length; at++) {
      const changed = url.slice(0, at) + (url[at] === '1' ? '2' : '1') + url.slice(at + 1)
      const { status, headers } = await get(changed)
      expect(status, changed).toBeGreaterThanOrEqual(400)
      expect(status, changed).toBeLessThan(500)
      expect(headers['cache-control']).toBe('no-store')
    }
  })

  it('with a wrong signature is refused even to a public image', async () => {
    expect((await get(`/i/demo/a/photo.webp?w=31&sig=${'0'.repeat(64)}`)).status).toBe(403)
  })
})

describe('errors', () => {
  it.each([
    ['/i/demo/none.webp', 404],
    ['/i/nobody/photo.webp', 404],
    ['/i/demo', 404],
    ['/i/', 404],
    ['/i/demo/', 400],
    ['/i/demo/a/photo.webp?w=0', 400],
    ['/i/demo/a/photo.webp?w=10001', 400],
    ['/i/demo/a/photo.webp?w=abc', 400],
    ['/i/demo/a/photo.webp?w=1&w=2', 400],
    ['/i/demo/a/photo.webp?__proto__=1', 400],
    ['/i/demo/a/photo.webp?p:none', 400],
    ['/i/demo/%2e%2e/%2e%2e/etc/passwd', 400],
    ['/i/demo/a%00b.webp', 400],
    ['/i/demo/%ff.webp', 400],
    [`/i/demo/a/photo.webp?v=${'v'.repeat(8_300)}`, 414],
    [`/i/demo/a/photo.webp?${Array.from({ length: 100 }, (_, index) => `a${index}=1`).join('&')}`, 400],
    ['/t/demo/not-a-payload', 400],
  ])('%s is %i, named and never cached', async (path, status) => {
    const answer = await get(path)
    expect(answer.status, answer.body.toString()).toBe(status)
    expect(answer.headers['cache-control']).toBe('no-store')
    expect(answer.headers['content-type']).toMatch(/^application\/(problem\+)?json/)
    expect(answer.headers['x-content-type-options']).toBe('nosniff')
    expect(JSON.parse(answer.body.toString())).toMatchObject({
      status,
      code: expect.stringMatching(/^[a-z]+\/[a-z-]+$/),
    })
  })

  it('refuse other methods, and answer preflights', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
      const answer = await get('/i/demo/a/photo.webp', {}, method)
      expect([answer.status, answer.headers.allow], method).toEqual([405, 'GET, HEAD, OPTIONS'])
    }
    const preflight = await get(
      '/i/demo/a/photo.webp',
      { Origin: 'https://a.example', 'Access-Control-Request-Method': 'GET' },
      'OPTIONS',
    )
    expect(preflight.status).toBe(204)
    expect(preflight.headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET, HEAD, OPTIONS',
    })
  })
})

describe('cache poisoning', () => {
  const volatile = new Set([
    'date',
    'connection',
    'keep-alive',
    'server-timing',
    'x-fovea-request-id',
    'x-fovea-cache',
  ])
  const stable = ({ status, headers, body }: Answer) => ({
    status,
    headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !volatile.has(name))),
    body: body.toString('latin1'),
  })
  /** Headers that caches, proxies and frameworks are known to act on. */
  const names =
    `x-forwarded-for x-forwarded-host x-forwarded-proto x-forwarded-port x-forwarded-scheme x-forwarded-server x-forwarded-prefix
    x-forwarded-path x-forwarded-ssl forwarded via x-real-ip true-client-ip client-ip x-client-ip x-cluster-client-ip cf-connecting-ip
    fastly-client-ip x-originating-ip x-remote-ip x-remote-addr x-host x-http-host-override x-original-url x-original-host x-rewrite-url
    x-override-url x-http-method x-http-method-override x-method-override x-http-path-override x-proxy-url x-url-scheme x-wap-profile
    front-end-https base-url http-url proxy-host proxy-url redirect uri url x-requested-with x-csrf-token x-api-version x-debug x-test
    x-pass-through x-accel-redirect x-sendfile x-lighttpd-send-file x-frame-options x-xss-protection x-content-type x-content-type-options
    content-disposition content-language content-location content-encoding cookie authorization www-authenticate proxy-authorization origin
    referer referrer user-agent save-data dpr width viewport-width device-memory downlink ect rtt sec-ch-ua sec-ch-ua-mobile sec-ch-dpr
    sec-ch-width sec-fetch-mode sec-fetch-dest sec-fetch-site upgrade-insecure-requests accept accept-charset accept-encoding
    accept-language accept-datetime cache-control pragma surrogate-capability surrogate-control cdn-loop akamai-origin-hop x-amz-cf-id
    x-amz-date x-amzn-trace-id x-cache x-cache-hash x-served-by x-timer x-varnish x-age age expires last-modified etag server date
    x-request-id x-correlation-id traceparent tracestate baggage x-b3-traceid priority early-data dnt sec-gpc tk from max-forwards
    x-att-deviceid x-uidh x-do-not-track x-ua-compatible x-mobile x-country x-geo x-fovea-cache x-fovea-request-id x-fovea-project
    x-purge x-refresh x-invalidate translate destination depth overwrite if-modified-since if-unmodified-since if-match te`.split(
      /\s+/,
    )

  it('is impossible by any of the odd headers, alone or first', async () => {
    expect(names.length).toBeGreaterThanOrEqual(100)
    const path = '/i/demo/a/photo.webp?w=95'
    const clean = stable(await get(path))
    expect(clean.status).toBe(200)
    for (const name of names) {
      for (const value of ['evil.example', '/etc/passwd', '127.0.0.1', '<script>', '1']) {
        expect(stable(await get(path, { [name]: value })), `${name}: ${value}`).toEqual(clean)
      }
    }
    // The other way round: the odd request comes first and fills the cache, the clean one follows.
    for (const [index, name] of names.entries()) {
      const fresh = `/i/demo/a/photo.webp?w=${200 + index}`
      const odd = await get(fresh, { [name]: 'https://evil.example/<x>' })
      expect([odd.status, odd.headers['x-fovea-cache']], name).toEqual([200, 'miss'])
      expect(stable(await get(fresh)), name).toEqual(stable(odd))
      expect(JSON.stringify(odd.headers) + odd.body.toString('latin1'), name).not.toContain('evil.example')
    }
  })

  it('is impossible by a second Host, by Accept, or by what stands in an error', async () => {
    const path = '/i/demo/a/photo.webp?w=96'
    const clean = stable(await get(path))
    expect(stable(await get(path, { Host: 'evil.example' }))).toEqual(clean)
    for (const accept of ['image/avif', 'image/webp;q=0', '*/*', 'text/html', 'a'.repeat(5_000)])
      expect(stable(await get(path, { Accept: accept }))).toEqual(clean)
    const error = await get('/i/demo/none.webp?w=5', {
      'X-Forwarded-Host': 'evil.example',
      Host: 'evil.example',
    })
    expect(error.status).toBe(404)
    expect(error.body.toString() + JSON.stringify(error.headers)).not.toContain('evil.example')
  })
})

describe('the connection', () => {
  it('survives a mixture of cached, new, wrong and conditional requests', async () => {
    const socket = connect(server.port, '127.0.0.1')
    let text = ''
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1')
    })
    const host = `Host: localhost:${server.port}\r\n`
    const paths = [
      '/i/demo/a/photo.webp?w=95',
      '/healthz',
      '/i/demo/none.webp',
      '/i/demo/a/photo.webp?w=97',
      '/api/v1/images',
      '/i/demo/a/photo.webp?w=95',
    ]
    for (let round = 0; round < 5; round++) {
      for (const path of paths) {
        const before = text.length
        socket.write(`GET ${path} HTTP/1.1\r\n${host}\r\n`)
        for (;;) {
          await new Promise((resolve) => setTimeout(resolve, 2))
          const answer = text.slice(before)
          const end = answer.indexOf('\r\n\r\n')
          const length = Number(/content-length: (\d+)/i.exec(answer.slice(0, end))?.[1] ?? Number.NaN)
          if (end !== -1 && answer.length >= end + 4 + length) {
            expect(answer.length, path).toBe(end + 4 + length)
            break
          }
        }
      }
    }
    const statuses = [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => status)
    expect(statuses).toEqual(Array(5).fill(['200', '200', '404', '200', '401', '200']).flat())
    socket.destroy()
  })

  it('answers health and metrics, and nothing of a secret stands in the log', async () => {
    expect(await (await fetch(`${server.url}/health`)).json()).toMatchObject({ status: 'ok' })
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200)
    const text = await (await fetch(`${server.url}/metrics`)).text()
    const series = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
    expect(series.length).toBeLessThan(400)
    expect(text).not.toMatch(/photo|evil|passwd/)
    await new Promise((resolve) => setTimeout(resolve, 1_200))
    const lines = server.logs
      .filter(({ event }) => event === 'delivery.request')
      .map((line) => JSON.stringify(line))
    expect(lines.length).toBeGreaterThan(50)
    expect(lines.filter((line) => /sig=[0-9a-f]/.test(line))).toEqual([])
    expect(server.output().includes(server.firstRun.signingSecret)).toBe(false)
  })
})

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text()
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1] ?? Number.NaN)
}
