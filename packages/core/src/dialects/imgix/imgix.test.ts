import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { nodeDigest } from '../../../../../fixtures/node-digest.ts'
import { itWithShared, sharedDir } from '../../../../../fixtures/shared.ts'
import { canonicalPipeline } from '../../pipeline/index.ts'
import { verifySignature } from '../../request/index.ts'
import { parseWith, problemOf } from '../dialect.test-kit.ts'
import { conformance } from './conformance.ts'
import { imgixDocument } from './describe.ts'
import { imgix } from './index.ts'

const parse = (query: string, accept?: Parameters<typeof parseWith>[3]) =>
  parseWith(imgix, query === '' ? 'photo.jpg' : `photo.jpg?${query}`, undefined, accept)
const pipeline = (query: string): unknown => JSON.parse(canonicalPipeline(parse(query).pipeline))
const cap = { op: 'resize', fit: 'inside', maxWidth: 8192, maxHeight: 8192, upscale: false }

describe('the resize model', () => {
  it.each([
    ['', [cap]],
    ['w=400&h=300', [{ op: 'resize', width: 400, height: 300, fit: 'inside' }]],
    ['w=400&h=300&fit=max', [{ op: 'resize', width: 400, height: 300, fit: 'inside', upscale: false }]],
    ['w=400', [{ op: 'resize', width: 400, fit: 'inside', maxHeight: 8192 }]],
    ['w=400&h=300&fit=crop', [{ op: 'resize', width: 400, height: 300 }]],
    [
      'w=400&h=300&fit=crop&crop=faces,top,right',
      [
        { op: 'smartCrop', aspect: '4:3', subject: 'face', otherwise: 'top-right' },
        { op: 'resize', width: 400, height: 300 },
      ],
    ],
    ['w=400&h=300&fit=crop&crop=faces', [{ op: 'resize', width: 400, height: 300, position: 'faces' }]],
    [
      'w=400&h=300&fit=crop&crop=dog,%20cat,faces,top',
      [{ op: 'resize', width: 400, height: 300, position: { labels: ['cat', 'dog'] } }],
    ],
    ['w=400&h=300&fit=crop&crop=dragon', [{ op: 'resize', width: 400, height: 300 }]],
    ['w=400&h=300&fit=crop&crop=auto', [{ op: 'resize', width: 400, height: 300, position: 'subject' }]],
    [
      'w=400&h=300&fit=crop&bg-remove=true',
      [
        { op: 'resize', width: 400, height: 300 },
        { op: 'removeBackground', maxTransparency: 0.2, otherwise: 'keep' },
      ],
    ],
    [
      'bg-remove=1&trim=alpha&bg-remove-fallback=false&bg-remove-transparency-threshold=1',
      [{ op: 'removeBackground' }, { op: 'trim', by: 'alpha', threshold: 0 }, cap],
    ],
    [
      'w=400&h=300&fit=fillmax&background-remove=true&bg=0f0',
      [
        { op: 'resize', width: 400, height: 300, fit: 'inside', upscale: false },
        { op: 'removeBackground', maxTransparency: 0.2, otherwise: 'keep' },
        { op: 'resize', width: 400, height: 300, fit: 'contain', upscale: false, background: '#00ff00ff' },
        { op: 'flatten', background: '#00ff00ff' },
      ],
    ],
    ['bg-remove=false&bg-remove-fallback=false', [cap]],
    [
      'bg-remove=true&bg-remove-semi-transparency=false&w=90',
      [
        { op: 'resize', width: 90, fit: 'inside', maxHeight: 8192 },
        { op: 'removeBackground', solid: true, maxTransparency: 0.2, otherwise: 'keep' },
      ],
    ],
    ['upscale=true', [{ op: 'upscale', factor: 4, maxPixels: 250_000 }, cap]],
    [
      'upscale=true&upscale-fallback=false&w=0.5',
      [{ op: 'resize', width: '50%', fit: 'inside', maxHeight: 8192 }, cap],
    ],
    [
      'upscale=true&w=400&h=300&fit=crop&rect=10,20,50,40&bg-remove=true&bg-remove-transparency-threshold=1',
      [
        { op: 'crop', left: 10, top: 20, width: 50, height: 40, outside: 'clip' },
        { op: 'upscale', width: 400, height: 300, maxPixels: 250_000 },
        { op: 'resize', width: 400, height: 300 },
        { op: 'removeBackground', otherwise: 'keep' },
      ],
    ],
    [
      'upscale=1&upscale-fallback=0&w=400&fit=max',
      [
        { op: 'upscale', width: 400 },
        { op: 'resize', width: 400, fit: 'inside', upscale: false, maxHeight: 8192 },
      ],
    ],
    ['face-blur=100&face-pixel=0', [{ op: 'blurFaces', strength: 6 }, cap]],
    [
      'w=400&h=300&fit=crop&crop=entropy,top',
      [{ op: 'resize', width: 400, height: 300, position: 'entropy' }],
    ],
    [
      'w=400&h=300&fit=crop&crop=focalpoint&fp-x=.2&fp-y=.7',
      [{ op: 'resize', width: 400, height: 300, position: { x: 0.2, y: 0.7 } }],
    ],
    [
      'w=40&h=30&fit=crop&crop=focalpoint&fp-x=.2&fp-z=3',
      [
        { op: 'crop', aspect: '4:3', zoom: 3, position: { x: 0.2, y: 0.5 } },
        { op: 'resize', width: 40, height: 30, position: { x: 0.2, y: 0.5 } },
      ],
    ],
    ['w=400&h=300&fit=min', [{ op: 'resize', width: 400, height: 300, upscale: false }]],
    [
      'w=400&h=300&fit=fill',
      [{ op: 'resize', width: 400, height: 300, fit: 'contain', background: '#ffffffff' }],
    ],
    [
      'w=400&h=300&fit=fill&fill=blur',
      [{ op: 'resize', width: 400, height: 300, fit: 'contain', fill: 'blur' }],
    ],
    [
      'w=400&h=300&fit=fillmax&fill=solid&fillcolor=80ff0000',
      [{ op: 'resize', width: 400, height: 300, fit: 'contain', upscale: false, background: '#ff000080' }],
    ],
    ['w=400&h=300&fit=clamp', [{ op: 'resize', width: 400, height: 300, fit: 'contain', fill: 'copy' }]],
    ['w=400&h=300&fit=scale', [{ op: 'resize', width: 400, height: 300, fit: 'fill' }]],
    [
      'w=400&h=300&fit=facearea',
      [
        { op: 'smartCrop', aspect: '4:3', subject: 'face', tightness: 1 },
        { op: 'resize', width: 400, height: 300 },
      ],
    ],
    [
      'w=400&h=300&fit=facearea&faceindex=2&facepad=3',
      [
        { op: 'smartCrop', aspect: '4:3', subject: 'face', index: 2, tightness: 1, padding: 1 },
        { op: 'resize', width: 400, height: 300 },
      ],
    ],
    [
      'w=400&h=300&fit=facearea,max',
      [
        { op: 'smartCrop', aspect: '4:3', subject: 'face', tightness: 1 },
        { op: 'resize', width: 400, height: 300 },
      ],
    ],
    ['w=400&h=300&dpr=2', [{ op: 'resize', width: 800, height: 600, fit: 'inside' }]],
    ['width=400&height=300&f=scale', [{ op: 'resize', width: 400, height: 300, fit: 'fill' }]],
    ['w=5000&h=10000&fit=scale', [{ op: 'resize', width: 4096, height: 8192, fit: 'fill' }]],
    ['w=-5&h=x&fit=nothing&dpr=', [cap]],
    [
      'rect=left,0.25,50,40',
      [{ op: 'crop', width: 50, height: 40, left: 0, top: '25%', outside: 'clip' }, cap],
    ],
    ['rect=10,20,0,5', [cap]],
    ['trim=colorunlessalpha&trim-pad=999', [{ op: 'trim', by: 'alpha-or-color', margin: 200 }, cap]],
    [
      'w=40&h=30&fit=crop&max-w=20&min-h=9',
      [{ op: 'resize', width: 40, height: 30, maxWidth: 20, minHeight: 9 }],
    ],
  ])('%s', (query, operations) => {
    expect(pipeline(query)).toEqual(operations)
  })

  it('reads ar with one side or none', () => {
    expect(pipeline('ar=16:9&fit=crop')).toMatchObject([{ op: 'resize', aspect: '16:9' }, cap])
    expect(pipeline('ar=2:1&fit=crop&w=280')).toMatchObject([{ width: 280, aspect: '2:1' }, cap])
    expect(pipeline('ar=2:1&fit=crop&w=280&h=90')).toEqual([{ op: 'resize', width: 280, height: 90 }])
    expect(pipeline('ar=2:1&w=280')).toEqual([{ op: 'resize', width: 280, fit: 'inside', maxHeight: 8192 }])
  })

  it('takes padding off the size that is asked for', () => {
    expect(pipeline('w=100&h=80&fit=scale&pad=10&pad-top=0')).toMatchObject(
      [
        { op: 'resize', width: 80, height: 70 },
        { op: 'extend', top: 0, right: 10, bottom: 10, left: 10 },
        cap,
      ].map(({ ...operation }) =>
        'top' in operation ? { op: 'extend', right: 10, bottom: 10, left: 10 } : operation,
      ),
    )
  })
})

describe('leniency', () => {
  it.each([
    ['sat=400', 'sat=100'],
    ['w=40&w=50', 'w=50'],
    ['w=40&ixlib=js-3.8.0&unknown=%ff&x64=%%%', 'w=40'],
    ['w=40&h=%ff', 'w=40'],
    ['txt=a+b', 'txt=a%20b'],
    ['txt64=YSBi', 'txt=a%20b'],
    ['inv=1', 'invert=true'],
    ['m=%2Fa.png&mp=9', 'mark=%2Fa.png&mark-pad=9'],
    ['monochrome=%23f00', 'monochrome=red'],
    ['auto=enhance&auto=compress', 'auto=compress,enhance'],
  ])('%s is %s', (one, other) => {
    expect(canonicalPipeline(parse(one).pipeline)).toBe(canonicalPipeline(parse(other).pipeline))
    expect(parse(one).output).toEqual(parse(other).output)
  })

  it('refuses what is no base64 under a name that says so', () => {
    for (const query of ['txt64=%25', 'w64=*', 'txt64=_w'])
      expect(problemOf(() => parse(query)).status).toBe(400)
  })

  it('gives one pipeline for every order of the parameters', () => {
    const pairs =
      'w=90&h=60&fit=crop&bri=9&sat=-5&blur=30&txt=a&mark=%2Fl.png&blend=f00&border=3,fff&flip=h&rot=9&pad=4&sepia=9'.split(
        '&',
      )
    const expected = canonicalPipeline(parse(pairs.join('&')).pipeline)
    for (let turn = 1; turn < pairs.length; turn++) {
      const turned = [...pairs.slice(turn), ...pairs.slice(0, turn)]
      expect(canonicalPipeline(parse(turned.join('&')).pipeline)).toBe(expected)
      expect(canonicalPipeline(parse(turned.reverse().join('&')).pipeline)).toBe(expected)
    }
  })
})

describe('the source', () => {
  const url = 'https://origin.test/images/photo%20one.jpg?x=1&y=2'
  it.each([
    ['a/b%20c.jpg', { kind: 'asset', path: 'a/b c.jpg' }],
    ['a%23b%3Fc%3Ad%2Be.png', { kind: 'asset', path: 'a#b?c:d+e.png' }],
    ['https%3A%2F%2Forigin.test%2Fimages%2Fphoto%20one.jpg%3Fx%3D1%26y%3D2', { kind: 'url', url }],
    ['https%253A%252F%252Forigin.test%252Fa.jpg', { kind: 'url', url: 'https://origin.test/a.jpg' }],
    ['HTTP://origin.test/a.jpg', { kind: 'url', url: 'http://origin.test/a.jpg' }],
  ])('%s', (path, source) => {
    expect(parseWith(imgix, path).source).toMatchObject(source)
  })

  it.each(['https%3A%2Fx', 'https%', 'http:///a.jpg'])('refuses %s', (path) => {
    expect(problemOf(() => parseWith(imgix, path)).status).toBe(400)
  })

  it('needs a signature for images of the web', () => {
    expect(parseWith(imgix, 'https%3A%2F%2Forigin.test%2Fa.jpg').signatureRequired).toBe(true)
    expect(parse('').signatureRequired).toBe(false)
  })

  it('bounds the side of a layer that nobody gave', () => {
    const layer = (query: string) => parse(`mark=%2Fl.png&${query}`).pipeline.at(-1)
    expect(layer('mark-h=8192')).toMatchObject({ width: 8192, height: 8192, fit: 'inside' })
    expect(layer('mark-w=90&mark-fit=max')).toMatchObject({ width: 90, height: 8192, upscale: false })
    expect(layer('mark-w=90&mark-h=80&mark-fit=scale')).toMatchObject({ width: 90, height: 80, fit: 'fill' })
    expect(layer('')).not.toHaveProperty('width')
  })

  it.each([
    ['mark-x=90&mark-y=80', { x: 90, y: 80 }],
    ['mark-x=90&mark-y=80&mark-anchor=bottom,right', { x: 90, y: 80, anchor: { x: 1, y: 1 } }],
    ['mark-x=90&mark-y=80&mark-anchor=center', { x: 90, y: 80, anchor: { x: 0.5, y: 0.5 } }],
    ['mark-x=90&mark-anchor=.25,1', { x: 90, position: 'bottom-left', anchor: { x: 0.25, y: 1 } }],
    ['mark-anchor=top', {}],
    ['mark-x=9&mark-anchor=2,1', { x: 9 }],
    ['mark-x=9&mark-anchor=.1,.2,.3', { x: 9 }],
  ])('hangs a mark with %s', (query, expected) => {
    const overlay = parse(`mark=%2Fl.png&${query}`).pipeline.at(-1)
    expect(overlay).toMatchObject(expected)
    if (!('anchor' in expected)) expect(overlay).not.toHaveProperty('anchor')
  })

  it('takes pictures of this project by path, others by URL, and never itself', () => {
    const own = parse(`mark=${encodeURIComponent('https://img.test/mount/demo/l.png?w=50')}`).pipeline
    expect(own.at(-1)).toMatchObject({ op: 'overlay', picture: { asset: 'l.png' }, width: 50 })
    const plain = parse(`mark=${encodeURIComponent('http://img.test/mount/demo/l.png?w=50')}`).pipeline
    expect(plain).toEqual(own)
    const near = parse(`mark=${encodeURIComponent('https://img.test/mount/demo2/l.png')}`).pipeline.at(-1)
    expect(near).toMatchObject({ picture: { url: 'https://img.test/mount/demo2/l.png' } })
    const other = parse(`mark64=${Buffer.from('https://other.test/l.png').toString('base64url')}`).pipeline
    expect(other.at(-1)).toMatchObject({ picture: { url: 'https://other.test/l.png' }, padding: 5 })
    expect(problemOf(() => parse('mark=photo.jpg')).status).toBe(400)
  })
})

describe('the output', () => {
  it.each([
    ['', undefined, { format: 'jpeg', quality: 75, progressive: true, metadata: 'none' }],
    ['auto=compress,format', 'avif,webp', { format: 'avif', quality: 45 }],
    ['auto=format&fm=png', 'none', { format: 'png' }],
    ['auto=compress', 'avif', { choice: { by: 'content', among: ['jpeg', 'png', 'gif'] }, quality: 45 }],
    ['fm=png8&colorquant=100', 'none', { format: 'png', palette: true, colors: 16 }],
    ['fm=pjpg&q=0&chromasub=444', 'none', { format: 'jpeg', progressive: true, quality: 1, chroma: '4:4:4' }],
    ['fm=json', 'none', { kind: 'metadata' }],
    ['fm=json&faces=1', 'none', { kind: 'metadata', sees: 'faces' }],
    ['palette=css&prefix=x%20y', 'none', { kind: 'palette', as: 'css', colors: 6, prefix: 'image' }],
  ] as const)('%s for %s', (query, accept, output) => {
    expect(parse(query, accept).output).toMatchObject(output)
  })

  it('is of the page that is named', () => {
    expect(parse('page=1').decode).toEqual({ orient: true })
    expect(parse('page=3&w=5').decode).toEqual({ orient: true, page: 3 })
  })

  it('tells which parameters acted', () => {
    expect(parse('w=40&crop=top&bri=x&q=60&ixlib=a').delivery.echo).toEqual({
      'X-Imgix-Params': 'q=60&w=40',
    })
  })
})

describe('the document', () => {
  const facts = {
    format: 'jpeg',
    width: 200,
    height: 400,
    orientation: 6,
    pages: 1,
    hasAlpha: false,
    channels: 3,
    space: 'srgb',
    isProgressive: false,
    sizeBytes: 1,
  } as const
  const request = parse('fm=json&faces=1')
  const target = { path: 'a.jpg', query: '', accept: 'none', acceptText: '', base: '', hints: {} } as const

  it('tells faces in pixels of the upright picture, with eyes and mouth', () => {
    const point = (x: number, y: number) => ({ x, y })
    const landmarks = {
      leftEye: point(0.3, 0.3),
      rightEye: point(0.4, 0.3),
      nose: point(0.35, 0.4),
      mouth: point(0.35, 0.5),
    }
    const seen = { faces: [{ left: 0.25, top: 0.2, width: 0.2, height: 0.4, score: 0.876, landmarks }] }
    const { body } = imgixDocument(facts, request, target, seen)
    expect(JSON.parse(body).Faces).toEqual([
      {
        bounds: { x: 100, y: 40, width: 80, height: 80 },
        left_eye: { x: 120, y: 60 },
        right_eye: { x: 160, y: 60 },
        mouth: { x: 140, y: 100 },
        confidence: 88,
      },
    ])
  })

  it('says nothing of faces that nobody asked for', () => {
    const { body } = imgixDocument(facts, request, target)
    expect(JSON.parse(body)).not.toHaveProperty('Faces')
  })
})

describe('the table of conformance', () => {
  it('has each parameter once', () => {
    const names = conformance.rows.map(({ parameter }) => parameter)
    // 203 of the vendor's machine-readable list, and newer ones
    expect(names).toHaveLength(208)
    expect(new Set(names).size).toBe(208)
  })

  it('has examples that parse, with an effect on the request', () => {
    for (const row of conformance.rows) {
      if (!('example' in row)) continue
      const request = ({ with: text }: { with: string }) => {
        const { source, signature, delivery, ...rest } = parseWith(
          imgix,
          /^[\w/]+\.\w+\?/.test(text) ? text : `photo.jpg?${text}`,
        )
        return JSON.stringify([rest, delivery.vary, delivery.download])
      }
      expect(request(row.example), row.parameter).not.toBe(request({ with: row.example.without }))
    }
  })
})

const secret = 'FOO123bar'

function verify(target: string): void {
  const { signature } = parseWith(imgix, target)
  if (signature === undefined) throw new Error('unsigned')
  verifySignature(nodeDigest, signature, [{ kid: 'k', secret }], 0)
}

describe('the signature', () => {
  it.each([
    'users/1.png?s=6797c24146142d5b40bde3141fd3600c',
    'a/photo.jpg?w=400&s=fab61921cedd7a20c6ac6ad81d3dd27a',
    'a/photo.jpg?s=fab61921cedd7a20c6ac6ad81d3dd27a&w=400',
    'https%3A%2F%2Forigin.test%2Fimages%2Fphoto%20one.jpg%3Fx%3D1%26y%3D2?w=400&h=300&s=d1df3e130e366f765dd6180b4fda1ea9',
  ])('%s holds', (target) => {
    expect(() => verify(target)).not.toThrow()
  })

  it('does not hold when any byte is changed', () => {
    const text = `a/photo.jpg?w=400&txt=a%20b`
    const s = createHash('md5').update(`${secret}/${text}`).digest('hex')
    const target = `${text}&s=${s}`
    for (let at = 0; at < target.length; at++) {
      for (const byte of ['0', 'a', '&', '%', '/']) {
        if (target[at] === byte) continue
        const changed = target.slice(0, at) + byte + target.slice(at + 1)
        expect(() => verify(changed), changed).toThrow()
      }
    }
  })

  it('may not stand twice', () => {
    expect(problemOf(() => parse('s=a&w=4&s=b')).code).toBe('signature/invalid')
  })
})

describe('what real clients print', () => {
  const read = (name: string): readonly { readonly url?: string; readonly signed?: string }[] => {
    const file = join(sharedDir ?? '', 'contracts/vectors', `${name}.json`)
    return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).requests : []
  }
  const target = (url: string) => url.replace(/^https?:\/\/[^/]+\//, '')

  itWithShared.each(['imgix-js-core', 'imgix-url-builder'])('%s: every signed URL holds', (name) => {
    const urls = read(name).flatMap(({ signed }) => signed ?? [])
    expect(urls.length).toBeGreaterThan(15)
    // js-core signs a path as it was given when told not to encode it; what a client then sends cannot be signed so.
    const sendable = urls.filter((url) => !/\s/.test(url))
    expect(urls.length - sendable.length).toBeLessThanOrEqual(1)
    for (const url of sendable) expect(() => verify(target(url)), url).not.toThrow()
    for (const url of urls.filter((url) => !sendable.includes(url)))
      expect(() => verify(target(url.replaceAll(' ', '%20'))), url).toThrow()
  })

  itWithShared('ts-imgix and unpic: every URL parses', () => {
    const unpic = readFileSync(join(sharedDir ?? '', 'contracts/vectors/unpic.json'), 'utf8')
    const urls = [
      ...read('ts-imgix').flatMap(({ url }) => url ?? []),
      ...[...unpic.matchAll(/https:\/\/demo\.imgix\.net\/[^"\s]+/g)].map(([url]) => url),
    ]
    expect(urls.length).toBeGreaterThan(20)
    for (const url of urls) expect(() => parseWith(imgix, target(url)), url).not.toThrow()
    expect(parseWith(imgix, 'a.jpg?w=300&h=200&fit=min&auto=format').pipeline).toMatchObject([
      { fit: 'cover', upscale: false, width: 300, height: 200 },
    ])
  })
})
