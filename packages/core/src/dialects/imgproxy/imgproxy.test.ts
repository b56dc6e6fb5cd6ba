import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { nodeDigest } from '../../../../../fixtures/node-digest.ts'
import { canonicalPipeline } from '../../pipeline/index.ts'
import { type SignedText, verifySignature } from '../../request/index.ts'
import type { SourceFacts } from '../define.ts'
import { bareContext, parseWith, problemOf } from '../dialect.test-kit.ts'
import { conformance } from './conformance.ts'
import { imgproxy } from './index.ts'

const presets = new Map([['thumb', { options: 'rs:fill:200:100/q:60' }]])
const context = { ...bareContext, presets }
const parse = (path: string, accept: 'none' | 'avif,webp' = 'none') =>
  parseWith(imgproxy, path, context, accept)
const of = (options: string) => parse(`insecure/${options === '' ? '' : `${options}/`}plain/dir/photo.jpg`)
const canonical = (options: string) => canonicalPipeline(of(options).pipeline)
const base64 = (text: string) => Buffer.from(text).toString('base64url')

describe('the source', () => {
  it.each<[string, object]>([
    ['_/plain/dir/photo.jpg', { kind: 'asset', path: 'dir/photo.jpg' }],
    ['unsafe/w:5/plain/caf%C3%A9.jpg@webp', { kind: 'asset', path: 'café.jpg' }],
    ['_/plain/local:///dir/a.jpg', { kind: 'asset', path: 'dir/a.jpg' }],
    ['_/plain/local:/a.jpg', { kind: 'asset', path: 'a.jpg' }],
    ['_/plain/a.jpg%3Fv=1', { kind: 'asset', path: 'a.jpg', query: 'v=1' }],
    ['_/plain/s3://photos/dir/a.jpg', { kind: 'asset', origin: 'photos', path: 'dir/a.jpg' }],
    ['_/plain/gs:/photos/a.jpg', { kind: 'asset', origin: 'photos', path: 'a.jpg' }],
    ['_/plain/http://origin.test/a.jpg%3Fx=1', { kind: 'url', url: 'http://origin.test/a.jpg?x=1' }],
    ['_/plain/https:/origin.test/a%2520b.jpg', { kind: 'url', url: 'https://origin.test/a%20b.jpg' }],
    ['_/plain/https://origin.test/%C3%A9.jpg', { kind: 'url', url: 'https://origin.test/%C3%A9.jpg' }],
    [`_/w:5/${base64('http://origin.test/a.jpg')}`, { kind: 'url', url: 'http://origin.test/a.jpg' }],
    [`_/${base64('local:///a b.jpg').replace(/(.{5})/g, '$1/')}.png`, { kind: 'asset', path: 'a b.jpg' }],
    ['_/plain/a.jpg?ignored=1', { kind: 'asset', path: 'a.jpg' }],
  ])('of %s', (path, expected) => {
    expect(parse(path).source).toMatchObject(expected)
  })

  it.each([
    '',
    'insecure',
    'insecure/',
    'insecure/w:5',
    '_/plain/',
    '_/plain/a.jpg@png@webp',
    '_/plain/a.jpg@exe',
    '_/plain/../a.jpg',
    '_/plain/%ff',
    '_/plain/ftp://origin.test/a.jpg',
    '_/plain/s3://photos',
    '_/enc/abcd',
    '_/not*base64',
    `_/${base64('a.jpg')}.png.webp`,
    'info/_/exif:1/plain/a.jpg',
    'info/_/w:5/plain/a.jpg',
    'info/',
  ])('%s is refused with a 404', (path) => {
    expect(
      imgproxy.problem(
        problemOf(() => parse(path)),
        { instance: 'r', path: '/' },
      ).status,
    ).toBe(404)
  })
})

describe('an option', () => {
  it.each<[string, object]>([
    ['rs:fit:300:200', { op: 'resize', width: 300, height: 200, fit: 'inside', upscale: false }],
    ['s:300:200:1', { op: 'resize', fit: 'inside', upscale: true }],
    ['rs:fill:300:200', { op: 'resize', fit: 'outside', upscale: false }],
    ['rs:fill:300:200:1/g:sm', { op: 'resize', fit: 'cover', position: 'attention' }],
    ['rs:fill:300:200:1/g:obj:face', { op: 'resize', fit: 'cover', position: 'faces' }],
    ['rs:fill:300:200:1/g:obj', { op: 'resize', fit: 'cover', position: 'subject' }],
    ['rs:fill:300:200:1/g:obj:all:cat', { op: 'resize', fit: 'cover', position: 'subject' }],
    ['rs:fill:300:200:1/g:obj:face:cat', { op: 'resize', position: { labels: ['cat', 'face'] } }],
    ['rt:fill-down/w:300/h:200/g:fp:0.3:0.7', { op: 'resize', fit: 'cover', position: { x: 0.3, y: 0.7 } }],
    ['rs:force:300:200', { op: 'resize', fit: 'fill' }],
    ['rs:auto:300:200:1', { op: 'resize', fit: 'auto' }],
    ['w:300/dpr:2', { op: 'resize', width: 600 }],
    ['w:300/ra:nearest', { op: 'resize', kernel: 'nearest' }],
    ['z:0.5', { op: 'resize', width: '50%' }],
    [
      'c:100:0.5:noea:10:0.1',
      { op: 'crop', width: 100, height: '50%', position: 'top-right', offsetX: 10, offsetY: '10%' },
    ],
    ['c:100:50/g:so', { op: 'crop', position: 'bottom' }],
    ['car:1.5', { op: 'crop', aspect: '3:2' }],
    ['t:10:ff0000', { op: 'trim', threshold: 10, background: '#ff0000ff' }],
    ['pd:1:2', { op: 'extend', top: 1, right: 2, bottom: 1, left: 2 }],
    ['rot:90', { op: 'rotate', angle: 90 }],
    ['fl:1', { op: 'flop' }],
    ['fl::1', { op: 'flip' }],
    ['bg:255:0:10', { op: 'flatten', background: '#ff000aff' }],
    ['bg:fff', { op: 'flatten', background: '#ffffffff' }],
    ['br:-51', { op: 'brightness', amount: -20 }],
    ['co:4', { op: 'contrast', amount: 100 }],
    ['sa:0', { op: 'modulate', saturation: 0 }],
    ['a::2.25', { op: 'contrast', amount: 50 }],
    ['mc:0.5', { op: 'monochrome', color: '#b3b3b3ff', amount: 50 }],
    ['dt:1:000080', { op: 'duotone', shadow: '#000080ff', highlight: '#ffffffff', amount: 100 }],
    ['col:0.5:ff0000', { op: 'colorOverlay', color: '#ff0000ff', opacity: 0.5 }],
    ['col:0.5:ff0000:1', { op: 'colorize', color: '#ff0000ff', amount: 50 }],
    [
      'gr:0.5:ff0000:left',
      { op: 'colorOverlay', color: '#ff000000', to: '#ff0000ff', angle: 270, opacity: 0.5 },
    ],
    ['bl:2', { op: 'blur', sigma: 2 }],
    ['sh:0.5', { op: 'sharpen', sigma: 0.5 }],
    ['ush:always:2', { op: 'unsharp', amount: 200 }],
    ['pix:8', { op: 'pixelate', block: 8 }],
    ['bd:50:face', { op: 'blurFaces', what: 'faces', how: 'blur', strength: 6 }],
    ['blur_detections:10:face:person', { op: 'blurFaces', what: 'people', strength: 2 }],
    ['pr:thumb', { op: 'resize', width: 200, height: 100 }],
    [
      `wm:0.5:soea:10:5:0.2/wmu:${base64('local:///logo.png')}`,
      {
        op: 'overlay',
        picture: { asset: 'logo.png' },
        opacity: 0.5,
        position: 'bottom-right',
        x: 10,
        y: 5,
        width: '20%',
        height: '20%',
        fit: 'inside',
      },
    ],
    [
      `wm:1:re:9:9/wmu:${base64('https://a.test/b.png')}/wmr:45/wms:30`,
      {
        op: 'overlay',
        picture: { url: 'https://a.test/b.png' },
        tile: true,
        spacing: 9,
        rotation: 45,
        width: 30,
      },
    ],
    [
      `wm:0.5:soea:10:5:0.2/wmt:${base64('Hello')}`,
      {
        op: 'text',
        text: 'Hello',
        fit: 'max',
        maxWidth: '20%',
        position: 'bottom-right',
        x: -10,
        y: -5,
        opacity: 0.5,
      },
    ],
  ])('%s', (options, expected) => {
    expect(of(options).pipeline[0]).toMatchObject(expected)
  })

  it('acts in one order, whatever the order in the URL', () => {
    const options = [
      'rs:fill:60:40:1',
      'g:no:0:5',
      'rot:90',
      'c:100:90',
      'bl:2',
      'sa:2',
      'ex:1',
      'pd:3',
      'bg:fff',
      't:5',
    ]
    for (const other of [options.toReversed(), options.slice(4).concat(options.slice(0, 4))])
      expect(canonical(other.join('/'))).toBe(canonical(options.join('/')))
    expect(of(options.join('/')).pipeline.map(({ op }) => op)).toEqual([
      'trim',
      'rotate',
      'crop',
      'resize',
      'crop',
      'modulate',
      'blur',
      'pad',
      'extend',
      'flatten',
    ])
  })

  it('wins over an earlier one', () => {
    expect(canonical('w:5/w:6')).toBe(canonical('w:6'))
    expect(canonical('rs:fill:5:5/rs:fit:6')).toBe(canonical('rs:fit:6:5'))
    expect(canonical('wm:1/wm:0')).toBe(canonical(''))
  })

  it('that changes nothing makes nothing', () => {
    for (const options of [
      'w:0',
      'dpr:1',
      'z:1',
      'bl:0',
      'br:0/co:1/sa:1',
      'pd:0',
      'rot:0',
      'q:0',
      'cb:a',
      'ct:a:b',
    ])
      expect(of(options).pipeline).toEqual([])
  })

  it.each([
    'w:-1',
    'w:1.5',
    'w:abc',
    'w:5:6',
    'rs:stretch:5:5',
    'rs:fit:5:5:maybe',
    'g:obj:dragon',
    'bd:5',
    'bd:5:dog',
    'bd:-1:face',
    'dd:1:face',
    'g:objw:cat:2',
    'ex:1:obj',
    'g:fp:2:0',
    'g:sm:1',
    'rs:fill-down:5:5/g:no:1',
    'rs:auto:5:5/g:no:1',
    'rs:fit:5:5/z:1:2',
    'z:0',
    'dpr:0',
    'ex:1:sm',
    'ex:1:no:5',
    'exar:1',
    'c:10/car:2',
    't:5::1',
    'pd:1:2:3:4:5',
    'rot:45',
    'bg:red',
    'bg:1:2',
    'bg:256:0:0',
    'bga:0.5',
    'br:300',
    'gr:1:fff:45',
    'gr:1:fff:down:0.5',
    'ush:sometimes',
    'wm:1',
    'wm:1:ch/wmu:YQ',
    'wm:1:re:1:2/wmu:YQ',
    'wm:1/wmu:!!',
    `wm:1/wmt:${base64('<b>a</b>')}`,
    'bd:5',
    'q:101',
    'fq:jpg',
    'fq:exe:5',
    'aq:dssim:0.01',
    'aq:size:100:10',
    'jpgo:1:0:1',
    'pngo:1:1:1',
    'webpo:near_lossless',
    'cp:cmyk',
    'f:exe',
    'pg:-1',
    'pg:1.5',
    'pgs:2',
    'skp:exe',
    'msr:5',
    'exp:soon',
    'fn:a%2Fb',
    'fn:%ff',
    'pr:none',
    'nonsense:5',
    'vts:3',
  ])('%s is refused with a 404 that says why', (options) => {
    const problem = problemOf(() => of(options))
    const error = imgproxy.problem(problem, { instance: 'r', path: '/' })
    expect([error.status, error.body]).toEqual([404, `${problem.message}\n`])
  })

  it('that is not known is guessed at, and one that is known has its reason', () => {
    expect(problemOf(() => of('bluur:5')).message).toContain('Did you mean "blur"?')
    expect(problemOf(() => of('msr:5')).message).toContain('for the operator')
  })
})

describe('presets', () => {
  const withPresets = (bodies: Readonly<Record<string, string>>, options: string) =>
    parseWith(imgproxy, `_/${options}plain/a.jpg`, {
      ...bareContext,
      presets: new Map(Object.entries(bodies).map(([name, text]) => [name, { options: text }])),
    })

  it('stand for their options where their name stands', () => {
    const bodies = { a: 'rs:fill:20:10:1/q:50', b: 'bl:2' }
    expect(withPresets(bodies, 'w:5/pr:a:b/h:7/').pipeline).toEqual(of('rs:fill:20:7:1/bl:2').pipeline)
    expect(withPresets(bodies, 'pr:a/').delivery).toMatchObject({ preset: 'a', presetOnly: true })
    expect(withPresets(bodies, 'pr:a:b/').delivery.presetOnly).toBeUndefined()
    expect(withPresets(bodies, 'pr:a/w:5/').delivery.presetOnly).toBeUndefined()
  })

  it('may leave to the one named default what is shown', () => {
    const context = {
      ...bareContext,
      presets: new Map([['default', { options: `wmu:${base64('logo.png')}` }]]),
    }
    expect(() => imgproxy.checkPreset?.('marked', { options: 'wm:0.5' }, context)).not.toThrow()
    expect(() => imgproxy.checkPreset?.('default', { options: 'wm:0.5' }, context)).toThrow()
  })

  it('of the name default come before every URL’s own', () => {
    const bodies = { default: `q:33/wmu:${base64('logo.png')}` }
    const { pipeline, output } = withPresets(bodies, 'wm:1/')
    expect(pipeline).toMatchObject([{ op: 'overlay', picture: { asset: 'logo.png' } }])
    expect(output).toMatchObject({ quality: 33 })
    expect(withPresets(bodies, 'q:44/').output).toMatchObject({ quality: 44 })
  })

  it.each([
    [{ w: 200 }, '"w" is not known'],
    [{}, '"options" must be the text'],
    [{ options: 'w:200/pr:other' }, 'cannot stand in a preset'],
    [{ options: 'zz:1' }, 'not known'],
    [{ options: 'w:-1' }, 'must have'],
    [{ options: 'wm:1' }, 'needs watermark_url'],
  ])('are refused before they are stored when they say %j', (body, complaint) => {
    expect(problemOf(() => imgproxy.checkPreset?.('named', body, bareContext)).message).toContain(complaint)
  })
})

describe('the file', () => {
  it.each<[string, object]>([
    ['_/plain/a.jpg', { format: 'jpeg', quality: 80, metadata: 'copyright' }],
    ['_/plain/a.webp', { format: 'webp', quality: 79 }],
    ['_/plain/a.jpg@avif', { format: 'avif', quality: 63 }],
    ['_/f:png/plain/a.jpg@webp', { format: 'webp' }],
    [`_/${base64('local:///a.tiff')}.png`, { format: 'png' }],
    ['_/plain/a', { format: 'jpeg', choice: { by: 'content', among: ['jpeg', 'png', 'gif'] } }],
    ['_/q:50/fq:webp:20/plain/a.webp', { quality: 50 }],
    ['_/fq:webp:20:jpg:30/plain/a.jpg', { quality: 30 }],
    ['_/aq:dssim/plain/a.jpg', { target: 70 }],
    ['_/aq:size:5000/plain/a.jpg', { maxBytes: 5000 }],
    ['_/mb:5000/plain/a.jpg', { maxBytes: 5000 }],
    ['_/kcr:0/plain/a.jpg', { metadata: 'none' }],
    ['_/sm:0/plain/a.jpg', { metadata: 'copyright' }],
    [`${'A'.repeat(43)}/sm:0/plain/a.jpg`, { metadata: 'all' }],
    ['_/scp:0/plain/a.jpg', { colorSpace: 'p3' }],
    ['_/jpgo:t:f/plain/a.jpg', { progressive: true, chroma: '4:2:0' }],
    ['_/pngo:1:1:100/plain/a.png', { progressive: true, palette: true, colors: 16 }],
    ['_/webpo:lossless/plain/a.webp', { lossless: true }],
    ['_/avifo:off/plain/a.avif', { chroma: '4:4:4' }],
    ['_/da:1/plain/a.gif', { animated: false }],
    ['_/pr:thumb/plain/a.jpg', { quality: 60 }],
  ])('of %s', (path, expected) => {
    expect(parse(path).output).toMatchObject(expected)
  })

  it('is the smallest the client shows with best', () => {
    const { output, delivery } = parse('_/f:best/plain/a.jpg', 'avif,webp')
    expect(output).toMatchObject({
      choice: { by: 'size', among: ['avif', 'webp', 'jpeg', 'png', 'gif'] },
      target: 70,
    })
    expect(delivery.negotiated).toBe(true)
  })

  it('is the stored one when it is left alone', () => {
    expect(of('raw:1/w:5')).toMatchObject({ pipeline: [], delivery: { originalIfExact: true } })
    expect(of('skp:png:jpg/w:5')).toMatchObject({ pipeline: [], delivery: { originalIfExact: true } })
    expect(of('skp:png/w:5').pipeline).toHaveLength(1)
    expect(parse('_/skp:jpg/w:5/plain/a.jpg@webp').pipeline).toHaveLength(1)
  })

  it('has a name, and is an attachment when asked', () => {
    expect(of('fn:mine/f:png').delivery).toMatchObject({ inlineName: 'mine.png' })
    expect(of('att:1').delivery).toMatchObject({ download: 'photo.jpg' })
    expect(of(`att:1/fn:${base64('m é')}:t`).delivery).toMatchObject({ download: 'm é.jpg' })
  })

  it('may be of another page, counted from 0', () => {
    expect(of('pg:0').decode).toEqual({ orient: true })
    expect(of('pg:1').decode).toEqual({ orient: true, page: 2 })
  })

  it('expires', () => {
    expect(of('exp:1700000000').expiresAt).toBe(1_700_000_000)
    expect(of('ar:0').decode.orient).toBe(false)
  })
})

describe('facts', () => {
  const facts = { format: 'jpeg', width: 30, height: 20, orientation: 6, sizeBytes: 99 } as SourceFacts
  const told = (path: string) => {
    const request = parse(path)
    expect(request.output.kind).toBe('metadata')
    return JSON.parse(imgproxy.describe?.(facts, request, target)?.body ?? '')
  }
  const target = { path: '', query: '', accept: 'none', base: '', acceptText: '', hints: {} } as const

  it('are those of the header, in groups that can be switched off', () => {
    const [dimensions, format] = [
      { width: 30, height: 20, orientation: 6 },
      { format: 'jpeg', mime_type: 'image/jpeg' },
    ]
    expect(told('info/_/plain/a.jpg')).toEqual({ ...format, ...dimensions, size: 99 })
    expect(told('info/_/s:0/exif:0/plain/a.jpg')).toEqual({ ...format, ...dimensions })
    expect(told('info/_/d:f/f:f/plain/a.jpg')).toEqual({ size: 99 })
  })

  it('of other groups have other versions', () => {
    expect(parse('info/_/s:0/plain/a.jpg').output).not.toEqual(parse('info/_/plain/a.jpg').output)
  })

  it('are signed as pictures are, behind the prefix', () => {
    verify(parse(`info/${sign('/s:1/plain/a.jpg')}/s:1/plain/a.jpg`).signature)
  })
})

const secret = 'abcd'
const verify = (signed: SignedText | undefined) => {
  if (signed === undefined) throw new Error('not signed')
  verifySignature(nodeDigest, signed, [{ kid: 'k', secret }], 0)
}
/** As imgproxy's own examples compute it: key and salt are bytes written as hexadecimal digits. */
const sign = (path: string) => {
  const bytes = Buffer.from(Buffer.from(secret).toString('hex'), 'hex')
  return createHmac('sha256', bytes).update(bytes).update(path).digest('base64url')
}

describe('the signature', () => {
  const path = '/rs:fill:300:200/plain/http://origin.test/a.jpg@png'
  const signed = `${sign(path)}${path}`

  it('covers what stands behind it, without the query and with both slashes', () => {
    verify(parse(signed).signature)
    verify(parse(`${signed}?x=1`).signature)
    verify(parse(signed.replace('http://', 'http:/')).signature)
    expect(parse(`insecure${path}`).signature).toBeUndefined()
  })

  it('breaks with every byte', () => {
    for (let at = 0; at < signed.length; at++) {
      for (const other of ['A', '0', '_', '/', '%']) {
        if (signed[at] === other) continue
        const changed = signed.slice(0, at) + other + signed.slice(at + 1)
        expect(() => verify(parse(changed).signature), changed).toThrow()
      }
    }
  })

  it('is a 403 when it is wrong, cut short or no word for none', () => {
    for (const text of [
      `${'A'.repeat(43)}${path}`,
      `${sign(path).slice(0, 20)}${path}`,
      `img${path}`,
      path,
    ]) {
      const problem = problemOf(() => verify(parse(text).signature))
      expect(imgproxy.problem(problem, { instance: 'r', path: '/' }).status).toBe(403)
    }
  })
})

describe('the table of conformance', () => {
  it.each(conformance.rows.flatMap((row) => ('example' in row ? [row.example.with] : [])))(
    '%s can be read',
    (options) => {
      const isInfo = options.startsWith('info/')
      const isWhole = options.includes('plain/')
      expect((isWhole ? parse(options) : of(options)).output.kind).toBe(isInfo ? 'metadata' : 'image')
    },
  )
})
