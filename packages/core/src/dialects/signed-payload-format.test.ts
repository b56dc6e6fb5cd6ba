import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { operations } from '../operations/index.ts'
import { parsePipeline } from '../pipeline/index.ts'
import type { ImageRequest } from '../request/index.ts'
import { bareContext, parseWith, problemOf } from './dialect.test-kit.ts'
import { signedPayload } from './signed-payload.ts'

const format = (request: ImageRequest) => signedPayload.format?.(request) ?? ''
const written = (request: ImageRequest) => JSON.parse(Buffer.from(format(request), 'base64url').toString())
const encode = (payload: unknown) => Buffer.from(JSON.stringify(payload)).toString('base64url')
const parse = (payload: unknown) => parseWith(signedPayload, encode(payload), bareContext, 'avif,webp')

const color = fc.constantFrom('red', '#fff', '#12345678', 'rgb(1 2 3 / 50%)', '#000000')
const pixels = fc.integer({ min: 1, max: 5000 })
const tenths = (min: number, max: number) =>
  fc.integer({ min: min * 10, max: max * 10 }).map((value) => value / 10)
const optional = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) => fc.record(model, { requiredKeys: [] })

const edits = fc.oneof(
  optional({
    width: pixels,
    height: pixels,
    fit: fc.constantFrom('cover', 'contain', 'fill', 'inside', 'outside'),
    position: fc.constantFrom('top', 'left', 'bottom-right', 'center'),
    background: color,
    upscale: fc.boolean(),
    downscale: fc.boolean(),
    kernel: fc.constantFrom('nearest', 'lanczos3'),
  })
    .filter(({ width, height }) => width !== undefined || height !== undefined)
    .map((resize) => ({ resize })),
  fc.record({ left: pixels, top: pixels, width: pixels, height: pixels }).map((crop) => ({ crop })),
  fc.constantFrom('1:1', '5:4').map((aspect) => ({ crop: { aspect, position: 'entropy' } })),
  optional({ top: pixels, right: pixels, bottom: pixels, left: pixels, background: color }).map((extend) => ({
    extend,
  })),
  optional({ threshold: fc.integer({ min: 0, max: 255 }), background: color }).map((trim) => ({ trim })),
  fc
    .record({ angle: fc.integer({ min: -720, max: 720 }), background: color }, { requiredKeys: ['angle'] })
    .map((rotate) => ({ rotate })),
  fc.boolean().map((flip) => ({ flip })),
  fc.boolean().map((flop) => ({ flop })),
  tenths(1, 1000).map((blur) => ({ blur })),
  fc
    .oneof(tenths(1, 10), optional({ sigma: tenths(1, 10), flat: tenths(0, 5), jagged: tenths(0, 5) }))
    .map((sharpen) => ({ sharpen })),
  fc.constant({ grayscale: true }),
  optional({
    brightness: tenths(0, 3),
    saturation: tenths(0, 3),
    hue: fc.integer({ min: -360, max: 360 }),
    lightness: fc.integer({ min: -100, max: 100 }),
  }).map((modulate) => ({ modulate })),
  optional({ background: color }).map((flatten) => ({ flatten })),
  fc
    .oneof(
      color.map((css) => ({ color: css })),
      fc.constant({ r: 9, g: 8, b: 7 }),
    )
    .map((tint) => ({ tint })),
  fc.boolean().map((invert) => ({ invert })),
  fc.oneof(fc.constant(true), fc.constant({ lower: 3 })).map((normalize) => ({ normalize })),
  tenths(1, 9).map((gamma) => ({ gamma })),
  optional({ shadow: color, highlight: color }).map((duotone) => ({ duotone })),
  optional({ radius: tenths(0, 90), topLeft: tenths(0, 90) }).map((roundCorners) => ({ roundCorners })),
  fc.record({ width: pixels, color }).map((border) => ({ border })),
)

const payloads = fc.record(
  {
    key: fc.constantFrom('a.jpg', 'blog/é 1.png', '???>>>'),
    edits: fc.oneof(
      edits,
      fc.array(
        fc.oneof(
          { weight: 9, arbitrary: edits as fc.Arbitrary<object> },
          { weight: 1, arbitrary: fc.constant({ autoOrient: false }) },
        ),
        { maxLength: 8 },
      ),
    ),
    output: fc.record(
      {
        format: fc.constantFrom('webp', 'avif', 'auto', 'smallest'),
        quality: fc.oneof(fc.integer({ min: 1, max: 100 }), fc.constantFrom('auto', 'auto:eco', 'auto:44')),
        maxBytes: fc.integer({ min: 1, max: 1_000_000_000 }),
        lossless: fc.boolean(),
        metadata: fc.constantFrom('none', 'copyright', 'all'),
        colorSpace: fc.constantFrom('srgb', 'p3'),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: ['key'] },
)

describe('signed-payload format', () => {
  it.each(['jpeg', 'png', 'tiff'])('writes and reads the density of a %s', (named) => {
    const request = parse({ key: 'a.jpg', output: { format: named, density: 300 } })
    expect(request.output).toMatchObject({ density: 300 })
    expect(parseWith(signedPayload, format(request), bareContext)).toEqual(request)
  })

  it('is the inverse of parse', () => {
    fc.assert(
      fc.property(payloads, (payload) => {
        // Qualities of different formats do not compare.
        fc.pre(payload.output?.format !== 'smallest' || typeof payload.output.quality !== 'number')
        const request = parse(payload)
        const text = format(request)
        const again = parseWith(signedPayload, text, bareContext, 'avif,webp')
        expect(again).toEqual(request)
        expect(format(again)).toBe(text)
        expect(text).toMatch(/^eyJrZXki[A-Za-z0-9_-]*$/)
      }),
      { numRuns: 3000 },
    )
  })

  it('can say every operation of the registry', () => {
    const plain = parse({ key: 'a.jpg' })
    for (const { op, examples } of operations) {
      for (const example of examples) {
        const request = { ...plain, pipeline: parsePipeline([{ op, ...example }], bareContext.limits) }
        expect(parseWith(signedPayload, format(request), bareContext).pipeline, op).toEqual(request.pipeline)
      }
    }
  })

  it('leaves out what the dialect fills in', () => {
    expect(written(parse({ key: 'a' }))).toEqual({ key: 'a' })
    expect(
      written(
        parse({ key: 'a', edits: { resize: { width: 5, fit: 'cover', upscale: false, background: 'red' } } }),
      ),
    ).toEqual({
      key: 'a',
      edits: [{ resize: { width: 5 } }],
    })
    expect(
      written(
        parse({ key: 'a', edits: [{ sharpen: { sigma: 2 } }, { extend: {} }], output: { quality: 90 } }),
      ),
    ).toEqual({
      key: 'a',
      edits: [{ sharpen: 2 }],
    })
    expect(written(parse({ key: 'a', edits: [{ sharpen: 1 }, { autoOrient: false }] }))).toEqual({
      key: 'a',
      edits: [{ autoOrient: false }, { sharpen: 1 }],
    })
  })

  it('writes the metadata request', () => {
    expect(written(parse({ key: 'a', metadata: true }))).toEqual({ key: 'a', metadata: true })
  })

  const plain = parse({ key: 'a.jpg' })
  it.each<[string, ImageRequest]>([
    ['a lookup by stem', { ...plain, source: { kind: 'asset', path: 'a', match: 'stem' } }],
    ['an attachment', { ...plain, delivery: { ...plain.delivery, download: 'x' } }],
    ['a still', { ...plain, output: { ...plain.output, animated: false } as never }],
    [
      'an operation behind a text',
      { ...plain, pipeline: parsePipeline([{ op: 'text', text: 'a' }, { op: 'flip' }], bareContext.limits) },
    ],
    ['a broken key', { ...plain, source: { kind: 'asset', path: '\ud800', match: 'exact' } }],
  ])('says that it has no words for %s', (_, request) => {
    expect(problemOf(() => format(request)).code).toBe('pipeline/invalid')
  })
})
