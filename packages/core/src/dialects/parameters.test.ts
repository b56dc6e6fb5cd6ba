import { describe, expect, it } from 'vitest'
import { problemOf } from './dialect.test-kit.ts'
import { maxParameters, Parameters } from './parameters.ts'

const refusal = (query: string) => problemOf(() => Parameters.parse(query))

describe('Parameters.parse', () => {
  it('decodes names and values once', () => {
    const parameters = Parameters.parse('p%3Athumb=&a%26b=%2541&plus=a+b%2Bc&bare')
    expect(parameters.text('p:thumb')).toBe('')
    expect(parameters.text('a&b')).toBe('%41')
    expect(parameters.text('plus')).toBe('a b+c')
    expect(parameters.text('bare')).toBe('')
  })

  it('keeps everything behind the first equals sign', () => {
    expect(Parameters.parse('a=b=c==').text('a')).toBe('b=c==')
  })

  it('skips empty pieces', () => {
    const parameters = Parameters.parse('&&w=1&&')
    expect(parameters.integer('w', { min: 1, max: 2 })).toBe(1)
    expect(parameters.hasUnread()).toBe(false)
  })

  it.each(['a=%', 'a=%G1', '%ff=1', 'a=%ed%a0%80', 'a=%c0%af'])('refuses the bad encoding %s', (query) => {
    expect(refusal(query).code).toBe('request/malformed')
  })

  it.each(['a=ü', 'a=b c', 'a=\u0000', 'a=b\tc'])('refuses raw characters no URL may hold: %j', (query) => {
    expect(refusal(query).code).toBe('request/malformed')
  })

  it.each(['w=1&w=1', 'w=1&%77=2', 'p:a&p%3Aa='])('refuses the duplicate in %s', (query) => {
    expect(refusal(query)).toMatchObject({ code: 'request/invalid-parameter', status: 400 })
  })

  it('counts before it decodes', () => {
    const many = (count: number) => Array.from({ length: count }, (_, index) => `a${index}=1`).join('&')
    expect(() => Parameters.parse(many(maxParameters))).not.toThrow()
    expect(refusal(many(maxParameters + 1))).toMatchObject({
      code: 'request/too-many-parameters',
      members: { maximum: maxParameters },
    })
    expect(refusal(many(10_000)).code).toBe('request/too-many-parameters')
  })

  it('treats __proto__ and constructor as names like any other', () => {
    for (const name of ['__proto__', 'constructor', 'toString']) {
      const problem = problemOf(() => Parameters.parse(`${name}=1`).finish(['w']))
      expect(problem).toMatchObject({ code: 'request/unknown-parameter', members: { parameter: name } })
    }
    expect(Parameters.parse('').text('__proto__')).toBeUndefined()
  })
})

describe('typed readers', () => {
  const range = { min: 1, max: 10_000 }

  it.each([
    ['1', 1],
    ['10000', 10_000],
    ['007', 7],
  ])('reads the whole number %s', (text, value) => {
    expect(Parameters.parse(`w=${text}`).integer('w', range)).toBe(value)
  })

  it.each([
    '',
    '0',
    '10001',
    '-1',
    '+1',
    '1.0',
    '1e3',
    '0x10',
    'abc',
    '%201',
    '١',
    '1'.repeat(400),
    'Infinity',
    'NaN',
  ])('names parameter, range and value when %s is no whole number in range', (text) => {
    const problem = problemOf(() => Parameters.parse(`w=${encodeURI(decodeURI(text))}`).integer('w', range))
    expect(problem).toMatchObject({
      code: 'request/invalid-parameter',
      status: 400,
      members: { parameter: 'w', minimum: 1, maximum: 10_000 },
    })
    expect(problem.detail).toContain('"w" must be a whole number from 1 to 10000; the value is "')
  })

  it.each([
    ['0', 0],
    ['.5', 0.5],
    ['2.', 2],
    ['99.99', 99.99],
  ])('reads the number %s', (text, value) => {
    expect(Parameters.parse(`b=${text}`).number('b', { min: 0, max: 100 })).toBe(value)
  })

  it.each(['', '.', '-0.1', '100.1', '1e1', '1,5', '1.2.3', `0.${'0'.repeat(30)}1`])(
    'refuses the number %s',
    (text) => {
      const problem = problemOf(() => Parameters.parse(`b=${text}`).number('b', { min: 0, max: 100 }))
      expect(problem.detail).toContain('must be a number from 0 to 100')
    },
  )

  it('lists the words of an enum', () => {
    const problem = problemOf(() => Parameters.parse('fit=Cover').oneOf('fit', ['cover', 'fill']))
    expect(problem.detail).toBe('Parameter "fit" must be one of cover, fill; the value is "Cover".')
    expect(problem.members).toEqual({ parameter: 'fit', allowed: ['cover', 'fill'] })
  })

  it('takes true and false and nothing else for a flag', () => {
    expect(Parameters.parse('g=true').boolean('g')).toBe(true)
    expect(Parameters.parse('g=false').boolean('g')).toBe(false)
    expect(Parameters.parse('').boolean('g')).toBeUndefined()
    for (const text of ['', '1', 'TRUE', 'yes']) {
      expect(problemOf(() => Parameters.parse(`g=${text}`).boolean('g')).code).toBe(
        'request/invalid-parameter',
      )
    }
  })

  it('cuts long values in messages', () => {
    const problem = problemOf(() => Parameters.parse(`w=${'9'.repeat(100_000)}`).integer('w', range))
    expect(problem.detail?.length).toBeLessThan(200)
  })
})

describe('finish', () => {
  const known = ['w', 'h', 'quality']
  const unknown = (query: string, hints?: ReadonlyMap<string, string>) =>
    problemOf(() => Parameters.parse(query).finish(known, hints))

  it('suggests the nearest known name', () => {
    expect(unknown('qualty=1')).toMatchObject({
      code: 'request/unknown-parameter',
      status: 400,
      detail: 'There is no parameter "qualty". Did you mean "quality"?',
      members: { parameter: 'qualty', suggestion: 'quality' },
    })
    expect(unknown('W=1').members).toMatchObject({ suggestion: 'w' })
  })

  it('translates words of other services, mistyped ones too', () => {
    const hints = new Map([['width', 'w']])
    expect(unknown('width=1', hints).members).toMatchObject({ suggestion: 'w' })
    expect(unknown('widht=1', hints).members).toMatchObject({ suggestion: 'w' })
  })

  it('lists what is known when nothing is near', () => {
    expect(unknown('zzzzzzzz=1').detail).toContain('Known ones: w, h, quality.')
  })

  it('bounds what it echoes', () => {
    const problem = unknown(`${'n'.repeat(100_000)}=1`)
    expect(JSON.stringify(problem).length).toBeLessThan(600)
  })
})

describe('fillFrom', () => {
  it('lets the URL win and names the preset in complaints', () => {
    const parameters = Parameters.parse('w=5')
    parameters.fillFrom({ w: 1, h: 'tall', grayscale: true, description: null }, 'thumb')
    expect(parameters.text('w')).toBe('5')
    expect(parameters.boolean('grayscale')).toBe(true)
    const problem = problemOf(() => parameters.integer('h', { min: 1, max: 9 }))
    expect(problem.detail).toContain('(from preset "thumb")')
    expect(problem.members).toMatchObject({ parameter: 'h', preset: 'thumb' })
    expect(parameters.hasUnread()).toBe(false)
  })
})
