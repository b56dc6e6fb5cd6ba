/**
 * imgix's machine-readable table of parameters: every parameter with the ends of its range, its words, its default
 * and under each of its names. No value of the table may be an error, names mean the same, and what our own table
 * calls supported changes the answer.
 */
import spec from 'imgix-url-params/dist/parameters.json' with { type: 'json' }
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writePdf } from '../../fixtures/pdf.ts'
import { conformance } from '../../packages/core/src/dialects/imgix/conformance.ts'
import { locator } from './locator.ts'
import { type Site, startSite } from './site.ts'

interface Bounds {
  readonly min?: number
  readonly max?: number
}
type Expected = {
  readonly type: string
  readonly possible_values?: readonly (string | number)[]
  readonly strict_range?: Bounds
  readonly suggested_range?: Bounds
  readonly length?: number
} & Readonly<Record<string, unknown>>
interface Parameter {
  readonly expects: Expected | readonly Expected[]
  readonly default?: unknown
  readonly depends?: readonly string[]
  readonly aliases?: readonly string[]
}

const parameters: Readonly<Record<string, unknown>> = spec.parameters
const host = 'spec.imgix.test'
let site: Site

function solid(width: number, height: number, background: string): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 4, background } })
    .png()
    .toBuffer()
}

/** A subject in a frame in a frame, whose greys differ by 15: tolerances trim one or both. */
async function framed(): Promise<Buffer> {
  return sharp(await solid(80, 60, '#202020'))
    .composite([
      { input: await solid(60, 44, '#2f2f2f'), left: 9, top: 7 },
      { input: await solid(30, 20, '#2060c0'), left: 30, top: 20 },
    ])
    .png()
    .toBuffer()
}

beforeAll(async () => {
  const frames = await Promise.all(['red', 'lime', 'blue'].map((colour) => solid(30, 20, colour)))
  const subject = await solid(40, 30, '#2060c0')
  site = await startSite({
    hosts: { [host]: 'imgix' },
    pictures: {
      'small.jpg': await sharp(await locator(90, 60))
        .withExif({ IFD0: { Copyright: 'Ada' } })
        .jpeg()
        .toBuffer(),
      'large.jpg': await locator(600, 500),
      'strip.jpg': await locator(200, 4),
      'wide.jpg': await sharp(await locator(90, 60))
        .withIccProfile('p3')
        .jpeg()
        .toBuffer(),
      'anim.gif': await sharp(frames, { join: { animated: true } })
        .gif()
        .toBuffer(),
      'faded.png': await sharp({ create: { width: 80, height: 60, channels: 4, background: '#00000000' } })
        .composite([{ input: subject, left: 9, top: 7 }])
        .png()
        .toBuffer(),
      'framed.png': await framed(),
      'book.pdf': writePdf(
        Array.from({ length: 20 }, (_, index) => ({ box: `0 0 ${20 + index} 20`, content: '' })),
      ),
      'marks/logo.png': await solid(9, 9, '#ffffff'),
    },
  })
})
afterAll(() => site?.stop())

/** Values a parameter of the table takes, as the table describes it. */
function valuesOf(expected: Expected): readonly string[] {
  if (expected.possible_values !== undefined) return expected.possible_values.map(String)
  const range = { ...expected.suggested_range, ...expected.strict_range }
  switch (expected.type) {
    case 'boolean':
      return ['true', 'false']
    case 'integer':
    case 'number': {
      const [min, max] = [range.min ?? 1, Math.min(range.max ?? 20, 8192)]
      return [min, Math.floor((min + max) / 2), max].map(String)
    }
    case 'unit_scalar':
      return [range.min ?? 0, 0.5, range.max ?? 1].map(String)
    case 'ratio':
      return ['16:9', '1.5:1']
    case 'hex_color':
      return ['f00', '8f00', 'ff8800', '80ff8800']
    case 'color_keyword':
      return ['rebeccapurple']
    case 'url':
      return [`https://${host}/logo.png`]
    case 'path':
      return ['/logo.png']
    case 'timestamp':
      return ['4102444800']
    case 'interval':
      return ['1-2']
    case 'list':
      return expected.length === undefined ? ['a,b'] : tuplesOf(expected, expected.length)
    default:
      return ['abc']
  }
}

function tuplesOf(expected: Expected, length: number): readonly string[] {
  const places = Array.from({ length }, (_, index) => {
    const place = expected[String(index)] as Expected | readonly Expected[]
    return [place].flat().flatMap((one) => valuesOf(one as Expected))
  })
  const most = Math.max(...places.map((values) => values.length))
  return Array.from({ length: most }, (_, turn) =>
    places.map((values) => values[turn % values.length]).join(','),
  )
}

/** What other parameters need to act, where the table names them without a value. */
const givers: Readonly<Record<string, string>> = {
  blend: 'blend=%2Flogo.png',
  border: 'border=5,f00',
  duotone: 'duotone=000080,fa8072',
  fit: 'fit=fill',
  mark: 'mark=%2Flogo.png',
  markw: 'mark-w=30',
  markh: 'mark-h=30',
  mask: 'mask=ellipse',
  'object-removal-rect': 'object-removal-rect=1,1,9,9',
  'object-removal-prompt': 'object-removal-prompt=a',
  palette: 'palette=json',
  transparency: 'transparency=grid',
  trim: 'trim=auto',
  txt: 'txt=Fovea',
  txtline: 'txt-line=3',
  usm: 'usm=50',
  'video-generate-subtitles': 'video-generate-subtitles=true',
  'video-wave': 'video-wave=true',
}

/** Parameters that `depends` of the table does not name, without which there would be nothing to see. */
const company: Readonly<Record<string, string>> = {
  'blend-pad': 'blend-align=top,left',
  'blend-fit': 'blend-w=40&blend-h=40',
  'border-radius-inner': 'border-radius=9',
  bg: 'fit=fill&w=50&h=50',
  colorquant: 'fm=png',
  dpr: 'w=40',
  fill: 'fit=fill&w=50&h=50',
  'fill-color': 'fit=fill&w=50&h=50',
  'txt-clip': 'txt-width=20',
  'txt-fit': 'txt-width=20',
  'txt-lead': 'txt-width=30&txt-fit=wrap',
  'txt-width': 'txt-fit=max',
  'mark-if-min-height': 'w=9&h=9',
  'mark-if-min-width': 'w=9&h=9',
  'mark-rot': 'mark=%2Flogo.png',
  'rot-type': 'rot=20',
  'upscale-fallback': 'upscale=true',
}

/** Values where those of the table name nothing. */
const ownValues: Readonly<Record<string, readonly string[]>> = {
  'mark-base': ['/marks', `https://${host}/marks/`],
  'txt-font': ['Times New Roman,Bold', 'Courier'],
}

const subjects: Readonly<Record<string, string>> = {
  'trim-alpha': 'faded.png',
  cs: 'wide.jpg',
  frame: 'anim.gif',
  page: 'book.pdf',
  'upscale-fallback': 'large.jpg',
}

function requestOf(
  name: string,
  { depends = [] }: Parameter,
): { readonly path: string; readonly base: string } {
  const possible = depends.filter((need) => !(need.startsWith('fm=') && unavailable.has(need.slice(3))))
  const needs = possible.filter(
    (need, index) =>
      !need.startsWith('fm=') || possible.findIndex((other) => other.startsWith('fm=')) === index,
  )
  const pairs = needs.flatMap((need) => (need.includes('=') ? need : (givers[need] ?? `${need}=1`)))
  const isSized =
    /^(?:fit|crop|max|min|fp|fill|facepad|faceindex|ar$)/.test(name) && !needs.includes('fm=json')
  const box = isSized
    ? name === 'ar'
      ? ['w=40']
      : name === 'fp-y'
        ? ['w=50', 'h=20']
        : ['w=50', 'h=40']
    : []
  const more = company[name]
  const path = subjects[name] ?? (name.startsWith('trim') ? 'framed.png' : 'small.jpg')
  return { path, base: [...pairs, ...box, ...(more ? [more] : [])].join('&') }
}

/** Formats that are not made here, as the table of conformance says. */
const unavailable = new Set(['jxr', 'mp4', 'webm', 'spritesheet', 'hls', 'dash'])

const table = new Map(conformance.rows.map((row) => [row.parameter, row]))

describe('the table of imgix-url-params', () => {
  it('is the one our own table answers', () => {
    expect(Object.keys(parameters).filter((name) => !table.has(name))).toEqual([])
  })

  for (const [name, value] of Object.entries(parameters)) {
    const parameter = value as Parameter
    it(name, async () => {
      const { path, base } = requestOf(name, parameter)
      // A layer of 8192 px takes seconds: imgix.test.ts of the dialect has its request.
      const isLayer = /^(?:blend|mark)-[wh]$/.test(name)
      const listed = [parameter.expects].flat().flatMap((one) => valuesOf(one as Expected))
      const values =
        ownValues[name] ?? (isLayer ? listed.map((text) => text.replace(/^\d{4}$/, '600')) : listed)
      const all = new Set([
        ...values,
        ...(parameter.default === undefined ? [] : [String(parameter.default)]),
      ])
      const without = await site.target(host, `/${path}?${base}`)
      const row = table.get(name)
      const effect = row !== undefined && 'example' in row ? row.effect : undefined
      let differs = effect === 'faces' || effect === 'cut-out'
      for (const text of all) {
        const isLarge = Number(text) >= 1_000
        const from = isLarge && name !== 'expires' ? 'strip.jpg' : path
        const query = `${base === '' ? '' : `${base}&`}${name}=${encodeURIComponent(text)}`
        const got = await site.target(host, `/${from}?${query}`)
        // This server has no models: who hides faces refuses, unless there is nothing to hide.
        const isRefused = name === 'fm' ? unavailable.has(text) : /^face-/.test(name) && text !== '0'
        const isTooLarge = name === 'upscale-fallback' && text === 'false'
        const expected = isRefused ? 501 : isTooLarge ? 422 : 200
        expect(got.status, `${query}: ${got.bytes.toString('utf8', 0, 200)}`).toBe(expected)
        const sameHeaders = ['content-type', 'accept-ch', 'content-disposition', 'cache-control'].every(
          (header) => got.headers.get(header) === without.headers.get(header),
        )
        differs ||= !got.bytes.equals(without.bytes) || !sameHeaders
        for (const alias of text === [...all][0] ? (parameter.aliases ?? []) : []) {
          const same = await site.target(host, `/${from}?${query.replace(`${name}=`, `${alias}=`)}`)
          expect(same.bytes.equals(got.bytes), `${alias} is ${name}`).toBe(true)
        }
      }
      const status = row?.status
      if (status === 'supported' || status === 'approximated') expect(differs, [...all].join(' ')).toBe(true)
    })
  }
})
