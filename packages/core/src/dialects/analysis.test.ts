/** What both of our own forms say about analyses: parsing, writing back, and what they refuse. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AnalysisOutput } from '../request/index.ts'
import { bareContext, parseWith, problemOf } from './dialect.test-kit.ts'
import { imgSrc } from './img-src.ts'
import { signedPayload } from './signed-payload.ts'

const components = fc.record({ x: fc.integer({ min: 1, max: 9 }), y: fc.integer({ min: 1, max: 9 }) })
const prefix = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_-]{0,10}$/)
const colors = fc.integer({ min: 0, max: 16 })
const outputs: fc.Arbitrary<AnalysisOutput> = fc.oneof(
  colors.map((count) => ({ kind: 'palette', as: 'json', colors: count }) as const),
  fc
    .tuple(colors, prefix)
    .map(([count, name]) => ({ kind: 'palette', as: 'css', colors: count, prefix: name }) as const),
  components.map((waves) => ({ kind: 'placeholder', as: 'blurhash', components: waves }) as const),
  fc.constantFrom('blurhash', 'thumbhash', 'lqip').map((as) => ({ kind: 'placeholder', as }) as const),
  fc.constantFrom('none', 'public', 'all').map((details) => ({ kind: 'facts', details }) as const),
)

const payload = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

describe('img-src', () => {
  it.each([
    ['as=palette', { kind: 'palette', as: 'json', colors: 6 }],
    ['as=palette&colors=0', { kind: 'palette', as: 'json', colors: 0 }],
    ['as=css&colors=16&prefix=hero', { kind: 'palette', as: 'css', colors: 16, prefix: 'hero' }],
    ['as=blurhash', { kind: 'placeholder', as: 'blurhash' }],
    ['as=blurhash&components=4x3', { kind: 'placeholder', as: 'blurhash', components: { x: 4, y: 3 } }],
    ['as=thumbhash', { kind: 'placeholder', as: 'thumbhash' }],
    ['as=lqip', { kind: 'placeholder', as: 'lqip' }],
    ['as=json', { kind: 'facts', details: 'none' }],
  ])('reads %s', (query, output) => {
    const request = parseWith(imgSrc, `a/b.jxl?w=100&${query}`)
    expect(request.output).toEqual(output)
    expect(request.pipeline).toHaveLength(1)
    expect(request.delivery.originalIfExact).toBe(false)
  })

  it.each([
    ['as=picture', 'as'],
    ['as=palette&colors=17', 'colors'],
    ['as=lqip&colors=3', 'colors'],
    ['colors=3', 'colors'],
    ['as=palette&prefix=x', 'prefix'],
    ['as=css&prefix=1x', 'prefix'],
    ['as=css&prefix=x%7B', 'prefix'],
    ['as=blurhash&components=10x1', 'components'],
    ['as=thumbhash&components=4x3', 'components'],
    ['as=blurhash&q=80', 'q'],
    ['as=blurhash&max-bytes=80', 'max-bytes'],
  ])('refuses %s', (query, parameter) => {
    const found = problemOf(() => parseWith(imgSrc, `a.jpg?${query}`))
    expect(found.code).toBe('request/invalid-parameter')
    expect(found.members.parameter).toBe(parameter)
  })

  it('lets a preset speak about quality and format', () => {
    const presets = new Map([['thumb', { w: 200, q: 60, format: 'avif' }]])
    const { output, pipeline } = parseWith(imgSrc, 'a.jpg?p:thumb&as=lqip', { ...bareContext, presets })
    expect([output.kind, pipeline.length]).toEqual(['placeholder', 1])
  })

  it('names an attachment by its kind', () => {
    const nameOf = (query: string) => parseWith(imgSrc, `x/photo.jpg?download&${query}`).delivery.download
    expect(['as=json', 'as=css', 'as=lqip'].map(nameOf)).toEqual(['photo.json', 'photo.css', 'photo.txt'])
  })

  it('writes back what it can say', () => {
    fc.assert(
      fc.property(outputs, (output) => {
        const request = { ...parseWith(imgSrc, 'a.webp?w=100&rotate=90&as=json&download'), output }
        if (output.kind === 'facts' && output.details !== 'none') {
          expect(problemOf(() => imgSrc.format?.(request)).code).toBe('pipeline/invalid')
          return
        }
        const { output: again, pipeline } = parseWith(imgSrc, imgSrc.format?.(request) ?? '')
        expect([again, pipeline]).toEqual([output, request.pipeline])
      }),
    )
  })
})

describe('signed payload', () => {
  const parse = (output: unknown, edits?: unknown) =>
    parseWith(signedPayload, payload({ key: 'a.jpg', ...(edits === undefined ? {} : { edits }), output }))

  it.each([
    [{ format: 'palette' }, { kind: 'palette', as: 'json', colors: 6 }],
    [
      { format: 'css', colors: 3 },
      { kind: 'palette', as: 'css', colors: 3, prefix: 'image' },
    ],
    [
      { format: 'blurhash', components: { x: 5, y: 2 } },
      { kind: 'placeholder', as: 'blurhash', components: { x: 5, y: 2 } },
    ],
    [{ format: 'lqip' }, { kind: 'placeholder', as: 'lqip' }],
    [{ format: 'json' }, { kind: 'facts', details: 'public' }],
    [
      { format: 'json', details: 'all' },
      { kind: 'facts', details: 'all' },
    ],
  ])('reads %j', (output, expected) => {
    expect(parse(output, [{ blur: 2 }])).toMatchObject({ output: expected, pipeline: [{ op: 'blur' }] })
  })

  it.each([
    [{ format: 'json', details: 'gps' }, '/output/details'],
    [{ format: 'palette', colors: 1.5 }, '/output/colors'],
    [{ format: 'css', prefix: 'a b' }, '/output/prefix'],
    [{ format: 'blurhash', components: { x: 4 } }, '/output/components'],
    [{ format: 'blurhash', components: { x: 4, y: 10 } }, '/output/components'],
    [{ format: 'lqip', quality: 80 }, '/output/quality'],
    [{ format: 'thumbhash', colors: 3 }, '/output/colors'],
  ])('refuses %j', (output, pointer) => {
    const found = problemOf(() => parse(output))
    expect([found.code, found.members.pointer]).toEqual(['pipeline/invalid', pointer])
  })

  it('refuses a byte budget for what is no file', () => {
    const found = problemOf(() => parse({ format: 'lqip' }, [{ compressToSize: 1_000 }]))
    expect(found.code).toBe('pipeline/invalid')
  })

  it('writes back every analysis', () => {
    fc.assert(
      fc.property(outputs, (output) => {
        const request = { ...parse({ format: 'lqip' }, [{ blur: 2 }]), output }
        const again = parseWith(signedPayload, signedPayload.format?.(request) ?? '')
        expect([again.output, again.pipeline]).toEqual([output, request.pipeline])
      }),
    )
  })
})
