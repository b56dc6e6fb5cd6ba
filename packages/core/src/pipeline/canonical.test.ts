import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arbitraryOperation } from '../../../../fixtures/arbitrary-operation.ts'
import { defaultLimits } from '../limits/index.ts'
import type { Pipeline } from '../operations/index.ts'
import { canonicalJson, canonicalPipeline } from './canonical.ts'
import { parsePipeline } from './schema.ts'

const pipelines = fc.array(arbitraryOperation, { maxLength: 6 })

function canonical(input: unknown): string {
  return canonicalPipeline(parsePipeline(input, defaultLimits))
}

describe('canonicalPipeline', () => {
  it.each([
    ['defaults are left out', [{ op: 'sharpen', sigma: 1, flat: 1, jagged: 2 }], '[{"op":"sharpen"}]'],
    ['keys are sorted', [{ width: 2, op: 'resize', height: 1 }], '[{"height":1,"op":"resize","width":2}]'],
    ['floats keep 4 decimals', [{ op: 'blur', sigma: 2.000049 }], '[{"op":"blur","sigma":2}]'],
    ['floats round half up', [{ op: 'blur', sigma: 1.23456 }], '[{"op":"blur","sigma":1.2346}]'],
    ['colours', [{ op: 'flatten', background: 'Tomato' }], '[{"background":"#ff6347ff","op":"flatten"}]'],
    ['default colours', [{ op: 'flatten', background: 'rgb(100%,100%,100%)' }], '[{"op":"flatten"}]'],
    ['angles', [{ op: 'rotate', angle: -10 }], '[{"angle":350,"op":"rotate"}]'],
    ['hues', [{ op: 'modulate', hue: -30 }], '[{"hue":330,"op":"modulate"}]'],
    [
      'quarter turns have no corners',
      [{ op: 'rotate', angle: 450, background: 'red' }],
      '[{"angle":90,"op":"rotate"}]',
    ],
    ['full turns', [{ op: 'rotate', angle: 360, background: 'red' }], '[]'],
    ['empty borders', [{ op: 'extend', background: 'red' }], '[]'],
    ['empty modulations', [{ op: 'modulate', hue: 360 }], '[]'],
    ['aspects are reduced', [{ op: 'crop', aspect: '32:18' }], '[{"aspect":"16:9","op":"crop"}]'],
    [
      'one side alone has no fit',
      [{ op: 'resize', width: 9, fit: 'contain', position: 'top', background: 'red' }],
      '[{"op":"resize","width":9}]',
    ],
    [
      'inside places nothing',
      [{ op: 'resize', width: 9, height: 9, fit: 'inside', position: 'top', background: 'red' }],
      '[{"fit":"inside","height":9,"op":"resize","width":9}]',
    ],
    [
      'cover has no letterbox',
      [{ op: 'resize', width: 9, height: 9, position: 'top', background: 'red' }],
      '[{"height":9,"op":"resize","position":"top","width":9}]',
    ],
    ['undefined is absent', [{ op: 'resize', width: 9, height: undefined }], '[{"op":"resize","width":9}]'],
  ])('%s', (_, input, text) => {
    expect(canonical(input)).toBe(text)
  })

  it('folds operations that a dialect built by hand', () => {
    const built: Pipeline = [
      { op: 'crop', aspect: '21:9', position: 'focal-point', zoom: 1, outside: 'refuse' },
      { op: 'rotate', angle: -90, background: '#00000000', corners: 'grow' },
      { op: 'blur', sigma: 0.1 + 0.2 },
    ]
    expect(canonicalPipeline(built)).toBe(
      '[{"aspect":"7:3","op":"crop"},{"angle":270,"op":"rotate"},{"op":"blur","sigma":0.3}]',
    )
  })

  it('keeps the order of operations', () => {
    expect(canonical([{ op: 'flip' }, { op: 'grayscale' }])).not.toBe(
      canonical([{ op: 'grayscale' }, { op: 'flip' }]),
    )
  })

  it('is idempotent, and its text parses back to the same pipeline', () => {
    fc.assert(
      fc.property(pipelines, (input) => {
        const text = canonical(input)
        expect(canonical(JSON.parse(text))).toBe(text)
      }),
    )
  })

  it('does not depend on the order of keys', () => {
    fc.assert(
      fc.property(pipelines, fc.infiniteStream(fc.double()), (input, randoms) => {
        const shuffled = input.map((operation) =>
          Object.fromEntries(
            Object.entries(operation)
              .map((entry) => [randoms.next().value as number, entry] as const)
              .sort(([a], [b]) => a - b)
              .map(([, entry]) => entry),
          ),
        )
        expect(canonical(shuffled)).toBe(canonical(input))
      }),
    )
  })

  it('does not depend on whether defaults are spelled out', () => {
    fc.assert(
      fc.property(pipelines, (input) => {
        const spelled = parsePipeline(input, defaultLimits)
        expect(canonical(spelled)).toBe(canonical(input))
      }),
    )
  })
})

describe('canonicalJson', () => {
  it.each([
    [{ b: 1, a: [true, null, 'x'] }, '{"a":[true,null,"x"],"b":1}'],
    [{ a: undefined, b: -0 }, '{"b":0}'],
    [1e21, '1e+21'],
    [0.000001, '0.000001'],
    ['\u20ac$\u000f\nA\'B"\\', '"€$\\u000f\\nA\'B\\"\\\\"'],
    ['\ud800', '"\\ud800"'],
    [
      { '\u20ac': 1, '\r': 2, '1': 3, '\ud83d\ude00': 4, '\ufb33': 5 },
      '{"\\r":2,"1":3,"€":1,"😀":4,"\ufb33":5}',
    ],
  ])('writes %j', (value, text) => {
    expect(canonicalJson(value)).toBe(text)
  })

  it.each([[Number.NaN], [Number.POSITIVE_INFINITY], [undefined], [1n], [() => 1]])('refuses %s', (value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError)
  })

  it('reads back to the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)))
      }),
    )
  })
})
