import { describe, expect, it } from 'vitest'
import { defaultLimits } from '../../limits/index.ts'
import { problem } from '../../problem/index.ts'
import { problemOf } from '../dialect.test-kit.ts'
import { iterationLayer } from './index.ts'
import { isIterationLayerPath, iterationLayerProblem } from './problem.ts'

const file = { type: 'base64', name: 'a.png', base64: 'iVBORw==' }
const parse = (operations: unknown, rest: object = {}) =>
  iterationLayer.parse({ file, operations, ...rest }, defaultLimits)
const compile = (operations: unknown, source: 'jpeg' | 'png' | 'svg' | 'gif' = 'png') =>
  iterationLayer.compile(parse(operations), source)
const one = (operation: object) => compile([operation]).pipeline[0]
const refused = (operations: unknown) => {
  const { status, message } = problemOf(() => compile(operations))
  return `${status} ${message}`
}

describe('operations', () => {
  const box = { width_in_px: 8, height_in_px: 6 }

  it.each([
    [
      { type: 'resize', ...box, fit: 'cover' },
      { op: 'resize', width: 8, height: 6, fit: 'cover', upscale: true },
    ],
    [
      { type: 'resize', ...box, fit: 'contain' },
      { fit: 'contain', background: '#000000ff' },
    ],
    [
      { type: 'resize', ...box, fit: 'inside' },
      { fit: 'inside', upscale: false, downscale: true },
    ],
    [
      { type: 'resize', ...box, fit: 'outside' },
      { fit: 'outside', upscale: true, downscale: false },
    ],
    [
      { type: 'resize', width: 8, height: 6, fit: 'fill' },
      { op: 'resize', width: 8, height: 6, fit: 'fill' },
    ],
    [
      { type: 'crop', left_in_px: 0, top_in_px: 2, ...box },
      { op: 'crop', left: 0, top: 2, outside: 'refuse' },
    ],
    [
      { type: 'smart_crop', ...box },
      { op: 'smartCrop', subject: 'any', tightness: 0, otherwise: 'center' },
    ],
    [
      { type: 'extend', top_in_px: 1, bottom_in_px: 2, left_in_px: 3, right_in_px: 4, hex_color: '#FF0000' },
      { op: 'extend', top: 1, bottom: 2, left: 3, right: 4, background: '#ff0000ff' },
    ],
    [
      { type: 'pad', top: 1, bottom: 2, left: 3, right: 4, hex_color: '#ff0000' },
      { op: 'extend', top: 1, bottom: 2, left: 3, right: 4 },
    ],
    [
      { type: 'rotate', angle_in_degrees: 12.5 },
      { op: 'rotate', angle: 12.5, background: '#000000ff' },
    ],
    [
      { type: 'modulate', hue: -90.4 },
      { op: 'modulate', brightness: 1, saturation: 1, hue: 270 },
    ],
    [
      { type: 'brightness', brightness: 2 },
      { op: 'modulate', brightness: 2, saturation: 1, hue: 0 },
    ],
    [
      { type: 'hue_rotate', angle_in_degrees: 90 },
      { op: 'modulate', hue: 90 },
    ],
    [{ type: 'invert' }, { op: 'invert', alpha: false }],
    [
      { type: 'upscale', factor: 3 },
      { op: 'upscale', factor: 3, detail: 0.5 },
    ],
    [{ type: 'remove_background' }, { op: 'removeBackground', background: '#00000000' }],
    [
      { type: 'background_removal', background_hex_color: '#0000FF' },
      { op: 'removeBackground', background: '#0000ffff' },
    ],
    [{ type: 'auto_enhance' }, { op: 'normalize' }],
    [
      { type: 'threshold', value: 9, is_grayscale: false },
      { op: 'threshold', value: 9, grayscale: false },
    ],
    [
      { type: 'denoise', size: 5 },
      { op: 'median', size: 5 },
    ],
  ])('%j', (operation, expected) => {
    expect(one(operation)).toMatchObject(expected)
  })

  it('ignores members that nobody knows, and null as nothing', () => {
    expect(one({ type: 'rotate', angle_in_degrees: 90, hex_color: null, note: 5 })).toMatchObject({
      op: 'rotate',
    })
  })

  it.each([
    [
      [{ type: 'resize', width_in_px: 0, height_in_px: 6, fit: 'cover' }],
      '400 Operation 0 (resize): width_in_px',
    ],
    [
      [{ type: 'flip' }, { type: 'resize', ...box }],
      '400 Operation 1 (resize): fit is required: one of cover',
    ],
    [[{ type: 'flip' }, { type: 'resiz' }], '400 Operation 1: "resiz" is no type; did you mean "resize"?'],
    [[{ type: 'constructor' }], '400 Operation 0: "constructor" is no type'],
    [['flip'], '400 Operation 0: undefined is no type'],
    [[{ type: 'blur', sigma: 0 }], '400 Operation 0 (blur): sigma must be a number above 0, not 0.'],
    [[{ type: 'blur', sigma: 5000 }], '422 Operation 0 (blur): sigma must be at most 1000'],
    [
      [{ type: 'tint', hex_color: 'red' }],
      '422 Operation 0 (tint): hex_color must be a colour #RRGGBB, not "red".',
    ],
    [[{ type: 'tint' }], '400 Operation 0 (tint): hex_color is required.'],
    [[{ type: 'modulate' }], '400 Operation 0 (modulate): brightness is required, or saturation, or hue.'],
    [
      [{ type: 'threshold', value: 300, is_grayscale: true }],
      '400 Operation 0 (threshold): value must be a number of 0',
    ],
    [[{ type: 'crop', width: 5, width_in_px: 6 }], '400 Operation 0 (crop): left_in_px is required.'],
    [[{ type: 'convert', format: 'bmp' }], '400 Operation 0 (convert): format must be one of png'],
    [[{ type: 'upscale', factor: 5 }], '400 Operation 0 (upscale): factor must be 2, 3 or 4, not 5.'],
    [[], '400 operations must hold at least one operation.'],
    [undefined, '400 operations must be a list'],
    [Array(31).fill({ type: 'flip' }), '400 operations has 31 entries'],
  ])('%j is refused: %s', (operations, expected) => {
    expect(refused(operations)).toContain(expected)
  })

  it('refuses two spellings of one length that disagree', () => {
    expect(refused([{ type: 'smart_crop', width: 5, width_in_px: 6, height: 1 }])).toContain('two values')
    expect(one({ type: 'smart_crop', width: 5, width_in_px: 5, height: 1 })).toMatchObject({ width: 5 })
  })
})

describe('the file that comes out', () => {
  it('keeps the source format, with its own quality', () => {
    expect(compile([{ type: 'flip' }], 'jpeg').output).toMatchObject({ format: 'jpeg', quality: 80 })
    expect(compile([{ type: 'flip' }], 'gif').output).toMatchObject({ format: 'gif', animated: true })
  })

  it('has the format and quality of the last convert, and the last budget, wherever they stand', () => {
    const { output, pipeline, places } = compile([
      { type: 'compress_to_size', max_file_size_in_bytes: 9000 },
      { type: 'convert', format: 'jpeg', quality: 30 },
      { type: 'convert', format: 'webp', quality: 70 },
      { type: 'blur', sigma: 0.1 },
      { type: 'flip' },
    ])
    expect(output).toMatchObject({ format: 'webp', quality: 70, maxBytes: 9000 })
    expect(pipeline.map(({ op }) => op)).toEqual(['convert', 'convert', 'flip'])
    expect(places.map(({ index }) => index)).toEqual([1, 2, 4])
  })

  it('is refused where the source format cannot be written', () => {
    expect(problemOf(() => compile([{ type: 'flip' }], 'svg'))).toMatchObject({ code: 'format/unavailable' })
    expect(compile([{ type: 'convert', format: 'png' }], 'svg').output.format).toBe('png')
  })

  it('names the operation of the request that the engine could not do', () => {
    const { places } = compile([{ type: 'compress_to_size', max_file_size_in_bytes: 9 }, { type: 'flip' }])
    const failure = problem('operation/impossible', { detail: 'too small', members: { index: 0 } })
    expect(iterationLayer.named(failure, places).message).toBe('Operation 1 (flip): too small')
    expect(iterationLayer.named(problem('render/timeout'), places).code).toBe('render/timeout')
  })
})

describe('file', () => {
  const read = (given: unknown) =>
    iterationLayer.parse({ file: given, operations: [{ type: 'flip' }] }, defaultLimits).file
  const address = { url: 'https://example.com/a.jpg' }

  it('is known by what is there where no type is given', () => {
    expect(read({ base64: 'aa' })).toEqual({ kind: 'base64', base64: 'aa' })
    expect(read(address)).toMatchObject({ kind: 'url', headers: {}, timeoutMs: 30_000 })
  })

  it('sends what fetch_options say', () => {
    const fetch_options = {
      headers: { 'X-Tag': 'a' },
      auth: { type: 'basic', username: 'me', password: 'p' },
      locale: 'de-AT',
      user_agent: 'Mozilla/5.0',
      timeout_ms: 5000,
      should_render_javascript: true,
    }
    expect(read({ type: 'url', ...address, fetch_options })).toMatchObject({
      timeoutMs: 5000,
      headers: {
        'x-tag': 'a',
        authorization: `Basic ${Buffer.from('me:p').toString('base64')}`,
        'accept-language': 'de-AT',
        'user-agent': 'Mozilla/5.0',
      },
    })
    const key = { auth: { type: 'custom_header', name: 'X-Key', value: 'k' } }
    expect(read({ ...address, fetch_options: key })).toMatchObject({ headers: { 'x-key': 'k' } })
    const bearer = { auth: { type: 'bearer', token: 't' } }
    expect(read({ ...address, fetch_options: bearer })).toMatchObject({
      headers: { authorization: 'Bearer t' },
    })
  })

  it.each([
    undefined,
    { type: 'ftp' },
    { type: 'url', base64: 'aa' },
    { type: 'base64', base64: '' },
    { ...address, fetch_options: { headers: { Cookie: 'a' } } },
    { ...address, fetch_options: { headers: { 'Transfer-Encoding': 'chunked' } } },
    { ...address, fetch_options: { headers: { 'Sec-Fetch-Site': 'none' } } },
    { ...address, fetch_options: { headers: { Host: 'a' } } },
    { ...address, fetch_options: { headers: { 'X-A': 'a\r\nHost: b' } } },
    { ...address, fetch_options: { auth: { type: 'custom_header', name: 'cookie', value: 'a' } } },
    { ...address, fetch_options: { auth: { token: 'a' } } },
    { ...address, fetch_options: { timeout_ms: 999 } },
    { ...address, fetch_options: { timeout_ms: 60_001 } },
    { ...address, fetch_options: { user_agent: 'x'.repeat(501) } },
    { ...address, fetch_options: { locale: 'de\n' } },
  ])('%j is refused', (given) => {
    expect(problemOf(() => read(given))).toMatchObject({ code: 'request/invalid-parameter', status: 400 })
  })
})

describe('errors', () => {
  it('are a text beside success: false, whatever they are', () => {
    const about = { instance: 'r1' }
    for (const [code, status] of [
      ['source/unsupported', 422],
      ['origin/timeout', 422],
      ['origin/forbidden', 400],
      ['rate/limited', 429],
      ['internal/unexpected', 500],
    ] as const) {
      const answer = iterationLayerProblem(problem(code), about)
      expect(answer.status).toBe(status)
      expect(JSON.parse(answer.body)).toMatchObject({ success: false, error: expect.any(String) })
    }
    expect(iterationLayerProblem(problem('quota/exceeded', { detail: 'x' }), about).body).toContain(
      '"error":"Insufficient credits"',
    )
  })

  it.each([
    ['/image-transformation/v1/transform', true],
    ['/image-generation/v1/generate', true],
    ['/document-extraction/v1/extract', true],
    ['/v1/me', true],
    ['/v1', true],
    ['/api/v1/images', false],
    ['/v10/me', false],
    ['/image-a/b/v1', false],
  ])('of %s have that form: %s', (path, expected) => {
    expect(isIterationLayerPath(path)).toBe(expected)
  })
})
