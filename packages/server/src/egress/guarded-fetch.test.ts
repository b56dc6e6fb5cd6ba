import type { LookupAddress } from 'node:dns'
import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FetchRequest, GuardedFetch } from './guarded-fetch.ts'
import { EgressPolicy } from './policy.ts'
import { forbiddenUrls, stubNames } from './spellings.fixture.ts'

const open: (Server | TcpServer | GuardedFetch)[] = []
let hits = 0
let seen: IncomingHttpHeaders = {}

beforeEach(() => {
  hits = 0
  seen = {}
})

afterEach(async () => {
  for (const thing of open.splice(0)) {
    if ('closeAllConnections' in thing) thing.closeAllConnections()
    await thing.close()
  }
})

describe('addresses', () => {
  it('reaches no private address, however it is written', async () => {
    const port = await serve(() => {})
    const egress = fetcher()
    const urls = forbiddenUrls(port)
    expect(urls.length).toBeGreaterThanOrEqual(200)
    for (const url of urls) {
      await expect(egress.fetch(asked(url)), url).rejects.toMatchObject({ name: 'Problem' })
    }
    expect(hits).toBe(0)
  })

  it('reaches what the operator allows, and only on the port he named', async () => {
    const port = await serve((_, response) => response.end('yes'))
    const egress = fetcher(`127.0.0.1:${port}`)
    expect(await text(egress, `http://127.0.0.1:${port}/`)).toBe('yes')
    expect(await text(egress, `http://2130706433:${port}/`)).toBe('yes')
    const other = await serve((_, response) => response.end('no'))
    await expect(egress.fetch(asked(`http://127.0.0.1:${other}/`))).rejects.toMatchObject({
      code: 'origin/forbidden',
    })
  })

  it('reaches a named host although its address is private', async () => {
    const port = await serve((_, response) => response.end('yes'))
    expect(await text(fetcher(`loopback.test:${port}`), `http://loopback.test:${port}/`)).toBe('yes')
  })

  it('asks without TLS only what the operator named, where https alone is followed', async () => {
    const port = await serve((_, response) => response.end('yes'))
    const allowed = { httpsOnly: true }
    const rules = { ...asked(`http://127.0.0.1:${port}/`), ...allowed }
    expect((await fetcher(`127.0.0.1:${port}`).fetch(rules)).status).toBe(200)
    expect((await fetcher(`127.0.0.0/8:${port}`).fetch(rules)).status).toBe(200)
    for (const url of ['http://example.com/', `http://127.0.0.1:${port + 1}/`])
      await expect(
        fetcher(`127.0.0.1:${port}`).fetch({ ...asked(url), ...allowed }),
        url,
      ).rejects.toMatchObject({ code: 'origin/forbidden' })
    expect(hits).toBe(2)
  })

  it('refuses a name as soon as one of its addresses is private', async () => {
    const port = await serve(() => {}, '127.0.0.2')
    const egress = fetcher(`127.0.0.2:${port}`, ['127.0.0.2', '127.0.0.1'])
    await expect(egress.fetch(asked(`http://any.test:${port}/`))).rejects.toMatchObject({
      code: 'origin/forbidden',
    })
    expect(hits).toBe(0)
  })

  it('asks the resolver once per connection and goes where that answer leads', async () => {
    const good = await serve(
      (_, response) => response.setHeader('connection', 'close').end('good'),
      '127.0.0.2',
    )
    await serve(() => {}, '127.0.0.1', good)
    let asks = 0
    const egress = fetcher(`127.0.0.2:${good}`, () => (asks++ % 2 === 0 ? ['127.0.0.2'] : ['127.0.0.1']))
    const outcomes = new Set<string>()
    for (let round = 0; round < 6; round++) {
      outcomes.add(await text(egress, `http://rebind.test:${good}/`).catch((error) => error.code))
    }
    expect(outcomes).toEqual(new Set(['good', 'origin/forbidden']))
    expect(hits).toBe(asks / 2)
  })
})

describe('redirects', () => {
  it('follows at most three', async () => {
    const port = await serve((request, response) => {
      const step = Number(request.url?.slice(1))
      if (step === 0) response.end('there')
      else response.writeHead(302, { location: `/${step - 1}` }).end()
    })
    const egress = fetcher(`127.0.0.1:${port}`)
    expect(await text(egress, `http://127.0.0.1:${port}/3`)).toBe('there')
    await expect(egress.fetch(asked(`http://127.0.0.1:${port}/4`))).rejects.toMatchObject({
      code: 'origin/invalid-response',
    })
  })

  it.each([
    'http://127.0.0.1:9/',
    'http://169.254.169.254/latest/meta-data/',
    'http://[::1]/',
    'file:///etc/passwd',
    'http://user@example.com/',
    'gopher://example.com/',
  ])('refuses one to %s', async (location) => {
    const port = await serve((_, response) => response.writeHead(301, { location }).end())
    const egress = fetcher(`127.0.0.1:${port}`)
    await expect(egress.fetch(asked(`http://127.0.0.1:${port}/`))).rejects.toMatchObject({
      code: 'origin/forbidden',
    })
  })

  it('shows every URL to the caller, who may refuse it', async () => {
    const port = await serve((request, response) =>
      request.url === '/a' ? response.writeHead(302, { location: '/b' }).end() : response.end(),
    )
    const urls: string[] = []
    const egress = fetcher(`127.0.0.1:${port}`)
    const onUrl = (url: URL) => void urls.push(url.pathname)
    await egress.fetch({ ...asked(`http://127.0.0.1:${port}/a`), onUrl })
    expect(urls).toEqual(['/a', '/b'])
  })

  it('sends the caller’s headers to the first origin only', async () => {
    const other = await serve((_, response) => response.end())
    const port = await serve((_, response) =>
      response.writeHead(302, { location: `http://127.0.0.1:${other}/` }).end(),
    )
    const egress = fetcher('127.0.0.1')
    const headers = { authorization: 'Bearer secret' }
    await egress.fetch({ ...asked(`http://127.0.0.1:${port}/`), headers })
    expect(seen).not.toHaveProperty('authorization')
  })
})

describe('requests and bodies', () => {
  it('sends exactly the listed headers', async () => {
    const port = await serve((_, response) => response.end())
    const egress = fetcher('127.0.0.1')
    const headers = { 'x-token': '1' }
    await egress.fetch({ ...asked(`http://127.0.0.1:${port}/`), headers })
    expect(seen).toEqual({
      'x-token': '1',
      host: `127.0.0.1:${port}`,
      connection: 'keep-alive',
      'user-agent': 'Fovea',
      accept: 'image/*,*/*;q=0.1',
      'accept-encoding': 'identity',
    })
  })

  it('stops a body that is longer than allowed, announced or not', async () => {
    const announced = await serve((_, response) =>
      response.setHeader('content-length', 2_000).end('x'.repeat(2_000)),
    )
    const streamed = await serve((_, response) => {
      response.write('x'.repeat(900))
      setTimeout(() => response.end('x'.repeat(900)), 5)
    })
    const egress = fetcher('127.0.0.1')
    for (const port of [announced, streamed]) {
      await expect(text(egress, `http://127.0.0.1:${port}/`, { maxBytes: 1_000 })).rejects.toMatchObject({
        code: 'source/too-large',
      })
    }
  })

  it('fails when a body ends before its announced length', async () => {
    const port = await serveRaw('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nshort')
    await expect(text(fetcher('127.0.0.1'), `http://127.0.0.1:${port}/`)).rejects.toMatchObject({
      code: 'origin/unreachable',
    })
  })

  it('fails when a chunked body breaks off', async () => {
    const port = await serveRaw('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n')
    await expect(text(fetcher('127.0.0.1'), `http://127.0.0.1:${port}/`)).rejects.toMatchObject({
      code: 'origin/unreachable',
    })
  })

  it('refuses an encoded body that nobody asked for', async () => {
    const port = await serve((_, response) => response.setHeader('content-encoding', 'gzip').end('x'))
    await expect(text(fetcher('127.0.0.1'), `http://127.0.0.1:${port}/`)).rejects.toMatchObject({
      code: 'origin/invalid-response',
    })
  })

  it('gives up on an origin that is silent, and on one that drips', async () => {
    const silent = await serve(() => {})
    const dripping = await serve((_, response) => {
      const drip = setInterval(() => response.write('x'), 20)
      response.once('close', () => clearInterval(drip))
    })
    const egress = fetcher('127.0.0.1')
    for (const port of [silent, dripping]) {
      await expect(text(egress, `http://127.0.0.1:${port}/`, { timeoutMs: 200 })).rejects.toMatchObject({
        code: 'origin/timeout',
      })
    }
  })

  it('says that the client has gone when it has', async () => {
    const port = await serve(() => {})
    const controller = new AbortController()
    const asking = fetcher('127.0.0.1').fetch({
      ...asked(`http://127.0.0.1:${port}/`),
      signal: controller.signal,
    })
    controller.abort()
    await expect(asking).rejects.toMatchObject({ code: 'request/client-closed' })
  })

  it('takes https alone where the caller wants that', async () => {
    await expect(
      fetcher().fetch({ ...asked('http://example.com/a.jpg'), httpsOnly: true }),
    ).rejects.toMatchObject({ code: 'origin/forbidden' })
  })
})

type Answers = readonly string[] | (() => readonly string[])

function fetcher(allowed = '', answers?: Answers): GuardedFetch {
  const lookup = (hostname: string, _: unknown, callback: unknown) => {
    const found = answers ?? stubNames.get(hostname) ?? []
    const list: LookupAddress[] = (typeof found === 'function' ? found() : found).map((address) => ({
      address,
      family: address.includes(':') ? 6 : 4,
    }))
    const error = list.length === 0 ? Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }) : null
    ;(callback as (error: Error | null, found: LookupAddress[]) => void)(error, list)
  }
  const egress = new GuardedFetch({
    policy: new EgressPolicy(allowed),
    connectMs: 1_000,
    lookup: lookup as never,
  })
  open.push(egress)
  return egress
}

function asked(url: string): FetchRequest {
  return { url, timeoutMs: 2_000, maxBytes: 10_000 }
}

async function text(egress: GuardedFetch, url: string, more: Partial<FetchRequest> = {}): Promise<string> {
  const { body } = await egress.fetch({ ...asked(url), ...more })
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

async function serve(listener: RequestListener, host = '127.0.0.1', port = 0): Promise<number> {
  const server = createServer((request, response) => {
    hits++
    seen = request.headers
    listener(request, response)
  })
  return listen(server, host, port)
}

async function serveRaw(answer: string): Promise<number> {
  return listen(
    createTcpServer((socket) => socket.once('data', () => socket.end(answer))),
    '127.0.0.1',
    0,
  )
}

async function listen(server: Server | TcpServer, host: string, port: number): Promise<number> {
  open.push(server)
  await new Promise<void>((resolve) => server.listen(port, host, resolve))
  return (server.address() as AddressInfo).port
}
