import { describe, expect, it } from 'vitest'
import { AccessLog } from './access-log.ts'
import { createLog, errorFields } from './log.ts'

function capture(level = 'info') {
  const lines: string[] = []
  return { log: createLog(level, { write: (line: string) => void lines.push(line) }), lines }
}

describe('the log', () => {
  it('writes one JSON object a line, with time, level and event', () => {
    const { log, lines } = capture()
    log.warn({ event: 'a.b', number: 1 })
    log.debug({ event: 'too.quiet' })
    expect(lines).toHaveLength(1)
    expect(lines[0]?.endsWith('\n')).toBe(true)
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      level: 'warn',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      event: 'a.b',
      number: 1,
    })
  })

  it('escapes line breaks and terminal codes in what strangers choose', () => {
    const { log, lines } = capture()
    log.info({ event: 'x', path: '/a\r\n{"level":"info","event":"forged"}\u001b[31m\u0000' })
    expect(lines.join('').split('\n')).toHaveLength(2)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there
    expect(lines[0]?.trimEnd()).not.toMatch(/[\u0000-\u001f]/)
  })

  it('masks what holds secrets, one level down too', () => {
    const { log, lines } = capture()
    log.info({
      event: 'x',
      apiKey: 'fov_secret',
      sig: 'aa',
      headers: { authorization: 'Bearer fov_secret', 'set-cookie': 'fov_secret' },
      nested: { password: 'fov_secret' },
    })
    expect(lines[0]).not.toContain('fov_secret')
    expect(lines[0]).toContain('(hidden)')
  })

  it('tells an error with its code and its causes', () => {
    const inner = Object.assign(new Error('disk'), { code: 'EIO' })
    expect(errorFields(new Error('outer', { cause: inner }))).toMatchObject({
      error: 'outer',
      cause: { error: 'disk', errorCode: 'EIO' },
    })
    expect(errorFields('text')).toEqual({ error: 'text' })
  })
})

describe('the access log', () => {
  const line = {
    requestId: 'r',
    method: 'GET',
    path: '/i/a.webp',
    dialect: 'img-src',
    status: 200,
    cache: 'miss',
    bytes: 1,
    ms: 1.234,
  } as const

  it('writes in batches and counts what it leaves out', () => {
    const { log, lines } = capture()
    const access = new AccessLog(log)
    for (let number = 0; number < 1_000; number++) access.add(line)
    expect(lines).toHaveLength(0)
    access.flush()
    expect(lines).toHaveLength(201)
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      event: 'delivery.request',
      path: '/i/a.webp',
      ms: 1.2,
    })
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({
      event: 'delivery.requests_not_logged',
      count: 800,
    })
    access.flush()
    expect(lines).toHaveLength(201)
  })

  it('cuts long paths and hides a signature that strayed into one', () => {
    const { log, lines } = capture()
    const access = new AccessLog(log)
    access.add({ ...line, path: `/i/a.webp%3Fw=1&sig=${'a'.repeat(64)}&x=${'b'.repeat(1_000)}` })
    access.flush()
    expect(lines[0]).toContain('sig=(hidden)&x=')
    expect(lines[0]).not.toContain('aaaa')
    expect(lines[0]?.length).toBeLessThan(600)
  })
})
