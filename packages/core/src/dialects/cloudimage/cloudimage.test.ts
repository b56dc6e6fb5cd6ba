import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { nodeDigest } from '../../../../../fixtures/node-digest.ts'
import { itWithShared, sharedDir } from '../../../../../fixtures/shared.ts'
import { canonicalPipeline } from '../../pipeline/index.ts'
import { type AcceptBucket, verifySignature } from '../../request/index.ts'
import type { DialectContext, SourceFacts } from '../define.ts'
import { bareContext, parseWith, problemOf } from '../dialect.test-kit.ts'
import { conformance } from './conformance.ts'
import { cloudimage } from './index.ts'

const context: DialectContext = {
  ...bareContext,
  presets: new Map([
    ['thumb', { w: 120, h: 80, f: 'bright:10' }],
    ['marked', { wat: true, wat_url: '/logo.png' }],
  ]),
}
const parse = (query: string, accept: AcceptBucket = 'none', path = 'dir/a.jpg') =>
  parseWith(cloudimage, `${path}?${query}`, context, accept)
const pipeline = (query: string) => JSON.parse(canonicalPipeline(parse(query).pipeline))
const refusal = (query: string) => problemOf(() => parse(query))

const box = { op: 'resize', width: 30, height: 20 }
const white = '#ffffffff'
const contained = { ...box, fit: 'contain', background: white, upscale: false }
const sized = 'w=30&h=20'

describe('the size', () => {
  it.each([
    ['w=30', [{ op: 'resize', width: 30 }]],
    ['height=20', [{ op: 'resize', height: 20 }]],
    ['w=30.4&h=19.5', [box]],
    ['w=20&dpr=1.5', [{ op: 'resize', width: 30 }]],
    [sized, [box]],
    [`${sized}&func=crop`, [box]],
    [`${sized}&func=face`, [{ ...box, position: 'faces' }]],
    [`${sized}&org_if_sml=1`, [{ ...box, upscale: false, whenSmaller: 'keep' }]],
    ['w=30&org_if_sml=1', [{ op: 'resize', width: 30, upscale: false, whenSmaller: 'keep' }]],
    [`${sized}&org_if_sml=0`, [box]],
    [`${sized}&func=fit`, [contained]],
    [`${sized}&func=fit&fit_enlarge=1`, [{ ...box, fit: 'contain', background: white }]],
    [`${sized}&func=fit&org_if_sml=1&fit_enlarge=1`, [{ ...contained, whenSmaller: 'keep' }]],
    [`${sized}&func=fit&gravity=northwest`, [{ ...contained, position: 'top-left' }]],
    [`${sized}&func=fit&gravity=90p,50p`, [{ ...contained, position: 'right' }]],
    [`${sized}&func=fit&gravity=auto`, [contained]],
    [
      `${sized}&func=fit&margin=4`,
      [
        { op: 'resize', width: 22, height: 12, fit: 'inside', upscale: false },
        { op: 'pad', width: 30, height: 20, background: white },
      ],
    ],
    [
      `${sized}&func=fit&margin=10p&gravity=north`,
      [
        { ...contained, width: 24, height: 16, position: 'top' },
        { op: 'extend', top: 2, bottom: 2, left: 3, right: 3, background: white },
      ],
    ],
    [`${sized}&func=cropfit`, [{ ...box, upscale: false, whenSmaller: 'keep' }, contained]],
    [`${sized}&func=bound`, [{ ...box, fit: 'inside' }]],
    [`${sized}&func=boundmin`, [{ ...box, fit: 'outside' }]],
    [`${sized}&func=cover`, [{ ...box, fit: 'fill' }]],
    [`${sized}&func=proxy`, []],
    [`${sized}&aspect_ratio=1:1`, [box]],
    ['w=30&aspect_ratio=16:9', [{ op: 'resize', width: 30, aspect: '16:9' }]],
    ['h=30&aspect_ratio=1.778', [{ op: 'resize', height: 30, aspect: '889:500' }]],
    ['aspect_ratio=16:9&gravity=north', [{ op: 'crop', aspect: '16:9', position: 'top' }]],
    [
      'aspect_ratio=4:3,16:9&w=30',
      [
        { op: 'crop', aspect: '4:3', aspectTo: '16:9' },
        { op: 'resize', width: 30 },
      ],
    ],
    ['w=', []],
    ['&&org_if_sml=1', []],
  ])('%s', (query, expected) => {
    expect(pipeline(query)).toEqual(expected)
  })

  it.each([
    ['north', 'top'],
    ['southeast', 'bottom-right'],
    ['West', 'left'],
    ['centre', 'center'],
    ['auto', 'attention'],
    ['smart', 'attention'],
    ['face', 'faces'],
    ['trim', 'entropy'],
    ['120,80', { left: 120, top: 80 }],
    ['50p,25p', { x: 0.5, y: 0.25 }],
    ['30s,120s', { x: 0.3, y: 1 }],
    ['0.3c,0.7c', { x: 0.3, y: 0.7 }],
    ['30c,70c', { x: 0.3, y: 0.7 }],
  ])('keeps what gravity=%s says', (gravity, position) => {
    expect(pipeline(`${sized}&gravity=${gravity}`)).toEqual([{ ...box, position }])
  })

  it.each([
    [
      'tl_px=10,20&br_px=110,70',
      [{ op: 'crop', left: 10, top: 20, width: 100, height: 50, outside: 'clip' }],
    ],
    ['tl_px=10,20', [{ op: 'crop', left: 10, top: 20, outside: 'clip' }]],
    ['br_px=110,70', [{ op: 'crop', left: 0, top: 0, width: 110, height: 70, outside: 'clip' }]],
    [
      `${sized}&tl_px=10,20`,
      [{ op: 'crop', left: 10, top: 20, width: 30, height: 20, outside: 'clip' }, box],
    ],
    [
      `${sized}&br_px=110,70`,
      [{ op: 'crop', left: 80, top: 50, width: 30, height: 20, outside: 'clip' }, box],
    ],
    [
      `${sized}&tl_px=10,20&br_px=110,70&gravity=60,15`,
      [
        { op: 'crop', left: 10, top: 20, width: 100, height: 50, outside: 'clip' },
        { ...box, position: { left: 50, top: 0 } },
      ],
    ],
    ['r=90', [{ op: 'rotate', angle: 270 }]],
    ['rotate=-30', [{ op: 'rotate', angle: 30, background: white }]],
    [
      'r=30&bg_color=auto',
      [
        { op: 'rotate', angle: 330, background: 'dominant' },
        { op: 'flatten', background: 'dominant' },
      ],
    ],
    ['flip=hv', [{ op: 'flop' }, { op: 'flip' }]],
    ['trim=10', [{ op: 'trim', threshold: 25.5, by: 'alpha-or-color' }]],
    ['trim=0&r=0', []],
    ['radius=12', [{ op: 'roundCorners', radius: 12 }]],
    ['radius=max', [{ op: 'roundCorners', radius: 1_000_000 }]],
    ['radius=1,2,3,4', [{ op: 'roundCorners', topLeft: 1, topRight: 2, bottomRight: 3, bottomLeft: 4 }]],
    ['radius=0', []],
  ])('%s', (query, expected) => {
    expect(pipeline(query)).toEqual(expected)
  })
})

describe('the background', () => {
  it.each([
    ['', { background: white }],
    ['&bg_color=f00', { background: '#ff0000ff' }],
    ['&bg_colour=tomato', { background: '#ff6347ff' }],
    ['&bg_color=11223380', { background: '#11223380' }],
    ['&bg_color=transparent', {}],
    ['&bg_color=auto', { background: 'dominant' }],
    ['&bg_img_fit=1', { background: white, fill: 'blur' }],
    ['&bg_img_fit=1&bg_blur=7', { background: white, fill: 'blur', fillBlur: 7 }],
    ['&bg_img_fit=1&bg_opacity=0.4', { background: white, fill: 'blur', fillOpacity: 0.4 }],
    // Half red over 40 % of the copy over white: (255, 76.5, 76.5) shows through what is left, 20 %.
    [
      '&bg_img_fit=1&bg_opacity=0.4&bg_colorize=f00',
      { background: '#ff6060ff', fill: 'blur', fillOpacity: 0.2 },
    ],
    ['&bg_img_fit=1&bg_colourise=f00', { background: '#ff0000ff', fill: 'blur', fillOpacity: 0.5 }],
  ])('%s', (query, filling) => {
    const [resize] = pipeline(`${sized}&func=fit${query}`)
    expect(resize).toEqual({ ...box, fit: 'contain', upscale: false, ...filling })
  })

  it('lies under all that can be seen through when it is asked for', () => {
    expect(pipeline('bg_color=f00')).toEqual([{ op: 'flatten', background: '#ff0000ff' }])
    expect(pipeline('bg_color=transparent')).toEqual([])
  })
})

describe('filters', () => {
  it.each([
    ['bright=51', [{ op: 'brightness', amount: 20 }]],
    ['bright=999', [{ op: 'brightness', amount: 100 }]],
    ['contrast=-5', [{ op: 'contrast', amount: -5 }]],
    ['saturation=50', [{ op: 'modulate', saturation: 1.5 }]],
    ['saturate=-100', [{ op: 'modulate', saturation: 0 }]],
    ['gray=1', [{ op: 'grayscale' }]],
    ['grey=0', []],
    ['blur=10', [{ op: 'blur', sigma: 10 }]],
    ['pixellate=5', [{ op: 'pixelate', block: 5 }]],
    ['pixelate=1', []],
    ['sharpen=50', [{ op: 'sharpen' }]],
    ['sharp=1', [{ op: 'sharpen', sigma: 0.5 }]],
    ['sepia=1', [{ op: 'sepia' }]],
    ['sepia=40', [{ op: 'sepia', amount: 40 }]],
    ['invert=1', [{ op: 'invert' }]],
    ['duotone=111,eee', [{ op: 'duotone', shadow: '#111111ff', highlight: '#eeeeeeff' }]],
    ['f=gray', [{ op: 'grayscale' }]],
    [
      'f=bright%3A51%2Ccontrast%3A20',
      [
        { op: 'brightness', amount: 20 },
        { op: 'contrast', amount: 20 },
      ],
    ],
    [
      'f=contrast:20,w:5,unheard:3,bright:51',
      [
        { op: 'brightness', amount: 20 },
        { op: 'contrast', amount: 20 },
      ],
    ],
    ['f=duotone:111;eee', [{ op: 'duotone', shadow: '#111111ff', highlight: '#eeeeeeff' }]],
    ['f=bright:51&bright=102', [{ op: 'brightness', amount: 40 }]],
    ['bright=102&f=bright:51', [{ op: 'brightness', amount: 40 }]],
    ['blur_faces=0', []],
    ['f=blur_faces:40', [{ op: 'blurFaces', strength: 3 }]],
    ['blur_faces=1000', [{ op: 'blurFaces', strength: 6 }]],
  ])('%s', (query, expected) => {
    expect(pipeline(query)).toEqual(expected)
  })
})

describe('watermarks', () => {
  const logo = { op: 'overlay', picture: { asset: 'logo.png' } }
  it.each([
    ['wat_url=/logo.png', []],
    ['wat=0&wat_url=/logo.png', []],
    ['wat=1&wat_url=/logo.png', [logo]],
    [
      'wat=1&wat_url=https%3A%2F%2Fh.test%2Fa.png%3Fx%3D1',
      [{ op: 'overlay', picture: { url: 'https://h.test/a.png?x=1' } }],
    ],
    [
      'wat=1&wat_url=https%253A%252F%252Fh.test%252Fa.png',
      [{ op: 'overlay', picture: { url: 'https://h.test/a.png' } }],
    ],
    ['wat=1&wat_url=http:/h.test/a.png', [{ op: 'overlay', picture: { url: 'http://h.test/a.png' } }]],
    ['wat=1&wat_url=h.test/a.png', [{ op: 'overlay', picture: { url: 'https://h.test/a.png' } }]],
    ['wat=1&wat_url=_brand_/a.png', [{ op: 'overlay', picture: { asset: 'a.png', origin: 'brand' } }]],
    ['wat=1&wat_url=/logo.png&wat_scale=35', [{ ...logo, scale: 35 }]],
    ['wat=1&wat_url=/logo.png&wat_scale=35p', [{ ...logo, width: '35%', height: '35%' }]],
    ['wat=1&wat_url=/logo.png&wat_opacity=0.4', [{ ...logo, opacity: 0.4 }]],
    [
      'wat=1&wat_url=/logo.png&wat_gravity=northeast&wat_pad=10,5p',
      [{ ...logo, position: 'top-right', x: 10, y: '5%' }],
    ],
    ['wat=1&wat_url=/logo.png&wat_gravity=south&wat_pad=15', [{ ...logo, position: 'bottom', y: 15 }]],
    ['wat=1&wat_url=/logo.png&wat_pad=15', [logo]],
    [
      'wat=1&wat_url=/logo.png&wat_gravity=absolute&wat_pos=10,20',
      [{ ...logo, position: 'top-left', x: '10%', y: '20%' }],
    ],
    ['wat=1&wat_url=/logo.png&wat_gravity=relative&wat_pos=33.3', [{ ...logo, x: '-16.7%', y: '-16.7%' }]],
    [
      'wat=1&wat_text=Hello%20World%20%26%20co&wat_font=Arial-Black&wat_fontsize=20&wat_colour=fff',
      [{ op: 'text', text: 'Hello World & co', weight: 900, fontSize: 20, position: 'center', padding: 0 }],
    ],
    [
      'wat=1&wat_text=a&wat_fontsize=20max&wat_gravity=southeast&wat_pad=5,10p&wat_color=red&wat_opacity=.5',
      [
        {
          op: 'text',
          text: 'a',
          fontSize: 20,
          fit: 'shrink',
          wrap: false,
          padding: 0,
          x: -5,
          y: '-10%',
          color: '#ff0000ff',
          opacity: 0.5,
        },
      ],
    ],
  ])('%s', (query, expected) => {
    expect(pipeline(query)).toEqual(expected)
  })
})

describe('the output', () => {
  const plain = { kind: 'image', metadata: 'none' }
  it.each([
    ['', 'none', 'a.jpg', { ...plain, format: 'jpeg', quality: 80, animated: false }],
    ['q=55.5', 'avif,webp', 'a.PNG', { ...plain, format: 'png', animated: false }],
    ['q=500', 'none', 'a.webp', { ...plain, format: 'webp', quality: 100, animated: true }],
    [
      '',
      'none',
      'a.psd',
      {
        ...plain,
        format: 'jpeg',
        quality: 80,
        choice: { by: 'content', among: ['jpeg', 'png', 'gif'] },
        animated: true,
      },
    ],
    ['force_format=original', 'webp', 'a.gif', { ...plain, format: 'gif', animated: true }],
    ['force_format=png', 'none', 'a.jpg', { ...plain, format: 'png', animated: false }],
    ['force_format=avif', 'none', 'a.jpg', { ...plain, format: 'avif', quality: 80, animated: false }],
    [
      'force_format=webp',
      'none',
      'a.jpg',
      {
        ...plain,
        format: 'webp',
        quality: 80,
        choice: { by: 'bytes', among: ['webp', 'jpeg'] },
        animated: true,
      },
    ],
    ['force_format=_webp&q=70', 'none', 'a.jpg', { ...plain, format: 'webp', quality: 70, animated: true }],
    ['force_format=_webp,jpg', 'none', 'a.png', { ...plain, format: 'jpeg', quality: 80, animated: false }],
    ['force_format=_webp%2Cjpg', 'webp', 'a.png', { ...plain, format: 'webp', quality: 80, animated: true }],
    [
      'force_format=avif,_webp,png',
      'webp',
      'a.jpg',
      { ...plain, format: 'webp', quality: 80, animated: true },
    ],
    ['force_format=avif,_webp', 'none', 'a.png', { ...plain, format: 'png', animated: false }],
    ['force_format=heic,png', 'none', 'a.jpg', { ...plain, format: 'png', animated: false }],
    ['optipress=2', 'none', 'a.jpg', { ...plain, format: 'jpeg', target: 75, animated: false }],
    [
      'optipress=1&q=70',
      'none',
      'a.jpg',
      { ...plain, format: 'jpeg', target: 85, quality: 70, animated: false },
    ],
    [
      'optipress=3&force_format=webp',
      'none',
      'a.jpg',
      {
        ...plain,
        format: 'webp',
        target: 65,
        choice: { by: 'size', among: ['webp', 'jpeg'] },
        animated: true,
      },
    ],
  ] as const)('%s for %s of %s', (query, accept, path, output) => {
    expect(parse(query, accept, path).output).toEqual(output)
  })

  it('looks at Accept for a list alone', () => {
    expect(parse('force_format=webp,jpeg', 'webp').delivery.negotiated).toBe(true)
    for (const query of ['force_format=webp', 'force_format=png,jpg', ''])
      expect(parse(query, 'webp').delivery.negotiated).toBe(false)
  })

  it('is saved under the name of the source', () => {
    expect(parse('force_download=1&force_format=png').delivery.download).toBe('a.png')
    expect(parse('force_download=0').delivery.download).toBeUndefined()
  })

  it('may be the original, where nothing of a higher rank says anything', () => {
    expect(parse('func=proxy&w=5').delivery.originalIfExact).toBe(true)
    expect(parse('func=proxy&w=5&force_format=png').delivery.originalIfExact).toBe(false)
    expect(pipeline('func=proxy&p=marked')).toEqual([{ op: 'overlay', picture: { asset: 'logo.png' } }])
    expect(parse('func=proxy&p=marked').delivery.originalIfExact).toBe(false)
  })
})

describe('ranks', () => {
  it('a preset outranks the URL', () => {
    const thumb = [
      { ...box, width: 120, height: 80 },
      { op: 'brightness', amount: 3.9216 },
    ]
    expect(pipeline('p=thumb&w=9&bright=0')).toEqual(thumb)
    expect(pipeline('w=9&p=thumb&gray=1')).toEqual([...thumb, { op: 'grayscale' }])
    expect(parse('p=thumb&org_if_sml=1').delivery).toMatchObject({ preset: 'thumb', presetOnly: true })
    expect(parse('p=thumb&blur=1').delivery).not.toHaveProperty('presetOnly')
    expect(refusal('p=gone')).toMatchObject({ code: 'preset/unknown', status: 400 })
  })

  it.each([
    ['w=30&h=20&func=fit&bright=9&r=90&radius=4&wat=1&wat_url=/l.png&gray=1&bg_color=f00'],
    ['width=30&h=20&grey=1&f=bright:9,contrast:4&w=40&saturate=5&saturation=6'],
  ])('do not depend on the order: %s', (query) => {
    const pairs = query.split('&')
    const one = pipeline(query)
    for (let turn = 1; turn < pairs.length; turn++) {
      expect(pipeline([...pairs.slice(turn), ...pairs.slice(0, turn)].join('&'))).toEqual(one)
      expect(pipeline(pairs.toReversed().join('&'))).toEqual(one)
    }
  })

  it('a preset holds what a URL may say', () => {
    const check = (body: Readonly<Record<string, string | number | boolean>>) =>
      cloudimage.checkPreset?.('x', body, context)
    expect(() =>
      check({ w: 5, func: 'fit', gray: true, grey: 1, f: 'blur:3', force_format: 'webp,jpg' }),
    ).not.toThrow()
    expect(problemOf(() => check({ widht: 5 }))).toMatchObject({
      code: 'request/unknown-parameter',
      members: { suggestion: 'width', preset: 'x' },
    })
    for (const body of [
      { w: 'x' },
      { func: 'contain' },
      { p: 'y' },
      { ci_sign: 'a' },
      { force_format: 'x' },
      { blur_faces: 'x' },
    ])
      expect(() => check(body), JSON.stringify(body)).toThrow()
  })
})

describe('settings of the account', () => {
  const check = (settings: unknown) => cloudimage.checkSettings?.(settings, context)
  const withSettings = (settings: object, more: Partial<DialectContext> = {}) => {
    const checked = check(settings)
    if (checked === undefined) throw new Error('unchecked')
    return { ...context, ...more, settings: checked }
  }
  const made = (target: string, account: DialectContext, accept: AcceptBucket = 'none') =>
    parseWith(cloudimage, target, account, accept)
  const widths = (target: string, account: DialectContext) =>
    made(target, account).pipeline.map((operation) => ('width' in operation ? operation.width : operation.op))

  const rules = withSettings({
    rules: [
      { path: 'shop/*/big-*.jpg', params: { w: 1000 } },
      { path: 'h.test/*', params: { w: 700, bright: 51 } },
      { path: '_cdn_/*', params: { w: 600 } },
      { path: 'exact/a.jpg', params: { w: 500 } },
      { path: '*.png', params: { w: 400 } },
      { path: '*', params: { width: 300 } },
    ],
  })
  it.each([
    ['shop/x/y/big-1.jpg', 1000],
    ['shop/big-1.jpg', 300],
    ['shop/x/big-1.jpeg', 300],
    ['https://h.test/a.png?v=1', 700],
    ['h.test/a.jpg', 700],
    ['_cdn_/deep/a.png', 600],
    ['exact/a.jpg', 500],
    ['exact/a.jpg.webp', 300],
    ['deep/a.png', 400],
    ['a.png.jpg', 300],
  ])('the first rule that covers %s makes it %i wide', (path, width) => {
    expect(widths(path, rules)[0]).toBe(width)
  })

  it('a rule gives way to the URL, and a preset to nothing', () => {
    expect(widths('h.test/a.jpg?width=5', rules)).toEqual([5, 'brightness'])
    expect(widths('h.test/a.jpg?bright=0', rules)).toEqual([700])
    expect(widths('h.test/a.jpg?p=thumb', rules)).toEqual([120, 'brightness'])
  })

  const mark = { wat_url: '/brand.png', wat_scale: '30p', wat_gravity: 'southeast' }
  it('wat=1 alone means the account’s watermark', () => {
    const account = withSettings({ watermark: mark })
    const overlay = { op: 'overlay', picture: { asset: 'brand.png' }, width: '30%', position: 'bottom-right' }
    expect(made('a.jpg?wat=1', account).pipeline).toMatchObject([overlay])
    expect(made('a.jpg?wat=1&wat_gravity=north', account).pipeline).toMatchObject([
      { ...overlay, position: 'top' },
    ])
    expect(made('a.jpg', account).pipeline).toEqual([])
    expect(made('a.jpg?wat=1&wat_text=x', account).pipeline).toMatchObject([
      { op: 'text', position: 'center' },
    ])
    expect(made('a.jpg?wat=1', { ...context, isMarked: true }).pipeline).toEqual([])
  })

  it('auto_webp sends WebP to whoever accepts it, where no format is asked for', () => {
    const account = withSettings({ auto_webp: true })
    const of = (query: string, accept: AcceptBucket) => {
      const { output, delivery } = made(`a.png?${query}`, account, accept)
      return [output.kind === 'image' && output.format, delivery.negotiated]
    }
    expect(of('', 'webp')).toEqual(['webp', true])
    expect(of('', 'none')).toEqual(['png', true])
    expect(of('force_format=jpg', 'webp')).toEqual(['jpeg', false])
    expect(of('func=proxy', 'webp')).toEqual(['png', false])
  })

  it('are brought to one form', () => {
    expect(check({})).toEqual({ rules: [], watermark: null, auto_webp: false })
  })

  it.each([
    [{ rule: [] }, '/rule'],
    [{ rules: [{ path: '', params: {} }] }, '/rules/0/path'],
    [{ rules: [{ path: '*'.repeat(11), params: {} }] }, '/rules/0/path'],
    [{ rules: [{ path: 'a' }] }, '/rules/0/params'],
    [{ rules: [{ path: 'a', params: { w: [] } }] }, '/rules/0/params/w'],
    [{ auto_webp: 'yes' }, '/auto_webp'],
    [[], ''],
  ])('refuse %j with a pointer', (settings, pointer) => {
    expect(problemOf(() => check(settings)).members.pointer).toBe(pointer)
  })

  it.each([
    { rules: [{ path: 'a', params: { w: 'x' } }] },
    { rules: [{ path: 'a', params: { unheard: 1 } }] },
    { rules: [{ path: 'a', params: { p: 'thumb' } }] },
    { rules: [{ path: 'a', params: { blur_faces: 'x' } }] },
    { watermark: {} },
    { watermark: { wat_gravity: 'north' } },
    { watermark: { wat: 1, wat_url: '/a.png' } },
    { watermark: { ...mark, w: 5 } },
    { watermark: { ...mark, wat_gravity: 'up' } },
  ])('refuse what no URL could say: %j', (settings) => {
    expect(() => check(settings)).toThrow()
  })
})

it('takes a page of a document, from 1', () => {
  expect(parse('').decode).toEqual({ orient: true })
  expect(parse('doc_page=1').decode).toEqual({ orient: true })
  expect(parse('doc_page=2').decode).toEqual({ orient: true, page: 2 })
  expect(refusal('doc_page=0').status).toBe(400)
})

describe('what makes no sense', () => {
  it.each([
    'w=abc',
    'w=0',
    'h=-5',
    'func=contain',
    'gravity=up',
    'gravity=1,2p',
    'gravity=1..2p,3p',
    'tl_px=1',
    'tl_px=5,5&br_px=5,9',
    'aspect_ratio=0',
    'aspect_ratio=1:0',
    'aspect_ratio=4:3,',
    'aspect_ratio=1:1,2:1,3:1',
    'w=30&h=20&func=fit&margin=15',
    'w=30&h=20&func=fit&margin=x',
    'flip=x',
    'radius=1,2',
    'radius=-1',
    'bg_color=nope',
    'bright=x',
    'gray=yes',
    'duotone=000',
    'force_format=heic',
    'optipress=4',
    'q=best',
    'w=%ff',
    'wat=1',
    'wat=1&wat_url=/l.png&wat_gravity=up',
    'wat=1&wat_url=https://',
    'wat=1&wat_url=/l.png&wat_scale=0',
    'wat=1&wat_url=/l.png&wat_pad=1,2,3',
    'wat=1&wat_text=a&wat_fontsize=big',
    'ci_eqs=%%%&ci_seal=000000000000000000',
  ])('is refused: %s', (query) => {
    const problem = refusal(query)
    expect(problem.status, problem.message).toBe(400)
    const { status, body } = cloudimage.problem(problem, { instance: 'r', path: '/' })
    expect([status, JSON.parse(body).instance]).toEqual([400, 'r'])
  })

  it('is passed over when nobody knows it', () => {
    expect(pipeline('v=2&w=30&process=x&vh=9&__proto__=1&constructor=2&utm%ff=1')).toEqual([
      { op: 'resize', width: 30 },
    ])
  })
})

describe('the origin', () => {
  const source = (target: string) => parseWith(cloudimage, target).source
  const asset = (path: string, more: object = {}) => ({ kind: 'asset', path, match: 'exact', ...more })
  it.each([
    ['https://sample.test/a.jpg?w=5', { kind: 'url', url: 'https://sample.test/a.jpg' }],
    ['v7/https://sample.test/a%20b.jpg', { kind: 'url', url: 'https://sample.test/a%20b.jpg' }],
    ['v7/https:/sample.test/a.jpg', { kind: 'url', url: 'https://sample.test/a.jpg' }],
    ['http:///sample.test/a.jpg', { kind: 'url', url: 'http://sample.test/a.jpg' }],
    ['https%3A%2F%2Fsample.test%2Fa.jpg', { kind: 'url', url: 'https://sample.test/a.jpg' }],
    ['v7/sample.test/a.jpg?w=1', asset('sample.test/a.jpg', { address: 'sample.test/a.jpg', query: 'w=1' })],
    ['127.0.0.1:8080/a%20b.jpg', asset('127.0.0.1:8080/a b.jpg', { address: '127.0.0.1:8080/a%20b.jpg' })],
    [
      'sample.test%2Fa.jpg%3Fv%3D2%26z%3D1?ci_url_encoded=1&w=100',
      asset('sample.test/a.jpg', { address: 'sample.test/a.jpg?v=2&z=1', query: 'v=2&z=1' }),
    ],
    [
      'https%3A%2F%2Fs.test%2Fa%20b.jpg%3Fw%3D2?ci_url_encoded=1',
      { kind: 'url', url: 'https://s.test/a%20b.jpg?w=2' },
    ],
    ['dir%2Fa.jpg%3Fv%3D2?ci_url_encoded=1', asset('dir/a.jpg', { query: 'v=2' })],
    ['v7/_alias_/dir/a.jpg?w=1', asset('dir/a.jpg', { origin: 'alias', query: 'w=1' })],
    ['_alias_%2Fdir%2F%C3%A9.jpg?ci_url_encoded=1', asset('dir/é.jpg', { origin: 'alias' })],
    ['_draft_photo.jpg', asset('_draft_photo.jpg')],
    ['dir/a.jpg?v=2&w=5', asset('dir/a.jpg', { query: 'v=2&w=5' })],
    ['photos.old', asset('photos.old')],
  ])('%s', (target, expected) => {
    expect(source(target)).toEqual(expected)
  })

  it.each([
    'https://',
    'https://user@host.test/a',
    '',
    'v7/',
    '_alias_/',
    '../a',
    'a//b.jpg',
    '%ff?ci_url_encoded=1',
    'a\u00e9',
  ])('refuses %j', (target) => {
    expect(problemOf(() => source(target)).status).toBe(400)
  })
})

const salt = 'mysecretsalt'
const sha1 = (text: string) => createHash('sha1').update(text).digest('hex')

function verify(target: string, secret = salt): void {
  const { signature } = parseWith(cloudimage, target, context)
  if (signature === undefined) throw new Error('unsigned')
  verifySignature(nodeDigest, signature, [{ kid: 'k', secret }], 0)
}

describe('signatures', () => {
  const signed = (length: number, text = '/assets/image.png?h=400&w=200') =>
    sha1(salt + text).slice(0, length)
  it.each([18, 27, 40])('hold with %i digits, with v7 and without', (length) => {
    for (const version of ['', 'v7/']) {
      verify(`${version}assets/image.png?h=400&w=200&ci_sign=${signed(length)}`)
      verify(`${version}assets/image.png?ci_sign=${signed(length)}&h=400&w=200`)
      verify(
        `${version}assets/image.png?h=400&w=200&ci_sign=${signed(length, 'assets/image.png?h=400&w=200')}`,
      )
    }
    verify(`assets/image.png?ci_sign=${signed(length, '/assets/image.png')}`)
  })

  it('are the vendor’s', () => {
    expect(signed(10)).toBe('79cfbc458b')
    const eqs = 'Zj1icmlnaHQlM0ExMCUyQ2NvbnRyYXN0JTNBMjAmdz0zMDA'
    verify(`sample.li/birds.jpg?ci_eqs=${eqs}&ci_seal=67dd8cc44f6ba44ee5`, 'test')
    expect(pipeline(`ci_eqs=${eqs}&ci_seal=67dd8cc44f6ba44ee5`)).toEqual([
      { op: 'resize', width: 300 },
      { op: 'brightness', amount: 3.9216 },
      { op: 'contrast', amount: 20 },
    ])
  })

  const eqs = Buffer.from('wat=1&wat_url=http://sample.li/logo.png&wat_scale=45').toString('base64')
  const seal = (path: string, sealed: string) => sha1(path + sealed + salt).slice(0, 18)
  it('may seal with either alphabet, padding and slash', () => {
    verify(`v7/sample.li/birds.jpg?ci_eqs=${eqs}&ci_seal=${seal('/sample.li/birds.jpg', eqs)}`)
    verify(`sample.li/birds.jpg?ci_eqs=${eqs}&ci_seal=${seal('sample.li/birds.jpg', eqs)}&w=300`)
    verify(
      `sample.li/birds.jpg?ci_eqs=${encodeURIComponent(eqs)}&ci_seal=${seal('/sample.li/birds.jpg', eqs)}`,
    )
    const unpadded = eqs.replace(/=+$/, '')
    verify(`sample.li/birds.jpg?ci_eqs=${unpadded}&ci_seal=${seal('/sample.li/birds.jpg', unpadded)}`)
  })

  it('let nothing override what is sealed', () => {
    const sealed = (query: string) => pipeline(`ci_eqs=${eqs}&ci_seal=000000000000000000&${query}`)
    const mark = { op: 'overlay', picture: { url: 'http://sample.li/logo.png' }, scale: 45 }
    expect(sealed('')).toEqual([mark])
    for (const query of [
      'wat=0',
      'wat_scale=1',
      'wat_opacity=0',
      'wat_colour=f00',
      'wat_text=x',
      'func=proxy',
    ])
      expect(sealed(query), query).toEqual([mark])
    expect(sealed('w=300')).toEqual([{ op: 'resize', width: 300 }, mark])
    const narrow = Buffer.from('w=30').toString('base64url')
    expect(pipeline(`ci_eqs=${narrow}&ci_seal=0&width=40&p=thumb`)[0]).toEqual({ ...box, height: 80 })
  })

  it('do not vouch for a watermark that is not sealed', () => {
    const seal = '0'.repeat(18)
    const sealed = (query: string) => Buffer.from(query).toString('base64url')
    const of = (query: string, more: string) =>
      parse(`ci_eqs=${sealed(query)}&ci_seal=${seal}&${more}`).signature?.sourceOnly
    expect(of('w=3', 'wat=1&wat_url=/secret.png')).toBe(true)
    expect(of('wat=1&wat_url=/logo.png', 'wat_url=/secret.png')).toBeUndefined()
    expect(parse(`wat=1&wat_url=/logo.png&ci_sign=${seal}`).signature?.sourceOnly).toBeUndefined()
  })

  const targets = [
    `v7/a/photo.jpg?w=400&wat_text=a%20b&ci_sign=${sha1(`${salt}/a/photo.jpg?w=400&wat_text=a%20b`).slice(0, 20)}`,
    `a/photo.jpg?ci_eqs=${eqs.replace(/=+$/, '')}&ci_seal=${seal('/a/photo.jpg', eqs.replace(/=+$/, ''))}`,
  ]
  it.each(targets)('do not hold when any byte is changed: %s', (target) => {
    expect(() => verify(target)).not.toThrow()
    for (let at = 0; at < target.length; at++) {
      for (const byte of ['0', 'a', '&', '%', '/']) {
        if (target[at] === byte) continue
        const changed = target.slice(0, at) + byte + target.slice(at + 1)
        expect(() => verify(changed), changed).toThrow()
      }
    }
  })

  it.each([
    `ci_sign=${'0'.repeat(18)}&ci_sign=${'0'.repeat(18)}`,
    `ci_sign=${'0'.repeat(18)}&ci_eqs=dz0x&ci_seal=${'0'.repeat(18)}`,
    'ci_eqs=dz0x',
    `ci_seal=${'0'.repeat(18)}`,
  ])('may not stand twice or alone: %s', (query) => {
    expect(refusal(query).code).toBe('signature/invalid')
  })

  it('are not shortened below 18 digits', () => {
    expect(() => verify(`assets/image.png?h=400&w=200&ci_sign=${signed(17)}`)).toThrow()
  })
})

describe('ci_info', () => {
  const facts: SourceFacts = {
    format: 'jpeg',
    width: 400,
    height: 200,
    orientation: 6,
    pages: 1,
    hasAlpha: false,
    channels: 3,
    space: 'srgb',
    isProgressive: false,
    sizeBytes: 5,
  }
  const target = { path: '', query: '', accept: 'none', base: '', acceptText: '', hints: {} } as const
  it.each([
    ['w=300&wat=1&wat_url=/l.png&bg_color=auto&force_format=png', { width: 300, height: 600 }],
    ['trim=10&w=300', null],
  ])('tells the size behind %s', (query, result) => {
    const request = parse(`${query}&ci_info=1`)
    expect(request.output.kind).toBe('metadata')
    const document = JSON.parse(cloudimage.describe?.(facts, request, target).body ?? '')
    expect(document).toMatchObject({
      original: { width: 200, height: 400, format: 'image/jpeg', size_bytes: 5 },
      result,
    })
  })

  it('depends on all that the picture depends on', () => {
    const of = (query: string) => JSON.stringify(parse(`${query}&ci_info=1`).output)
    expect(of('w=3')).not.toBe(of('w=4'))
    expect(of('force_format=png')).not.toBe(of('force_format=gif'))
  })
})

describe('the table of conformance', () => {
  const targetOf = (example: string) =>
    example.startsWith('/')
      ? example.slice(1)
      : /^[\w/]+\.\w+\?/.test(example)
        ? example
        : `photo.jpg?${example}`

  it('has examples with an effect on the request', () => {
    for (const row of conformance.rows) {
      if (!('example' in row)) continue
      const request = (example: string) => JSON.stringify(parseWith(cloudimage, targetOf(example), context))
      expect(request(row.example.with), row.parameter).not.toBe(request(row.example.without))
    }
  })

  it('has each parameter once', () => {
    const names = conformance.rows.flatMap(({ parameter, aliases = [] }) => [parameter, ...aliases])
    expect(new Set(names).size).toBe(names.length)
  })
})

describe('what real clients print', () => {
  const vectors = (name: string) => {
    const file = join(sharedDir ?? '', 'contracts/vectors', `${name}.json`)
    return existsSync(file) ? readFileSync(file, 'utf8') : ''
  }
  const urlsIn = (text: string) => [
    ...new Set(text.match(/https:\/\/(?:demo\.cloudimg\.[a-z]+|img\.brand\.test)\/[^"\s\\)]+/g)),
  ]
  const target = (url: string) => url.replace(/^https?:\/\/[^/]+\//, '')

  itWithShared.each([
    ['cloudimage', 24],
    ['js-cloudimage-responsive', 17],
    ['unpic', 12],
  ])('%s: every URL is answered from sample.test', (name, least) => {
    const urls = urlsIn(vectors(name))
    expect(urls.length).toBeGreaterThanOrEqual(least)
    for (const url of urls) {
      const { source } = parseWith(cloudimage, target(url), context)
      const named =
        source.kind === 'url' ? source.url : `https://${source.address ?? `alias.test/${source.origin}`}`
      expect(named, url).toMatch(/^https:\/\/(?:sample\.test|alias\.test)\//)
    }
  })
})
