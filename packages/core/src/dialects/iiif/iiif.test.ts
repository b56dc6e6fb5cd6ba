import { describe, expect, it } from 'vitest'
import { defaultLimits } from '../../limits/index.ts'
import { canonicalPipeline } from '../../pipeline/index.ts'
import { Problem, problem } from '../../problem/index.ts'
import type { DialectTarget, SourceFacts } from '../define.ts'
import { bareContext, parseWith, problemOf } from '../dialect.test-kit.ts'
import { iiif } from './index.ts'

const pipeline = (target: string) => JSON.parse(canonicalPipeline(parseWith(iiif, target).pipeline))
const status = (target: string) => {
  const refusal = problemOf(() => parseWith(iiif, target))
  return iiif.problem(refusal, { instance: 'r', path: '/' }).status
}
const most = { op: 'resize', width: 16_384, height: 16_384, fit: 'inside', upscale: false }
const refuse = { upscale: false, whenSmaller: 'refuse' }

const targetOf = (path: string, acceptText = ''): DialectTarget => ({
  path,
  query: '',
  accept: 'none',
  base: 'https://img.test/iiif/3/demo',
  acceptText,
  hints: {},
})
const photo: SourceFacts = {
  format: 'jpeg',
  width: 4000,
  height: 3000,
  orientation: 1,
  pages: 1,
  hasAlpha: false,
  channels: 3,
  space: 'srgb',
  isProgressive: false,
  sizeBytes: 5,
}

describe('regions', () => {
  it.each([
    ['full', []],
    ['square', [{ op: 'crop', aspect: '1:1' }]],
    ['0,5,10,20', [{ op: 'crop', left: 0, top: 5, width: 10, height: 20, outside: 'clip' }]],
    ['1,2,99999999,3', [{ op: 'crop', left: 1, top: 2, width: 1_000_000, height: 3, outside: 'clip' }]],
    [
      'pct:0,10.5,20,300',
      [{ op: 'crop', left: '0%', top: '10.5%', width: '20%', height: '100%', outside: 'clip' }],
    ],
    [
      'pct:0,0,0.000001,1',
      [{ op: 'crop', left: '0%', top: '0%', width: '0.0001%', height: '1%', outside: 'clip' }],
    ],
    [
      'pct%3A0%2C0%2C5%2C5',
      [{ op: 'crop', left: '0%', top: '0%', width: '5%', height: '5%', outside: 'clip' }],
    ],
  ])('%s', (region, expected) => {
    expect(pipeline(`a/${region}/max/0/default.jpg`)).toEqual([...expected, most])
  })

  it.each([
    'Full',
    '',
    '1',
    '1,2,3',
    '1,2,3,4,5',
    '-1,0,5,5',
    '1.5,0,5,5',
    '0,0,0,5',
    '0,0,5,0',
    'pct:0,0,0,5',
    'pct:100,0,5,5',
    'pct:0,0,5',
    'pct:.5,0,5,5',
    'pct:1e1,0,5,5',
    '9999999,0,5,5',
    ' full',
    '%ff',
  ])('refuses %j with 400', (region) => {
    expect(status(`a/${region}/max/0/default.jpg`)).toBe(400)
  })
})

describe('sizes', () => {
  it.each([
    ['max', [most]],
    ['^max', [most]],
    ['50,', [{ op: 'resize', width: 50, ...refuse }]],
    [',50', [{ op: 'resize', height: 50, ...refuse }]],
    ['50,40', [{ op: 'resize', width: 50, height: 40, fit: 'fill', ...refuse }]],
    ['!50,40', [{ op: 'resize', width: 50, height: 40, fit: 'inside', ...refuse }]],
    ['pct:33.3', [{ op: 'resize', width: '33.3%', height: '33.3%', fit: 'fill', ...refuse }]],
    ['^50,', [{ op: 'resize', width: 50 }]],
    ['^,50', [{ op: 'resize', height: 50 }]],
    ['%5E50,40', [{ op: 'resize', width: 50, height: 40, fit: 'fill' }]],
    ['^!50,40', [{ op: 'resize', width: 50, height: 40, fit: 'inside' }]],
    ['^pct:150', [{ op: 'resize', width: '150%', height: '150%', fit: 'fill' }]],
  ])('%s', (size, expected) => {
    expect(pipeline(`a/full/${size}/0/default.jpg`)).toEqual(expected)
  })

  it.each([
    'full',
    '',
    ',',
    '0,',
    ',0',
    '0,5',
    '5,0',
    '!5,',
    '!,5',
    '-5,',
    '5.5,',
    'pct:0',
    'pct:101',
    'pct:',
    'pct:-5',
    '^',
    '!^5,5',
    '^full',
    '9999999,',
    'w,h',
    '^pct:99999',
  ])('refuses %j with 400', (size) => {
    expect(status(`a/full/${size}/0/default.jpg`)).toBe(400)
  })

  it.each(['max', '^max'])('shrinks with %s to what the limits can make', (size) => {
    const limits = { ...defaultLimits, maxOutputPixels: 4_000_000 }
    const { pipeline } = parseWith(iiif, `a/full/${size}/0/default.jpg`, { ...bareContext, limits })
    expect(pipeline).toMatchObject([{ width: 2000, height: 2000, upscale: false }])
  })
})

describe('rotations', () => {
  it.each([
    ['0', []],
    ['360', []],
    ['90', [{ op: 'rotate', angle: 90 }]],
    ['22.5', [{ op: 'rotate', angle: 22.5 }]],
    ['!0', [{ op: 'flop' }]],
    ['!180', [{ op: 'flop' }, { op: 'rotate', angle: 180 }]],
    ['%21180', [{ op: 'flop' }, { op: 'rotate', angle: 180 }]],
  ])('%s', (rotation, expected) => {
    expect(pipeline(`a/full/max/${rotation}/default.jpg`)).toEqual([most, ...expected])
  })

  it.each(['', '361', '360.1', '-1', '!', '!!0', '1e2', '.5', 'x', '+90'])(
    'refuses %j with 400',
    (rotation) => {
      expect(status(`a/full/max/${rotation}/default.jpg`)).toBe(400)
    },
  )
})

describe('qualities and formats', () => {
  it.each([
    ['default', []],
    ['color', []],
    ['gray', [{ op: 'grayscale' }]],
    ['bitonal', [{ op: 'threshold' }]],
  ])('%s', (quality, expected) => {
    expect(pipeline(`a/full/max/0/${quality}.jpg`)).toEqual([most, ...expected])
  })

  it.each([
    ['jpg', 'jpeg', 80],
    ['png', 'png', undefined],
    ['webp', 'webp', 80],
    ['tif', 'tiff', undefined],
    ['gif', 'gif', undefined],
    ['jp2', 'jp2', 80],
  ])('%s is %s', (extension, format, quality) => {
    const { output } = parseWith(iiif, `a/full/max/0/default.${extension}`)
    expect(output).toEqual({
      kind: 'image',
      format,
      metadata: 'none',
      animated: false,
      ...(quality && { quality }),
    })
  })

  it.each([
    ['default', 400],
    ['', 400],
    ['.jpg', 400],
    ['native.jpg', 400],
    ['Gray.jpg', 400],
    ['default.jpeg', 400],
    ['default.tiff', 400],
    ['default.', 400],
    ['default.jpg.png', 400],
    ['default.pdf', 501],
  ])('refuses %j with %i', (last, expected) => {
    expect(status(`a/full/max/0/${last}`)).toBe(expected)
  })
})

describe('addresses', () => {
  it('runs region, size, rotation and quality in this order', () => {
    expect(pipeline('a/square/50,/!90/gray.jpg').map(({ op }: { op: string }) => op)).toEqual([
      'crop',
      'resize',
      'flop',
      'rotate',
      'grayscale',
    ])
  })

  it.each([
    ['a.png', { path: 'a.png', match: 'exact' }],
    ['a', { path: 'a', match: 'stem' }],
    ['dir%2Fa.png', { path: 'dir/a.png', match: 'exact' }],
    ['a%2Db', { path: 'a-b', match: 'stem' }],
    ['caf%C3%A9.jpg', { path: 'café.jpg', match: 'exact' }],
  ])('%s names an asset', (identifier, source) => {
    expect(parseWith(iiif, `${identifier}/full/max/0/default.jpg`).source).toMatchObject(source)
  })

  it.each([
    'dir/a.png/full/max/0/default.jpg',
    'dir/a.png/info.json',
    'a/full',
    'a/',
    '/info.json',
    'a/full/max/0',
    '/full/max/0/default.jpg',
    '',
    'a/full/max/0/default.jpg/',
  ])('does not know %j', (path) => {
    expect(status(path)).toBe(404)
  })

  it('takes our signature and no other parameter', () => {
    const signed = parseWith(iiif, 'a/full/max/0/default.jpg?exp=9&sig=00')
    expect(signed.signature).toMatchObject({ signedText: 'a/full/max/0/default.jpg?exp=9', value: '00' })
    expect(status('a/full/max/0/default.jpg?w=5')).toBe(400)
  })

  it('leads from the identifier to its description', () => {
    expect(iiif.redirect?.(targetOf('dir%2Fa.png'))).toEqual({
      status: 303,
      location: 'https://img.test/iiif/3/demo/dir%2Fa.png/info.json',
    })
    for (const path of ['', 'a/info.json', 'a/b', 'a\u00e9', 'a b']) {
      expect(iiif.redirect?.(targetOf(path))).toBeUndefined()
    }
  })

  it('says 400 for what turns out to be wrong on the image', () => {
    const outside = problem('operation/impossible', { detail: 'outside' })
    const { status, body } = iiif.problem(outside, { instance: 'r', path: '/' })
    expect([status, JSON.parse(body)]).toEqual([400, expect.objectContaining({ status: 400, instance: 'r' })])
    expect(outside).toBeInstanceOf(Problem)
  })
})

describe('descriptions', () => {
  function describeImage(facts: SourceFacts, acceptText = '', identifier = 'dir%2Fa.png') {
    const target = targetOf(`${identifier}/info.json`, acceptText)
    const document = iiif.describe?.(facts, iiif.parse(target, bareContext), target)
    return { ...document, info: JSON.parse(document?.body ?? '') }
  }

  it('tell the upright size, tiles down to one and sizes that divide it', () => {
    const { info } = describeImage({ ...photo, orientation: 6 })
    expect(info).toMatchObject({
      '@context': 'http://iiif.io/api/image/3/context.json',
      id: 'https://img.test/iiif/3/demo/dir%2Fa.png',
      type: 'ImageService3',
      protocol: 'http://iiif.io/api/image',
      profile: 'level2',
      width: 3000,
      height: 4000,
      tiles: [{ width: 512, height: 512, scaleFactors: [1, 2, 4, 8] }],
      sizes: [
        { width: 375, height: 500 },
        { width: 750, height: 1000 },
        { width: 1500, height: 2000 },
        { width: 3000, height: 4000 },
      ],
      extraFormats: ['webp', 'gif', 'tif', 'jp2'],
    })
    expect(info).not.toHaveProperty('maxWidth')
  })

  it('name no size that the limits do not allow', () => {
    const { info } = describeImage({ ...photo, width: 40_000, height: 1000 })
    expect(info).toMatchObject({ maxWidth: 16_384, maxHeight: 10_000 })
    expect(info.sizes.at(-1)).toEqual({ width: 10_000, height: 250 })
  })

  it.each([
    ['', 'application/json'],
    ['*/*', 'application/json'],
    ['application/json', 'application/json'],
    ['application/ld+json;q=0', 'application/json'],
    [
      'text/html, application/LD+JSON; q=0.5',
      'application/ld+json;profile="http://iiif.io/api/image/3/context.json"',
    ],
  ])('answer Accept %j with %s', (accept, type) => {
    expect(describeImage(photo, accept).contentType).toBe(type)
  })

  it('depend on what is accepted, so that each has its own tag and none is kept for others', () => {
    const [one, two] = ['', 'application/ld+json'].map((accept) =>
      iiif.parse(targetOf('a/info.json', accept), bareContext),
    )
    expect(one?.output).not.toEqual(two?.output)
    expect(one?.delivery.vary).toEqual(['Accept'])
  })
})

describe('canonical links', () => {
  const link = (path: string, facts = photo) => {
    const target = targetOf(path)
    return iiif.decorate?.(iiif.parse(target, bareContext), facts, target).Link ?? ''
  }

  it.each([
    ['a/full/max/0/default.jpg', 'a/full/max/0/default.jpg'],
    ['dir%2fa%2Ejpg/full/4000,3000/360/color.jpg', 'dir%2Fa.jpg/full/max/0/default.jpg'],
    ['a/full/^max/0/default.jpg', 'a/full/max/0/default.jpg'],
    ['a/full/!400,400/22.50/gray.png', 'a/full/400,300/22.5/gray.png'],
    ['a/pct:50,50,90,25/^pct:200/!90/bitonal.png', 'a/2000,1500,2000,750/^4000,1500/!90/bitonal.png'],
    ['a/square/50,/0/default.jpg', 'a/500,0,3000,3000/50,50/0/default.jpg'],
    ['a/0,0,9999,9999/,30/0/default.jpg', 'a/full/40,30/0/default.jpg'],
  ])('%s is %s', (path, canonical) => {
    expect(link(path)).toBe(
      `</iiif/3/demo/${canonical}>;rel="canonical",<http://iiif.io/api/image/3/level2.json>;rel="profile"`,
    )
  })

  it('takes the size of the upright image, and gray for what a gray image is', () => {
    expect(link('a/full/!400,400/0/gray.jpg', { ...photo, orientation: 8, channels: 1 })).toContain(
      'a/full/300,400/0/default.jpg>',
    )
  })
})
