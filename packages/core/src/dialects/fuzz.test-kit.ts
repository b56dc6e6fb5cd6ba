/**
 * Seeded URLs for every dialect, and the judge of what becomes of them: whatever a stranger sends ends in a request or
 * a Problem, quickly. They are mutations of real URLs, so they get past the first check; the same seed gives the same.
 *
 * fuzz.test.ts runs some in every test run, scripts/fuzz-dialects.ts as many as one likes, bench/parsing.ts times the
 * real ones.
 */
import { pickFrom } from '../../../../fixtures/random.ts'
import { canonicalPipeline } from '../pipeline/index.ts'
import { Problem } from '../problem/index.ts'
import { encodeBase64Url } from './base64.ts'
import type { Dialect, DialectContext, PresetBody } from './define.ts'
import { bareContext, parseWith } from './dialect.test-kit.ts'
import { detect } from './index.ts'

/** Milliseconds a parse may take, as the least of three tries: a shared machine pauses, a parser does not. */
export const patience = 5

const context: DialectContext = {
  ...bareContext,
  presets: new Map([
    ['thumb', { w: 200, h: 200, fit: 'cover', format: 'webp' }],
    ['__proto__', { w: 1 }],
  ]),
}
/** The same names in the words of those that speak in steps: a preset belongs to a dialect. */
const stepContexts = new Map(
  Object.entries<PresetBody>({
    cloudinary: { transformation: 'c_fill,h_9,w_9' },
    imagekit: { transformation: 'w-9,h-9' },
    imgproxy: { options: 'rs:fit:9:9' },
  }).map(([name, body]) => {
    const presets = new Map([...context.presets.keys()].map((preset) => [preset, body]))
    return [name, { ...bareContext, presets }]
  }),
)

const encode = (payload: unknown) => encodeBase64Url(JSON.stringify(payload).toWellFormed())

/** Real URLs of every dialect: what is mutated, and what is timed. */
export const corpus: readonly string[] = [
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
  '/cloudimage/demo/v7/https:/sample.test/a.jpg?w=300&h=200&func=fit&margin=5p&gravity=50p,25p&bg_img_fit=1&bg_colorize=f00&org_if_sml=1',
  '/cloudimage/demo/sample.test%2Fa.jpg%3Fv%3D2?ci_url_encoded=1&f=bright%3A10%2Ccontrast%3A20&tl_px=1,2&br_px=30,40&r=-20&radius=1,2,3,4',
  '/cloudimage/demo/_alias_/a.png?p=thumb&wat=1&wat_url=%2Flogo.png&wat_text=a&wat_pad=10,5p&wat_gravity=relative&wat_pos=5&force_format=webp,jpg',
  '/cloudimage/demo/a.jpg?ci_eqs=d2F0PTEmd2F0X3VybD1hJnc9NQ&ci_seal=67dd8cc44f6ba44ee5&aspect_ratio=4:3,16:9&dpr=2&ci_info=1',
  '/imagekit/demo/tr:w-300,h-200,fo-auto,f-webp,q-50:rt-N90,r-max/dir/photo.jpg?ik-t=1700000000&ik-s=6664e85fed61b38789752063acd085903c285a8e',
  '/imagekit/demo/a.png?tr=cm-pad_resize%2Cw-9%2Ch-9%2Cbg-blurred%3Ae-usm-2-2-0.8-0.024%2Ce-gradient-ld-top_from-red&updatedAt=1',
  '/imagekit/demo/tr:w-100,l-text,i-Hello%2520World,fs-20,co-FF000050,tg-b_i,lx-10,l-end,l-image,i-a@@logo.png,lx-bw_sub_cw,l-end:n-thumb/https://origin.test/a.jpg',
  '/imgproxy/demo/insecure/rs:fill:300:200:1/g:sm/q:70/sh:0.5/plain/dir/photo.jpg@webp',
  '/imgproxy/demo/oKfUtW34Dvo2BGQehJFR4Nr0_rIjOtdtzJ3QFsUcXH8/pr:thumb/wm:0.5:soea:10:5:0.2/wmu:bG9jYWw6Ly8vbG9nby5wbmc/aHR0cDovL29yaWdpbi50ZXN0L2EuanBn.png',
  '/imgproxy/demo/info/_/s:0/exif:f/plain/dir/photo.jpg',
  '/imgproxy/demo/_/c:100:0.5:noea:10/rot:90/ex:1:no/pd:1:2:3:4/bg:ff0000/a:50:2:0.5/gr:0.5:f00:up/skp:png:svg/exp:99999999999/plain/http:/origin.test/a.jpg%3Fx=1',
  '/imgix/demo/photo.jpg?w=300&h=200&fit=crop&crop=faces,top&auto=format,compress&s=6797c24146142d5b40bde3141fd3600c',
  '/imgix/demo/https%3A%2F%2Forigin.test%2Fa.jpg%3Fx%3D1?rect=10,20,300,200&txt64=SGVsbG8&mark=%2Flogo.png%3Fw%3D9',
  '/imgix/demo/a.png?border=10,f00&border-radius=1,2,3,4&mask=corners&corner-radius=9&blend=8f00&duotone=000,fff&expires=1',
  '/imgix/demo/photo.jpg?w=90&h=60&fit=crop&bri=9&sat=-5&blur=30&txt=a&mark=%2Fl.png&blend=f00&border=3,fff&flip=h&rot=9&pad=4&sepia=9',
  '/cloudflare/demo/cdn-cgi/image/width=300,h=200,fit=pad,background=%23fff,f=auto,blur=20,trim=1;2;3;4/a/b.jpg',
  '/cloudflare/demo/cdn-cgi/image/w=9,q=low,g=0.3x.7,fit=crop,sharpen=2,flip=hv,rotate=90/https://origin.test/a.jpg?x=1',
]
const tokens = [
  '/w_1,c_fill',
  '/l_text:Arial_9:%252C',
  '/fl_layer_apply',
  '/rs:fit:1:',
  '/plain/',
  ':fp:0.5:',
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

/** Parses a URL of any dialect. @throws what the parser throws */
export function parse(url: string): void {
  const question = url.indexOf('?')
  const match = detect(question < 0 ? url : url.slice(0, question))
  if (match !== undefined)
    parseWith(match.dialect, match.rest + (question < 0 ? '' : url.slice(question)), contextOf(match.dialect))
}

function contextOf({ name }: Dialect): DialectContext {
  return stepContexts.get(name) ?? context
}

export type Outcome = 'parsed' | 'refused' | 'elsewhere'

/**
 * What becomes of a URL, down to the body of a refusal.
 * @throws Error for anything but a request or a Problem of a client's kind
 */
export function attempt(url: string): Outcome {
  const question = url.indexOf('?')
  const match = detect(question < 0 ? url : url.slice(0, question))
  if (match === undefined) return 'elsewhere'
  try {
    const target = match.rest + (question < 0 ? '' : url.slice(question))
    const request = parseWith(match.dialect, target, contextOf(match.dialect))
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

export interface Fuzzed {
  readonly seen: Readonly<Record<Outcome, number>>
  /** The longest parse, ms. */
  readonly slowest: number
}

export interface Fuzzing {
  readonly seed: number
  readonly runs: number
  /** Time some work takes, ms. */
  clock(work: () => void): number
}

/** Attempts many URLs. @throws Error with the URL at the first one that breaks a promise */
export function fuzz({ seed, runs, clock }: Fuzzing): Fuzzed {
  const pick = pickFrom(seed)
  const seen: Record<Outcome, number> = { parsed: 0, refused: 0, elsewhere: 0 }
  let slowest = 0
  for (let run = 0; run < runs; run++) {
    const url = run % 8 === 0 ? randomPayload(pick) : mutate(corpus[pick(corpus.length)] ?? '', pick)
    let outcome: Outcome = 'elsewhere'
    const attempted = () => {
      outcome = attempt(url)
    }
    let elapsed = clock(attempted)
    for (let again = 0; again < 2 && elapsed > patience; again++)
      elapsed = Math.min(elapsed, clock(attempted))
    seen[outcome]++
    if (elapsed > patience) throw new Error(`${elapsed.toFixed(1)} ms on ${JSON.stringify(url)}`)
    slowest = Math.max(slowest, elapsed)
  }
  return { seen, slowest }
}
