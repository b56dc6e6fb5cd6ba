import { describe, expect, it } from 'vitest'
import { defaultLimits } from '../limits/index.ts'
import { canonicalPipeline, parsePipeline } from '../pipeline/index.ts'
import type { TextStep } from '../steps/index.ts'
import { frameOf } from './frame.test-kit.ts'
import { lowerOperation } from './index.ts'

const frame = frameOf(300, 200, { format: 'png' })

const parse = (params: object) => parsePipeline([{ op: 'text', text: 'Hi', ...params }], defaultLimits)
const canonical = (params: object) => canonicalPipeline(parse(params))

function lower(params: object): TextStep {
  const [step] = parse(params).flatMap((operation) => lowerOperation(operation, frame))
  if (step?.step !== 'text') throw new Error('no text')
  return step
}

describe('text', () => {
  it('is 24 px, white, opaque, bottom right, 10 px from the edges, inside the padding', () => {
    expect(lower({})).toMatchObject({
      text: 'Hi',
      font: 'sans',
      size: 24,
      color: { r: 255, g: 255, b: 255, alpha: 1 },
      opacity: 1,
      position: 'bottom-right',
      align: 'right',
      padding: 10,
      maxWidth: 280,
      maxHeight: 180,
    })
  })

  it('takes lengths as shares of the side they lie along', () => {
    const lengths = { fontSize: '10%', maxWidth: '50%', maxHeight: '25%', x: '-10%', y: '1.5%' }
    expect(lower(lengths)).toMatchObject({ size: 30, maxWidth: 150, maxHeight: 50, x: -30, y: 3 })
  })

  it('leaves room for stroke and box, and for the turn', () => {
    const room = lower({ strokeWidth: 5, background: 'red', backgroundPadding: 15, padding: 0 })
    expect(room).toMatchObject({ maxWidth: 260, maxHeight: 160 })
    expect(lower({ angle: 90, padding: 0 })).toMatchObject({ maxWidth: 200, maxHeight: 300 })
    expect(lower({ padding: 500 })).toMatchObject({ maxWidth: 1, maxHeight: 1 })
  })

  it('aligns as it is placed unless told', () => {
    expect(lower({ position: 'top-left' }).align).toBe('left')
    expect(lower({ position: 'top' }).align).toBe('center')
    expect(lower({ position: 'top', align: 'justify' }).align).toBe('justify')
  })

  it('writes line ends as line feeds and tabs as spaces', () => {
    expect(lower({ text: 'a\r\nb\rc\u2028d\u0085e\tf' }).text).toBe('a\nb\nc\nd\ne f')
  })

  it.each([
    ['a\u0000b', 'U+0000'],
    ['a\u001b[31m', 'U+001B'],
    ['\u009f', 'U+009F'],
    ['\ud800', 'U+D800'],
    ['\uffff', 'U+FFFF'],
    ['\u{1fffe}', 'U+1FFFE'],
    ['', 'must not be empty'],
    ['x'.repeat(2001), 'at most 2000 characters'],
    ['😀'.repeat(2001), 'at most 2000 characters'],
  ])('refuses %j', (text, reason) => {
    expect(() => parse({ text })).toThrow(reason)
  })

  it('counts characters, not code units', () => {
    expect(lower({ text: '😀'.repeat(2000) }).text).toHaveLength(4000)
  })

  it('keeps what changes the order of letters: it is the reader’s business', () => {
    expect(lower({ text: '\u202eabc\u202c\u2066d\u2069' }).text).toHaveLength(8)
  })

  it.each([
    { fontSize: 0 },
    { fontSize: '50' },
    { fontSize: '-5%' },
    { fontSize: '1001%' },
    { fontSize: true },
    { fontSize: 24.5 },
    { maxWidth: 0.5 },
    { x: Number.NaN },
    { weight: 1000 },
    { font: 'Comic Sans' },
    { language: 'x"y' },
    { position: 'attention' },
    { shadowBlur: 201 },
    { opacity: 1.1 },
  ])('refuses %j', (params) => {
    expect(() => parse(params)).toThrow(expect.objectContaining({ code: 'pipeline/invalid' }))
  })

  it('says what a length may be', () => {
    expect(() => parse({ fontSize: true })).toThrow(
      'whole pixels, 1–4000, or percent of the side such as "50%", up to 1000%',
    )
  })

  it.each([
    [{ strokeColor: 'red' }, {}],
    [{ strokeWidth: 4, strokeColor: 'transparent' }, {}],
    [{ shadowX: 9, shadowBlur: 1 }, {}],
    [{ backgroundPadding: 9, backgroundRadius: 1 }, {}],
    [{ gap: 9 }, {}],
    [{ fit: 'max', fontSize: 90 }, { fit: 'max' }],
    [{ fontSize: '07.50%' }, { fontSize: '7.5%' }],
    [{ color: 'WHITE', angle: 360 }, {}],
    [{ text: 'a\r\nb' }, { text: 'a\nb' }],
  ])('%j is %j', (spelling, simple) => {
    expect(canonical(spelling)).toBe(canonical(simple))
  })

  it.each([[{ text: ' \n ' }], [{ opacity: 0 }]])('%j changes nothing', (params) => {
    expect(canonical(params)).toBe('[]')
    expect(parse(params).flatMap((operation) => lowerOperation(operation, frame))).toEqual([])
  })
})
