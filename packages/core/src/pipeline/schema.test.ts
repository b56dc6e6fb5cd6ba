import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arbitraryOperation } from '../../../../fixtures/arbitrary-operation.ts'
import { defaultLimits } from '../limits/index.ts'
import { operations } from '../operations/index.ts'
import { Problem } from '../problem/index.ts'
import { parsePipeline } from './schema.ts'

function complaintOf(input: unknown, maxOperations = 30): Problem {
  try {
    parsePipeline(input, { maxOperations })
  } catch (error) {
    if (error instanceof Problem) return error
    throw error
  }
  throw new Error(`accepted ${JSON.stringify(input)}`)
}

describe('parsePipeline', () => {
  it('fills in defaults and freezes', () => {
    const pipeline = parsePipeline([{ op: 'resize', width: 20, background: 'red' }], defaultLimits)
    expect(pipeline).toEqual([
      {
        op: 'resize',
        width: 20,
        fit: 'cover',
        position: 'focal-point',
        background: '#ff0000ff',
        fill: 'color',
        fillOpacity: 1,
        upscale: true,
        downscale: true,
        whenSmaller: 'fit',
        kernel: 'lanczos3',
      },
    ])
    expect(Object.isFrozen(pipeline) && Object.isFrozen(pipeline[0])).toBe(true)
  })

  it('takes every example of every operation, and any mix of valid parameters', () => {
    for (const { op, examples } of operations) {
      for (const example of examples)
        expect(parsePipeline([{ op, ...example }], defaultLimits)).toHaveLength(1)
    }
    fc.assert(
      fc.property(fc.array(arbitraryOperation, { maxLength: 30 }), (input) => {
        expect(parsePipeline(input, defaultLimits)).toHaveLength(input.length)
      }),
    )
  })

  it('parses a constant once, and what may change every time', () => {
    const parse = (operation: object) => parsePipeline([operation], defaultLimits)[0]
    const constant = Object.freeze({ op: 'blur', sigma: 3 })
    expect(parse(constant)).toBe(parse(constant))
    const mutable = { op: 'blur', sigma: 3 }
    parse(mutable)
    mutable.sigma = 4
    expect(parse(mutable)).toMatchObject({ sigma: 4 })
    const shallow = Object.freeze({ op: 'maskImage', picture: { asset: 'a.png' } })
    parse(shallow)
    shallow.picture.asset = 'b.png'
    expect(parse(shallow)).toMatchObject({ picture: { asset: 'b.png' } })
  })

  it('takes what it gave', () => {
    fc.assert(
      fc.property(fc.array(arbitraryOperation, { maxLength: 5 }), (input) => {
        const parsed = parsePipeline(input, defaultLimits)
        expect(parsePipeline(parsed, defaultLimits)).toEqual(parsed)
      }),
    )
  })

  it.each([
    ['no array', { op: 'flip' }, '/pipeline', 'not an object'],
    ['no object', [[]], '/pipeline/0', 'not an array'],
    ['null', [{ op: 'flip' }, null], '/pipeline/1', 'not null'],
    ['no op', [{ width: 3 }], '/pipeline/0/op', 'must name its "op"'],
    ['a number as op', [{ op: 3 }], '/pipeline/0/op', 'must name its "op"'],
    [
      'an unknown op',
      [{ op: 'rezise' }],
      '/pipeline/0/op',
      '"rezise" is no operation; did you mean "resize"?',
    ],
    [
      'an op of the prototype',
      [{ op: '__proto__' }],
      '/pipeline/0/op',
      '"__proto__" is no operation; known are',
    ],
    [
      'an unknown key',
      [{ op: 'blur', sgima: 3 }],
      '/pipeline/0/sgima',
      'no parameter "sgima"; did you mean "sigma"?',
    ],
    ['a key beside none', [{ op: 'flip', x: 3 }], '/pipeline/0/x', 'it takes no parameters'],
    ['a key with / and ~', [{ op: 'flip', 'a/b~c': 3 }], '/pipeline/0/a~1b~0c', 'no parameter "a/b~c"'],
    ['a missing value', [{ op: 'blur' }], '/pipeline/0/sigma', 'sigma is required'],
    ['too small', [{ op: 'blur', sigma: 0.2 }], '/pipeline/0/sigma', 'must be at least 0.3 px (value 0.2)'],
    ['too big', [{ op: 'blur', sigma: 1001 }], '/pipeline/0/sigma', 'must be at most 1000 px (value 1001)'],
    ['a fraction', [{ op: 'resize', width: 1.5 }], '/pipeline/0/width', 'must be whole pixels, 1–1000000'],
    ['a text', [{ op: 'resize', width: '10' }], '/pipeline/0/width', 'percent of the side such as "50%"'],
    ['null for a number', [{ op: 'resize', width: 1, height: null }], '/pipeline/0/height', '(value null)'],
    ['zero', [{ op: 'resize', width: 0 }], '/pipeline/0/width', 'must be at least 1 px (value 0)'],
    ['a wrong word', [{ op: 'resize', width: 1, fit: 'clip' }], '/pipeline/0/fit', 'one of cover, contain'],
    ['a wrong colour', [{ op: 'flatten', background: 'redd' }], '/pipeline/0/background', 'a CSS colour'],
    ['no box', [{ op: 'crop' }], '/pipeline/0', 'needs an edge, a side, an aspect or a zoom'],
    ['no side', [{ op: 'resize' }], '/pipeline/0', 'needs a width, a height or both'],
    [
      'a box with too many edges',
      [{ op: 'crop', left: 1, width: 3, right: 5 }],
      '/pipeline/0/right',
      'must be absent beside left and width',
    ],
    [
      'box and aspect',
      [{ op: 'crop', left: 1, top: 1, width: 3, height: 3, aspect: '1:1' }],
      '/pipeline/0',
      'not both',
    ],
    ['a bad aspect', [{ op: 'crop', aspect: '16/9' }], '/pipeline/0/aspect', 'must be width:height'],
    ['a huge aspect', [{ op: 'crop', aspect: '100000001:1' }], '/pipeline/0/aspect', 'at most 100000000'],
    [
      'saliency in a letterbox',
      [{ op: 'resize', width: 1, height: 1, fit: 'contain', position: 'entropy' }],
      '/pipeline/0/position',
      'must be a place',
    ],
    ['NaN', [{ op: 'blur', sigma: Number.NaN }], '/pipeline/0/sigma', '(value NaN)'],
    [
      'infinity',
      [{ op: 'rotate', angle: Number.POSITIVE_INFINITY }],
      '/pipeline/0/angle',
      '(value Infinity)',
    ],
    ['half a degree of hue', [{ op: 'modulate', hue: 0.5 }], '/pipeline/0/hue', 'must be a whole number'],
  ])('refuses %s, pointing at it', (_, input, pointer, words) => {
    const refused = complaintOf(input)
    expect(refused.code).toBe('pipeline/invalid')
    expect(refused.status).toBe(400)
    expect(refused.members.pointer).toBe(pointer)
    expect(refused.detail).toContain(words)
  })

  it('names index, operation and parameter as members', () => {
    const refused = complaintOf([{ op: 'flip' }, { op: 'blur', sigma: 0 }])
    expect(refused.members).toEqual({
      pointer: '/pipeline/1/sigma',
      index: 1,
      operation: 'blur',
      parameter: 'sigma',
    })
  })

  it('refuses more operations than the limit', () => {
    const flips = Array.from({ length: 4 }, () => ({ op: 'flip' }))
    expect(parsePipeline(flips, { maxOperations: 4 })).toHaveLength(4)
    expect(complaintOf(flips, 3).code).toBe('pipeline/too-long')
  })

  it('refuses __proto__ from JSON as an unknown key and pollutes nothing', () => {
    const input = JSON.parse('[{"op":"blur","sigma":2,"__proto__":{"polluted":1}}]')
    expect(complaintOf(input).members.pointer).toBe('/pipeline/0/__proto__')
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })

  it('survives values nested without end', () => {
    let deep: unknown = []
    for (let level = 0; level < 100_000; level++) deep = [deep]
    expect(complaintOf([{ op: 'blur', sigma: deep }]).detail).toContain('(value an array)')
    expect(complaintOf([{ op: 'flatten', background: deep }]).code).toBe('pipeline/invalid')
    expect(complaintOf(deep).code).toBe('pipeline/invalid')
  })

  it('cuts long names and values before it echoes them', () => {
    const long = 'x'.repeat(100_000)
    for (const input of [[{ op: long }], [{ op: 'blur', [long]: 1 }], [{ op: 'blur', sigma: long }]]) {
      expect(JSON.stringify(complaintOf(input)).length).toBeLessThan(800)
    }
  })

  it('throws nothing but Problems, whatever comes', () => {
    const name = fc.constantFrom(...operations.map(({ op }) => op))
    const wild = fc.oneof(
      fc.anything(),
      fc.array(fc.record({ op: name, sigma: fc.anything(), width: fc.anything() })),
    )
    fc.assert(
      fc.property(wild, (input) => {
        try {
          parsePipeline(input, defaultLimits)
        } catch (error) {
          expect(error).toBeInstanceOf(Problem)
        }
      }),
    )
  })
})
