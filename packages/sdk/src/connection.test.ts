import { describe, expect, it } from 'vitest'
import { type Answer, serve, serveClient } from './client.test-server.ts'
import { Fovea, FoveaError, type FoveaOptions } from './index.ts'

const client = (answers: readonly Answer[], options: Partial<FoveaOptions> = {}) =>
  serveClient(answers, { project: 'demo', ...options })

const page = { images: [], folders: [], total: 0, limit: 50, offset: 0, has_more: false }
const failure = (status: number) => ({
  error: { code: 'X', message: `said ${status}`, status, path: '/' },
  detail: 'other words',
})
const thrown = (work: Promise<unknown>) =>
  work.then(
    () => expect.unreachable('should have failed'),
    (error: unknown) => error,
  )

describe('calls', () => {
  it('carry the key and go behind the base path', async () => {
    const server = await serve({ body: page })
    const fovea = new Fovea({ apiKey: 'fov_key', url: `${server.url}/images//`, project: 'demo' })
    await fovea.images.list()
    expect(server.heard[0]).toMatchObject({
      method: 'GET',
      url: '/images/api/v1/images',
      headers: { authorization: 'Bearer fov_key' },
    })
  })

  it.each([429, 503])('repeat after %i', async (status) => {
    const { fovea, server } = await client([
      { status, headers: { 'retry-after': '0' } },
      { status },
      { body: page },
    ])
    expect(await fovea.images.list()).toEqual({ images: [] })
    expect(server.heard).toHaveLength(3)
  })

  it('wait as long as Retry-After says, in seconds or as a date', async () => {
    const { fovea, server } = await client([{ status: 503, headers: { 'retry-after': '1' } }, { body: page }])
    const start = Date.now()
    await fovea.images.list()
    expect(Date.now() - start).toBeGreaterThanOrEqual(990)
    expect(server.heard).toHaveLength(2)
    await server.stop()
    const dated = await client([
      { status: 429, headers: { 'retry-after': new Date(Date.now() + 2000).toUTCString() } },
      { body: page },
    ])
    const again = Date.now()
    await dated.fovea.images.list()
    expect(Date.now() - again).toBeGreaterThanOrEqual(500)
  })

  it('give up after the retries and throw what the server said', async () => {
    const { fovea, server } = await client(
      [{ status: 429, headers: { 'retry-after': '0' }, body: failure(429) }],
      { retries: 1 },
    )
    const error = await thrown(fovea.images.list())
    expect(error).toBeInstanceOf(FoveaError)
    expect(error).toMatchObject({ name: 'FoveaError', status: 429, message: 'said 429', body: failure(429) })
    expect(server.heard).toHaveLength(2)
  })

  it('do not wait for minutes', async () => {
    const { fovea, server } = await client([{ status: 503, headers: { 'retry-after': '3600' } }])
    expect(await thrown(fovea.images.list())).toMatchObject({ status: 503, message: 'Service Unavailable' })
    expect(server.heard).toHaveLength(1)
  })

  it.each([400, 401, 402, 403, 404, 409, 413, 422, 500, 501, 502, 504])(
    'fail at once with %i',
    async (status) => {
      const { fovea, server } = await client([{ status, body: failure(status) }])
      expect(await thrown(fovea.images.list())).toMatchObject({ status, message: `said ${status}` })
      expect(server.heard).toHaveLength(1)
    },
  )

  it.each<[string, Answer, string]>([
    ['RFC 9457', { status: 403, body: { title: 'Signature not valid', detail: 'in detail' } }, 'in detail'],
    ['a bare title', { status: 403, body: { title: 'Signature not valid' } }, 'Signature not valid'],
    ['plain text', { status: 404, body: 'nothing here' }, 'Not Found'],
    ['an empty body', { status: 404, body: '' }, 'Not Found'],
  ])('read the message of %s', async (_, answer, message) => {
    const { fovea } = await client([answer])
    expect(await thrown(fovea.images.list())).toMatchObject({ message, status: answer.status })
  })

  it('say when a success is no JSON', async () => {
    const { fovea } = await client([{ body: '<html>' }])
    expect(await thrown(fovea.images.list())).toMatchObject({
      name: 'FoveaError',
      status: 200,
      body: '<html>',
    })
  })

  it('say when there is no server', async () => {
    const { fovea, server } = await client([{ hangUp: true }])
    expect(await thrown(fovea.images.list())).toMatchObject({
      name: 'FoveaError',
      status: 0,
      message: 'The server could not be reached.',
    })
    expect(server.heard).toHaveLength(1)
  })

  it('end at the timeout', async () => {
    const { fovea } = await client([{ stall: true }], { timeoutMs: 60 })
    expect(await thrown(fovea.images.list())).toMatchObject({
      name: 'FoveaError',
      status: 0,
      message: 'The server did not answer within 60 ms.',
    })
  })

  it('end with the caller, while answering and while waiting', async () => {
    const stalled = await client([{ stall: true }])
    const reason = new Error('enough')
    const controller = new AbortController()
    setTimeout(() => controller.abort(reason), 40)
    expect(await thrown(stalled.fovea.images.list({ signal: controller.signal }))).toBe(reason)
    await stalled.server.stop()
    const waiting = await client([{ status: 503, headers: { 'retry-after': '30' } }])
    expect(await thrown(waiting.fovea.images.list({ signal: AbortSignal.timeout(60) }))).toMatchObject({
      name: 'TimeoutError',
    })
    expect(waiting.server.heard).toHaveLength(1)
  })
})

describe('options', () => {
  const good = { apiKey: 'k', url: 'https://x.example', project: 'demo' }
  it.each([
    [{ apiKey: '' }, 'apiKey'],
    [{ apiKey: 'fov_key\n' }, 'apiKey'],
    [{ url: '' }, 'url'],
    [{ url: 'x.example' }, 'url'],
    [{ url: 'ftp://x.example' }, 'url'],
    [{ url: 'https://x.example?a=1' }, 'url'],
    [{ project: 'Demo' }, 'project'],
    [{ project: '../api' }, 'project'],
    [{ signingSecret: '' }, 'signingSecret'],
    [{ retries: -1 }, 'retries'],
    [{ timeoutMs: 1.5 }, 'timeoutMs'],
  ])('%j is refused by name', (wrong, name) => {
    expect(() => new Fovea({ ...good, ...wrong })).toThrow(`"${name}"`)
  })
})
