import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { canonicalPipeline } from '../pipeline/index.ts'
import { parseWith } from './dialect.test-kit.ts'
import { detect, dialects, imgSrc, signedPayload } from './index.ts'

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
    const declared = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.includes('.test'))
      .flatMap((file) => [...readFileSync(new URL(file, folder), 'utf8').matchAll(/: Dialect<'([a-z-]+)'>/g)])
      .map((match) => match[1])
    expect(dialects.map(({ name }) => name).sort()).toEqual(declared.sort())
    expect(new Set(dialects.map(({ mount }) => mount)).size).toBe(dialects.length)
  })
})

describe('the same picture asked for in two dialects', () => {
  it.each([
    ['w=300&fit=scale-down', { resize: { width: 300 } }],
    [
      'w=300&h=200&crop=attention',
      { resize: { width: 300, height: 200, position: 'attention', upscale: true } },
    ],
    [
      'w=300&h=200&fit=contain',
      { resize: { width: 300, height: 200, fit: 'inside', upscale: true, position: 'top' } },
    ],
    [
      'w=300&h=200&fit=fill',
      { resize: { width: 300, height: 200, fit: 'fill', upscale: true, background: 'red' } },
    ],
    ['aspect=21:9&crop=top', { crop: { aspect: '21:9', position: 'top' } }],
    ['rotate=270&flip=h', { rotate: { angle: -90 }, flop: true }],
    ['blur=4&sharpen=50', { blur: 4, sharpen: 1 }],
    ['grayscale=true', { grayscale: true }],
  ])('is one pipeline: %s and %j', (query, edits) => {
    const payload = Buffer.from(JSON.stringify({ key: 'a', edits })).toString('base64url')
    const plain = parseWith(imgSrc, `a.webp?q=90&${query}`)
    const signed = parseWith(signedPayload, payload)
    expect(canonicalPipeline(plain.pipeline)).toBe(canonicalPipeline(signed.pipeline))
    expect(plain.pipeline).toEqual(signed.pipeline)
    expect(plain.output).toEqual(signed.output)
    expect(plain.decode).toEqual(signed.decode)
  })
})
