/** Cloudimage's clients against a host of a project: URL helpers, the plugin in a page, signed and sealed URLs. */
import { createHash } from 'node:crypto'
import { JSDOM } from 'jsdom'
import { generate } from 'unpic/providers/cloudimage'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sizeOf } from '../site.ts'
import { expectRegion, locator, type Region, told, whole } from './locator.ts'
import { cloudimageUtils, loadCloudimagePlugin } from './packages.ts'
import { candidates, type Site, singleByteChanges, startSite } from './site.ts'

const host = 'demo.cloudimg.test'
const middle: Region = [0.125, 0, 0.875, 1]
let site: Site

beforeAll(async () => {
  const photo = await locator(400, 300)
  site = await startSite({
    hosts: { [host]: 'cloudimage', 'demo.cloudimg.io': 'cloudimage' },
    pictures: { 'img/b.jpg': photo, 'img/c.jpg': photo, 'img/bg.jpg': photo },
  })
})
afterAll(() => site?.stop())

function urlOf(src: string, params: Readonly<Record<string, string | number>>, apiVersion?: string): string {
  return cloudimageUtils.generateURL({
    src,
    params,
    config: {
      token: 'demo',
      domain: 'cloudimg.test',
      params: { org_if_sml: 1 },
      ...(apiVersion === undefined ? {} : { apiVersion }),
    },
  })
}

describe('cloudimage-responsive-utils', () => {
  it.each<[Readonly<Record<string, string | number>>, string, Region]>([
    [{}, '400x300', whole],
    [{ w: 200 }, '200x150', whole],
    [{ w: 100, h: 100, func: 'crop' }, '100x100', middle],
    [{ w: 100, h: 100, gravity: 'west' }, '100x100', [0, 0, 0.75, 1]],
    [{ w: 100, h: 100, func: 'bound' }, '100x75', whole],
    [{ w: 120, h: 120, func: 'boundmin' }, '160x120', whole],
    [{ w: 100, h: 100, func: 'cover' }, '100x100', whole],
    [{ tl_px: '100,75', br_px: '300,225', w: 100 }, '100x75', [0.25, 0.25, 0.75, 0.75]],
    [{ w: 200, aspect_ratio: '2:1' }, '200x100', [0, 0.167, 1, 0.833]],
    [{ w: 100, flip: 'h' }, '100x75', [1, 0, 0, 1]],
    [{ w: 900, h: 900 }, '400x300', whole],
  ])('%j gives %s', async (params, size, region) => {
    for (const [src, version] of [
      [`${site.web}/a.jpg`, 'v7'],
      ['photo.jpg', undefined],
    ] as const) {
      const url = urlOf(src, params, version)
      const got = await site.get(url)
      expect(await told(got), url).toBe(`jpeg ${size}`)
      await expectRegion(got, region, url)
    }
  })

  it('asks for formats in the order the page prefers', async () => {
    const url = urlOf('photo.jpg', { w: 100, force_format: 'webp,jpeg' }, 'v7')
    expect((await site.get(url, 'image/webp')).headers.get('content-type')).toBe('image/webp')
    expect((await site.get(url, 'image/jpeg')).headers.get('content-type')).toBe('image/jpeg')
  })

  it('turns counter-clockwise', async () => {
    const got = await site.get(urlOf('photo.jpg', { r: 90 }))
    // What was on the right is on top.
    expect(await sizeOf(got)).toBe('300x400')
    const { default: sharp } = await import('sharp')
    const { data } = await sharp(got.bytes)
      .extract({ left: 150, top: 4, width: 1, height: 1 })
      .raw()
      .toBuffer({
        resolveWithObject: true,
      })
    expect(data[0]).toBeGreaterThan(240)
  })
})

describe('js-cloudimage-responsive', () => {
  it('gives every picture of a page a source that is there', async () => {
    const dom = new JSDOM(
      `<div style="width:400px"><img id="a" ci-src="${site.web}/a.jpg" ci-width="400" ci-height="300" ci-params="func=crop&gravity=auto"></div>
       <img id="b" ci-src="b.jpg" ci-ratio="1.5">
       <img id="c" ci-src="c.jpg" width="200" height="100" ci-params='{"bright":10,"gray":1}'>
       <div id="d" ci-bg-url="bg.jpg" style="width:300px;height:100px"></div>
       <img id="e" ci-src="${site.web}/q.jpg?v=3">`,
      { url: `https://${host}/`, pretendToBeVisual: true },
    )
    const { window } = dom
    Object.assign(globalThis, { window, document: window.document, Element: window.Element })
    // The plugin draws placeholders from blur hashes; a page without canvas has no ImageData.
    Object.assign(window, { ImageData: class {} })
    const Plugin = loadCloudimagePlugin()
    new Plugin({ token: 'demo', domain: 'cloudimg.test', baseURL: 'img' })
    const sources = [...window.document.querySelectorAll('img')].flatMap((image) => [
      image.getAttribute('src') ?? '',
      ...candidates(image.getAttribute('srcset') ?? '').map(({ url }) => url),
    ])
    const style = window.document.querySelector('#d')?.getAttribute('style') ?? ''
    sources.push(/url\("?([^")]+)/.exec(style)?.[1] ?? '')
    expect(sources.length).toBeGreaterThan(20)
    for (const source of sources) {
      const got = await site.get(source)
      const asked = new URL(source).searchParams
      const [w, h] = [Number(asked.get('w')), Number(asked.get('h') ?? 0)]
      // org_if_sml: what would have to be enlarged keeps its size
      const expected = w > 400 || h > 300 ? '400x300' : h === 0 ? `${w}x${Math.round(w * 0.75)}` : `${w}x${h}`
      expect(await told(got), source).toBe(`jpeg ${expected}`)
    }
  })
})

describe('unpic', () => {
  it.each([
    [{ width: 300 }, 'jpeg 300x225'],
    [{ width: 300, height: 200 }, 'jpeg 300x200'],
    [{ width: 80, format: 'webp' as const, quality: 50 }, 'webp 80x60'],
    [{ width: 999 }, 'jpeg 400x300'],
  ])('%j gives %s', async (operations, expected) => {
    // It drops the scheme: https is tried, then http.
    for (const source of [`${site.web}/a.jpg`, `${site.web}/a.jpg?v=2&z=1`]) {
      const url = generate(source, { ...operations }, { token: 'demo' })
      const got = await site.get(url)
      expect(await told(got), url).toBe(expected)
    }
  })
})

describe('a signed or sealed URL', () => {
  const sha1 = (text: string) => createHash('sha1').update(text).digest('hex').slice(0, 18)

  it('is refused when any single byte of it is another', async () => {
    expect((await site.post('/api/v1/project', { access: 'signed' }, 'PATCH')).status).toBe(200)
    const target = '/photo.jpg?h=40&w=30'
    const eqs = Buffer.from('f=bright%3A10&w=30').toString('base64url')
    const signed = `/v7${target}&ci_sign=${sha1(site.secret + target)}`
    const sealed = `/v7/photo.jpg?ci_eqs=${eqs}&ci_seal=${sha1(`/photo.jpg${eqs}${site.secret}`)}`
    expect((await site.target(host, target)).status).toBe(403)
    for (const whole of [signed, sealed]) {
      expect((await site.target(host, whole)).status).toBe(200)
      // What the scheme does not cover: the version, which is not part of what is signed.
      const changes = [...singleByteChanges(whole)].filter((changed) => changed.startsWith('/v7/'))
      const statuses = await Promise.all(
        changes.map(async (changed) => [(await site.target(host, changed)).status, changed] as const),
      )
      expect(statuses.filter(([status]) => status !== 400 && status !== 403)).toEqual([])
      expect(changes.length).toBeGreaterThan(200)
    }
  })
})
