import { describe, expect, it } from 'vitest'
import { MasterKey } from '../keys/index.ts'
import { headerOf, openJar, sessionTokenOf, setCookieOf, withSetCookies } from './cookie-jar.ts'

const masterKey = new MasterKey('a test master key of more than 32 characters')
const now = 1_800_000_000_000

const sealed = (setCookies: readonly string[], isSecure = false) =>
  setCookieOf(masterKey, withSetCookies({}, setCookies, now), { isSecure }, now)
const opened = (setCookie: string, at = now) => openJar(masterKey, setCookie.split(';')[0], at)

describe('the cookie jar', () => {
  it('gives back what was put in, under one name, whatever else the browser sends', () => {
    const line = sealed(['fovea.session_token=abc.sig; Max-Age=60; Path=/', 'fovea.two_factor=x; Max-Age=10'])
    const [pair] = line.split(';')
    const jar = openJar(masterKey, `theme=dark; ${pair}; fovea.session_token=forged.sig`, now)
    expect(headerOf(jar)).toBe('fovea.session_token=abc.sig; fovea.two_factor=x')
    expect(sessionTokenOf(jar)).toBe('abc')
    expect(line).toMatch(/^fovea_session=v1\..*; Path=\/; HttpOnly; SameSite=Lax; Max-Age=60$/)
  })

  it('is Secure over https', () => {
    expect(sealed(['a=b; Max-Age=5'], true)).toContain('; Secure')
  })

  it('drops each cookie at its own time, although the browser would still send it', () => {
    const line = sealed(['long=1; Max-Age=60', 'short=2; Max-Age=10'])
    expect(Object.keys(opened(line, now + 9_000))).toEqual(['long', 'short'])
    expect(Object.keys(opened(line, now + 11_000))).toEqual(['long'])
    expect(opened(line, now + 61_000)).toEqual({})
  })

  it('ends with the browser when one of its cookies does', () => {
    expect(sealed(['a=1; Max-Age=60', 'b=2'])).not.toContain('Max-Age')
  })

  it('is removed when its last cookie is', () => {
    const jar = withSetCookies(opened(sealed(['a=1; Max-Age=60'])), ['a=; Max-Age=0'], now)
    expect(setCookieOf(masterKey, jar, { isSecure: false })).toMatch(/^fovea_session=; .*Max-Age=0$/)
  })

  it.each(['', 'fovea_session', 'fovea_session=', 'fovea_session=v1.a.b.c', 'fovea_session=%00', ';;;=;'])(
    'is empty for %j',
    (header) => {
      expect(openJar(masterKey, header)).toEqual({})
    },
  )

  it('opens under its own key only', () => {
    const line = sealed(['a=1; Max-Age=60'])
    const other = new MasterKey('another key, which is also long enough to be')
    expect(openJar(other, line.split(';')[0], now)).toEqual({})
    const foreign = masterKey.seal('installation', 'fovea_session', '{"a":{"value":"1"}}')
    expect(openJar(masterKey, `fovea_session=${foreign}`, now)).toEqual({})
  })
})
