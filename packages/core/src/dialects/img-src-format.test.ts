import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { operations } from '../operations/index.ts'
import { parsePipeline } from '../pipeline/index.ts'
import { Problem } from '../problem/index.ts'
import type { ImageRequest } from '../request/index.ts'
import { bareContext, parseWith, problemOf } from './dialect.test-kit.ts'
import { imgSrc } from './img-src.ts'
import { deliveryExtensions } from './img-src-extensions.ts'
import { fits, positions } from './img-src-picture.ts'
import { encodeAssetPath, normaliseAssetPath, splitExtension } from './target-path.ts'

const format = (request: ImageRequest) => imgSrc.format?.(request) ?? ''
const decimal = (max: number) =>
  fc.integer({ min: 0, max: max * 1000 }).map((thousandths) => String(thousandths / 1000))
const side = fc.oneof(fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: 1, max: 9 })).map(String)

/** Random parameter sets; some contradict and are refused, which the property skips. */
const parameterSets = fc.record(
  {
    w: side,
    h: side,
    fit: fc.constantFrom(...fits),
    aspect: fc.constantFrom('original', '1:1', '4:3', '16:9', '3:2', '21:9'),
    q: fc.oneof(
      fc.integer({ min: 1, max: 100 }).map(String),
      fc.constantFrom('auto', 'auto:good', 'auto:33'),
    ),
    f: fc.constantFrom('auto', 'smallest'),
    'max-bytes': fc.integer({ min: 1, max: 1_000_000_000 }).map(String),
    metadata: fc.constantFrom('none', 'copyright'),
    'color-space': fc.constantFrom('srgb', 'p3'),
    dpr: fc.constantFrom('1', '1.5', '2', '3'),
    crop: fc.constantFrom(...positions),
    grayscale: fc.constantFrom('true', 'false'),
    blur: decimal(100),
    sharpen: decimal(100),
    rotate: fc.constantFrom('0', '90', '180', '270', 'auto'),
    flip: fc.constantFrom('h', 'v', 'both'),
    'p:thumb': fc.constant(''),
    v: fc.constantFrom('1', 'a_b-C'),
    watermark: fc.constant('none'),
    download: fc.constantFrom('', 'x.png', 'a b+c&d=é.jpg'),
  },
  { requiredKeys: [] },
)

const paths = fc
  .tuple(
    fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 3 }),
    fc.constantFrom('', '.webp', '.avif', '.jpg', '.JPEG', '.png', '.gif', '.heic', '.tar.gz'),
  )
  .map(([segments, extension]) => normaliseAssetPath(segments.join('/') + extension))
  .filter((path) => typeof path === 'string')

const context = {
  ...bareContext,
  presets: new Map([['thumb', { w: 200, h: 100, fit: 'cover', q: 60, format: 'avif' }]]),
}

describe('img-src format', () => {
  it('is the inverse of parse', () => {
    let compared = 0
    fc.assert(
      fc.property(paths, parameterSets, (path, parameters) => {
        const query = new URLSearchParams(parameters as Record<string, string>).toString()
        let request: ImageRequest
        try {
          request = parseWith(imgSrc, `${encodeAssetPath(path)}?${query}`, context)
        } catch (refused) {
          fc.pre(!(refused instanceof Problem))
          throw refused
        }
        // A preset's format stands in the project, not in the URL.
        fc.pre(
          !('p:thumb' in parameters) || deliveryExtensions.has(splitExtension(path).extension.toLowerCase()),
        )
        compared++
        const url = format(request)
        const again = parseWith(imgSrc, url, context)
        // The URL spells out what the preset stood for, and no longer its name.
        expect(again).toEqual({ ...request, delivery: { ...request.delivery, preset: undefined } })
        expect(format(again)).toBe(url)
      }),
      { numRuns: 5000 },
    )
    expect(compared).toBeGreaterThan(1000)
  })

  it('leaves the untouched original bare', () => {
    expect(format(parseWith(imgSrc, 'a/b.jpg'))).toBe('a/b.jpg')
    expect(format(parseWith(imgSrc, 'a/b.jpg?v=7'))).toBe('a/b.jpg?v=7')
    expect(format(parseWith(imgSrc, 'a/b.png?q=80'))).toBe('a/b.png?rotate=auto')
  })

  it('spells fit and quality out, so that project defaults do not change the picture', () => {
    expect(format(parseWith(imgSrc, 'a.webp?w=5&h=6'))).toBe('a.webp?w=5&h=6&fit=cover&q=80')
  })

  it('drops the signature, which covered the old text', () => {
    expect(format(parseWith(imgSrc, 'a.webp?w=5&exp=9&sig=00'))).toBe('a.webp?w=5&fit=cover&q=80')
  })

  it('writes a project-bounded original as a box', () => {
    const bounded = parseWith(imgSrc, 'a.webp?q=80', {
      ...bareContext,
      defaultMaxWidth: 1920,
      defaultMaxHeight: 1080,
    })
    expect(format(bounded)).toBe('a.webp?w=1920&h=1080&fit=scale-down&q=80')
  })

  const plain = parseWith(imgSrc, 'a.webp?q=80')
  const withOperations = (...input: object[]): ImageRequest => ({
    ...plain,
    pipeline: parsePipeline(input, bareContext.limits),
  })

  it.each<[string, ImageRequest]>([
    ['free rotation', withOperations({ op: 'rotate', angle: 12 })],
    ['letterboxing', withOperations({ op: 'resize', width: 9, height: 9, fit: 'contain' })],
    ['covering outside', withOperations({ op: 'resize', width: 9, height: 9, fit: 'outside' })],
    ['cover without enlargement', withOperations({ op: 'resize', width: 9, height: 9, upscale: false })],
    ['another kernel', withOperations({ op: 'resize', width: 9, kernel: 'nearest' })],
    ['no shrinking', withOperations({ op: 'resize', width: 9, downscale: false })],
    ['a box crop', withOperations({ op: 'crop', left: 0, top: 0, width: 5, height: 5 })],
    ['an unlisted ratio', withOperations({ op: 'crop', aspect: '5:4' })],
    ['crop then resize', withOperations({ op: 'crop', aspect: '1:1' }, { op: 'resize', width: 5 })],
    ['another order', withOperations({ op: 'blur', sigma: 3 }, { op: 'resize', width: 5 })],
    ['twice the same', withOperations({ op: 'blur', sigma: 3 }, { op: 'blur', sigma: 3 })],
    ['a blur of a part', withOperations({ op: 'blur', sigma: 3, left: 0, top: 0, width: 9, height: 9 })],
    ['a strong blur', withOperations({ op: 'blur', sigma: 101 })],
    ['a wide sharpening', withOperations({ op: 'sharpen', sigma: 3 })],
    ['a side beyond 30 000', withOperations({ op: 'resize', width: 30_001 })],
    ['a side no dpr makes', withOperations({ op: 'resize', width: 29_999, height: 5 })],
    ['no orientation', { ...plain, decode: { orient: false } }],
    ['an exact path', { ...plain, source: { kind: 'asset', path: 'a.webp', match: 'exact' } }],
    ['metadata', { ...plain, output: { kind: 'metadata' } }],
    [
      'a format against the extension',
      { ...plain, output: { ...plain.output, format: 'avif', animated: false } as never },
    ],
    ['a broken path', { ...plain, source: { kind: 'asset', path: 'a\ud800.webp', match: 'stem' } }],
  ])('says that it has no words for %s', (_, request) => {
    expect(problemOf(() => format(request))).toMatchObject({ code: 'pipeline/invalid', status: 400 })
  })

  it('has words for no operation it does not know', () => {
    const spoken = ['resize', 'crop', 'rotate', 'flip', 'flop', 'blur', 'sharpen', 'grayscale']
    for (const { op, examples } of operations) {
      if (spoken.includes(op)) continue
      for (const example of examples) {
        expect(problemOf(() => format(withOperations({ op, ...example }))).detail).toContain(`"${op}"`)
      }
    }
  })
})
