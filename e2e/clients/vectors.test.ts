/**
 * Every URL of the contracts' vectors (what real clients printed) against hosts of one project: the status where it
 * is refused, else the type and size of the answer, as the contract of the service says for a picture of 400 × 300.
 *
 * Addresses of pictures of the web are replaced by one on loopback. Vectors are signed with their own secrets, which
 * core's tests check byte for byte; here the URL is signed anew.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { itWithShared, sharedDir } from '../../fixtures/shared.ts'
import type { Got } from '../effects.ts'
import { sizeOf } from '../site.ts'
import { locator, told } from './locator.ts'
import { candidates, type Site, startSite } from './site.ts'

let site: Site

beforeAll(async () => {
  const [photo, drawing] = [await locator(400, 300), await locator(400, 300, 'png')]
  site = await startSite({
    hosts: {
      'demo.imgix.test': 'imgix',
      'demo.imgix.net': 'imgix',
      'img.test': 'cloudflare',
      'imagedelivery.net': 'cloudflare',
      'res.cloudinary.com': 'cloudinary',
      'demo.cloudimg.test': 'cloudimage',
      'demo.cloudimg.io': 'cloudimage',
      'img.brand.test': 'cloudimage',
      'app.test': 'img-src',
    },
    pictures: {
      'a/photo.jpg': photo,
      'dir/photo.jpg': photo,
      'dir/photo one.jpg': photo,
      'unsplash/walrus.jpg': photo,
      'ünïcode/ş p a c e.jpg': photo,
      'users/1.png': drawing,
      'image.png': drawing,
      'a.png': drawing,
      'id.jpg': photo,
      'a#b?c:d+e.png': drawing,
    },
  })
  // with a prefix of its own, or every path without a picture would be its
  const origin = { name: 'myalias', kind: 'web', prefix: 'myalias/', settings: { baseUrl: site.web } }
  expect((await site.post('/api/v1/origins', origin)).status).toBe(201)
  const preset = { name: 'thumb', dialect: 'cloudimage', params: { w: '120', h: '80' } }
  expect((await site.post('/api/v1/settings/presets', preset)).status).toBe(201)
})
afterAll(() => site?.stop())

interface Printed {
  readonly name?: string
  readonly url?: string
  readonly unsigned?: string
  readonly signed?: string
}

function vectors(file: string): ReturnType<typeof JSON.parse> {
  return JSON.parse(readFileSync(join(sharedDir ?? '', 'contracts/vectors', `${file}.json`), 'utf8'))
}

/** The same URL with pictures of the web on loopback, at every depth of encoding. */
function atHome(url: string): string {
  const once = (text: string) => encodeURIComponent(text)
  return ['https://origin.test', 'https://sample.test'].reduce(
    (text, from) =>
      text
        .replaceAll(once(once(from)), once(once(site.web)))
        .replaceAll(once(from), once(site.web))
        .replaceAll(from, site.web)
        // unpic leaves the scheme out
        .replaceAll(from.slice('https://'.length), site.web.slice('http://'.length)),
    url,
  )
}

/** ImageKit's host carries the account's name in front of the path; here it is the project's, behind the mount. */
function asked(url: string): Promise<Got> {
  const [, kit] = /^https:\/\/ik\.[^/]+(\/.*)$/.exec(url) ?? []
  return kit === undefined
    ? site.get(atHome(url), accept)
    : site.target('127.0.0.1', `/imagekit${kit}`, accept)
}

/** imgix's signature in place of the vector's. */
function signedAnew(printed: string): string {
  const url = atHome(printed).replace(/[?&]s=[0-9a-f]{32}$/, '')
  const target = url.replace(/^https?:\/\/[^/]+/, '')
  const s = createHash('md5')
    .update(site.secret + target)
    .digest('hex')
  return `${url.replaceAll(' ', '%20')}${url.includes('?') ? '&' : '?'}s=${s}`
}

const accept = 'image/avif,image/webp,*/*'

async function answersOf(requests: readonly Printed[]): Promise<Readonly<Record<string, string>>> {
  const answers = requests.map(async ({ name, url, unsigned, signed }, index) => {
    const got = await site.get(signedAnew(unsigned ?? url ?? signed ?? ''), accept)
    return [name ?? index, await told(got)] as const
  })
  return Object.fromEntries(await Promise.all(answers))
}

describe('what imgix clients printed', () => {
  itWithShared('@imgix/js-core', async () => {
    expect(await answersOf(vectors('imgix-js-core').requests)).toEqual({
      plain: 'png 400x300',
      w: 'jpeg 400x300',
      w_h_crop: 'jpeg 300x300',
      float_w: 'jpeg 200x150',
      auto: 'avif 640x480',
      auto_array: 'avif 400x300',
      fill_blur: 'jpeg 800x400',
      fill_solid: 'jpeg 800x400',
      txt64: 'jpeg 400x300',
      txt_plain: 'jpeg 400x300',
      mark64: 'jpeg 400x300',
      blend: 'jpeg 400x300',
      rect: 'jpeg 300x200',
      fp: 'jpeg 200x200',
      json: 'application/json',
      palette: 'application/json',
      palette_css: 'text/css',
      utf8_path: 'jpeg 100x75',
      special_path: 'png 100x75',
      leading_slash: 'png 13x10',
      proxy: 'jpeg 400x300',
      proxy_encoded: 'jpeg 400x300',
      adjust: 'jpeg 400x300',
      stylize: 'jpeg 400x300',
      mask: 'png 400x300',
      border: 'jpeg 430x330',
      trim: 'jpeg 400x300',
      expires: '404',
      dl: 'jpeg 400x300',
      null_param_dropped: 'jpeg 100x75',
      ampersand_key: 'jpeg 400x300',
      ixlib: 'jpeg 400x300',
      // It signs the space it was given, and HTTP sends %20: no server can tell what was signed.
      disablePathEncoding: '403',
      http: 'jpeg 400x300',
      custom_encoder: 'jpeg 100x75',
    })
  })

  itWithShared('srcsets of @imgix/js-core', async () => {
    const sets: Readonly<Record<string, string>> = vectors('imgix-js-core').srcsets
    for (const [name, set] of Object.entries(sets)) {
      const all = candidates(set)
      expect(all.length, name).toBeGreaterThan(1)
      for (const { url, descriptor } of all) {
        const asked = Number.parseFloat(descriptor)
        // Larger ones are asked for in imgix-js-core.test.ts, of pictures that take less time.
        if (asked > (descriptor.endsWith('w') ? 1_100 : 3)) continue
        const got = await site.get(signedAnew(url))
        const width = Number((await sizeOf(got)).split('x')[0])
        const one = name === 'dprs' ? 200 * (4 / 3) : 400
        expect([got.status, width], url).toEqual([
          200,
          descriptor.endsWith('w') ? asked : Math.round(one * asked),
        ])
      }
    }
  })

  itWithShared('imgix-url-builder', async () => {
    expect(await answersOf(vectors('imgix-url-builder').requests)).toEqual({
      w: 'jpeg 400x300',
      camel: 'jpeg 400x300',
      auto_arr: 'avif 400x300',
      fit: 'jpeg 300x200',
      txt: 'jpeg 400x300',
      fill: 'jpeg 10x20',
      ar: 'jpeg 200x113',
      rect: 'jpeg 100x100',
      bool: 'jpeg 400x300',
      dpr: 'jpeg 400x300',
      focal: 'jpeg 100x100',
      blend: 'jpeg 400x300',
      mono: 'jpeg 400x300',
      pad: 'jpeg 420x314',
      trim: 'jpeg 400x300',
      flip: 'jpeg 300x400',
      fm: 'avif 400x300',
      json: 'application/json',
      pal: 'application/json',
      mask: 'png 400x300',
    })
    const { resign, remove, widthSrcSet, dprSrcSet } = vectors('imgix-url-builder')
    const others = [
      resign,
      remove,
      ...[widthSrcSet, dprSrcSet].flatMap((set) => candidates(set).map(({ url }) => url)),
    ]
    const answers = await answersOf(others.map((url) => ({ url })))
    expect(Object.values(answers)).toEqual([
      'png 400x300',
      'png 400x300',
      'jpeg 400x300',
      'jpeg 800x600',
      'jpeg 300x225',
      'jpeg 600x450',
    ])
  })

  itWithShared('ts-imgix', async () => {
    const answers = await answersOf(vectors('ts-imgix').requests)
    expect(Object.values(answers)).toEqual([
      'jpeg 400x300',
      'avif 400x300',
      'jpeg 10x10',
      'jpeg 400x300',
      'jpeg 3x4',
      'jpeg 400x300',
    ])
  })
})

/** Sizes and formats that unpic's list of operations asks for, with `fit=min`, `cover` and `lfill` as its defaults. */
const unpicSizes = [
  'avif 300x225',
  'avif 300x200',
  'avif 300x225',
  'webp 300x225',
  'avif 300x200',
  'avif 300x150',
]

describe('what unpic printed', () => {
  const all: Readonly<
    Record<string, { readonly requests?: readonly { readonly generate: string; readonly ops: object }[] }>
  > = sharedDir === undefined ? {} : vectors('unpic').providers
  const answered: Readonly<Record<string, readonly string[]>> = {
    imgix: [...unpicSizes, 'avif 133x100', 'avif 400x300', 'avif 300x225', 'avif 400x300', 'avif 10x8'],
    cloudflare: [
      ...unpicSizes,
      'avif 133x100',
      'avif 400x300',
      ...['avif 100x75', 'avif 100x75', 'avif 80x60', 'avif 80x60', 'avif 80x60'],
    ],
    // the account is passed over, the image is found without its extension
    cloudflare_images: [...unpicSizes, 'avif 133x100', 'avif 400x300'],
    cloudimage: [
      ...['jpeg 300x225', 'jpeg 300x200', 'jpeg 300x225', 'webp 300x225', 'avif 300x200', 'jpeg 300x150'],
      ...['jpeg 133x100', 'jpeg 400x300', 'jpeg 300x200', 'jpeg 10x8'],
    ],
    imagekit: [
      ...unpicSizes,
      ...['avif 133x100', 'avif 400x300', 'avif 100x75', 'avif 100x100', 'avif 100x75'],
    ],
    cloudinary: [...unpicSizes, 'avif 133x100', 'avif 400x300', 'avif 100x75', 'avif 100x75', 'avif 100x75'],
  }

  itWithShared.each(Object.keys(answered))('%s', async (provider) => {
    const urls = (all[provider]?.requests ?? []).map(({ generate }) => generate)
    const answers = urls.map(async (url) => told(await asked(url)))
    expect(await Promise.all(answers)).toEqual(answered[provider])
  })

  const strangers = Object.keys(all).filter((name) => name !== '_detect' && !(name in answered))
  it.each(strangers)('%s: no language of ours, a plain client error', async (provider) => {
    for (const { generate, ops } of all[provider]?.requests ?? []) {
      // nothing asked for: the path of a picture
      if (Object.keys(ops).length === 0) continue
      const path = generate.replace(/^https?:\/\/[^/]+/, '')
      const { status, headers } = await site.target('app.test', path)
      expect([400, 404], generate).toContain(status)
      expect(headers.get('cache-control'), generate).toBe('no-store')
    }
  })
})

describe('what the SDK of Cloudinary printed', () => {
  itWithShared('is answered, and refused with a signature of another secret', async () => {
    const requests: readonly (Printed & { readonly signed_long: string })[] = vectors('others').cloudinary
    const answers: string[] = []
    for (const { url = '', signed = '', signed_long } of requests) {
      const unsigned = signed.replace(/s--[\w-]+--\//, '')
      answers.push(
        `${await told(await site.get(atHome(url), accept))}, ${await told(await site.get(unsigned, accept))}`,
      )
      for (const foreign of [signed, signed_long]) expect((await site.get(foreign)).status, foreign).toBe(401)
    }
    expect(answers).toEqual([
      'jpeg 300x225, jpeg 300x225',
      'jpeg 300x200, jpeg 300x200',
      'jpeg 300x200, jpeg 300x200',
      // round corners are transparent where the URL names no format
      'png 300x300, jpeg 300x300',
      'avif 400x300, avif 400x300',
      'jpeg 400x300, jpeg 400x300',
      'png 478x419, jpeg 478x419',
      'jpeg 400x300, jpeg 400x300',
      'jpeg 400x225, jpeg 400x225',
      'jpeg 200x150, jpeg 200x150',
      'jpeg 400x300, jpeg 400x300',
      'jpeg 408x308, jpeg 408x308',
      'jpeg 100x100, jpeg 100x100',
      'webp 100x75, webp 100x75',
      'jpeg 100x75, jpeg 100x75',
      'jpeg 400x300, jpeg 400x300',
    ])
  })
})

describe('what the SDK of ImageKit printed', () => {
  itWithShared('is answered, and refused with a signature of another key', async () => {
    const requests: readonly { readonly path: string; readonly query: string; readonly signed: string }[] =
      vectors('others').imagekit
    const answers = requests.map(async ({ path, query, signed }) => {
      expect((await asked(signed)).status, signed).toBe(401)
      const [inPath, inQuery] = [await asked(path), await asked(query)]
      expect(inQuery.bytes.equals(inPath.bytes), query).toBe(true)
      return told(inPath)
    })
    expect(await Promise.all(answers)).toEqual([
      'avif 300x225',
      'avif 300x200',
      'avif 300x400',
      'webp 400x300',
      'avif 400x300',
      'avif 200x300',
      'avif 400x300',
      'avif 100x100',
      'avif 400x300',
      'avif 100x75',
      'avif 400x300',
      'avif 400x300',
    ])
    // `T` and `S` stand for what the recorder left out.
    expect((await asked(vectors('others').imagekit_signed_exp)).status).toBe(400)
  })
})

describe('what Cloudimage clients printed', () => {
  itWithShared('cloudimage-responsive-utils', async () => {
    const { requests, dpr } = vectors('cloudimage')
    const answers = requests.map(async ({ name, url }: { readonly name: string; readonly url: string }) => [
      name,
      await told(await asked(url)),
    ])
    expect(Object.fromEntries(await Promise.all(answers))).toEqual({
      'relative-ish': 'jpeg 400x300',
      w: 'jpeg 300x225',
      wh_crop: 'jpeg 300x200',
      width_long: 'jpeg 300x200',
      bound: 'jpeg 267x200',
      boundmin: 'jpeg 300x225',
      cover: 'jpeg 300x200',
      cropfit: 'jpeg 300x200',
      pos: 'jpeg 200x193',
      focal: 'jpeg 100x100',
      wat: 'jpeg 400x300',
      wat_text: 'jpeg 400x300',
      filters: 'jpeg 300x225',
      filters2: 'jpeg 400x300',
      format: 'webp 400x300',
      radius: 'png 400x300',
      rot: 'jpeg 300x400',
      ar: 'jpeg 400x225',
      info: 'application/json',
      preset: 'jpeg 120x80',
      src_with_query: 'jpeg 100x75',
      no_version: 'jpeg 100x75',
      custom_domain: 'jpeg 100x75',
      only_width: 'jpeg 100x75',
      alias: 'jpeg 100x75',
    })
    const sets = JSON.stringify(dpr).match(/https:[^"\s]+/g) ?? []
    expect(sets.length).toBeGreaterThan(3)
    // larger than the source: org_if_sml keeps its size
    for (const url of sets)
      expect(await told(await asked(url)), url).toBe(url.includes('w=300&') ? 'jpeg 300x200' : 'jpeg 400x300')
  })

  itWithShared('js-cloudimage-responsive', async () => {
    const urls =
      JSON.stringify(vectors('js-cloudimage-responsive').out).match(/https:\/\/demo[^"\s\\]+/g) ?? []
    expect(urls.length).toBeGreaterThan(20)
    for (const url of urls) {
      const asks = new URL(url).searchParams
      const [w, h] = [Number(asks.get('w')), Number(asks.get('h'))]
      const isKept = w > 400 || h > 300
      expect(await told(await asked(url)), url).toBe(isKept ? 'jpeg 400x300' : `jpeg ${w}x${h}`)
    }
  })
})
