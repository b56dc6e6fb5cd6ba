import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gravities, strategies } from '../geometry/index.ts'
import type { Operation } from '../operations/index.ts'
import { canonicalPipeline, parsePipeline } from '../pipeline/index.ts'
import type { DialectContext } from './define.ts'
import { bareContext, parseWith, problemOf } from './dialect.test-kit.ts'
import { checkImgSrcPreset, imgSrc } from './img-src.ts'

/** What a crop says when it says nothing more. */
const whole = { zoom: 1, outside: 'refuse' } as const
const parse = (target: string, context?: Partial<DialectContext>) =>
  parseWith(imgSrc, target, { ...bareContext, ...context })
const query = (text: string, context?: Partial<DialectContext>) => parse(`photo.webp?${text}`, context)
const refusal = (text: string, context?: Partial<DialectContext>) => problemOf(() => query(text, context))

const clear = '#00000000'
const resize = (parts: object) => ({
  op: 'resize',
  fit: 'cover',
  position: 'focal-point',
  background: clear,
  upscale: true,
  downscale: true,
  fill: 'color',
  fillOpacity: 1,
  whenSmaller: 'fit',
  kernel: 'lanczos3',
  ...parts,
})

/** Contract §1, every row and word: query → pipeline. */
const pictures: readonly (readonly [query: string, pipeline: readonly object[]])[] = [
  ['w=1', [resize({ width: 1 })]],
  ['w=10000', [resize({ width: 10_000 })]],
  ['h=300', [resize({ height: 300 })]],
  ['w=300&fit=cover', [resize({ width: 300 })]],
  ['w=300&fit=contain', [resize({ width: 300 })]],
  ['w=300&fit=fill', [resize({ width: 300 })]],
  ['w=300&fit=scale-down', [resize({ width: 300, upscale: false })]],
  ['w=300&h=200', [resize({ width: 300, height: 200 })]],
  ['w=300&h=200&fit=cover', [resize({ width: 300, height: 200 })]],
  ['w=300&h=200&fit=contain', [resize({ width: 300, height: 200, fit: 'inside' })]],
  ['w=300&h=200&fit=fill', [resize({ width: 300, height: 200, fit: 'fill' })]],
  ['w=300&h=200&fit=scale-down', [resize({ width: 300, height: 200, fit: 'inside', upscale: false })]],
  ['fit=contain', []],
  ['aspect=original', []],
  ['w=300&aspect=original', [resize({ width: 300 })]],
  ['aspect=1:1', [{ op: 'crop', aspect: '1:1', position: 'focal-point', ...whole }]],
  ['aspect=4:3', [{ op: 'crop', aspect: '4:3', position: 'focal-point', ...whole }]],
  ['aspect=16:9', [{ op: 'crop', aspect: '16:9', position: 'focal-point', ...whole }]],
  ['aspect=3:2', [{ op: 'crop', aspect: '3:2', position: 'focal-point', ...whole }]],
  ['aspect=21:9', [{ op: 'crop', aspect: '7:3', position: 'focal-point', ...whole }]],
  ['aspect=1:1&crop=attention', [{ op: 'crop', aspect: '1:1', position: 'attention', ...whole }]],
  ['aspect=1:1&fit=cover', [{ op: 'crop', aspect: '1:1', position: 'focal-point', ...whole }]],
  ['aspect=16%3A9&w=320', [resize({ width: 320, height: 180 })]],
  ['aspect=16:9&w=100', [resize({ width: 100, height: 56 })]],
  ['aspect=3:2&w=101', [resize({ width: 101, height: 67 })]],
  ['aspect=16:9&h=180', [resize({ width: 320, height: 180 })]],
  ['aspect=21:9&w=1', [resize({ width: 1, height: 1 })]],
  ['aspect=16:9&w=320&fit=contain', [resize({ width: 320, height: 180, fit: 'inside' })]],
  ['aspect=16:9&w=320&h=180', [resize({ width: 320, height: 180 })]],
  ['aspect=16:9&w=320&h=181', [resize({ width: 320, height: 181 })]],
  ['dpr=1&w=100', [resize({ width: 100 })]],
  ['dpr=1.5&w=101', [resize({ width: 152 })]],
  ['dpr=2&w=100&h=50', [resize({ width: 200, height: 100 })]],
  ['dpr=3&h=100', [resize({ height: 300 })]],
  ['dpr=2&w=100&aspect=16:9', [resize({ width: 200, height: 112 })]],
  ['dpr=2', []],
  ['dpr=2&blur=4', [{ op: 'blur', sigma: 4 }]],
  ...[...gravities, ...strategies].map(
    (position) => [`w=9&h=9&crop=${position}`, [resize({ width: 9, height: 9, position })]] as const,
  ),
  ['w=9&crop=top', [resize({ width: 9 })]],
  ['grayscale=true', [{ op: 'grayscale' }]],
  ['grayscale=false', []],
  ['blur=0', []],
  ['blur=0.1', [{ op: 'blur', sigma: 0.3 }]],
  ['blur=5', [{ op: 'blur', sigma: 5 }]],
  ['blur=12.34567', [{ op: 'blur', sigma: 12.3457 }]],
  ['blur=100', [{ op: 'blur', sigma: 100 }]],
  ['sharpen=0', []],
  ['sharpen=0.001', []],
  ['sharpen=50', [{ op: 'sharpen', sigma: 1, flat: 1, jagged: 2 }]],
  ['sharpen=100', [{ op: 'sharpen', sigma: 1, flat: 2, jagged: 4 }]],
  ['sharpen=0.01', [{ op: 'sharpen', sigma: 1, flat: 0.0002, jagged: 0.0004 }]],
  ['rotate=0', []],
  ['rotate=auto', []],
  ['rotate=90', [{ op: 'rotate', angle: 90, background: clear, corners: 'grow' }]],
  ['rotate=180', [{ op: 'rotate', angle: 180, background: clear, corners: 'grow' }]],
  ['rotate=270', [{ op: 'rotate', angle: 270, background: clear, corners: 'grow' }]],
  ['flip=h', [{ op: 'flop' }]],
  ['flip=v', [{ op: 'flip' }]],
  ['flip=both', [{ op: 'flip' }, { op: 'flop' }]],
  [
    'sharpen=50&blur=2&grayscale=true&w=10&flip=both&rotate=90',
    [
      { op: 'rotate', angle: 90, background: clear, corners: 'grow' },
      { op: 'flip' },
      { op: 'flop' },
      resize({ width: 10 }),
      { op: 'grayscale' },
      { op: 'blur', sigma: 2 },
      { op: 'sharpen', sigma: 1, flat: 1, jagged: 2 },
    ],
  ],
]

describe('img-src pictures', () => {
  it.each(pictures)('%s', (text, pipeline) => {
    const request = query(text)
    expect(request.pipeline).toEqual(pipeline)
    expect(request.decode).toEqual({ orient: true })
    expect(request.delivery.originalIfExact).toBe(false)
  })

  it.each(pictures)('writes operations the schemas agree with, in canonical form: %s', (text) => {
    const { pipeline } = query(text)
    const parsed = parsePipeline(pipeline, bareContext.limits)
    expect(parsed).toEqual(pipeline)
    expect(JSON.parse(canonicalPipeline(parsed))).toHaveLength(pipeline.length)
  })

  it.each([
    ['w=0', 'w'],
    ['w=10001', 'w'],
    ['w=12.5', 'w'],
    ['h=-3', 'h'],
    ['fit=clip', 'fit'],
    ['fit=inside', 'fit'],
    ['aspect=2:1', 'aspect'],
    ['aspect=16:9&w=320&h=200', 'aspect'],
    ['aspect=21:9&h=10000', 'aspect'],
    ['aspect=1:1&fit=contain', 'aspect'],
    ['q=0', 'q'],
    ['q=101', 'q'],
    ['q=best', 'q'],
    ['dpr=4', 'dpr'],
    ['dpr=1.0', 'dpr'],
    ['crop=middle&w=1&h=1', 'crop'],
    ['w=9&h=9&fit=contain&crop=top', 'crop'],
    ['w=9&h=9&fit=fill&crop=center', 'crop'],
    ['w=9&h=9&fit=scale-down&crop=entropy', 'crop'],
    ['grayscale=yes', 'grayscale'],
    ['grayscale', 'grayscale'],
    ['q=auto:29', 'q'],
    ['q=auto:great', 'q'],
    ['f=webp', 'f'],
    ['f=smallest&q=80', 'q'],
    ['blur=101', 'blur'],
    ['sharpen=-1', 'sharpen'],
    ['rotate=45', 'rotate'],
    ['rotate=360', 'rotate'],
    ['flip=x', 'flip'],
    ['v=a%20b', 'v'],
    ['v=', 'v'],
    ['download=a%2Fb', 'download'],
    ['download=.htaccess', 'download'],
    ['p:a=5', 'p:a'],
  ])('refuses %s and names %s', (text, parameter) => {
    const problem = refusal(text)
    expect(problem).toMatchObject({ code: 'request/invalid-parameter', status: 400, members: { parameter } })
    expect(problem.detail).toContain(`"${parameter}"`)
  })

  it.each([
    ['f=auto', 'avif,webp', { format: 'avif', quality: 80, choice: { by: 'content' } }],
    ['f=auto&q=auto:low', 'webp', { format: 'webp', target: 50, choice: { by: 'content' } }],
    [
      'f=smallest',
      'none',
      { format: 'jpeg', target: 70, choice: { by: 'size', among: ['jpeg', 'png', 'gif'] } },
    ],
    ['f=smallest&q=auto:best', 'webp,avif', { format: 'webp', target: 85 }],
  ] as const)('leaves the format open: %s for %s', (query, accept, output) => {
    const request = parseWith(imgSrc, `photo.jpg?${query}`, bareContext, accept)
    expect(request.output).toMatchObject(output)
    expect(request.delivery.negotiated).toBe(true)
    expect(request.source).toMatchObject({ path: 'photo.jpg' })
  })

  it('says which rule a crop without cover breaks', () => {
    expect(refusal('w=9&h=9&fit=fill&crop=top').detail).toBe(
      'Parameter "crop" only works with fit=cover, but fit is fill; the value is "top".',
    )
    expect(refusal('w=9&h=9&crop=top', { defaultFitMode: 'contain' }).detail).toContain(
      "(the project's default)",
    )
  })

  it.each([
    ['width=5', 'w'],
    ['Q=5', 'q'],
    ['greyscale=true', 'grayscale'],
    ['format=webp', 'the file extension, as in photo.webp'],
    ['token=abc', 'sig'],
    ['expires=5', 'exp'],
  ])('suggests for the unknown %s', (text, suggestion) => {
    expect(refusal(text)).toMatchObject({ code: 'request/unknown-parameter', members: { suggestion } })
  })

  it('meets in one pipeline whatever the order of parameters', () => {
    const parts = [
      'w=300',
      'h=200',
      'crop=top',
      'dpr=2',
      'rotate=90',
      'flip=h',
      'grayscale=true',
      'blur=3',
      'sharpen=10',
      'q=70',
    ]
    const expected = query(parts.join('&'))
    fc.assert(
      fc.property(fc.shuffledSubarray(parts, { minLength: parts.length }), (shuffled) => {
        expect(query(shuffled.join('&'))).toEqual(expected)
      }),
      { numRuns: 500 },
    )
  })
})

describe('img-src formats', () => {
  it.each([
    ['photo.webp', { format: 'webp', quality: 80, animated: true }],
    ['photo.avif', { format: 'avif', quality: 80, animated: false }],
    ['photo.jpg', { format: 'jpeg', quality: 80, animated: false }],
    ['photo.jpeg', { format: 'jpeg', quality: 80, animated: false }],
    ['photo.JPG', { format: 'jpeg', quality: 80, animated: false }],
    ['photo.png', { format: 'png', animated: false }],
    ['photo.gif', { format: 'gif', animated: true }],
    ['photo.png?q=50', { format: 'png', animated: false }],
    ['photo.webp?q=50', { format: 'webp', quality: 50, animated: true }],
    ['photo.webp?q=auto', { format: 'webp', target: 70, animated: true }],
    ['photo.jpg?q=auto:best', { format: 'jpeg', target: 85, animated: false }],
    ['photo.avif?q=auto:72', { format: 'avif', target: 72, animated: false }],
    ['photo.png?q=auto', { format: 'png', animated: false }],
    ['photo.webp?max-bytes=9000', { format: 'webp', quality: 80, maxBytes: 9000, animated: true }],
    [
      'photo.png?metadata=copyright&color-space=p3',
      { format: 'png', metadata: 'copyright', colorSpace: 'p3', animated: false },
    ],
    ['photo.png?metadata=none&color-space=srgb', { format: 'png', animated: false }],
  ])('%s', (target, output) => {
    expect(parse(target).output).toEqual({ kind: 'image', metadata: 'none', ...output })
  })

  it('takes jxl where it is asked for by name', () => {
    expect(parse('photo.jxl?w=5').output).toMatchObject({ format: 'jxl', animated: false })
  })

  it.each(['photo', 'photo.heic', 'photo.tiff', 'photo.svg', 'photo.bmp', 'a.b/photo', 'photo.v2', '.webp'])(
    'takes the first delivery format that every browser shows for %s',
    (path) => {
      expect(parse(path).output).toMatchObject({ format: 'webp' })
      expect(parse(path, { deliveryFormats: ['jxl', 'avif', 'webp'] }).output).toMatchObject({
        format: 'avif',
      })
      expect(parse(path, { deliveryFormats: [] }).output).toMatchObject({ format: 'webp' })
    },
  )

  it('looks up by stem and keeps the path as written', () => {
    expect(parse('blog%2Fphoto.webp').source).toEqual({
      kind: 'asset',
      path: 'blog/photo.webp',
      match: 'stem',
    })
  })
})

describe('img-src presets', () => {
  const presets: DialectContext['presets'] = new Map([
    ['thumbnail', { w: 200, h: 200, fit: 'cover', q: 60 }],
    ['png', { format: 'png', w: 64 }],
    ['wide', { aspect: '16:9', grayscale: true }],
    ['broken', { w: 'wide' }],
    ['strange', { colour: 'red' }],
    ['__proto__', { w: 7 }],
  ])
  const preset = (text: string, path = 'photo.webp') => parse(`${path}?${text}`, { presets })
  const thumbnail = [resize({ width: 200, height: 200 }) as Operation]

  it.each([
    'p:thumbnail',
    'p%3Athumbnail',
    'p%3athumbnail=',
    'p:thumbnail=',
    'p:thumbnail=true',
    'p:thumbnail=1',
  ])('is named by %s', (text) => {
    const request = preset(text)
    expect(request.pipeline).toEqual(thumbnail)
    expect(request.output).toMatchObject({ quality: 60 })
    expect(request.delivery.originalIfExact).toBe(false)
  })

  it('loses to explicit parameters, wherever they stand', () => {
    for (const text of ['p:thumbnail&w=300&q=90', 'q=90&w=300&p:thumbnail']) {
      const request = preset(text)
      expect(request.pipeline).toEqual([resize({ width: 300, height: 200 })])
      expect(request.output).toMatchObject({ quality: 90 })
    }
  })

  it('gives the same request as the parameters it stands for, and says its name', () => {
    const { delivery, ...request } = preset('p:thumbnail')
    const spelled = preset('w=200&h=200&fit=cover&q=60')
    const plain = { ...delivery, preset: undefined, presetOnly: undefined }
    expect({ ...request, delivery: plain }).toEqual(spelled)
    expect(delivery).toMatchObject({ preset: 'thumbnail', presetOnly: true })
    expect(preset('p:thumbnail&q=50').delivery.presetOnly).toBeUndefined()
  })

  it('may name the format, which a delivery extension overrides', () => {
    expect(preset('p:png', 'photo').output).toMatchObject({ format: 'png' })
    expect(preset('p:png', 'photo.heic').output).toMatchObject({ format: 'png' })
    expect(preset('p:png', 'photo.avif').output).toMatchObject({ format: 'avif' })
  })

  it.each(['p:nope', 'p:', 'p:hasOwnProperty', `p:${'x'.repeat(5000)}`])('answers 400 for %s', (text) => {
    expect(problemOf(() => preset(text))).toMatchObject({ code: 'preset/unknown', status: 400 })
  })

  it('suggests the nearest preset', () => {
    expect(problemOf(() => preset('p:thumbnial')).members).toMatchObject({ suggestion: 'thumbnail' })
  })

  it('finds a preset called __proto__ only where there is one', () => {
    expect(preset('p:__proto__').pipeline).toEqual([resize({ width: 7 })])
    expect(refusal('p:__proto__').code).toBe('preset/unknown')
  })

  it('takes one preset at a time', () => {
    expect(problemOf(() => preset('p:thumbnail&p:wide')).detail).toContain('one preset')
  })

  it('names a broken preset', () => {
    expect(problemOf(() => preset('p:broken'))).toMatchObject({
      members: { parameter: 'w', preset: 'broken' },
    })
    expect(problemOf(() => preset('p:strange'))).toMatchObject({
      code: 'request/unknown-parameter',
      members: { parameter: 'colour', preset: 'strange' },
    })
  })

  it('is checked before it is stored', () => {
    expect(() =>
      checkImgSrcPreset('a', { w: 200, h: 200, fit: 'cover', format: 'webp', q: 80, p: null }),
    ).not.toThrow()
    expect(problemOf(() => checkImgSrcPreset('a', { w: 0 })).members).toMatchObject({ parameter: 'w' })
    expect(problemOf(() => checkImgSrcPreset('a', { format: 'bmp' })).members).toMatchObject({
      parameter: 'format',
    })
    expect(problemOf(() => checkImgSrcPreset('a', { sig: 'x' })).code).toBe('request/unknown-parameter')
    expect(problemOf(() => checkImgSrcPreset('a', { 'p:other': true })).code).toBe(
      'request/unknown-parameter',
    )
  })
})

describe('img-src project defaults', () => {
  it('fills an absent quality and fit', () => {
    const context = { defaultQuality: 55, defaultFitMode: 'contain' } as const
    expect(query('w=3&h=4', context)).toMatchObject({
      output: { quality: 55 },
      pipeline: [{ fit: 'inside' }],
    })
    expect(query('w=3&h=4&q=90&fit=fill', context)).toMatchObject({
      output: { quality: 90 },
      pipeline: [{ fit: 'fill' }],
    })
    expect(query('aspect=1:1', context).pipeline).toEqual([
      { op: 'crop', aspect: '1:1', position: 'focal-point', ...whole },
    ])
  })

  it('bounds what the URL leaves open, never enlarging', () => {
    const context = { defaultMaxWidth: 1920, defaultMaxHeight: 1080 }
    const bound = resize({ width: 1920, height: 1080, fit: 'inside', upscale: false })
    expect(query('', context).pipeline).toEqual([bound])
    expect(query('dpr=3', context).pipeline).toEqual([bound])
    expect(query('aspect=1:1', context).pipeline).toEqual([
      { op: 'crop', aspect: '1:1', position: 'focal-point', ...whole },
      bound,
    ])
    expect(query('', { defaultMaxWidth: 1920 }).pipeline).toEqual([resize({ width: 1920, upscale: false })])
    expect(query('w=4000', context).pipeline).toEqual([resize({ width: 4000, height: 1080, fit: 'inside' })])
    expect(query('h=90&fit=scale-down', context).pipeline).toEqual([
      resize({ width: 1920, height: 90, fit: 'inside', upscale: false }),
    ])
  })

  it('leaves explicit sides alone', () => {
    const context = { defaultMaxWidth: 100, defaultMaxHeight: 100 }
    expect(query('w=400&h=300', context).pipeline).toEqual([resize({ width: 400, height: 300 })])
    expect(query('w=320&aspect=16:9', context).pipeline).toEqual([resize({ width: 320, height: 180 })])
  })
})

describe('img-src delivery', () => {
  it.each([
    ['photo.jpg', true, false],
    ['photo.jpg?v=3f', true, true],
    ['photo.jpg?download', true, false],
    ['photo.jpg?exp=9&kid=a&sig=00', true, false],
    ['photo.jpg?v=1&exp=9&sig=00', true, true],
    ['photo.jpg?q=80', false, false],
    ['photo.jpg?rotate=0', false, false],
    ['photo.jpg?v=1&fit=cover', false, true],
  ])('%s: original %s, immutable %s', (target, originalIfExact, immutable) => {
    expect(parse(target).delivery).toMatchObject({ originalIfExact, immutable, negotiated: false })
  })

  it('keeps the version token out of the picture', () => {
    const { delivery: _, ...one } = query('w=5&v=1')
    const { delivery: __, ...two } = query('w=5&v=2')
    expect(one).toEqual(two)
  })

  it('reads the token of an access link beside everything else, and leaves the stored file one', () => {
    const link = 'a'.repeat(32)
    expect(parse(`a.jpg?link=${link}`)).toMatchObject({
      accessLink: link,
      delivery: { originalIfExact: true },
    })
    expect(parse(`a.jpg?w=20&link=${link}`)).toMatchObject({ accessLink: link, signatureRequired: false })
    expect(parse('a.jpg?w=20')).not.toHaveProperty('accessLink')
    expect(() => parse('a.jpg?link=')).toThrow('must be 32 letters and digits')
  })

  it('leaves the watermark out only for those who sign for it', () => {
    const unmarked = parse('a.jpg?watermark=none')
    expect(unmarked).toMatchObject({
      signatureRequired: true,
      delivery: { unmarked: true, originalIfExact: true },
    })
    expect(parse('a.jpg').signatureRequired).toBe(false)
    const context = { ...bareContext, presets: new Map([['sly', { watermark: 'none' }]]) }
    expect(problemOf(() => parseWith(imgSrc, 'a.jpg?p:sly', context)).code).toBe('request/unknown-parameter')
  })

  it('names attachments', () => {
    expect(parse('blog/my%20photo.avif?download').delivery.download).toBe('my photo.avif')
    expect(parse('photo?download').delivery.download).toBe('photo.webp')
    expect(parse('photo.jpg?download=sunset+(1).jpg').delivery.download).toBe('sunset (1).jpg')
  })

  it('never requires a signature by itself and reports the one given', () => {
    expect(parse('a.jpg').signature).toBeUndefined()
    expect(parse('a.jpg?w=5&sig=00')).toMatchObject({
      signatureRequired: false,
      signature: { signedText: 'a.jpg?w=5' },
    })
  })
})

describe('img-src errors', () => {
  it("have the vendor's shape with the RFC 9457 members beside it", () => {
    const { status, contentType, body } = imgSrc.problem(refusal('w=0'), {
      instance: 'r-1',
      path: '/i/demo/photo.webp',
    })
    expect(status).toBe(400)
    expect(contentType).toContain('application/json')
    expect(JSON.parse(body)).toEqual({
      error: {
        code: 'VALIDATION_ERROR',
        message: 'Parameter "w" must be a whole number from 1 to 10000; the value is "0".',
        status: 400,
        path: '/i/demo/photo.webp',
      },
      type: 'https://fovea.dev/problems/request/invalid-parameter',
      title: 'Invalid parameter value',
      status: 400,
      detail: 'Parameter "w" must be a whole number from 1 to 10000; the value is "0".',
      code: 'request/invalid-parameter',
      parameter: 'w',
      minimum: 1,
      maximum: 10_000,
      instance: 'r-1',
    })
  })
})
