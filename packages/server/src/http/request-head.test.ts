import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cpuMilliseconds } from '../../../../fixtures/cpu-time.ts'
import { readRequestHead } from './request-head.ts'

const read = (text: string) => readRequestHead(Buffer.from(text, 'latin1'), undefined)
const host = 'Host: a.example\r\n'

describe('an ordinary request', () => {
  it('is read with its target, Accept and plainness', () => {
    expect(
      read(`GET /i/demo/a.webp?w=1 HTTP/1.1\r\n${host}Accept: image/webp\r\naccept: */*\r\n\r\n`),
    ).toMatchObject({
      method: 'GET',
      target: '/i/demo/a.webp?w=1',
      headers: { isPlain: true, accept: 'image/webp, */*' },
    })
    expect(read(`HEAD / HTTP/1.1\r\n${host}\r\n`)).toMatchObject({
      method: 'HEAD',
      target: '/',
      headers: { accept: undefined },
    })
  })

  it.each([
    'Connection: keep-alive',
    'connection:Keep-Alive ',
    'Cookie: a=b; c="d"',
    'X-Odd: \xe9',
    'Empty:',
    'User-Agent: a\tb',
  ])('may carry %j', (line) =>
    expect(read(`GET /a HTTP/1.1\r\n${host}${line}\r\n\r\n`)?.headers.isPlain).toBe(true),
  )

  it.each([
    'Range: bytes=0-1',
    'If-None-Match: "a"',
    'if-modified-since: x',
    'If-Range: "a"',
    'TE: trailers',
  ])('is not plain with %j, but has no body either', (line) =>
    expect(read(`GET /a HTTP/1.1\r\n${host}${line}\r\n\r\n`)?.headers.isPlain).toBe(false),
  )

  it('is not judged again when the connection sends the same headers', () => {
    const first = read(`GET /a HTTP/1.1\r\n${host}\r\n`)
    const second = readRequestHead(Buffer.from(`GET /b HTTP/1.1\r\n${host}\r\n`), first?.headers)
    expect(second?.headers).toBe(first?.headers)
    expect(second?.target).toBe('/b')
  })
})

describe('everything else is left to node:http', () => {
  it.each([
    ['no end', `GET /a HTTP/1.1\r\n${host}`],
    ['a cut line', `GET /a HTTP/1.1\r\n${host}Acc`],
    ['two requests', `GET /a HTTP/1.1\r\n${host}\r\nGET /b HTTP/1.1\r\n${host}\r\n`],
    ['bytes behind the end', `GET /a HTTP/1.1\r\n${host}\r\nx`],
    ['no Host', 'GET /a HTTP/1.1\r\nAccept: */*\r\n\r\n'],
    ['two Hosts', `GET /a HTTP/1.1\r\n${host}${host}\r\n`],
    ['no headers', 'GET /a HTTP/1.1\r\n\r\n'],
    ['HTTP/1.0', `GET /a HTTP/1.0\r\n${host}\r\n`],
    ['HTTP/0.9', 'GET /a\r\n'],
    ['another method', `POST /a HTTP/1.1\r\n${host}\r\n`],
    ['a lower-case method', `get /a HTTP/1.1\r\n${host}\r\n`],
    ['the absolute form', `GET http://a.example/a HTTP/1.1\r\n${host}\r\n`],
    ['the asterisk form', `OPTIONS * HTTP/1.1\r\n${host}\r\n`],
    ['a space before the target', `GET  /a HTTP/1.1\r\n${host}\r\n`],
    ['a target with a space', `GET /a b HTTP/1.1\r\n${host}\r\n`],
    ['a target with a line break', `GET /a\r\nX: HTTP/1.1\r\n${host}\r\n`],
    ['a target with a raw byte', `GET /\xe9 HTTP/1.1\r\n${host}\r\n`],
    ['a target with a tab', `GET /a\tb HTTP/1.1\r\n${host}\r\n`],
    ['a body by length', `GET /a HTTP/1.1\r\n${host}Content-Length: 5\r\n\r\n`],
    ['a length of zero', `GET /a HTTP/1.1\r\n${host}content-LENGTH: 0\r\n\r\n`],
    ['a body in chunks', `GET /a HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n`],
    ['an upgrade', `GET /a HTTP/1.1\r\n${host}Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n`],
    ['Connection: close', `GET /a HTTP/1.1\r\n${host}Connection: close\r\n\r\n`],
    ['Connection: keep-alive, x', `GET /a HTTP/1.1\r\n${host}Connection: keep-alive, x\r\n\r\n`],
    ['Expect', `GET /a HTTP/1.1\r\n${host}Expect: 100-continue\r\n\r\n`],
    ['a space before the colon', `GET /a HTTP/1.1\r\n${host}Content-Length : 5\r\n\r\n`],
    ['a folded line', `GET /a HTTP/1.1\r\n${host}X: a\r\n b\r\n\r\n`],
    ['a line without colon', `GET /a HTTP/1.1\r\n${host}nonsense\r\n\r\n`],
    ['an empty name', `GET /a HTTP/1.1\r\n${host}: x\r\n\r\n`],
    ['a bare LF', `GET /a HTTP/1.1\n${host}\r\n`],
    ['a bare LF between headers', `GET /a HTTP/1.1\r\nHost: a\nContent-Length: 5\r\n\r\n`],
    ['a bare CR', `GET /a HTTP/1.1\r\nHost: a\rContent-Length: 5\r\n\r\n`],
    ['NUL', `GET /a HTTP/1.1\r\n${host}X: a\0b\r\n\r\n`],
    ['DEL', `GET /a HTTP/1.1\r\n${host}X: a\x7fb\r\n\r\n`],
    ['a leading empty line', `\r\nGET /a HTTP/1.1\r\n${host}\r\n`],
    ['a head of more than 8 KB', `GET /a HTTP/1.1\r\n${host}X: ${'a'.repeat(9_000)}\r\n\r\n`],
    ['a TLS hello', '\x16\x03\x01\x02\x00\x01\x00'],
    ['the HTTP/2 preface', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ])('%s', (_, text) => expect(read(text)).toBeUndefined())

  it('whatever it is, in linear time', () => {
    const nasty = [
      `GET /${'a '.repeat(4_000)}`,
      `GET /a HTTP/1.1\r\n${'a'.repeat(8_000)}`,
      `GET /a HTTP/1.1\r\n${'a:\r\n'.repeat(2_000)}`,
    ]
    for (const text of nasty) {
      expect(cpuMilliseconds(() => void read(text))).toBeLessThan(20)
    }
  })

  it('and never says yes to a text with a second blank line or a body header', () => {
    const piece = fc.constantFrom(
      '\r\n',
      '\n',
      '\r',
      ' ',
      ':',
      'a',
      'Host: x',
      'Content-Length: 1',
      'GET /b HTTP/1.1',
      '\t',
      '\0',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = `GET /a HTTP/1.1\r\n${host}${pieces.join('')}\r\n\r\n`
        const head = read(text)
        if (head === undefined) return
        expect(text.indexOf('\r\n\r\n')).toBe(text.length - 4)
        expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n\0]/)
        expect(text).not.toMatch(/\r\ncontent-length/i)
      }),
      { numRuns: 3_000 },
    )
  })
})
