import { createHash, createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { itWithShared, sharedDir } from '../../../../../fixtures/shared.ts'
import { canonicalPipeline } from '../../pipeline/index.ts'
import { picturesOf, type SignedText, verifySignature } from '../../request/index.ts'
import { bareContext, parseWith, problemOf } from '../dialect.test-kit.ts'
import { conformance } from './conformance.ts'
import { cloudinary } from './index.ts'

const context = {
  ...bareContext,
  presets: new Map([['thumb', { transformation: 'c_fill,w_200,h_100,q_60' }]]),
}
const parse = (path: string, accept: 'none' | 'avif,webp' = 'none') =>
  parseWith(cloudinary, path, context, accept)
const of = (steps: string) => parse(`image/upload/${steps}/v1/photo.jpg`)
const canonical = (steps: string) => canonicalPipeline(of(steps).pipeline)

describe('the path', () => {
  it.each([
    ['image/upload/v1/dir/photo.jpg', 'dir/photo.jpg'],
    ['image/upload/dir/photo', 'dir/photo'],
    ['image/upload/w_100/photo.jpg', 'photo.jpg'],
    ['image/upload/s--abcdefgh--/w_100/v12/dir/photo.jpg', 'dir/photo.jpg'],
    ['image/upload/my_dir/photo.jpg', 'my_dir/photo.jpg'],
    ['image/upload/v1/w_100/photo.jpg', 'w_100/photo.jpg'],
    ['image/upload/w_100', 'w_100'],
    ['acme/image/upload/w_100/v1/a.jpg', 'a.jpg'],
    ['image/upload/v1/dir/photo.jpg.webp', 'dir/photo.jpg'],
    ['image/upload/caf%C3%A9.jpg?_a=BAMAGSR20', 'café.jpg'],
  ])('%s names %s', (path, name) => {
    expect(parse(path).source).toEqual({ kind: 'asset', path: name, match: 'stem' })
  })

  it.each([
    ['image/fetch/https://origin.test/a%20b.jpg', 'https://origin.test/a%20b.jpg'],
    ['image/fetch/w_100/https:/origin.test/a.jpg?v=1&w=2', 'https://origin.test/a.jpg?v=1&w=2'],
    ['image/fetch/https%3A%2F%2Forigin.test%2Fa.jpg%3Fx%3D1', 'https://origin.test/a.jpg?x=1'],
  ])('%s fetches %s', (path, url) => {
    expect(parse(path).source).toEqual({ kind: 'url', url })
  })

  it.each([
    'image/fetch/origin.test/a.jpg',
    'video/upload/a.mp4',
    'image/list/a.json',
    'image/upload',
    'image/upload/',
    'raw/upload/a',
    '',
    'image/upload/w_%ff/a.jpg',
    'image/upload/w_1,foo_2/v1/a.jpg',
  ])('%s is refused', (path) => {
    expect(problemOf(() => parse(path)).status).toBe(400)
  })

  it('asks for a signature where Cloudinary would, and for originals only when nothing is asked', () => {
    expect(parse('image/private/v1/a.jpg').signatureRequired).toBe(true)
    expect(parse('image/authenticated/w_1/v1/a.jpg').signatureRequired).toBe(true)
    expect(parse('image/upload/v1/a.jpg')).toMatchObject({
      signatureRequired: false,
      delivery: { originalIfExact: true, immutable: false },
    })
    expect(of('w_5').delivery.originalIfExact).toBe(false)
    expect(parse('image/upload/v1623000000/a.jpg').delivery.immutable).toBe(true)
  })
})

describe('a step', () => {
  it.each<[string, object]>([
    ['w_300', { op: 'resize', width: 300 }],
    ['c_scale,h_200,w_300', { op: 'resize', width: 300, height: 200, fit: 'fill' }],
    ['c_fit,h_200,w_300', { op: 'resize', width: 300, height: 200, fit: 'inside' }],
    ['c_limit,w_400', { op: 'resize', width: 400, upscale: false }],
    ['c_mfit,h_9,w_9', { op: 'resize', width: 9, height: 9, fit: 'inside', downscale: false }],
    ['c_fill,g_auto,h_200,w_300', { op: 'resize', width: 300, height: 200, position: 'attention' }],
    ['c_fill,g_face,h_200,w_300', { op: 'resize', position: 'faces' }],
    [
      'c_thumb,g_face,h_200,w_300,z_0.6',
      { op: 'smartCrop', width: 300, height: 200, subject: 'face', tightness: 1, padding: 1 },
    ],
    ['ar_1:1,c_crop,g_face', { op: 'smartCrop', aspect: '1:1', subject: 'face', tightness: 1, padding: 0.4 }],
    ['e_blur_faces', { op: 'blurFaces', how: 'blur', strength: 2.25 }],
    ['e_pixelate_faces:200', { op: 'blurFaces', how: 'pixelate', strength: 6 }],
    ['c_lfill,h_200,w_300', { op: 'resize', width: 300, height: 200, upscale: false, whenSmaller: 'keep' }],
    ['c_fill,g_north_west,h_200,w_300', { op: 'resize', position: 'top-left' }],
    ['ar_16:9,c_fill,w_400', { op: 'resize', width: 400, aspect: '16:9' }],
    ['ar_1.5,c_crop', { op: 'crop', aspect: '3:2' }],
    ['c_fit,dpr_2,w_100', { op: 'resize', width: 200 }],
    ['w_0.5', { op: 'resize', width: '50%' }],
    ['w_iw_div_4', { op: 'resize', width: '25%' }],
    [
      'c_crop,h_100,w_100,x_10,y_20',
      {
        op: 'crop',
        width: 100,
        height: 100,
        position: 'top-left',
        offsetX: 10,
        offsetY: 20,
        outside: 'clip',
      },
    ],
    ['c_crop,g_north_east,h_10,w_10,x_5', { op: 'crop', position: 'top-right', offsetX: 5 }],
    ['c_crop,g_xy_center,h_10,w_10,x_5,y_7', { op: 'crop', position: { left: 5, top: 7 } }],
    ['b_red,c_pad,h_9,w_9', { op: 'resize', fit: 'contain', background: '#ff0000ff' }],
    ['b_auto,c_pad,h_9,w_9', { op: 'resize', fit: 'contain', background: 'dominant' }],
    [
      'b_blurred:500,c_lpad,h_9,w_9',
      { op: 'resize', fit: 'contain', fill: 'blur', fillBlur: 10, upscale: false },
    ],
    ['b_rgb:0f0', { op: 'flatten', background: '#00ff00ff' }],
    ['a_-20', { op: 'rotate', angle: 340 }],
    ['a_hflip', { op: 'flop' }],
    ['a_vflip', { op: 'flip' }],
    ['o_40', { op: 'opacity', opacity: 0.4 }],
    ['r_max', { op: 'roundCorners', radius: '50%' }],
    ['r_10:20', { op: 'roundCorners', topLeft: 10, topRight: 20, bottomRight: 10, bottomLeft: 20 }],
    ['bo_4px_solid_red', { op: 'border', width: 4, color: '#ff0000ff' }],
    ['bo_4px_solid_rgb:00f,r_10', { op: 'border', width: 4, radius: 14, innerRadius: 10 }],
    ['e_blur:300', { op: 'blur', sigma: 6 }],
    ['e_blur_region:100,h_5,w_6,x_1,y_2', { op: 'blur', sigma: 2, left: 1, top: 2, width: 6, height: 5 }],
    ['e_pixelate:8', { op: 'pixelate', block: 8 }],
    ['e_sharpen', { op: 'sharpen', flat: 1, jagged: 2 }],
    ['e_unsharp_mask:200', { op: 'unsharp', amount: 100 }],
    ['e_grayscale', { op: 'grayscale' }],
    ['e_negate', { op: 'invert' }],
    ['e_background_removal', { op: 'removeBackground' }],
    ['c_fill,g_dog,h_60,w_20', { op: 'resize', position: { labels: ['dog'] } }],
    ['c_fill,g_tvmonitor:sofa:auto,h_60,w_20', { op: 'resize', position: { labels: ['couch', 'tv'] } }],
    [
      'c_thumb,g_auto:animal,h_60,w_20',
      { op: 'smartCrop', labels: expect.arrayContaining(['bear', 'zebra']), padding: 0 },
    ],
    ['c_thumb,g_dog,h_60,w_20,z_0.5', { op: 'smartCrop', width: 20, labels: ['dog'], padding: 0.5 }],
    ['c_crop,g_cat', { op: 'smartCrop', labels: ['cat'], tightness: 1, padding: 0 }],
    ['c_crop,ar_1:1,g_person', { op: 'smartCrop', aspect: '1:1', labels: ['person'] }],
    ['c_crop,g_cat,h_50,w_50', { op: 'crop', width: 50, position: { labels: ['cat'] } }],
    ['c_fill,g_auto:cat_100,h_60,w_20', { op: 'resize', position: 'attention' }],
    ['e_upscale', { op: 'upscale', factor: 4 }],
    ['e_sepia', { op: 'sepia', amount: 80 }],
    ['e_brightness:-30', { op: 'brightness', amount: -30 }],
    ['e_contrast:50', { op: 'contrast', amount: 50 }],
    ['e_saturation:-100', { op: 'modulate', saturation: 0 }],
    ['e_hue:50', { op: 'modulate', hue: 90 }],
    ['e_gamma:-50', { op: 'gamma', gamma: 0.6667 }],
    ['e_vibrance', { op: 'vibrance', amount: 20 }],
    ['co_blue,e_colorize:30', { op: 'colorize', amount: 30, color: '#0000ffff' }],
    ['e_improve:outdoor:40', { op: 'autoEnhance', amount: 40 }],
    ['e_auto_contrast', { op: 'normalize' }],
    ['e_trim:20:rgb:fff', { op: 'trim', threshold: 51, background: '#ffffffff' }],
    ['t_thumb', { op: 'resize', width: 200, height: 100 }],
  ])('%s', (steps, expected) => {
    expect(of(steps).pipeline[0]).toMatchObject(expected)
  })

  it.each([
    ['c_thumb,g_face,h_300,r_max,w_300', 'w_300,r_max,h_300,g_face,c_thumb'],
    ['a_20,e_sepia:80,b_red,o_50', 'o_50,b_red,a_20,e_sepia:80'],
    ['co_white,g_south,l_text:Arial_40:Hi,y_10', 'y_10,l_text:Arial_40:Hi,g_south,co_white'],
  ])('%s means what %s means', (one, other) => {
    expect(canonical(one)).toBe(canonical(other))
  })

  it('acts behind the ones before it', () => {
    expect(of('w_100/a_90/c_crop,h_5,w_5').pipeline.map(({ op }) => op)).toEqual(['resize', 'rotate', 'crop'])
  })

  it.each([
    'w_-5',
    'w_0',
    'w_abc',
    'w_ih',
    'w_5/w_iw',
    'c_imagga_crop',
    'c_fill,g_dragon,h_5,w_5',
    'c_pad,g_cat,h_5,w_5',
    'g_custom,c_fill,w_5,h_5',
    'ar_0:1,w_5',
    'ar_1:1,h_5,w_5',
    'x_5',
    'z_2',
    'co_red',
    'c_thumb,w_5,z_2',
    'c_thumb,z_2',
    'o_101',
    'r_-1',
    'r_1:2:3:4:5',
    'bo_4px_dashed_red',
    'a_auto_right',
    'b_auto:nothing',
    'b_nocolor',
    'b_blurred',
    'e_art:zorro',
    'e_blur:2001',
    'e_grayscale:5',
    'e_blur:5:6',
    'e_',
    'f_exe',
    'q_0',
    'q_101',
    'q_auto:bad',
    'fl_unknown',
    'w_5,w_6',
    't_none',
    't_thumb,w_5,x_3',
    'u_logo',
    'd_none.png',
    'if_w_gt_5',
    '$a_5',
    'pg_2',
    'dpr_0',
    'l_',
    'l_logo/e_sepia/fl_layer_apply',
    'l_video:a',
    'l_text:Arial:x',
    'l_fetch:!!',
    'l_logo,w_0.5,h_0.25',
    'l_logo,g_face',
    'l_text:Arial_20:a,w_0.5',
  ])('%s is refused with a 400', (steps) => {
    const problem = problemOf(() => of(steps))
    const error = cloudinary.problem(problem, { instance: 'r', path: '/' })
    expect([error.status, error.headers?.['X-Cld-Error']]).toEqual([400, problem.message])
  })
})

it('is a preset alone only when nothing stands beside its name', () => {
  expect(of('t_thumb').delivery).toMatchObject({ preset: 'thumb', presetOnly: true })
  expect(of('t_thumb,w_5000').delivery.presetOnly).toBeUndefined()
  expect(of('t_thumb/w_5000').delivery.presetOnly).toBeUndefined()
  expect(of('w_5/t_thumb').delivery.presetOnly).toBeUndefined()
})

describe('layers', () => {
  it.each<[string, object]>([
    [
      'g_south_east,l_logo,w_80,x_10,y_10',
      { op: 'overlay', picture: { asset: 'logo' }, width: 80, position: 'bottom-right', x: 10, y: 10 },
    ],
    [
      'l_a:b:logo.png/c_fill,h_20,w_30/o_50/a_30/fl_layer_apply,g_north',
      {
        op: 'overlay',
        picture: { asset: 'a/b/logo.png' },
        width: 30,
        height: 20,
        fit: 'cover',
        opacity: 0.5,
        rotation: 30,
        position: 'top',
      },
    ],
    ['fl_relative,l_logo,w_0.25', { op: 'overlay', width: '25%' }],
    ['l_logo,w_0.5', { op: 'overlay', scale: 50 }],
    ['e_multiply,fl_tiled,l_logo', { op: 'overlay', blend: 'multiply', tile: true }],
    [
      `l_fetch:${Buffer.from('https://a.test/b.png').toString('base64url')}`,
      { op: 'overlay', picture: { url: 'https://a.test/b.png' } },
    ],
    [
      'co_white,g_south,l_text:Arial_40:Hello%252C%20World%252F%C3%A9',
      {
        op: 'text',
        text: 'Hello, World/é',
        fontSize: 40,
        color: '#ffffffff',
        position: 'bottom',
        padding: 0,
      },
    ],
    [
      'l_text:Times New Roman_20_bold_italic_letter_spacing_3_center:a%253Ab',
      {
        op: 'text',
        text: 'a:b',
        font: 'serif',
        weight: 700,
        italic: true,
        letterSpacing: 3,
        align: 'center',
      },
    ],
    ['g_south_east,l_text:Courier_20:a,x_5,y_0.1', { op: 'text', font: 'mono', x: -5, y: '-10%' }],
    ['c_fit,l_text:Arial_20:a b c,w_100', { op: 'text', maxWidth: 100 }],
    [
      'bo_2px_solid_red,l_text:Impact_20_stroke:a',
      { op: 'text', font: 'display', strokeWidth: 2, strokeColor: '#ff0000ff' },
    ],
  ])('%s', (steps, expected) => {
    const [operation] = of(steps.replaceAll(' ', '%20')).pipeline
    expect(operation).toMatchObject(expected)
  })

  it('of two pictures is each laid by itself', () => {
    expect(of('l_a/l_b,w_5/q_70').pipeline).toHaveLength(2)
    expect([...picturesOf(of('l_a/l_b').pipeline, { maxPictures: 5 })]).toHaveLength(2)
  })
})

describe('the file', () => {
  it.each<[string, object]>([
    ['image/upload/w_5/v1/a.webp', { format: 'webp', quality: 80 }],
    ['image/upload/f_jpg,q_70/v1/a.webp', { format: 'jpeg', quality: 70 }],
    ['image/upload/q_70:444/v1/a.jpg', { format: 'jpeg', quality: 70, chroma: '4:4:4' }],
    ['image/upload/q_auto:eco/v1/a.jpg', { target: 65 }],
    ['image/upload/q_5/q_auto/v1/a.jpg', { target: 70 }],
    ['image/upload/f_png,fl_lossy/v1/a', { format: 'png', palette: true }],
    ['image/upload/f_jpg,fl_progressive.keep_iptc/v1/a', { progressive: true, metadata: 'copyright' }],
    ['image/upload/w_5/v1/a', { format: 'jpeg', choice: { by: 'content', among: ['jpeg', 'png', 'gif'] } }],
    ['image/upload/t_thumb/v1/a.jpg', { quality: 60 }],
  ])('%s', (path, expected) => {
    expect(parse(path).output).toMatchObject(expected)
  })

  it('goes by Accept with f_auto', () => {
    const { output, delivery } = parse('image/upload/f_auto,q_auto/v1/a.jpg', 'avif,webp')
    expect(output).toMatchObject({ choice: { among: ['avif', 'webp', 'jpeg', 'png', 'gif'] }, target: 70 })
    expect(delivery.negotiated).toBe(true)
  })

  it('goes by client hints with auto', () => {
    const request = cloudinary.parse(
      {
        path: 'image/upload/c_limit,w_auto/v1/a.jpg',
        query: '',
        accept: 'none',
        base: '',
        acceptText: '',
        hints: { width: '333' },
      },
      context,
    )
    expect(request.pipeline[0]).toMatchObject({ width: 400 })
    expect(request.delivery.vary).toEqual(['Sec-CH-Width', 'Width'])
  })

  it('is an attachment when asked', () => {
    expect(of('fl_attachment').delivery.download).toBe('photo.jpg')
    expect(of('fl_attachment:mine,f_webp').delivery.download).toBe('mine.webp')
  })
})

const hash = (name: string) => (text: string) => createHash(name).update(text).digest('hex')
const digest = {
  sha256: hash('sha256'),
  md5: hash('md5'),
  sha1: hash('sha1'),
  hmacSha256: (secret: string, text: string) => createHmac('sha256', secret).update(text).digest('hex'),
  hmacSha1: (secret: string, text: string) => createHmac('sha1', secret).update(text).digest('hex'),
  equal: (a: string, b: string) => a === b,
}
const secrets = [{ kid: 'k', secret: 'abcd' }]
const verify = (signed: SignedText | undefined) => {
  if (signed === undefined) throw new Error('not signed')
  verifySignature(digest, signed, secrets, 0)
}

describe('the signature', () => {
  const signed = 'image/upload/s--bi6apvoR--/c_scale,w_300/v1/dir/photo.jpg'
  it('holds without the version, short and long', () => {
    verify(parse(signed).signature)
    verify(parse(signed.replace('v1/', 'v7/')).signature)
    verify(parse(signed.replace('bi6apvoR', 'eGy36OpR2rNIMx0O9IZMc5g44wuCqbJ4')).signature)
  })

  it('breaks with every byte behind it, the version apart', () => {
    const start = signed.indexOf('s--') + 3
    for (let at = start; at < signed.length; at++) {
      if (
        signed.slice(at - 1, at + 2).includes('v1') ||
        signed.slice(at, at + 3) === '/v1' ||
        signed.slice(at - 2, at + 1) === 'v1/'
      )
        continue
      for (const other of ['A', '0', '_', '/']) {
        if (signed[at] === other) continue
        const changed = signed.slice(0, at) + other + signed.slice(at + 1)
        expect(() => verify(parse(changed).signature), changed).toThrow()
      }
    }
  })

  itWithShared('is the one the vendor’s client writes, and its URLs are answered', () => {
    const vectors: { url: string; signed: string; signed_long: string }[] = JSON.parse(
      readFileSync(join(sharedDir ?? '', 'contracts/vectors/others.json'), 'utf8'),
    ).cloudinary
    expect(vectors.length).toBeGreaterThan(10)
    for (const { url, signed, signed_long } of vectors) {
      for (const each of [url, signed, signed_long]) {
        const request = parse(each.replace('https://res.cloudinary.com/demo/', ''))
        if (each !== url) verify(request.signature)
      }
    }
  })

  itWithShared('is not needed by what unpic writes', () => {
    const { providers } = JSON.parse(
      readFileSync(join(sharedDir ?? '', 'contracts/vectors/unpic.json'), 'utf8'),
    )
    const urls: string[] =
      JSON.stringify(providers.cloudinary).match(/https:\/\/res\.cloudinary\.com\/demo\/[^"\\]+/g) ?? []
    expect(urls.length).toBeGreaterThan(10)
    for (const url of urls)
      expect(parse(url.replace('https://res.cloudinary.com/demo/', '')).source.kind).toBe('asset')
  })
})

describe('the table of conformance', () => {
  it.each(conformance.rows.flatMap((row) => ('example' in row ? [row.example.with] : [])))(
    '%s can be read',
    (steps) => {
      expect(of(steps).output.kind).toBe('image')
    },
  )
})

describe('a named transformation', () => {
  const steps = (transformation: string) => {
    const presets = new Map([['named', { transformation }]])
    return (path: string) =>
      parseWith(cloudinary, `image/upload/${path}/v1/a.jpg`, { ...bareContext, presets })
  }

  it('stands for its steps where its name stands', () => {
    const named = steps('c_fill,w_20,h_10/e_sepia,q_60')
    const written = steps('w_1')
    expect(named('a_90/t_named/e_grayscale').pipeline).toEqual(
      written('a_90/c_fill,w_20,h_10/e_sepia,q_60/e_grayscale').pipeline,
    )
    expect(named('t_named,a_90').pipeline).toEqual(written('c_fill,w_20,h_10/e_sepia,q_60/a_90').pipeline)
    expect(named('t_named').output).toMatchObject({ quality: 60 })
    expect(named('t_named/q_70').output).toMatchObject({ quality: 70 })
    expect(named('q_70/t_named').output).toMatchObject({ quality: 60 })
  })

  it('decodes its texts as a URL does', () => {
    const text = 'l_text:Arial_20:a%252Cb'
    expect(steps(text)('t_named').pipeline).toEqual(steps('w_1')(text).pipeline)
  })

  it('may not make more steps than a URL may have', () => {
    const many = Array.from({ length: 21 }, () => 'e_sepia').join('/')
    expect(() => steps(many)('t_named/t_named')).toThrow(
      expect.objectContaining({ code: 'request/too-many-parameters' }),
    )
  })

  it.each([
    [{ w: 200 }, '"w" is not known'],
    [{}, '"transformation" must be the text'],
    [{ transformation: 12 }, '"transformation" must be the text'],
    [{ transformation: 'w_200', q: 1 }, '"q" is not known'],
    [{ transformation: 'w_200/t_other' }, 'cannot name another'],
    [{ transformation: 'zz_1' }, 'not supported'],
    [{ transformation: 'c_fill,w_-1' }, 'Invalid w'],
    [{ transformation: 'w_200//e_sepia' }, 'Invalid transformation component'],
    [{ transformation: '%zz' }, 'percent-encoding'],
  ])('is refused before it is stored when it says %j', (body, complaint) => {
    expect(() => cloudinary.checkPreset?.('named', body, bareContext)).toThrow(
      expect.objectContaining({ detail: expect.stringContaining(complaint) }),
    )
  })
})
