import { describe, expect, it } from 'vitest'
import { problemOf } from './dialect.test-kit.ts'
import { decodeAssetPath, encodeAssetPath, normaliseAssetPath, splitExtension } from './target-path.ts'

describe('decodeAssetPath', () => {
  it.each([
    ['photo.jpg', 'photo.jpg'],
    ['blog/2026/photo.jpg', 'blog/2026/photo.jpg'],
    ['blog%2Fphoto.jpg', 'blog/photo.jpg'],
    ['a%20b%2Bc+d.png', 'a b+c+d.png'],
    ['%252E%252E/x', '%2E%2E/x'],
    ['caf%C3%A9.jpg', 'caf\u00e9.jpg'],
    ['cafe%CC%81.jpg', 'caf\u00e9.jpg'],
    ['%F0%9F%90%88.png', '\u{1f408}.png'],
    ['...', '...'],
    ['.hidden', '.hidden'],
  ])('reads %s as %s', (raw, path) => {
    expect(decodeAssetPath(raw)).toBe(path)
  })

  it.each([
    ['', 'is empty'],
    ['/a', 'empty segment'],
    ['a/', 'empty segment'],
    ['a//b', 'empty segment'],
    ['.', 'segment "."'],
    ['a/../b', 'segment ".."'],
    ['a/%2E%2e/b', 'segment ".."'],
    ['%2e%2e%2fsecret', 'segment ".."'],
    ['a%5Cb', 'backslash'],
    ['a%00b', 'control'],
    ['a%0d%0ab', 'control'],
    ['a%7Fb', 'control'],
    ['a%C2%85b', 'control'],
    ['a%FFb', 'not valid UTF-8'],
    ['a%C0%AFb', 'not valid UTF-8'],
    ['a%ED%A0%80b', 'not valid UTF-8'],
    ['a%zz', 'not valid UTF-8'],
    ['a%', 'not valid UTF-8'],
    ['é.jpg', 'must be percent-encoded'],
    ['a b', 'must be percent-encoded'],
  ])('refuses %j: %s', (raw, sentence) => {
    const problem = problemOf(() => decodeAssetPath(raw))
    expect(problem).toMatchObject({ code: 'request/malformed', status: 400 })
    expect(problem.detail).toContain(sentence)
  })

  it.each([
    ['a'.repeat(1024), true],
    ['a'.repeat(1025), false],
    ['%C3%A9'.repeat(512), true],
    [`${'%C3%A9'.repeat(512)}a`, false],
    ['%F0%9F%90%88'.repeat(256), true],
    [`${'%F0%9F%90%88'.repeat(256)}a`, false],
    ['a'.repeat(100_000), false],
  ])('holds 1024 bytes and no more', (raw, fits) => {
    if (fits) expect(decodeAssetPath(raw)).toBe(decodeURIComponent(raw))
    else
      expect(problemOf(() => decodeAssetPath(raw))).toMatchObject({ code: 'request/too-long', status: 414 })
  })

  it('is undone by encodeAssetPath', () => {
    for (const path of ['a b/c+d?.jpg', '100%.png', 'é/#1;x=y&z.webp', "\u{1f408}/:@!$'()*,.gif"]) {
      expect(decodeAssetPath(encodeAssetPath(path))).toBe(path)
    }
  })
})

describe('normaliseAssetPath', () => {
  it('refuses lone surrogates, which no file system can name', () => {
    expect(normaliseAssetPath('a\ud800')).toMatchObject({ rule: 'form' })
  })
})

describe('splitExtension', () => {
  it.each([
    ['photo.jpg', 'photo', 'jpg'],
    ['a.b/photo', 'a.b/photo', ''],
    ['a/photo.tar.gz', 'a/photo.tar', 'gz'],
    ['.hidden', '.hidden', ''],
    ['a/.hidden', 'a/.hidden', ''],
    ['a/.hidden.png', 'a/.hidden', 'png'],
    ['trailing.', 'trailing', ''],
  ])('splits %s into %s and %s', (path, stem, extension) => {
    expect(splitExtension(path)).toEqual({ stem, extension })
  })
})
