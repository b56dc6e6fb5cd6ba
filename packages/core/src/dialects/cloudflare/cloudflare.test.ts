import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { itWithShared, sharedDir } from '../../../../../fixtures/shared.ts'
import { canonicalPipeline } from '../../pipeline/index.ts'
import type { AcceptBucket } from '../../request/index.ts'
import type { SourceFacts } from '../define.ts'
import { bareContext, parseWith, problemOf } from '../dialect.test-kit.ts'
import { detectOnHost, imgSrc } from '../index.ts'
import { cloudflare } from './index.ts'

const parse = (options: string, accept: AcceptBucket = 'none', source = 'dir/a.png') =>
  parseWith(cloudflare, `cdn-cgi/image/${options}/${source}`, bareContext, accept)
const pipeline = (options: string) => JSON.parse(canonicalPipeline(parse(options).pipeline))
const errorOf = (target: string) => {
  const refusal = problemOf(() => parseWith(cloudflare, target))
  return cloudflare.problem(refusal, { instance: 'r', path: '/' })
}

const box = { op: 'resize', width: 30, height: 20 }

describe('options', () => {
  it.each([
    ['width=30', [{ op: 'resize', width: 30 }]],
    ['h=20', [{ op: 'resize', height: 20 }]],
    ['w=30,h=20', [{ ...box, fit: 'inside' }]],
    ['w=1,width=30', [{ op: 'resize', width: 30 }]],
    ['width=1,w=30', [{ op: 'resize', width: 30 }]],
    ['w=20,dpr=1.5', [{ op: 'resize', width: 30 }]],
    ['w=30,h=20,fit=contain', [{ ...box, fit: 'inside' }]],
    ['w=30,h=20,fit=scale-down', [{ ...box, fit: 'inside', upscale: false }]],
    ['w=30,h=20,fit=cover', [box]],
    ['w=30,h=20,fit=squeeze', [{ ...box, fit: 'fill' }]],
    ['w=30,h=20,fit=aspect-crop', [{ ...box, upscale: false }]],
    [
      'w=30,h=20,fit=crop',
      [
        { ...box, upscale: false, whenSmaller: 'keep' },
        { ...box, fit: 'inside', upscale: false },
      ],
    ],
    ['w=30,h=20,fit=pad', [{ ...box, fit: 'contain', background: '#ffffffff' }]],
    ['w=30,h=20,fit=cover,gravity=top', [{ ...box, position: 'top' }]],
    ['w=30,h=20,fit=cover,g=0.3x.7', [{ ...box, position: { x: 0.3, y: 0.7 } }]],
    ['w=30,h=20,fit=cover,g=auto', [{ ...box, position: 'attention' }]],
    ['w=30,h=20,fit=cover,g=face', [{ ...box, position: 'faces' }]],
    [
      'w=30,h=20,fit=cover,g=face,zoom=0.5',
      [{ op: 'smartCrop', width: 30, height: 20, subject: 'face', tightness: 0.5, padding: 0.4 }],
    ],
    ['fit=cover', []],
    ['width=auto', []],
    ['rotate=90', [{ op: 'rotate', angle: 90 }]],
    ['rotate=0', []],
    ['flip=hv', [{ op: 'flop' }, { op: 'flip' }]],
    ['trim=1;2;3;4', [{ op: 'crop', top: 1, right: 2, bottom: 3, left: 4 }]],
    ['trim=border', [{ op: 'trim' }]],
    ['trim=%5Bobject%20Object%5D,border=%5Bobject%20Object%5D', []],
    ['brightness=1.2', [{ op: 'modulate', brightness: 1.2 }]],
    ['contrast=4', [{ op: 'contrast', amount: 100 }]],
    ['gamma=2', [{ op: 'gamma', gamma: 2 }]],
    ['saturation=0.5', [{ op: 'modulate', saturation: 0.5 }]],
    ['blur=20', [{ op: 'blur', sigma: 20 }]],
    ['sharpen=2', [{ op: 'sharpen', flat: 2, jagged: 4 }]],
    ['sharpen=0', []],
    ['background=%23fff', [{ op: 'flatten' }]],
    ['background=rgb(0%2C0%2C255)', [{ op: 'flatten', background: '#0000ffff' }]],
    ['segment=foreground', [{ op: 'removeBackground' }]],
    ['onerror=redirect', []],
  ])('%s', (options, expected) => {
    expect(pipeline(options)).toEqual(expected)
  })

  it('act in one order, whatever theirs', () => {
    const options = [
      'blur=2',
      'w=30',
      'rotate=90',
      'trim=1;1;1;1',
      'flip=h',
      'gamma=2',
      'segment=foreground',
      'background=red',
    ]
    const one = pipeline(options.join())
    expect(one.map(({ op }: { op: string }) => op)).toEqual([
      'crop',
      'flop',
      'rotate',
      'resize',
      'removeBackground',
      'gamma',
      'blur',
      'flatten',
    ])
    expect(pipeline(options.toReversed().join())).toEqual(one)
  })

  it.each([
    '',
    'width',
    'width=',
    'width=0',
    'width=-5',
    'width=1.5',
    'width=1e3',
    'wdith=5',
    'fit=fill',
    'gravity=2x0',
    'gravity=north',
    'quality=0',
    'quality=101',
    'quality=best',
    'format=bmp',
    'anim=yes',
    'blur=0',
    'blur=251',
    'sharpen=11',
    'rotate=45',
    'flip=x',
    'trim=1;2;3',
    'trim=a',
    'border=5',
    'zoom=0.5',
    'segment=background',
    'compression=slow',
    'metadata=all',
    'onerror=fail',
    'background=nope',
    'dpr=0',
    'width=%ff',
    'w=5,,h=5',
    '__proto__=1',
    'f=json,trim=border',
  ])('refuses %j as 9401', (options) => {
    const { status, body, headers } = errorOf(`cdn-cgi/image/${options}/a.png`)
    expect([status, headers]).toEqual([400, { 'Cf-Resized': 'err=9401' }])
    expect(body).toMatch(/^ERROR 9401: .+\n$/)
  })

  it('takes the width from hints where it may', () => {
    const target = {
      path: 'cdn-cgi/image/width=auto,dpr=2/a.png',
      query: '',
      accept: 'none',
      base: '',
      acceptText: '',
      hints: { 'sec-ch-width': '640' },
    } as const
    const { pipeline, delivery } = cloudflare.parse(target, bareContext)
    expect(pipeline).toMatchObject([{ op: 'resize', width: 640 }])
    expect(delivery.vary).toEqual(['sec-ch-width', 'width'])
  })
})

describe('output', () => {
  it.each([
    ['quality=60', 'none', { format: 'png', metadata: 'copyright', animated: false }],
    ['format=jpeg', 'none', { format: 'jpeg', quality: 85, progressive: true }],
    ['format=baseline-jpeg,q=low', 'none', { format: 'jpeg', quality: 50 }],
    ['f=webp,anim=false', 'none', { format: 'webp', animated: false }],
    ['f=webp', 'none', { format: 'webp', animated: true }],
    ['f=avif,q=40,metadata=none', 'none', { format: 'avif', quality: 40, metadata: 'none' }],
    ['f=auto', 'avif', { choice: { by: 'content', among: ['avif', 'jpeg', 'png', 'gif'] } }],
    ['f=auto,compression=fast', 'avif', { choice: { by: 'content', among: ['jpeg', 'png', 'gif'] } }],
    ['metadata=keep', 'none', { metadata: 'copyright' }],
  ] as const)('%s', (options, accept, expected) => {
    expect(parse(options, accept).output).toMatchObject(expected)
  })

  it('follows the extension, and the picture where that says nothing', () => {
    expect(parse('w=5', 'none', 'a.JPG').output).toMatchObject({ format: 'jpeg' })
    for (const source of ['a', 'a.psd']) expect(parse('w=5', 'none', source).output).toHaveProperty('choice')
  })

  it('looks at Accept for auto alone', () => {
    expect(parse('f=auto').delivery.negotiated).toBe(true)
    expect(parse('f=auto,compression=fast').delivery.negotiated).toBe(false)
    expect(parse('f=webp').delivery.negotiated).toBe(false)
  })

  it('describes the picture with json', () => {
    const request = parse('w=300,f=json,rotate=90')
    const facts: SourceFacts = {
      format: 'jpeg',
      width: 400,
      height: 200,
      orientation: 1,
      pages: 1,
      hasAlpha: false,
      channels: 3,
      space: 'srgb',
      isProgressive: false,
      sizeBytes: 5,
    }
    const target = { path: '', query: '', accept: 'none', base: '', acceptText: '', hints: {} } as const
    expect(JSON.parse(cloudflare.describe?.(facts, request, target).body ?? '')).toEqual({
      width: 300,
      height: 600,
      original: { file_size: 5, width: 400, height: 200, format: 'image/jpeg' },
    })
  })
})

describe('a host of a project', () => {
  it('speaks it below its own path, whatever its dialect', () => {
    const path = 'cdn-cgi/image/w=5/a.png'
    expect(detectOnHost(`/${path}`, imgSrc)).toEqual({ dialect: cloudflare, rest: path })
  })
})

describe('sources', () => {
  it.each([
    ['dir/a.png', { kind: 'asset', path: 'dir/a.png', match: 'exact' }],
    ['/dir/a.png', { kind: 'asset', path: 'dir/a.png', match: 'exact' }],
    ['a%20b.png?v=2', { kind: 'asset', path: 'a b.png', match: 'exact', query: 'v=2' }],
    ['https://origin.test/a.jpg', { kind: 'url', url: 'https://origin.test/a.jpg' }],
    ['https://origin.test/a%20b.jpg?x=1&y=2', { kind: 'url', url: 'https://origin.test/a%20b.jpg?x=1&y=2' }],
    ['https%3A%2F%2Forigin.test%2Fa.jpg', { kind: 'url', url: 'https://origin.test/a.jpg' }],
  ])('%s', (source, expected) => {
    expect(parse('w=5', 'none', source).source).toEqual(expected)
  })

  it.each([
    ['cdn-cgi/image/w=5/', 400],
    ['cdn-cgi/image/w=5/../a', 400],
    ['cdn-cgi/image/w=5/https://', 400],
    ['cdn-cgi/image/w=5/https://user@host.test/a', 400],
    ['cdn-cgi/image/w=5', 404],
    ['cdn-cgi/imagedelivery/w=5/a', 404],
    ['photo.jpg', 404],
  ])('refuses %s with %i', (target, status) => {
    expect(errorOf(target).status).toBe(status)
  })
})

describe('URLs that unpic prints', () => {
  itWithShared('are all answered', () => {
    const text = readFileSync(`${sharedDir}/contracts/vectors/unpic.json`, 'utf8')
    const urls = [...new Set(text.match(/https:\/\/[^"]*?\/cdn-cgi\/image\/[^"]+/g))]
    expect(urls.length).toBeGreaterThan(12)
    for (const url of urls) {
      const path = url.slice(url.indexOf('cdn-cgi/'))
      const { source } = parseWith(cloudflare, path)
      expect(source, url).toEqual(
        path.includes('origin.test')
          ? { kind: 'url', url: 'https://origin.test/a.jpg' }
          : expect.objectContaining({ path: 'a.jpg' }),
      )
    }
  })
})

describe('the form of the image store', () => {
  const presets = new Map([['thumb', { width: 30, h: 20, fit: 'cover', trim: '1;2;3;4' }]])
  const store = (path: string, accept: AcceptBucket = 'none') =>
    parseWith(cloudflare, path, { ...bareContext, presets }, accept)

  it.each([
    ['hash/id/w=30', 'id'],
    ['hash/shop/red%20shoe/w=30,format=webp', 'shop/red shoe'],
    ['cdn-cgi/imagedelivery/hash/id/w=30', 'id'],
  ])('%s is a picture by its stem', (path, name) => {
    const { source, pipeline: made } = store(path)
    expect(source).toEqual({ kind: 'asset', path: name, match: 'stem' })
    expect(JSON.parse(canonicalPipeline(made))).toEqual([{ op: 'resize', width: 30 }])
  })

  it('names presets, and nothing stands beside one', () => {
    const { delivery, pipeline: made } = store('hash/id/thumb')
    expect(delivery).toMatchObject({ preset: 'thumb', presetOnly: true })
    expect(made).toEqual(parse('width=30,h=20,fit=cover,trim=1;2;3;4').pipeline)
    expect(problemOf(() => store('hash/id/Thumb')).code).toBe('preset/unknown')
    expect(store('hash/id/w=30').delivery.preset).toBeUndefined()
  })

  it('gives what the client shows unless a format is said', () => {
    expect(store('hash/id/thumb', 'avif,webp')).toMatchObject({
      output: { choice: { among: expect.arrayContaining(['avif']) } },
      delivery: { negotiated: true },
    })
    expect(store('hash/id/w=3,f=jpeg', 'avif,webp').output).toMatchObject({ format: 'jpeg' })
  })

  it('is signed over account, image, variant and time', () => {
    const { signature } = store('cdn-cgi/imagedelivery/hash/id/thumb?exp=99&sig=ab')
    expect(signature).toEqual({
      scheme: 'fovea-hmac-sha256',
      value: 'ab',
      signedText: '/hash/id/thumb?exp=99',
      expiresAt: 99,
    })
    expect(store('hash/id/thumb?sig=ab').signature?.signedText).toBe('/hash/id/thumb?')
    for (const query of ['exp=99', 'sig=ab&exp=99'])
      expect(problemOf(() => store(`hash/id/thumb?${query}`)).code).toBe('signature/missing')
  })

  it.each(['id/w=3', 'hash//w=3', 'cdn-cgi/trace', 'cdn-cgi/a/b/c', 'cdn-cgi/image/w=3', ''])(
    'is not %j',
    (path) => {
      expect(problemOf(() => store(path)).code).toBe('route/not-found')
    },
  )

  it.each([
    [{ width: 0 }, 'request/invalid-parameter'],
    [{ wide: 3 }, 'request/unknown-parameter'],
    [{ format: 'json', trim: 'border' }, 'request/invalid-parameter'],
    [{ segment: 'sky' }, 'request/invalid-parameter'],
  ])('refuses the preset %j', (body, code) => {
    expect(problemOf(() => cloudflare.checkPreset?.('thumb', body, bareContext)).code).toBe(code)
  })
})
