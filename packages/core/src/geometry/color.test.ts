import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arbitraryColor } from '../../../../fixtures/arbitrary-operation.ts'
import { Problem } from '../problem/index.ts'
import { parseColor, readColor, toRgba } from './color.ts'
import { colorNames } from './color-names.ts'

describe('parseColor', () => {
  it.each([
    ['#f80', '#ff8800ff'],
    ['#F80C', '#ff8800cc'],
    ['#123456', '#123456ff'],
    ['#12345678', '#12345678'],
    [' White ', '#ffffffff'],
    ['rebeccapurple', '#663399ff'],
    ['transparent', '#00000000'],
    ['rgb(255, 128, 0)', '#ff8000ff'],
    ['rgb(255 128 0)', '#ff8000ff'],
    ['RGB(100%, 50%, 0%)', '#ff8000ff'],
    ['rgba(0,0,0,0.5)', '#00000080'],
    ['rgba(0,0,0,50%)', '#00000080'],
    ['rgb(0 0 0 / .5)', '#00000080'],
    ['rgb(0 0 0/50%)', '#00000080'],
    ['rgb(300, -20, 0)', '#ff0000ff'],
    ['rgb(12.5, 0, 0)', '#0d0000ff'],
    ['rgb(1e2, 0, 0)', '#640000ff'],
    ['rgba(0, 0, 0, 7)', '#000000ff'],
    ['hsl(0, 100%, 50%)', '#ff0000ff'],
    ['hsl(120deg 100% 25%)', '#008000ff'],
    ['hsl(0.5turn, 100%, 50%)', '#00ffffff'],
    ['hsl(200grad 100% 50%)', '#00ffffff'],
    ['hsl(-120, 100%, 50%)', '#0000ffff'],
    ['hsla(240, 100%, 50%, 0.25)', '#0000ff40'],
    ['hsl(210, 50%, 60%)', '#6699ccff'],
  ])('%s is %s', (css, canonical) => {
    expect(parseColor(css)).toBe(canonical)
  })

  it.each([
    '',
    'redd',
    'currentcolor',
    '#12',
    '#12345',
    '#1234567',
    '#ggg',
    'fff',
    'rgb()',
    'rgb(1,2)',
    'rgb(1,2,3,4,5)',
    'rgb(1 2 3 4)',
    'rgb(1, 2 3)',
    'rgb(1,2,3',
    'rgb(1%, 2, 3)',
    'rgb(a,b,c)',
    'rgb(1,,3)',
    'rgb(0 0 0 / )',
    'rgb(0 0 0 / 1 / 1)',
    'hsl(0, 1, 1)',
    'hsl(50%, 50%, 50%)',
    'hsl(1furlong, 50%, 50%)',
    'lab(50% 40 59)',
    '__proto__',
    'constructor',
    `rgb(${' '.repeat(100)}1, 2, 3)`,
  ])('refuses %j, naming it', (css) => {
    expect(() => parseColor(css)).toThrow(Problem)
    expect(() => parseColor(css)).toThrow(expect.objectContaining({ code: 'request/invalid-parameter' }))
    if (css.length < 60) expect(() => parseColor(css)).toThrow(JSON.stringify(css))
  })

  it('is idempotent', () => {
    fc.assert(fc.property(arbitraryColor, (css) => parseColor(parseColor(css)) === parseColor(css)))
  })

  it('is total and linear on any text', () => {
    fc.assert(fc.property(fc.string(), (css) => ['string', 'undefined'].includes(typeof readColor(css))))
    expect(readColor('rgb('.repeat(30_000))).toBeUndefined()
  })

  it('knows the 148 names of CSS and transparent', () => {
    expect(colorNames.size).toBe(149)
    for (const canonical of colorNames.values()) expect(canonical).toMatch(/^#[0-9a-f]{8}$/)
  })
})

describe('toRgba', () => {
  it('gives channels and alpha in 0–1', () => {
    expect(toRgba('#ff800033')).toEqual({ r: 255, g: 128, b: 0, alpha: 0.2 })
    expect(toRgba('white')).toEqual({ r: 255, g: 255, b: 255, alpha: 1 })
  })
})
