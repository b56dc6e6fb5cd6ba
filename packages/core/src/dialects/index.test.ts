import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { detect, dialects } from './index.ts'

describe('detect', () => {
  it.each([
    ['/i/demo/a/b.jpg', 'img-src', 'demo', 'a/b.jpg'],
    ['/i/demo/a%2Fb.jpg', 'img-src', 'demo', 'a%2Fb.jpg'],
    ['/i/demo/', 'img-src', 'demo', ''],
    ['/i/0-9/x', 'img-src', '0-9', 'x'],
    [`/i/${'a'.repeat(63)}/x`, 'img-src', 'a'.repeat(63), 'x'],
    ['/t/demo/eyJ/+=', 'signed-payload', 'demo', 'eyJ/+='],
  ])('%s', (path, name, projectSlug, rest) => {
    const match = detect(path)
    expect([match?.dialect.name, match?.projectSlug, match?.rest]).toEqual([name, projectSlug, rest])
  })

  it.each([
    '',
    '/',
    'i/demo/x',
    '/i',
    '/i/demo',
    '/i//x',
    '/I/demo/x',
    '/x/demo/x',
    '/i/Demo/x',
    '/i/-demo/x',
    '/i/de_mo/x',
    '/i/d%65mo/x',
    '//i/demo/x',
    `/i/${'a'.repeat(64)}/x`,
    `/${'i'.repeat(100_000)}`,
    '/__proto__/demo/x',
  ])('leaves %s to others', (path) => {
    expect(detect(path)).toBeUndefined()
  })
})

describe('registry', () => {
  it('lists every dialect of the folder, each under its own mount', () => {
    const folder = new URL('.', import.meta.url)
    const declared = readdirSync(folder)
      .filter((file) => file.endsWith('.ts') && !file.includes('.test'))
      .flatMap((file) => [...readFileSync(new URL(file, folder), 'utf8').matchAll(/: Dialect<'([a-z-]+)'>/g)])
      .map((match) => match[1])
    expect(dialects.map(({ name }) => name).sort()).toEqual(declared.sort())
    expect(new Set(dialects.map(({ mount }) => mount)).size).toBe(dialects.length)
  })
})
