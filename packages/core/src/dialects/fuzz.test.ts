/**
 * Dialect parsers are total and bounded: whatever a stranger sends ends in a request or a Problem, quickly.
 *
 * The generator is seeded (FOVEA_FUZZ_SEED repeats a run) and mutates real URLs, so it gets past the first check.
 */
import { describe, expect, it } from 'vitest'
import { cpuMilliseconds } from '../../../../fixtures/cpu-time.ts'
import { canonicalPipeline } from '../pipeline/index.ts'
import { Problem } from '../problem/index.ts'
import type { DialectContext } from './define.ts'
import { bareContext, parseWith } from './dialect.test-kit.ts'
import { detect, dialects, imgSrc, signedPayload } from './index.ts'

const seed = Number(process.env.FOVEA_FUZZ_SEED ?? Date.now() % 1_000_000_007)
const runs = 100_000
/** Milliseconds a parse may take, as the least of three tries: a shared machine pauses, a parser does not. */
const patience = 5

const context: DialectContext = {
  ...bareContext,
  presets: new Map([
    ['thumb', { w: 200, h: 200, fit: 'cover', format: 'webp' }],
    ['__proto__', { w: 1 }],
  ]),
}

const encode = (payload: unknown) => Buffer.from(JSON.stringify(payload)).toString('base64url')
const corpus: readonly string[] = [
  '/i/demo/photo.webp',
  '/i/demo/blog%2Fphoto.avif?w=800&h=600&fit=cover&q=70&crop=attention',
  '/i/demo/a/b/c.jpg?p:thumb&dpr=1.5&grayscale=true&blur=2.5&sharpen=30',
  '/i/demo/caf%C3%A9.png?rotate=90&flip=both&aspect=16:9&w=100&v=1',
  '/i/demo/x.gif?w=5&exp=1800000000&kid=k1&sig=0123456789abcdef',
  '/i/demo/x?download=a+b%2Bc.jpg',
  `/t/demo/${encode({ key: 'hero.jpg', edits: [{ resize: { width: 800, height: 600, fit: 'contain' } }, { sharpen: 2 }] })}?sig=00`,
  `/t/demo/${encode({ key: 'a', edits: { rotate: { angle: 45, background: 'hsl(120 50% 50%)' } }, output: { format: 'auto' } })}`,
  `/t/demo/${encode({ key: 'a', metadata: true })}?exp=5&sig=ab`,
  '/iiif/3/demo/dir%2Fa.png/pct:10,20,30.5,40/%5E!200,100/!22.5/gray.png',
  '/iiif/3/demo/a/0,5,100,200/pct:50/90/default.jpg?exp=5&sig=ab',
  '/iiif/3/demo/a/info.json',
  '/cloudinary/demo/image/upload/s--abcdefgh--/c_fill,g_auto,h_200,w_300/e_sepia:80,r_max/v1/dir/photo.jpg',
  '/cloudinary/demo/image/upload/co_white,g_south,l_text:Arial_40_bold:Hello%252C%20World,y_10/t_thumb/f_auto,q_auto/v1/a.webp',
  '/cloudinary/demo/image/upload/l_logo/c_fit,w_0.5/fl_layer_apply,fl_relative,g_south_east/bo_4px_solid_red,a_20/a.png',
  '/cloudinary/demo/image/fetch/w_100/https://origin.test/a%20b.jpg?x=1',
  '/imgix/demo/photo.jpg?w=300&h=200&fit=crop&crop=faces,top&auto=format,compress&s=6797c24146142d5b40bde3141fd3600c',
  '/imgix/demo/https%3A%2F%2Forigin.test%2Fa.jpg%3Fx%3D1?rect=10,20,300,200&txt64=SGVsbG8&mark=%2Flogo.png%3Fw%3D9',
  '/imgix/demo/a.png?border=10,f00&border-radius=1,2,3,4&mask=corners&corner-radius=9&blend=8f00&duotone=000,fff&expires=1',
  '/cloudflare/demo/cdn-cgi/image/width=300,h=200,fit=pad,background=%23fff,f=auto,blur=20,trim=1;2;3;4/a/b.jpg',
  '/imagekit/demo/tr:w-300,h-200,fo-auto,f-webp,q-50:rt-N90,r-max/dir/photo.jpg?ik-t=1700000000&ik-s=6664e85fed61b38789752063acd085903c285a8e',
  '/imagekit/demo/a.png?tr=cm-pad_resize%2Cw-9%2Ch-9%2Cbg-blurred%3Ae-usm-2-2-0.8-0.024%2Ce-gradient-ld-top_from-red&updatedAt=1',
  '/imagekit/demo/tr:w-100,l-text,i-Hello%2520World,fs-20,co-FF000050,tg-b_i,lx-10,l-end,l-image,i-a@@logo.png,lx-bw_sub_cw,l-end:n-thumb/https://origin.test/a.jpg',
  '/cloudflare/demo/cdn-cgi/image/w=9,q=low,g=0.3x.7,fit=crop,sharpen=2,flip=hv,rotate=90/https://origin.test/a.jpg?x=1',
  '/cloudimage/demo/v7/https:/sample.test/a.jpg?w=300&h=200&func=fit&margin=5p&gravity=50p,25p&bg_img_fit=1&bg_colorize=f00&org_if_sml=1',
  '/cloudimage/demo/sample.test%2Fa.jpg%3Fv%3D2?ci_url_encoded=1&f=bright%3A10%2Ccontrast%3A20&tl_px=1,2&br_px=30,40&r=-20&radius=1,2,3,4',
  '/cloudimage/demo/_alias_/a.png?p=thumb&wat=1&wat_url=%2Flogo.png&wat_text=a&wat_pad=10,5p&wat_gravity=relative&wat_pos=5&force_format=webp,jpg',
  '/cloudimage/demo/a.jpg?ci_eqs=d2F0PTEmd2F0X3VybD1hJnc9NQ&ci_seal=67dd8cc44f6ba44ee5&aspect_ratio=4:3,16:9&dpr=2&ci_info=1',
]
const tokens = [
  '/w_1,c_fill',
  '/l_text:Arial_9:%252C',
  '/fl_layer_apply',
  'tr:w-1,',
  'l-text,i-a,',
  ',l-end:',

  '%',
  '%00',
  '%2F',
  '%2e%2e',
  '%ff',
  '%F0%9F%90%88',
  '&',
  '=',
  '?',
  '/',
  '//',
  '../',
  '.',
  ':',
  '+',
  '#',
  ';',
  '"',
  '\\',
  '\u0000',
  '\u00e9',
  '\ud800',
  '\u{1f408}',
  'w=',
  'h=99999999999999999999',
  'w=1e9',
  '&w=1&w=2',
  'p:',
  'p:__proto__',
  '&__proto__=1',
  '&constructor=x',
  'sig=',
  '&exp=-1',
  '0'.repeat(400),
  'A'.repeat(3000),
  '&a'.repeat(80),
  '{}',
  '[]',
  'null',
  encode({ __proto__: null, key: {} }),
  'eyJ',
  '==',
  '.jxl',
  '.webp',
]

/** mulberry32: small, seeded, good enough to pick from lists. */
function generator(state: number) {
  let a = state >>> 0
  return (below: number) => {
    a = (a + 0x6d2b79f5) >>> 0
    let t = Math.imul(a ^ (a >>> 15), a | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) % below
  }
}

function mutate(url: string, pick: (below: number) => number): string {
  let text = url
  for (let change = pick(4); change >= 0; change--) {
    const at = pick(text.length + 1)
    const token = tokens[pick(tokens.length)] ?? ''
    switch (pick(5)) {
      case 0:
        text = text.slice(0, at) + token + text.slice(at)
        break
      case 1:
        text = text.slice(0, at) + text.slice(at + 1 + pick(6))
        break
      case 2:
        text =
          text.slice(0, at) + String.fromCharCode(pick(pick(3) === 0 ? 0x10000 : 128)) + text.slice(at + 1)
        break
      case 3:
        text = text + text.slice(at, at + pick(60))
        break
      default:
        text = text.slice(0, at) + (corpus[pick(corpus.length)] ?? '').slice(pick(20))
    }
  }
  return text
}

/** Structure-aware: random JSON in a valid envelope reaches the edits behind it. */
function randomPayload(pick: (below: number) => number): string {
  const names = [
    'resize',
    'crop',
    'rotate',
    'blur',
    'sharpen',
    'flip',
    'extend',
    'trim',
    'modulate',
    'flatten',
    'tint',
    'autoOrient',
    'key',
    '__proto__',
    'width',
    'height',
    'fit',
    'background',
    'angle',
    'sigma',
    'aspect',
    'position',
    'toString',
  ]
  const value = (depth: number): unknown => {
    switch (pick(depth > 3 ? 7 : 9)) {
      case 0:
        return pick(3000) - 500
      case 1:
        return pick(1000) / 7
      case 2:
        return pick(2) === 0
      case 3:
        return names[pick(names.length)]
      case 4:
        return null
      case 5:
        return ['red', '#fff', 'contain', '16:9', '', '0:0', 'x'.repeat(pick(300)), 1e308, -0][pick(9)]
      case 6:
        return { width: pick(500), height: pick(500) }
      case 7:
        return Array.from({ length: pick(5) }, () => value(depth + 1))
      default:
        return Object.fromEntries(
          Array.from({ length: pick(5) }, () => [names[pick(names.length)], value(depth + 1)]),
        )
    }
  }
  const payload = {
    key: 'a.jpg',
    ...(pick(4) === 0 ? { output: value(0) } : {}),
    edits: Array.from({ length: pick(6) }, () => ({ [names[pick(12)] ?? '']: value(0) })),
  }
  return `/t/demo/${encode(payload)}?sig=00`
}

function parse(url: string): void {
  const question = url.indexOf('?')
  const match = detect(question < 0 ? url : url.slice(0, question))
  if (match !== undefined)
    parseWith(match.dialect, match.rest + (question < 0 ? '' : url.slice(question)), context)
}

function attempt(url: string): 'parsed' | 'refused' | 'elsewhere' {
  const question = url.indexOf('?')
  const match = detect(question < 0 ? url : url.slice(0, question))
  if (match === undefined) return 'elsewhere'
  try {
    const request = parseWith(match.dialect, match.rest + (question < 0 ? '' : url.slice(question)), context)
    canonicalPipeline(request.pipeline)
    return 'parsed'
  } catch (thrown) {
    if (!(thrown instanceof Problem))
      throw new Error(`threw ${String(thrown)} on ${JSON.stringify(url)}`, { cause: thrown })
    if (thrown.status < 400 || thrown.status > 501 || thrown.status === 500)
      throw new Error(`status ${thrown.status} on ${JSON.stringify(url)}`)
    if (JSON.stringify(thrown).length > 2000)
      throw new Error(`a Problem of ${JSON.stringify(thrown).length} characters on ${JSON.stringify(url)}`)
    const { body, contentType } = match.dialect.problem(thrown, { instance: 'r', path: '/' })
    if (contentType.includes('json')) JSON.parse(body)
    return 'refused'
  }
}

/** Least of up to three tries; the second and third only where the first was slow. */
function least(work: () => void): number {
  let best = cpuMilliseconds(work)
  for (let again = 0; again < 2 && best > patience; again++) best = Math.min(best, cpuMilliseconds(work))
  return best
}

describe('dialect parsers', () => {
  it(`survive ${runs} mutated URLs (seed ${seed})`, () => {
    const pick = generator(seed)
    const seen = { parsed: 0, refused: 0, elsewhere: 0 }
    let slowest = 0
    for (let run = 0; run < runs; run++) {
      const url = run % 4 === 0 ? randomPayload(pick) : mutate(corpus[pick(corpus.length)] ?? '', pick)
      const elapsed = least(() => {
        seen[attempt(url)]++
      })
      if (elapsed > patience) throw new Error(`${elapsed.toFixed(1)} ms on ${JSON.stringify(url)}`)
      slowest = Math.max(slowest, elapsed)
    }
    console.info(`fuzz seed ${seed}: ${JSON.stringify(seen)}, slowest ${slowest.toFixed(2)} ms`)
    expect(seen.parsed).toBeGreaterThan(runs / 100)
    expect(seen.refused).toBeGreaterThan(runs / 10)
  })

  const huge = 100 * 1024
  it.each([
    ['10 000 parameters', `a.jpg?${Array.from({ length: 10_000 }, (_, index) => `a${index}=1`).join('&')}`],
    ['100 KB of equals signs', `a.jpg?w${'='.repeat(huge)}`],
    ['100 KB of percent signs', `a.jpg?w=${'%'.repeat(huge)}`],
    ['100 KB of escapes', `a.jpg?${'%41'.repeat(huge / 3)}=1`],
    ['a 100 KB digit string', `a.jpg?w=${'9'.repeat(huge)}`],
    ['a 100 KB decimal', `a.jpg?blur=${'1.'.repeat(huge / 2)}`],
    ['a 100 KB name', `a.jpg?${'w'.repeat(huge)}=1`],
    ['a 100 KB preset', `a.jpg?p:${'w'.repeat(huge)}`],
    ['a 100 KB file name', `a.jpg?download=${'w'.repeat(huge)}`],
    ['a 100 KB path', `${'a/'.repeat(huge / 2)}b.jpg`],
    ['a 100 KB path of dots', '.'.repeat(huge)],
    ['100 KB of combining marks', `a${'%CC%81'.repeat(huge / 6)}.jpg`],
  ])('answers %s at once', (_, target) => {
    const elapsed = [0, 1, 2].map(() =>
      cpuMilliseconds(() => expect(() => parseWith(imgSrc, target)).toThrow(Problem)),
    )
    expect(Math.min(...elapsed)).toBeLessThan(patience)
  })

  it('skips 100 KB of ampersands at once', () => {
    const target = `a.jpg?${'&'.repeat(huge)}w=1`
    const elapsed = [0, 1, 2].map(() =>
      cpuMilliseconds(() => expect(parseWith(imgSrc, target).pipeline).toHaveLength(1)),
    )
    expect(Math.min(...elapsed)).toBeLessThan(patience)
  })

  const base64 = (text: string) => Buffer.from(text).toString('base64')
  it.each([
    ['100 KB of base64', 'e'.repeat(huge)],
    ['the deepest nesting that fits', base64('['.repeat(12_000))],
    ['the most brackets that fit', base64(`{"key":"a","edits":[${'{},'.repeat(3900)}{}]}`)],
    ['the longest number that fits', base64(`{"key":"a","edits":{"blur":${'9'.repeat(12_000)}}}`)],
    [
      'the longest colour that fits',
      base64(`{"key":"a","edits":{"flatten":{"background":"rgb(${'1 '.repeat(5900)})"}}}`),
    ],
    [
      'the most unknown options that fit',
      base64(
        `{"key":"a","edits":{"resize":{${Array.from({ length: 1200 }, (_, index) => `"w${index}":1`).join(',')}}}}`,
      ),
    ],
    [
      'the most edits that fit',
      base64(`{"key":"a","edits":[${Array.from({ length: 800 }, () => '{"blur":3}').join(',')}]}`),
    ],
    ['escapes in the key', base64(`{"key":"${'\\u0061'.repeat(2000)}"}`)],
  ])('answers %s at once', (_, raw) => {
    const elapsed = [0, 1, 2].map(() =>
      cpuMilliseconds(() => expect(() => parseWith(signedPayload, raw)).toThrow(Problem)),
    )
    expect(Math.min(...elapsed)).toBeLessThan(patience)
  })

  it.each(dialects.map(({ mount }) => mount))('parse a usual URL of %s in microseconds', (mount) => {
    const urls = corpus.filter((url) => url.startsWith(`/${mount}/`) && attempt(url) === 'parsed').slice(0, 1)
    const samples: number[] = []
    for (let round = 0; round < 2000; round++) {
      for (const url of urls) {
        const start = performance.now()
        parse(url)
        if (round >= 500) samples.push((performance.now() - start) * 1000)
      }
    }
    samples.sort((a, b) => a - b)
    const [median = 0, p99 = 0] = [samples[samples.length >> 1], samples[Math.floor(samples.length * 0.99)]]
    console.info(
      `${mount}: median ${median.toFixed(1)} µs, p99 ${p99.toFixed(1)} µs of ${samples.length} parses`,
    )
    expect(urls.length).toBeGreaterThan(0)
    expect(median).toBeLessThan(30)
  })

  it('covers every dialect of the registry', () => {
    for (const { mount } of dialects) expect(corpus.some((url) => url.startsWith(`/${mount}/`))).toBe(true)
  })
})
