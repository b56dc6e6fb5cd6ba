import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { nodeDigest } from '../../../../../fixtures/node-digest.ts'
import { itWithShared, sharedDir } from '../../../../../fixtures/shared.ts'
import { canonicalPipeline } from '../../pipeline/index.ts'
import { type SignedText, verifySignature } from '../../request/index.ts'
import { bareContext, parseWith, problemOf } from '../dialect.test-kit.ts'
import { conformance } from './conformance.ts'
import { imageKit } from './index.ts'

const context = {
  ...bareContext,
  presets: new Map([['thumb', { transformation: 'w-200,h-100,q-60' }]]),
}
const parse = (target: string, accept: 'none' | 'avif,webp' = 'none') =>
  parseWith(imageKit, target, context, accept)
const of = (transformation: string) => parse(`tr:${transformation}/dir/photo.jpg`)
const canonical = (transformation: string) => canonicalPipeline(of(transformation).pipeline)

describe('the path', () => {
  it.each([
    ['dir/photo.jpg', 'dir/photo.jpg'],
    ['/dir/photo.jpg?tr=w-100', 'dir/photo.jpg'],
    ['tr:w-100/photo', 'photo'],
    ['tr%3Aw-100/photo.jpg', 'photo.jpg'],
    ['folder/tr:w-100/photo.jpg', 'folder/photo.jpg'],
    ['caf%C3%A9.jpg?tr=w-300%2Ch-200', 'café.jpg'],
    ['w-100/photo.jpg', 'w-100/photo.jpg'],
  ])('%s names %s', (path, name) => {
    expect(parse(path).source).toEqual({ kind: 'asset', path: name, match: 'exact' })
  })

  it.each([
    ['https://origin.test/a%20b.jpg', 'https://origin.test/a%20b.jpg'],
    ['tr:w-100/https:/origin.test/a.jpg?v=1&ik-sdk-version=js-1', 'https://origin.test/a.jpg?v=1'],
    ['https://origin.test/a.jpg?v=1&tr=w-9', 'https://origin.test/a.jpg?v=1'],
    ['https%3A%2F%2Forigin.test%2Fa.jpg', 'https://origin.test/a.jpg'],
    ['https://origin.test/tr:w-9/a.jpg', 'https://origin.test/tr:w-9/a.jpg'],
  ])('%s fetches %s', (path, url) => {
    expect(parse(path).source).toEqual({ kind: 'url', url })
  })

  it('leaves foreign parameters to the origin of the picture', () => {
    expect(parse('a.jpg?updatedAt=5&tr=w-9&x=%20').source).toMatchObject({ query: 'updatedAt=5&x=%20' })
  })

  it('may carry the transformation in the query instead', () => {
    expect(parse('a.jpg?tr=w-300%2Ch-200%3Art-90').pipeline).toEqual(of('w-300,h-200:rt-90').pipeline)
    expect(parse('a.jpg?tr=w-300,h-200:rt-90').pipeline).toEqual(of('w-300,h-200:rt-90').pipeline)
  })

  it.each([
    'tr:w-5/a.jpg?tr=h-5',
    'a.jpg?tr=w-5&tr=h-5',
    'a.jpg?ik-t=soon',
    'a.jpg?ik-t=5&ik-t=6',
    'a.jpg?ik-attachment=maybe',
    'tr:w-%ff/a.jpg',
    'https:/',
    'tr:w-5',
    'a/../b.jpg',
    '',
  ])('%s is refused', (path) => {
    expect(problemOf(() => parse(path)).status).toBe(400)
  })
})

describe('a step', () => {
  it.each<[string, object]>([
    ['w-300', { op: 'resize', width: 300, upscale: true }],
    ['w-300,h-200', { op: 'resize', width: 300, height: 200, fit: 'cover' }],
    ['w-300,h-200,c-maintain_ratio,fo-auto', { op: 'resize', fit: 'cover', position: 'attention' }],
    ['w-300,h-200,fo-top_left', { op: 'resize', position: 'top-left' }],
    ['w-300,h-200,c-force', { op: 'resize', fit: 'fill' }],
    ['w-300,h-200,c-at_max', { op: 'resize', fit: 'inside', upscale: false }],
    ['w-300,h-200,c-at_max_enlarge', { op: 'resize', fit: 'inside', upscale: true }],
    ['w-300,h-200,c-at_least', { op: 'resize', fit: 'outside' }],
    ['ar-4-3,w-400', { op: 'resize', width: 400, aspect: '4:3' }],
    ['w-0.4', { op: 'resize', width: '40%' }],
    ['w-iw_div_4', { op: 'resize', width: '25%' }],
    ['h-ch_mul_0.5', { op: 'resize', height: '50%' }],
    ['dpr-2,w-50', { op: 'resize', width: 100 }],
    [
      'cm-pad_resize,w-100,h-90,bg-F3F3F3',
      { op: 'resize', width: 100, height: 90, fit: 'contain', background: '#f3f3f3ff' },
    ],
    [
      'cm-pad_resize,w-9,h-9,bg-blurred_25,fo-left',
      { op: 'resize', fill: 'blur', fillBlur: 25, position: 'left' },
    ],
    ['cm-pad_resize,c-maintain_ratio,w-9,h-9,fo-auto', { op: 'resize', fit: 'contain', position: 'center' }],
    ['cm-extract,w-50,h-40', { op: 'crop', width: 50, height: 40, position: 'focal-point', outside: 'clip' }],
    ['cm-extract,w-50', { op: 'crop', width: 50, height: '100%' }],
    ['cm-extract,w-50,h-40,x-10', { op: 'crop', position: 'top-left', offsetX: 10 }],
    ['cm-extract,w-50,h-40,x-iw_div_2,y-5', { op: 'crop', offsetX: '50%', offsetY: 5 }],
    ['cm-extract,w-50,h-40,xc-10,yc-20', { op: 'crop', position: { left: 10, top: 20 } }],
    ['cm-extract,w-90,ar-3-2', { op: 'crop', width: 90, height: 60 }],
    ['w-60,h-30,fo-diningTable', { op: 'resize', position: { labels: ['dining table'] } }],
    ['cm-extract,w-60,h-30,fo-dog', { op: 'crop', position: { labels: ['dog'] } }],
    ['cm-pad_resize,w-60,h-30,fo-dog', { op: 'resize', fit: 'contain', position: 'center' }],
    ['w-60,h-30,z-2,fo-face', { op: 'crop', aspect: '2:1', zoom: 2, position: 'faces' }],
    ['t-true', { op: 'trim', by: 'alpha-or-color', threshold: 10 }],
    ['t-20', { op: 'trim', threshold: 51 }],
    ['bl-10', { op: 'blur', sigma: 10 }],
    ['blur-10', { op: 'blur', sigma: 10 }],
    ['e-sharpen', { op: 'sharpen', flat: 1, jagged: 2 }],
    ['e-sharpen-20', { op: 'sharpen', flat: 2, jagged: 4 }],
    ['e-usm-2-2-0.8-0.024', { op: 'unsharp', sigma: 2, amount: 80, threshold: 6 }],
    ['e-contrast', { op: 'normalize' }],
    ['e-grayscale', { op: 'grayscale' }],
    ['e-bgremove', { op: 'removeBackground' }],
    ['e-removedotbg', { op: 'removeBackground' }],
    ['w-900,e-upscale,t-true', { op: 'upscale', factor: 4 }],
    [
      'e-gradient-ld-top_left_from-red_to-00FF0010',
      { op: 'colorOverlay', color: '#ff0000ff', to: '#00ff001a', angle: 315 },
    ],
    ['e-gradient', { op: 'colorOverlay', color: '#ffffffff', to: '#00000000', angle: 180 }],
    ['e-colorize-co-blue_in-50', { op: 'colorize', color: '#0000ffff', amount: 50 }],
    ['o-40', { op: 'opacity', opacity: 0.4 }],
    ['fl-v', { op: 'flip' }],
    ['fl-h', { op: 'flop' }],
    ['r-max', { op: 'roundCorners', radius: '50%' }],
    ['r-10_20', { op: 'roundCorners', topLeft: 10, topRight: 20, bottomRight: 10, bottomLeft: 20 }],
    ['b-5_FF0000', { op: 'border', width: 5, color: '#ff0000ff' }],
    ['b-5_red,r-10', { op: 'border', width: 5, radius: 15, innerRadius: 10 }],
    ['rt-90', { op: 'rotate', angle: 90 }],
    ['rt-N45', { op: 'rotate', angle: 315 }],
    ['bg-FF000050', { op: 'flatten', background: '#ff000080' }],
    ['bg-dominant', { op: 'flatten', background: 'dominant' }],
    ['n-thumb', { op: 'resize', width: 200, height: 100 }],
  ])('%s', (transformation, expected) => {
    expect(of(transformation).pipeline[0]).toMatchObject(expected)
  })

  it('pads what it extracted when the image is smaller', () => {
    expect(of('cm-pad_extract,w-50,h-40,bg-red').pipeline).toMatchObject([
      { op: 'crop', width: 50, height: 40 },
      { op: 'pad', width: 50, height: 40, background: '#ff0000ff' },
      { op: 'flatten' },
    ])
  })

  it('does its parameters in one order, whatever theirs', () => {
    const parts = ['t-20', 'w-60', 'e-grayscale', 'bl-2', 'o-50', 'fl-h_v', 'r-4', 'rt-30', 'bg-red']
    const [first, ...others] = [parts, parts.toReversed(), parts.toSpliced(0, 4).concat(parts.slice(0, 4))]
    for (const other of others) expect(canonical(other.join(','))).toBe(canonical(first?.join(',') ?? ''))
  })

  it('acts behind the ones before it', () => {
    expect(of('w-100:rt-90:cm-extract,h-5,w-5').pipeline.map(({ op }) => op)).toEqual([
      'resize',
      'rotate',
      'crop',
    ])
  })

  it.each(['c-maintain_ratio,fo-auto', 'rt-auto', 't-false', 'f-auto'])(
    '%s asks for nothing',
    (transformation) => {
      expect(of(transformation).pipeline).toEqual([])
    },
  )

  it.each([
    'w-N5',
    'w-0',
    'w-abc',
    'w-ih_div_2',
    'w-iw_sub_5',
    'w-5:w-iw_div_2',
    'w-5,w-6',
    'c-crop,w-5',
    'cm-extract,c-force,w-5',
    'ar-4-3',
    'ar-4-3,w-5,h-5',
    'ar-0-1,w-5',
    'fo-dragon,w-5,h-5',
    'x-5',
    'cm-extract,w-5,h-5,xc-5',
    'cm-extract,w-5,h-5,x-5,xc-5,yc-5',
    'cm-pad_extract,w-5',
    'z-2,w-5',
    'z-0.5,w-5,h-5',
    'dpr-0',
    'dpr-6',
    't-100',
    'bl-101',
    'e-sharpen-0',
    'e-usm-1-2',
    'e-usm-1-1-1-1-1',
    'e-usm-1-0-1-0',
    'e-gradient-sp-0.5',
    'e-gradient-ld-sideways',
    'e-gradient-from-red_from-blue',
    'e-grayscale-5',
    'e-shadow',
    'e-bgremove-5',
    'e-upscale-2',
    'e-retouch',
    'o-101',
    'fl-x',
    'fl-h_h',
    'r-N1',
    'r-1_2_3_4_5',
    'b-5',
    'b-5_red,r-1_2',
    'rt-400',
    'rt--5',
    'bg-nocolor',
    'bg-blurred,w-5',
    'bg-FF0000AA',
    'bg-gradient_dominant',
    'f-exe',
    'q-0',
    'q-101',
    'pr-yes',
    'orig-true,w-5',
    'orig-true:w-5',
    'n-none',
    'n-thumb,x-3',
    'di-none.png',
    'if-w_gt_5',
    'ww-5',
    'w-5,,h-5',
    '-5',
    'l-image,i-logo.png',
    'l-image,i-a,l-image,i-b,l-end,l-end',
    'l-image,i-a:rt-9,l-end',
    'l-end',
    'l-image,l-end',
    'l-image,i-a,ie-YQ,l-end',
    'l-image,i-ik_canvas,l-end',
    'l-image,i-a,w-0.5,l-end',
    'l-image,i-a,bl-5,l-end',
    'l-image,i-a,lfo-top,lx-5,l-end',
    'l-image,ie-!!,l-end',
    'l-text,i-a,ia-left,l-end',
    'l-text,i-a,tg-u,l-end',
    'l-text,i-a,pa-5,l-end',
    'l-video,i-a,l-end',
  ])('%s is refused with a 400', (transformation) => {
    const problem = problemOf(() => of(transformation))
    const error = imageKit.problem(problem, { instance: 'r', path: '/' })
    expect([error.status, JSON.parse(error.body)]).toEqual([400, { message: problem.message }])
  })

  it('names what it does not know and says why', () => {
    expect(problemOf(() => of('ot-Hello')).message).toContain('write l-image')
    expect(problemOf(() => of('e-grayscal')).message).toContain('Did you mean "e-grayscale"?')
    expect(problemOf(() => of(Array.from({ length: 41 }, () => 'w-5').join(':'))).code).toBe(
      'request/too-many-parameters',
    )
  })
})

describe('a named transformation', () => {
  const named = (transformation: string) => (target: string) =>
    parseWith(imageKit, `tr:${target}/a.jpg`, {
      ...bareContext,
      presets: new Map([['named', { transformation }]]),
    })

  it('stands for its steps where its name stands', () => {
    const parse = named('w-20,h-10:e-grayscale,q-60')
    expect(parse('rt-90:n-named:bl-2').pipeline).toEqual(of('rt-90:w-20,h-10:e-grayscale,q-60:bl-2').pipeline)
    expect(parse('n-named,rt-90').pipeline).toEqual(of('w-20,h-10:e-grayscale,q-60:rt-90').pipeline)
    expect(parse('n-named:q-70').output).toMatchObject({ quality: 70 })
    expect(parse('n-named').delivery).toMatchObject({ preset: 'named', presetOnly: true })
    expect(parse('n-named:w-5').delivery.presetOnly).toBeUndefined()
    expect(parse('n-named,l-text,i-a,l-end').delivery.presetOnly).toBeUndefined()
  })

  it.each([
    [{ w: 200 }, '"w" is not known'],
    [{}, '"transformation" must be the text'],
    [{ transformation: 'w-200:n-other' }, 'cannot name another'],
    [{ transformation: 'zz-1' }, 'not known'],
    [{ transformation: 'w-N1' }, 'Invalid w'],
  ])('is refused before it is stored when it says %j', (body, complaint) => {
    expect(problemOf(() => imageKit.checkPreset?.('named', body, bareContext)).message).toContain(complaint)
  })

  it('is stored when a URL could say it', () => {
    expect(() =>
      imageKit.checkPreset?.('named', { transformation: 'w-2:bl-3,q-5' }, bareContext),
    ).not.toThrow()
  })
})

describe('layers', () => {
  it.each<[string, object]>([
    [
      'l-image,i-a@@logo.png,w-80,lx-10,ly-N5,o-50,rt-N30,lm-multiply,l-end',
      {
        op: 'overlay',
        picture: { asset: 'a/logo.png' },
        width: 80,
        position: 'top-left',
        x: 10,
        y: -5,
        opacity: 0.5,
        rotation: 330,
        blend: 'multiply',
      },
    ],
    [
      'l-image,i-logo,w-bw_mul_0.25,h-20,c-force,l-end',
      { op: 'overlay', width: '25%', height: 20, fit: 'fill' },
    ],
    ['l-image,i-logo,lx-bw_sub_cw_sub_10,l-end', { op: 'overlay', position: 'right', x: 10 }],
    ['l-image,i-logo,lfo-bottom_right,l-end', { op: 'overlay', position: 'bottom-right' }],
    [
      `l-image,ie-${Buffer.from('https://a.test/b.png').toString('base64url')},l-end`,
      { op: 'overlay', picture: { url: 'https://a.test/b.png' } },
    ],
    [
      'l-text,i-Hello%2520World,fs-40,co-FFFFFF50,tg-b_i,w-100,ia-center,al-5,l-end',
      {
        op: 'text',
        text: 'Hello World',
        fontSize: 40,
        color: '#ffffff80',
        weight: 700,
        italic: true,
        maxWidth: 100,
        align: 'center',
        opacity: 0.5,
        position: 'center',
      },
    ],
    [
      `l-text,ie-${encodeURIComponent(Buffer.from('a,b: é').toString('base64'))},lx-bw_sub_cw_sub_9,ly-4,l-end`,
      { op: 'text', text: 'a,b: é', position: 'top-right', x: -9, y: 4, wrap: false },
    ],
    [
      'l-text,i-a,bg-red,pa-5,r-3,lh-36,l-end',
      { op: 'text', background: '#ff0000ff', backgroundPadding: 5, backgroundRadius: 3, lineHeight: 1.5 },
    ],
  ])('%s', (transformation, expected) => {
    expect(of(transformation).pipeline[0]).toMatchObject(expected)
  })

  it('are laid over what their step has made, in their order', () => {
    const { pipeline } = of('l-image,i-a,l-end,rt-90,l-text,i-b,l-end,w-9:bl-2')
    expect(pipeline.map(({ op }) => op)).toEqual(['resize', 'rotate', 'overlay', 'text', 'blur'])
  })
})

describe('the file', () => {
  it.each<[string, object]>([
    ['f-webp,q-50', { format: 'webp', quality: 50 }],
    ['w-5', { format: 'jpeg', quality: 80, choice: { by: 'content', among: ['jpeg', 'png', 'gif'] } }],
    ['f-jpg,pr-true', { format: 'jpeg', progressive: true }],
    ['f-webp,lo-true', { format: 'webp', lossless: true }],
    ['lo-true', { format: 'png' }],
    ['q-5:q-7', { quality: 7 }],
    ['md-true', { metadata: 'copyright' }],
    ['cp-true', { colorSpace: 'p3' }],
    ['n-thumb', { quality: 60 }],
  ])('%s', (transformation, expected) => {
    expect(of(transformation).output).toMatchObject(expected)
  })

  it('is of the page that the last step names', () => {
    expect(of('pg-1').decode).toEqual({ orient: true })
    expect(of('pg-2:w-5').decode).toEqual({ orient: true, page: 2 })
    expect(of('pg-2:pg-3').decode).toEqual({ orient: true, page: 3 })
    for (const pages of ['0', '2_4', 'name-a', '1.5'])
      expect(problemOf(() => of(`pg-${pages}`)).status).toBe(400)
  })

  it('goes by Accept unless a format is named', () => {
    const { output, delivery } = parse('tr:w-5/a.jpg', 'avif,webp')
    expect(output).toMatchObject({ choice: { among: ['avif', 'webp', 'jpeg', 'png', 'gif'] } })
    expect(delivery.negotiated).toBe(true)
    expect(parse('tr:lo-true/a.jpg', 'avif,webp').output).toMatchObject({ format: 'webp', lossless: true })
    expect(parse('tr:f-orig/a.jpg', 'avif,webp')).toMatchObject({
      output: { choice: { among: ['jpeg', 'png', 'gif'] } },
      delivery: { negotiated: false },
    })
  })

  it('is the stored one with orig-true, a download with ik-attachment, and keeps its metadata when signed', () => {
    expect(of('orig-true').delivery).toMatchObject({ originalIfExact: true, negotiated: false })
    expect(parse('dir/photo.jpg').delivery.originalIfExact).toBe(false)
    expect(parse('dir/photo.jpg?tr=f-webp&ik-attachment=true').delivery.download).toBe('photo.webp')
    expect(parse(`tr:md-true/a.jpg?ik-s=${'0'.repeat(40)}`).output).toMatchObject({ metadata: 'all' })
  })

  it('goes by client hints with auto', () => {
    const request = imageKit.parse(
      {
        path: 'tr:w-auto,dpr-auto/a.jpg',
        query: '',
        accept: 'none',
        base: '',
        acceptText: '',
        hints: { width: '333', dpr: '1.5' },
      },
      context,
    )
    expect(request.pipeline[0]).toMatchObject({ width: 400 })
    expect(request.delivery.vary).toEqual(['Sec-CH-DPR', 'DPR', 'Sec-CH-Width', 'Width'])
  })
})

const verify = (signed: SignedText | undefined, nowSeconds = 0) => {
  if (signed === undefined) throw new Error('not signed')
  verifySignature(nodeDigest, signed, [{ kid: 'k', secret: 'priv' }], nowSeconds)
}
const sign = (text: string) => createHmac('sha1', 'priv').update(text).digest('hex')

describe('the signature', () => {
  const signed = 'tr:w-300/dir/photo.jpg?ik-s=6664e85fed61b38789752063acd085903c285a8e'

  it('covers path and query without its own parameters, and the expiry', () => {
    verify(parse(signed).signature)
    const value = sign('a.jpg?tr=w-300%2Ch-200&x=11700000000')
    const target = `a.jpg?ik-t=1700000000&tr=w-300%2Ch-200&ik-s=${value}&x=1`
    verify(parse(target).signature, 1_699_999_999)
    expect(problemOf(() => verify(parse(target).signature, 1_700_000_000)).code).toBe('signature/expired')
    expect(parse(target).expiresAt).toBe(1_700_000_000)
  })

  it('breaks with every byte', () => {
    for (let at = 0; at < signed.length; at++) {
      for (const other of ['A', '0', '_', '/']) {
        if (signed[at] === other) continue
        const changed = signed.slice(0, at) + other + signed.slice(at + 1)
        expect(() => verify(parse(changed).signature), changed).toThrow()
      }
    }
  })

  it('and the expiry are a 401', () => {
    for (const code of ['signature/invalid', 'signature/expired', 'signature/missing'] as const) {
      const refusal = problemOf(() => verify(parse(`a.jpg?ik-s=${'0'.repeat(40)}`).signature))
      expect(imageKit.problem(Object.assign(refusal, { code }), { instance: 'r', path: '/' }).status).toBe(
        401,
      )
    }
  })

  itWithShared('is the one the vendor’s client writes, and its URLs are answered', () => {
    const vectors: { path: string; query: string; signed: string }[] = JSON.parse(
      readFileSync(join(sharedDir ?? '', 'contracts/vectors/others.json'), 'utf8'),
    ).imagekit
    expect(vectors.length).toBeGreaterThan(10)
    const behind = (url: string) => url.replace('https://ik.test/demo/', '')
    for (const { path, query, signed } of vectors) {
      expect(parse(behind(path)).pipeline).toEqual(parse(behind(query)).pipeline)
      verify(parse(behind(signed)).signature)
    }
  })

  itWithShared('is not needed by what unpic writes', () => {
    const { providers } = JSON.parse(
      readFileSync(join(sharedDir ?? '', 'contracts/vectors/unpic.json'), 'utf8'),
    )
    const urls: string[] =
      JSON.stringify(providers.imagekit).match(/https:\/\/ik\.imagekit\.io\/demo\/[^"\\]+/g) ?? []
    expect(urls.length).toBeGreaterThan(10)
    for (const url of urls)
      expect(parse(url.replace('https://ik.imagekit.io/demo/', '')).source.kind).toBe('asset')
  })
})

describe('the table of conformance', () => {
  it.each(conformance.rows.flatMap((row) => ('example' in row ? [row.example.with] : [])))(
    '%s can be read',
    (transformation) => {
      const read = transformation.includes('dir/') ? parse : of
      expect(read(transformation).output.kind).toBe('image')
    },
  )
})
