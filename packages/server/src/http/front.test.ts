import { connect, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Harness, startHarness, until } from '../delivery/delivery.test-harness.ts'

const target = '/i/demo/photo.webp?w=100'
const host = 'Host: localhost\r\n'
const hit = `GET ${target} HTTP/1.1\r\n${host}\r\n`

let harness: Harness
let clients: Client[]

/** A raw connection that keeps all it receives. */
class Client {
  readonly socket: Socket
  received = Buffer.alloc(0)
  isClosed = false

  constructor(port: number) {
    this.socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    this.socket.setNoDelay(true)
    this.socket.on('data', (chunk: Buffer) => {
      this.received = Buffer.concat([this.received, chunk])
    })
    this.socket.on('error', () => undefined)
    this.socket.on('close', () => {
      this.isClosed = true
    })
    this.socket.on('end', () => this.socket.end())
    clients.push(this)
  }

  send(text: string): void {
    this.socket.write(text, 'latin1')
  }

  /** Complete answers so far. */
  get answers(): { status: number; head: string; body: string }[] {
    const answers: { status: number; head: string; body: string }[] = []
    let rest = this.received.toString('latin1')
    for (;;) {
      const end = rest.indexOf('\r\n\r\n')
      if (end === -1) return answers
      const head = rest.slice(0, end)
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0)
      if (rest.length < end + 4 + length) return answers
      answers.push({ status: Number(head.slice(9, 12)), head, body: rest.slice(end + 4, end + 4 + length) })
      rest = rest.slice(end + 4 + length)
    }
  }

  async expectAnswers(count: number): Promise<{ status: number; head: string; body: string }[]> {
    await until(() => this.answers.length >= count)
    return this.answers
  }
}

beforeEach(async () => {
  clients = []
  harness = await startHarness()
  harness.auto = () => Buffer.from('the picture')
  await harness.addAsset('photo.jpg')
  await harness.warm(target)
})
afterEach(async () => {
  for (const { socket } of clients) socket.destroy()
  await harness.close()
})

const client = () => new Client(harness.port)
const served = () => harness.delivery.hits.served

describe('on one connection', () => {
  it('answers many hits without node:http', async () => {
    const one = client()
    for (let count = 1; count <= 20; count++) {
      one.send(hit)
      const answers = await one.expectAnswers(count)
      expect(answers.at(-1)).toMatchObject({ status: 200, body: 'the picture' })
    }
    expect(served()).toBe(20)
    expect(one.answers[0]?.head).toMatch(/\r\nDate: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT\r\n/)
    expect(one.answers[0]?.head).toContain('X-Fovea-Cache: hit')
  })

  it('alternates hits, misses, 304s, errors and the API', async () => {
    const one = client()
    const etag = (await harness.get(target)).headers.etag
    const before = served()
    const requests: [string, number][] = [
      [hit, 200],
      [`GET /i/demo/photo.webp?w=101 HTTP/1.1\r\n${host}\r\n`, 200],
      [hit, 200],
      [`GET ${target} HTTP/1.1\r\n${host}If-None-Match: ${etag}\r\n\r\n`, 304],
      [hit, 200],
      [`GET ${target} HTTP/1.1\r\n${host}Range: bytes=0-2\r\n\r\n`, 206],
      [`GET /i/demo/none.webp HTTP/1.1\r\n${host}\r\n`, 404],
      [hit, 200],
      [`GET /api/v1/images HTTP/1.1\r\n${host}\r\n`, 418],
      [hit, 200],
      [`GET /healthz HTTP/1.1\r\n${host}\r\n`, 200],
      [hit, 200],
    ]
    for (const [index, [text, status]] of requests.entries()) {
      // The API of the harness sends no length: read by its own end.
      if (status === 418) {
        const from = one.received.length
        one.send(text)
        await until(() => one.received.subarray(from).includes('\r\n0\r\n\r\n'))
        one.received = one.received.subarray(0, from)
        continue
      }
      one.send(text)
      const done = requests.slice(0, index + 1).filter(([, expected]) => expected !== 418).length
      const answers = await one.expectAnswers(done)
      expect(answers.at(-1)?.status, text).toBe(status)
    }
    expect(served() - before).toBe(6 + 2)
    // All plain hits were answered in front of node:http, also after it had answered others.
    expect(
      one.answers.filter(
        ({ head }) => head.includes('Content-Length: 11') && !head.includes('Keep-Alive: timeout'),
      ).length,
    ).toBe(6)
  })

  it.each([
    ['two in one packet', [hit + hit], 2],
    ['a hit and a miss in one packet', [`${hit}GET /i/demo/photo.webp?w=7 HTTP/1.1\r\n${host}\r\n`], 2],
    ['three, the second cut in the middle', [hit, hit.slice(0, 30), hit.slice(30), hit], 3],
    ['byte by byte', [...hit], 1],
    ['a request behind a request in flight', [`GET /i/demo/photo.webp?w=8 HTTP/1.1\r\n${host}\r\n`, hit], 2],
  ])('answers in order: %s', async (_, packets, count) => {
    const one = client()
    for (const packet of packets) {
      one.send(packet)
      await new Promise((resolve) => setTimeout(resolve, packets.length > 9 ? 1 : 5))
    }
    const answers = await one.expectAnswers(count)
    expect(answers.map(({ status }) => status)).toEqual(Array(count).fill(200))
    expect(one.isClosed).toBe(false)
  })

  it('keeps the order when a slow miss is followed by a hit', async () => {
    harness.auto = undefined
    const one = client()
    one.send(`GET /i/demo/photo.webp?w=55 HTTP/1.1\r\n${host}\r\n`)
    await until(() => harness.renders.length === 2)
    one.send(hit)
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect(one.received).toHaveLength(0)
    harness.renders[1]?.finish(Buffer.from('the slow one'))
    expect((await one.expectAnswers(2)).map(({ body }) => body)).toEqual(['the slow one', 'the picture'])
  })
})

describe('unusual requests', () => {
  it('with a body do not desynchronise the connection', async () => {
    const one = client()
    one.send(hit)
    await one.expectAnswers(1)
    one.send(`GET ${target} HTTP/1.1\r\n${host}Content-Length: ${hit.length}\r\n\r\n${hit}`)
    await one.expectAnswers(2)
    one.send(hit)
    expect(await one.expectAnswers(3)).toHaveLength(3)
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect(one.answers).toHaveLength(3)
  })

  it.each([
    [
      'both lengths',
      `POST /i/demo/a.webp HTTP/1.1\r\n${host}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    [
      'two different lengths',
      `GET ${target} HTTP/1.1\r\n${host}Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcd`,
    ],
    [
      'a length with a space before the colon',
      `GET ${target} HTTP/1.1\r\n${host}Content-Length : 4\r\n\r\nabcd`,
    ],
    ['an obscured chunked', `GET ${target} HTTP/1.1\r\n${host}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`],
    ['a bare LF', `GET ${target} HTTP/1.1\nHost: a\n\n`],
    ['a NUL in a header', `GET ${target} HTTP/1.1\r\n${host}X: a\0b\r\n\r\n`],
    ['no Host', `GET ${target} HTTP/1.1\r\nAccept: */*\r\n\r\n`],
    ['a space in the target', `GET /i/demo/a b.webp HTTP/1.1\r\n${host}\r\n`],
    ['no HTTP at all', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 hello\r\n\r\n'],
  ])('are refused and the connection closed: %s', async (_, text) => {
    const one = client()
    one.send(hit)
    await one.expectAnswers(1)
    one.send(text)
    await until(() => one.isClosed)
    const refusal = one.received.toString('latin1').split('the picture')[1] ?? ''
    expect(refusal).toMatch(/^$|^HTTP\/1\.1 4\d\d /)
  })

  it('of the absolute form reach the same picture', async () => {
    const one = client()
    one.send(`GET http://a.example${target} HTTP/1.1\r\n${host}\r\n`)
    expect((await one.expectAnswers(1))[0]).toMatchObject({ status: 200, body: 'the picture' })
  })

  it('of HTTP/1.0 and with Connection: close are answered and closed', async () => {
    for (const text of [
      `GET ${target} HTTP/1.0\r\n\r\n`,
      `GET ${target} HTTP/1.1\r\n${host}Connection: close\r\n\r\n`,
    ]) {
      const one = client()
      one.send(text)
      await until(() => one.isClosed)
      expect(one.answers[0]).toMatchObject({ status: 200, body: 'the picture' })
      expect(one.answers[0]?.head).toMatch(/Connection: close/i)
    }
  })

  it('with a head beyond the limit get 431, with a URL beyond it 414', async () => {
    const one = client()
    one.send(`GET ${target} HTTP/1.1\r\n${host}X: ${'a'.repeat(17_000)}\r\n\r\n`)
    expect((await one.expectAnswers(1))[0]?.status).toBe(431)
    const other = client()
    other.send(`GET ${target}&v=${'a'.repeat(9_000)} HTTP/1.1\r\n${host}\r\n`)
    expect((await other.expectAnswers(1))[0]?.status).toBe(414)
  })

  it('half closed still get their answer', async () => {
    const one = client()
    one.socket.end(hit)
    await until(() => one.isClosed)
    expect(one.answers[0]).toMatchObject({ status: 200, body: 'the picture' })
  })
})

describe('slow clients', () => {
  it('that do not read get every byte in the end, and stop being read meanwhile', async () => {
    const picture = Buffer.alloc(900_000, 'abcdefghij')
    harness.auto = () => picture
    const big = '/i/demo/photo.webp?w=900'
    await harness.warm(big)
    const one = client()
    one.socket.pause()
    for (let count = 0; count < 40; count++) {
      one.send(`GET ${big} HTTP/1.1\r\n${host}\r\n`)
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(served()).toBeLessThan(30)
    let total = 0
    one.socket.removeAllListeners('data')
    one.socket.on('data', (chunk: Buffer) => {
      total += chunk.length
    })
    one.socket.resume()
    await until(() => total > 40 * picture.length)
    expect(served()).toBe(40)
  })

  it('share one buffer, and the date of an answer that is still being read does not change', async () => {
    const picture = Buffer.alloc(1_000_000, 'x')
    harness.auto = () => picture
    const big = '/i/demo/photo.webp?w=901'
    await harness.warm(big)
    const slow = Array.from({ length: 5 }, () => client())
    for (const one of slow) {
      one.socket.pause()
      one.send(`GET ${big} HTTP/1.1\r\n${host}\r\n`.repeat(1))
      one.send(`GET ${big} HTTP/1.1\r\n${host}\r\n`.repeat(1))
    }
    await new Promise((resolve) => setTimeout(resolve, 1_100))
    const quick = client()
    quick.send(`GET ${big} HTTP/1.1\r\n${host}\r\n`)
    await quick.expectAnswers(1)
    for (const one of slow) one.socket.resume()
    for (const one of slow) {
      await until(() => one.received.length > 2 * picture.length)
      for (const { head, body } of one.answers) {
        expect(head).toMatch(/\r\nDate: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT(\r\n|$)/)
        expect(body).toBe(picture.toString('latin1'))
      }
    }
  })
})

describe('stopping', () => {
  it('closes idle connections at once, also those that node:http does not know', async () => {
    const front = client()
    front.send(hit)
    await front.expectAnswers(1)
    const silent = client()
    const attached = client()
    attached.send(`GET /healthz HTTP/1.1\r\n${host}\r\n`)
    await attached.expectAnswers(1)
    await until(() => silent.socket.readyState === 'open')
    await harness.listener.drain(60_000)
    await until(() => front.isClosed && attached.isClosed && silent.isClosed)
  })

  it('lets a running render and a slow reader finish', async () => {
    const picture = Buffer.alloc(900_000, 'y')
    harness.auto = () => picture
    const big = '/i/demo/photo.webp?w=902'
    await harness.warm(big)
    harness.auto = undefined
    const rendering = client()
    rendering.send(`GET /i/demo/photo.webp?w=56 HTTP/1.1\r\n${host}\r\n`)
    await until(() => harness.renders.length === 3)
    const reading = client()
    reading.socket.pause()
    for (let count = 0; count < 8; count++) {
      reading.send(`GET ${big} HTTP/1.1\r\n${host}\r\n`)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    const asked = served()
    const drained = harness.listener.drain(5_000)
    await new Promise((resolve) => setTimeout(resolve, 50))
    harness.renders[2]?.finish(Buffer.from('made in time'))
    reading.socket.resume()
    await drained
    expect(rendering.answers[0]).toMatchObject({ status: 200, body: 'made in time' })
    expect(rendering.answers[0]?.head).toMatch(/Connection: close/i)
    await until(() => reading.isClosed)
    expect(
      reading.answers.filter(({ body }) => body.length === picture.length).length,
    ).toBeGreaterThanOrEqual(asked)
  })

  it('cuts what is left when the grace is over', async () => {
    harness.auto = undefined
    const one = client()
    one.send(`GET /i/demo/photo.webp?w=57 HTTP/1.1\r\n${host}\r\n`)
    await until(() => harness.renders.length === 2)
    await harness.listener.drain(100)
    await until(() => one.isClosed)
    expect(one.answers).toHaveLength(0)
  })
})
