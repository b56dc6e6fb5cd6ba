import { describe, expect, it } from 'vitest'
import { parsePipeline } from '../pipeline/index.ts'
import type { AcceptBucket, ImageRequest } from '../request/index.ts'
import { bareContext, parseWith, problemOf } from './dialect.test-kit.ts'
import { signedPayload } from './signed-payload.ts'

const plain = { fill: 'color', fillOpacity: 1 } as const
/** What a crop says when it says nothing more. */
const whole = { zoom: 1, outside: 'refuse' } as const
const encode = (payload: unknown) => Buffer.from(JSON.stringify(payload)).toString('base64url')
const parse = (payload: unknown, accept: AcceptBucket = 'none') =>
  parseWith(signedPayload, `${encode(payload)}?sig=00`, bareContext, accept)
const edit = (edits: unknown) => parse({ key: 'a.jpg', edits }).pipeline
const refusal = (payload: unknown) => problemOf(() => parse(payload))

const clear = '#00000000'
const black = '#000000ff'
const resize = (parts: object) => ({
  op: 'resize',
  fit: 'cover',
  position: 'focal-point',
  background: clear,
  upscale: false,
  downscale: true,
  fill: 'color',
  fillOpacity: 1,
  whenSmaller: 'fit',
  kernel: 'lanczos3',
  ...parts,
})

/** Contract §3, every edit this version covers: edit → operations. */
const editTable: readonly (readonly [edits: unknown, pipeline: readonly object[]])[] = [
  [undefined, []],
  [[], []],
  [{}, []],
  [{ resize: { width: 800 } }, [resize({ width: 800 })]],
  [{ resize: { height: 600 } }, [resize({ height: 600 })]],
  [{ resize: { width: 800, height: 600 } }, [resize({ width: 800, height: 600 })]],
  ...(['cover', 'fill', 'inside', 'outside'] as const).map(
    (fit) => [{ resize: { width: 8, height: 6, fit } }, [resize({ width: 8, height: 6, fit })]] as const,
  ),
  [
    { resize: { width: 8, height: 6, fit: 'contain' } },
    [resize({ width: 8, height: 6, fit: 'contain', background: black })],
  ],
  [
    { resize: { width: 8, height: 6, fit: 'contain', background: 'White' } },
    [resize({ width: 8, height: 6, fit: 'contain', background: '#ffffffff' })],
  ],
  [{ resize: { width: 8, background: 'red' } }, [resize({ width: 8 })]],
  ...(['top', 'right', 'bottom', 'left', 'center', 'entropy', 'attention'] as const).map(
    (position) =>
      [{ resize: { width: 8, height: 6, position } }, [resize({ width: 8, height: 6, position })]] as const,
  ),
  [{ resize: { width: 8, upscale: true } }, [resize({ width: 8, upscale: true })]],
  [{ resize: { width: 8, downscale: false } }, [resize({ width: 8, downscale: false })]],
  [
    { crop: { left: 1, top: 2, width: 3, height: 4 } },
    [{ op: 'crop', left: 1, top: 2, width: 3, height: 4, position: 'focal-point', ...whole }],
  ],
  [
    { extend: { top: 5 } },
    [{ op: 'extend', top: 5, right: 0, bottom: 0, left: 0, background: black, ...plain }],
  ],
  [
    { extend: { top: 1, bottom: 2, left: 3, right: 4, background: '#ff0000' } },
    [{ op: 'extend', top: 1, right: 4, bottom: 2, left: 3, background: '#ff0000ff', ...plain }],
  ],
  [{ extend: {} }, []],
  [{ trim: {} }, [{ op: 'trim', threshold: 10, by: 'color', margin: 0 }]],
  [
    { trim: { threshold: 15, background: 'blue' } },
    [{ op: 'trim', threshold: 15, background: '#0000ffff', by: 'color', margin: 0 }],
  ],
  [{ rotate: { angle: 90 } }, [{ op: 'rotate', angle: 90, background: clear, corners: 'grow' }]],
  [{ rotate: { angle: 45 } }, [{ op: 'rotate', angle: 45, background: black, corners: 'grow' }]],
  [
    { rotate: { angle: -90, background: 'red' } },
    [{ op: 'rotate', angle: 270, background: clear, corners: 'grow' }],
  ],
  [{ rotate: { angle: 0 } }, []],
  [{ flip: true }, [{ op: 'flip' }]],
  [{ flip: false }, []],
  [{ flop: true }, [{ op: 'flop' }]],
  [{ blur: 0.3 }, [{ op: 'blur', sigma: 0.3 }]],
  [{ blur: 1000 }, [{ op: 'blur', sigma: 1000 }]],
  [{ sharpen: 2 }, [{ op: 'sharpen', sigma: 2, flat: 1, jagged: 2 }]],
  [{ sharpen: { jagged: 3 } }, [{ op: 'sharpen', sigma: 1, flat: 1, jagged: 3 }]],
  [{ grayscale: true }, [{ op: 'grayscale' }]],
  [
    { modulate: { brightness: 1.2, saturation: 0.5, hue: 90, lightness: -5 } },
    [{ op: 'modulate', brightness: 1.2, saturation: 0.5, hue: 90, lightness: -5 }],
  ],
  [{ modulate: { brightness: 2 } }, [{ op: 'modulate', brightness: 2, saturation: 1, hue: 0, lightness: 0 }]],
  [{ modulate: {} }, []],
  [{ flatten: { background: '#ffffff' } }, [{ op: 'flatten', background: '#ffffffff' }]],
  [{ tint: { r: 255, g: 0, b: 16 } }, [{ op: 'tint', color: '#ff0010ff' }]],
  [{ tint: { color: 'teal' } }, [{ op: 'tint', color: '#008080ff' }]],
  [{ invert: true }, [{ op: 'invert', alpha: false }]],
  [{ invert: false }, []],
  [{ normalize: true }, [{ op: 'normalize', lower: 1, upper: 99 }]],
  [{ normalize: { lower: 5, upper: 95 } }, [{ op: 'normalize', lower: 5, upper: 95 }]],
  [{ gamma: 2.2 }, [{ op: 'gamma', gamma: 2.2 }]],
  [{ brightness: 0 }, []],
  [{ sepia: true }, [{ op: 'sepia', amount: 100 }]],
  [{ threshold: 90 }, [{ op: 'threshold', value: 90, grayscale: true, dither: false }]],
  [
    { pad: { aspect: '32:18' } },
    [{ op: 'pad', aspect: '16:9', position: 'center', background: black, ...plain }],
  ],
  [{ border: 5 }, [{ op: 'border', width: 5, color: black, inside: false, radius: 0 }]],
  [{ roundCorners: 20 }, [{ op: 'roundCorners', radius: 20 }]],
  [{ flatten: {} }, [{ op: 'flatten', background: black }]],
]

describe('signed-payload edits', () => {
  it.each(editTable)('%j', (edits, pipeline) => {
    expect(edit(edits)).toEqual(pipeline)
    if (edits !== undefined && !Array.isArray(edits)) expect(edit([edits])).toEqual(pipeline)
  })

  it.each(editTable)('writes operations the schemas agree with: %j', (edits) => {
    const pipeline = edit(edits)
    expect(parsePipeline(pipeline, bareContext.limits)).toEqual(pipeline)
  })

  it('keeps the order of entries and of keys inside one', () => {
    expect(
      edit([
        { blur: 1, flip: true },
        { flop: true, blur: 2 },
      ]).map(({ op }) => op),
    ).toEqual(['blur', 'flip', 'flop', 'blur'])
  })

  it('applies the EXIF orientation unless told not to', () => {
    expect(parse({ key: 'a', edits: [] }).decode).toEqual({ orient: true })
    expect(parse({ key: 'a', edits: [{ blur: 1 }, { autoOrient: false }] }).decode).toEqual({ orient: false })
    expect(parse({ key: 'a', edits: { autoOrient: true } }).decode).toEqual({ orient: true })
  })

  it.each([
    [[{ resize: {} }], '/edits/0/resize'],
    [[{ resize: { widht: 5 } }], '/edits/0/resize/widht'],
    [[{ resize: { width: 0 } }], '/edits/0/resize/width'],
    [[{ resize: { width: '5' } }], '/edits/0/resize/width'],
    [[{ resize: { width: 5, fit: 'clip' } }], '/edits/0/resize/fit'],
    [
      [{ resize: { width: 5, height: 5, fit: 'contain', background: 'rainbow' } }],
      '/edits/0/resize/background',
    ],
    [[{ resize: 5 }], '/edits/0/resize'],
    [[{ blur: 1 }, { crop: {} }], '/edits/1/crop'],
    [{ rotate: {} }, '/edits/rotate/angle'],
    [[{ rotate: 90 }], '/edits/0/rotate'],
    [[{ blur: 0.29 }], '/edits/0/blur'],
    [[{ blur: 1001 }], '/edits/0/blur'],
    [[{ blur: true }], '/edits/0/blur'],
    [[{ blur: '3' }], '/edits/0/blur'],
    [[{ blur: { sigma: 5000 } }], '/edits/0/blur/sigma'],
    [[{ sharpen: 0 }], '/edits/0/sharpen'],
    [[{ flip: 'yes' }], '/edits/0/flip'],
    [[{ grayscale: 1 }], '/edits/0/grayscale'],
    [[{ trim: { threshold: 256 } }], '/edits/0/trim/threshold'],
    [[{ extend: { top: -1 } }], '/edits/0/extend/top'],
    [[{ modulate: { hue: 'red' } }], '/edits/0/modulate/hue'],
    [[{ autoOrient: 1 }], '/edits/0/autoOrient'],
    [[{ autoOrient: true }, { autoOrient: false }], '/edits/1/autoOrient'],
    [[{ tint: { r: 1, g: 256, b: 3 } }], '/edits/0/tint/g'],
    [[{ tint: { r: 1, g: 2 } }], '/edits/0/tint/b'],
    [[{ tint: { r: 1, g: 2, b: 3, color: 'red' } }], '/edits/0/tint/color'],
    [[{ tint: {} }], '/edits/0/tint/color'],
    [[{ blur: 1 }, { flip: true }, { invert: 1 }], '/edits/2/invert'],
    [{ normalize: { lower: 60, upper: 40 } }, '/edits/normalize/lower'],
    [{ normalize: { upper: 101 } }, '/edits/normalize/upper'],
    [[{ roundCorners: -1 }], '/edits/0/roundCorners'],
    [[{ text: 'hello' }], '/edits/0/text'],
    [[{ text: {} }], '/edits/0/text/text'],
    [[{ text: { text: 'a\u0000b' } }], '/edits/0/text/text'],
    [[{ text: { text: 'a', fontSize: '5' } }], '/edits/0/text/fontSize'],
    [[{ text: { text: 'a', position: 'attention' } }], '/edits/0/text/position'],
    [[{ removeForeground: true }], '/edits/0/removeForeground'],
    [[{ 'a/b~c': 1 }], '/edits/0/a~1b~0c'],
    [[null], '/edits/0'],
    [[[]], '/edits/0'],
    ['resize', '/edits'],
    [null, '/edits'],
  ])('refuses %j at %s', (edits, place) => {
    const problem = refusal({ key: 'a.jpg', edits })
    expect(problem).toMatchObject({ code: 'pipeline/invalid', status: 400, members: { pointer: place } })
  })

  it.each([
    [[{ compressToSize: 5000 }, { flip: true }], {}, 5000],
    [{ compressToSize: { maxBytes: 7000 } }, {}, 7000],
    [[{ compressToSize: 5000 }, { compressToSize: 6000 }], {}, 6000],
    [[{ compressToSize: 5000 }], { maxBytes: 4000 }, 4000],
  ])('takes the byte budget %j beside the output %j', (edits, output, maxBytes) => {
    const request = parse({ key: 'a', edits, output })
    expect(request.output).toMatchObject({ maxBytes })
    expect(request.pipeline.map(({ op }) => op)).toEqual(
      Array.isArray(edits) && edits.length > 1 && 'flip' in (edits[1] ?? {}) ? ['flip'] : [],
    )
  })

  it.each([
    [0, '/edits/compressToSize'],
    [{}, '/edits/compressToSize/maxBytes'],
    [{ bytes: 5 }, '/edits/compressToSize/bytes'],
  ])('refuses compressToSize %j', (compressToSize, pointer) => {
    expect(refusal({ key: 'a', edits: { compressToSize } }).members).toMatchObject({ pointer })
  })

  it('says which edits this version knows', () => {
    expect(refusal({ key: 'a', edits: [{ reszie: {} }] }).detail).toContain('did you mean "resize"?')
  })

  it('writes text behind all other edits wherever it stands, texts in their order', () => {
    const [one, two] = [{ text: 'one' }, { text: 'two', fontSize: 48 }]
    const written = edit([{ text: one }, { blur: 3 }, { text: two, flip: true }])
    expect(written?.map(({ op }) => op)).toEqual(['blur', 'flip', 'text', 'text'])
    expect(written?.slice(2)).toEqual(edit([{ text: one }, { text: two }]))
  })

  it('fills in the defaults of text: 24 px, white, opaque, bottom right, 10 px from the edges', () => {
    expect(edit({ text: { text: 'x' } })).toEqual([
      expect.objectContaining({
        op: 'text',
        text: 'x',
        fontSize: 24,
        color: '#ffffffff',
        opacity: 1,
        position: 'bottom-right',
        padding: 10,
      }),
    ])
  })

  it('takes as many edits as the project allows', () => {
    const many = (count: number) => Array.from({ length: count }, () => ({ flip: true }))
    const limit = bareContext.limits.maxOperations
    expect(edit(many(limit))).toHaveLength(limit)
    for (const edits of [
      many(limit + 1),
      [...many(limit), { autoOrient: true }],
      Array.from({ length: 900 }, () => ({})),
    ]) {
      expect(refusal({ key: 'a', edits })).toMatchObject({ code: 'pipeline/too-long', status: 400 })
    }
  })

  it('is not fooled by __proto__', () => {
    const text = '{"key":"a","edits":[{"resize":{"__proto__":{"width":5}}}]}'
    const raw = Buffer.from(text).toString('base64url')
    expect(problemOf(() => parseWith(signedPayload, raw)).members).toMatchObject({
      pointer: '/edits/0/resize/__proto__',
    })
    for (const body of [
      '{"__proto__":{"key":"a"}}',
      '{"key":"a","edits":{"__proto__":{"blur":1}}}',
      '{"key":"a","output":{"__proto__":{}}}',
    ]) {
      expect(problemOf(() => parseWith(signedPayload, Buffer.from(body).toString('base64'))).status).toBe(400)
    }
  })
})

describe('signed-payload output', () => {
  const image = { kind: 'image', metadata: 'none' }
  const output = (value: unknown, accept?: AcceptBucket) => parse({ key: 'a', output: value }, accept)

  it.each([
    [undefined, { format: 'webp', quality: 90, animated: true }],
    [{}, { format: 'webp', quality: 90, animated: true }],
    [{ quality: 1 }, { format: 'webp', quality: 1, animated: true }],
    [
      { format: 'jpeg', chroma: '4:4:4' },
      { format: 'jpeg', quality: 90, chroma: '4:4:4', animated: false },
    ],
    [
      { format: 'png', palette: true, colors: 16 },
      { format: 'png', palette: true, colors: 16, animated: false },
    ],
    [
      { format: 'gif', colors: 4 },
      { format: 'gif', colors: 4, animated: true },
    ],
    [{ quality: 'auto' }, { format: 'webp', target: 70, animated: true }],
    [
      { format: 'avif', quality: 'auto:best' },
      { format: 'avif', target: 85, animated: false },
    ],
    [
      { lossless: true, quality: 50 },
      { format: 'webp', lossless: true, animated: true },
    ],
    [{ lossless: false }, { format: 'webp', quality: 90, animated: true }],
    [{ format: 'jpeg' }, { format: 'jpeg', quality: 90, animated: false }],
    [
      { format: 'jpeg', progressive: true },
      { format: 'jpeg', quality: 90, progressive: true, animated: false },
    ],
    [
      { format: 'png', quality: 5 },
      { format: 'png', animated: false },
    ],
    [
      { format: 'png', progressive: true },
      { format: 'png', progressive: true, animated: false },
    ],
    [
      { format: 'avif', quality: 50 },
      { format: 'avif', quality: 50, animated: false },
    ],
    [
      { format: 'avif', lossless: true },
      { format: 'avif', lossless: true, animated: false },
    ],
    [
      { format: 'jp2', quality: 40 },
      { format: 'jp2', quality: 40, animated: false },
    ],
    [
      { format: 'heif', lossless: true },
      { format: 'heif', lossless: true, animated: false },
    ],
    [{ format: 'gif' }, { format: 'gif', animated: true }],
    [{ format: 'tiff' }, { format: 'tiff', animated: false }],
  ])('%j', (value, expected) => {
    expect(output(value).output).toEqual({ ...image, ...expected })
    expect(output(value).delivery.negotiated).toBe(false)
  })

  it.each([
    ['none', 'jpeg'],
    ['webp', 'webp'],
    ['avif', 'avif'],
    ['avif,webp', 'avif'],
    ['webp,avif', 'webp'],
  ] as const)('negotiates auto: %s gets %s', (accept, format) => {
    const request = output({ format: 'auto', quality: 70, progressive: true }, accept)
    expect(request.output).toMatchObject({ format, quality: 70 })
    expect('progressive' in request.output).toBe(format === 'jpeg')
    expect(request.delivery.negotiated).toBe(true)
  })

  it.each([
    [{ format: 'jpg' }, '/output/format'],
    [{ format: null }, '/output/format'],
    [{ format: 'AUTO' }, '/output/format'],
    [{ quality: 0 }, '/output/quality'],
    [{ quality: 'auto:99' }, '/output/quality'],
    [{ format: 'smallest', quality: 80 }, '/output/quality'],
    [{ maxBytes: 0 }, '/output/maxBytes'],
    [{ chroma: '4:2:2', format: 'jpeg' }, '/output/chroma'],
    [{ chroma: '4:4:4', format: 'png' }, '/output/chroma'],
    [{ colors: 16, format: 'png' }, '/output/colors'],
    [{ colors: 8, format: 'gif' }, '/output/colors'],
    [{ maxBytes: '200k' }, '/output/maxBytes'],
    [{ quality: 101 }, '/output/quality'],
    [{ metadata: 'some' }, '/output/metadata'],
    [{ colorSpace: 'P3' }, '/output/colorSpace'],
    [{ density: 300 }, '/output/density'],
    [{ format: 'auto', density: 300 }, '/output/density'],
    [{ format: 'jpeg', density: 0 }, '/output/density'],
    [{ format: 'png', density: 72.5 }, '/output/density'],
    [{ quality: 80.5 }, '/output/quality'],
    [{ quality: '80' }, '/output/quality'],
    [{ quality: null }, '/output/quality'],
    [{ progressive: true }, '/output/progressive'],
    [{ format: 'jpeg', progressive: 1 }, '/output/progressive'],
    [{ format: 'jpeg', lossless: true }, '/output/lossless'],
    [{ qualty: 5 }, '/output/qualty'],
    ['webp', '/output'],
    [null, '/output'],
    [[], '/output'],
  ])('refuses %j at %s', (value, place) => {
    expect(refusal({ key: 'a', output: value })).toMatchObject({
      code: 'pipeline/invalid',
      status: 400,
      members: { pointer: place },
    })
  })
})

describe('signed-payload envelope', () => {
  const payload = { key: 'blog/héro?.jpg', edits: [{ blur: 3.5 }] }
  const expected = parse(payload)
  const base64 = Buffer.from(JSON.stringify(payload)).toString('base64')
  const withoutSignature = ({ signature: _, ...rest }: ImageRequest) => rest

  it('is signed, immutable and exact', () => {
    expect(expected).toEqual({
      source: { kind: 'asset', path: 'blog/héro?.jpg', match: 'exact' },
      decode: { orient: true },
      pipeline: [{ op: 'blur', sigma: 3.5 }],
      output: { kind: 'image', format: 'webp', quality: 90, metadata: 'none', animated: true },
      signature: { scheme: 'fovea-hmac-sha256', value: '00', signedText: encode(payload) },
      signatureRequired: true,
      delivery: { originalIfExact: false, immutable: true, negotiated: false },
    })
  })

  it.each([
    base64,
    base64.replace(/=+$/, ''),
    encodeURIComponent(base64),
    Buffer.from(JSON.stringify(payload)).toString('base64url'),
    // Bytes that give "/" and "+" in base64.
  ])('reads the same from %s', (raw) => {
    const request = parseWith(signedPayload, `${raw}?exp=1800000000&sig=00`)
    expect(withoutSignature(request)).toEqual(withoutSignature(expected))
    expect(request.signature).toMatchObject({ signedText: `${raw}?exp=1800000000`, expiresAt: 1_800_000_000 })
  })

  it('reads slashes and pluses of plain base64', () => {
    const tricky = { key: '???>>>~~~' }
    const raw = Buffer.from(JSON.stringify(tricky)).toString('base64')
    expect(raw).toMatch(/[+/]/)
    expect(parseWith(signedPayload, raw).source).toMatchObject({ path: '???>>>~~~' })
    expect(parseWith(signedPayload, raw.replaceAll('/', '%2f').replaceAll('+', '%2B')).source).toMatchObject({
      path: '???>>>~~~',
    })
  })

  it('takes no parameters but exp, kid and sig', () => {
    expect(problemOf(() => parseWith(signedPayload, `${base64}?w=5&sig=00`)).code).toBe(
      'request/unknown-parameter',
    )
    expect(problemOf(() => parseWith(signedPayload, `${base64}?exp=1.5&sig=00`)).code).toBe(
      'request/invalid-parameter',
    )
    expect(problemOf(() => parseWith(signedPayload, `${base64}?sig=00&exp=5`)).code).toBe('signature/invalid')
    expect(problemOf(() => parseWith(signedPayload, `${base64}?exp=5`)).code).toBe('signature/missing')
  })

  it('parses without a signature, which the server then demands', () => {
    const request = parseWith(signedPayload, base64)
    expect(request.signature).toBeUndefined()
    expect(request.signatureRequired).toBe(true)
  })

  it('answers metadata of the original', () => {
    expect(parse({ key: 'a.jpg', metadata: true })).toMatchObject({
      output: { kind: 'metadata' },
      pipeline: [],
    })
    expect(parse({ key: 'a.jpg', metadata: false }).output).toMatchObject({ kind: 'image' })
    expect(refusal({ key: 'a', metadata: 1 }).members).toEqual({ pointer: '/metadata' })
    expect(refusal({ key: 'a', metadata: true, edits: [] }).members).toEqual({ pointer: '/edits' })
    expect(refusal({ key: 'a', metadata: true, output: {} }).members).toEqual({ pointer: '/output' })
  })

  it.each([
    [{}, '/key'],
    [{ key: 5 }, '/key'],
    [{ key: '' }, '/key'],
    [{ key: '../secret' }, '/key'],
    [{ key: '/etc/passwd' }, '/key'],
    [{ key: 'a\u0000b' }, '/key'],
    [{ key: 'a\\b' }, '/key'],
    [{ key: 'k'.repeat(1025) }, '/key'],
    [{ key: 'a', edit: [] }, '/edit'],
    [{ key: 'a', overlays: [] }, '/overlays'],
    [[], ''],
    ['a', ''],
    [null, ''],
  ])('refuses %j at %j', (value, place) => {
    expect(refusal(value)).toMatchObject({
      code: 'pipeline/invalid',
      status: 400,
      members: { pointer: place },
    })
  })

  it.each([
    '',
    'a',
    '!!!!',
    'eyJ',
    '%',
    'eyJrZXkiOiJhIn0=x',
    'wK8',
    'bm90IGpzb24',
    Buffer.from('{"key":').toString('base64'),
  ])('refuses the payload %j', (raw) => {
    expect(problemOf(() => parseWith(signedPayload, `${raw}?sig=00`))).toMatchObject({
      code: 'request/malformed',
      status: 400,
    })
  })

  it('bounds size and nesting', () => {
    expect(problemOf(() => parseWith(signedPayload, 'e'.repeat(16_385)))).toMatchObject({
      code: 'request/too-long',
      status: 414,
    })
    const nested = (depth: number) =>
      Buffer.from(`{"key":"a","edits":${'['.repeat(depth)}${']'.repeat(depth)}}`).toString('base64')
    expect(problemOf(() => parseWith(signedPayload, nested(31)))).toMatchObject({ code: 'pipeline/invalid' })
    expect(problemOf(() => parseWith(signedPayload, nested(32)))).toMatchObject({
      code: 'request/malformed',
      members: { maximum: 32 },
    })
    const brackets = { key: `a${'['.repeat(100)}"\\"[`.replaceAll('\\', '') }
    expect(parse(brackets).source).toMatchObject({ path: brackets.key })
  })

  it('answers errors as RFC 9457 documents', () => {
    const { status, contentType, body } = signedPayload.problem(refusal({ key: 'a', edits: [{ blur: 0 }] }), {
      instance: 'r-9',
      path: '/t/demo/x',
    })
    expect(status).toBe(400)
    expect(contentType).toContain('application/problem+json')
    expect(JSON.parse(body)).toMatchObject({
      code: 'pipeline/invalid',
      pointer: '/edits/0/blur',
      instance: 'r-9',
      status: 400,
    })
  })
})
