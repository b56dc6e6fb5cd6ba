/** Other people's imgix clients: imgix-url-builder, ts-imgix and react-imgix, each against a host of a project. */
import { buildURL } from 'imgix-url-builder'
import {
  buildSignedPixelDensitySrcSet,
  buildSignedURL,
  buildSignedWidthSrcSet,
  SecureClient,
} from 'imgix-url-builder/node'
import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { buildImgixUrl, ImgixFit, ImgixFormat } from 'ts-imgix'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sizeOf } from '../site.ts'
import { expectRegion, locator, type Region, whole } from './locator.ts'
import { ReactImgix } from './packages.ts'
import { candidates, type Site, singleByteChanges, startSite } from './site.ts'

const host = 'demo.imgix.test'
const photo = `https://${host}/dir/photo%20one.jpg`
const middle: Region = [0.125, 0, 0.875, 1]
let site: Site

beforeAll(async () => {
  site = await startSite({
    hosts: { [host]: 'imgix' },
    pictures: { 'dir/photo one.jpg': await locator(400, 300), 'marks/a.png': await locator(40, 40, 'png') },
  })
})
afterAll(() => site?.stop())

describe('imgix-url-builder', () => {
  it.each<[Parameters<typeof buildURL>[1], string, Region]>([
    [{ w: 200 }, '200x150', whole],
    [{ fit: 'crop', crop: ['faces', 'left'], w: 150, h: 150 }, '150x150', [0, 0, 0.75, 1]],
    [{ rect: [200, 150, 200, 150] }, '200x150', [0.5, 0.5, 1, 1]],
    [{ fpX: 1, fpY: 0, fpZ: 2, fit: 'crop', crop: 'focalpoint', w: 80, h: 60 }, '80x60', [0.5, 0, 1, 0.5]],
    [{ ar: '1:1', fit: 'crop', w: 90 }, '90x90', middle],
    [{ maxW: 100, fit: 'crop', w: 200, h: 150 }, '100x150', [0.25, 0, 0.75, 1]],
    [{ flip: 'v', orient: 6, w: 75 }, '75x100', whole],
  ])('%j gives %s', async (params, size, region) => {
    const url = buildURL(photo, params)
    const got = await site.get(url)
    expect([got.status, await sizeOf(got)], url).toEqual([200, size])
    if (!url.includes('orient')) await expectRegion(got, region, url)
    const signed = await site.get(buildSignedURL(photo, site.secret, params))
    expect(signed.bytes.equals(got.bytes)).toBe(true)
  })

  it('writes spaces of values as plus signs, which are spaces', async () => {
    const url = buildURL(photo, { txt: 'a b', w: 200 })
    expect(url).toContain('txt=a+b')
    const other = await site.get(url.replace('a+b', 'a%20b'))
    const got = await site.get(url)
    expect([got.status, got.bytes.equals(other.bytes)]).toEqual([200, true])
  })

  it('signs sets of widths and of densities', async () => {
    const widths = candidates(buildSignedWidthSrcSet(photo, site.secret, { q: 60, widths: [40, 80, 160] }))
    const densities = candidates(
      buildSignedPixelDensitySrcSet(photo, site.secret, { w: 40, pixelDensities: [1, 2, 3] }),
    )
    expect([widths.length, densities.length]).toEqual([3, 3])
    for (const [index, { url }] of widths.entries())
      expect(await sizeOf(await site.get(url)), url).toBe(['40x30', '80x60', '160x120'][index])
    for (const [index, { url }] of densities.entries())
      expect(await sizeOf(await site.get(url)), url).toBe(['40x30', '80x60', '120x90'][index])
  })

  it('is refused when any single byte of what it signed is another', async () => {
    expect((await site.post('/api/v1/project', { access: 'signed' }, 'PATCH')).status).toBe(200)
    const url = new SecureClient({
      secureURLToken: site.secret,
      baseURL: `https://${host}`,
    }).buildSignedURLForPath('dir/photo one.jpg', { w: 30, txt: 'a b' })
    const signed = url.slice(`https://${host}`.length)
    expect((await site.target(host, signed)).status).toBe(200)
    const changes = [...singleByteChanges(signed)]
    const statuses = await Promise.all(
      changes.map(async (changed) => (await site.target(host, changed)).status),
    )
    expect(statuses.filter((status) => status !== 400 && status !== 403)).toEqual([])
    expect((await site.post('/api/v1/project', { access: 'open' }, 'PATCH')).status).toBe(200)
  })
})

describe('ts-imgix', () => {
  const url = buildImgixUrl(`https://${host}/photo.jpg`)

  it.each([
    [url({ w: 200, h: 150, fit: ImgixFit.crop }), '200x150', 'image/jpeg', whole],
    [url({ auto: { format: true, compress: true }, w: 60 }), '60x45', 'image/avif', whole],
    [
      url({ crop: { faces: true, left: true }, fit: ImgixFit.crop, w: 60, h: 60 }),
      '60x60',
      'image/jpeg',
      [0, 0, 0.75, 1],
    ],
    [url({ dpr: 2, q: 70, w: 50 }), '100x75', 'image/jpeg', whole],
    [url({ rect: { x: 100, y: 0, w: 300, h: 150 } }), '300x150', 'image/jpeg', [0.25, 0, 1, 0.5]],
    [url({ ar: { w: 1, h: 1 }, fit: ImgixFit.crop, h: 100 }), '100x100', 'image/jpeg', middle],
    [url({ fm: ImgixFormat.webp, w: 80 }), '80x60', 'image/webp', whole],
  ] as const)('%s is %s', async (address, size, type, region) => {
    const got = await site.get(address, 'image/avif,*/*')
    expect([got.status, await sizeOf(got), got.headers.get('content-type')]).toEqual([200, size, type])
    await expectRegion(got, region)
  })
})

describe('react-imgix', () => {
  it('renders a picture whose every candidate is there', async () => {
    const html = renderToStaticMarkup(
      createElement(ReactImgix, {
        src: `https://${host}/photo.jpg`,
        sizes: '100vw',
        imgixParams: { ar: '2:1', fit: 'crop' },
        srcSetOptions: { widths: [60, 120, 180] },
      }),
    )
    const [, srcset = ''] = /srcset="([^"]+)"/i.exec(html) ?? []
    const all = candidates(srcset.replaceAll('&amp;', '&'))
    expect(all.map(({ descriptor }) => descriptor)).toEqual(['60w', '120w', '180w'])
    for (const { url, descriptor } of all) {
      const got = await site.get(url, 'image/webp')
      const width = Number.parseInt(descriptor, 10)
      expect([await sizeOf(got), got.headers.get('content-type')], url).toEqual([
        `${width}x${width / 2}`,
        'image/webp',
      ])
      await expectRegion(got, [0, 0.167, 1, 0.833], url)
    }
  })

  it('renders a picture of fixed size in every density', async () => {
    const html = renderToStaticMarkup(
      createElement(ReactImgix, { src: `https://${host}/photo.jpg`, width: 60, height: 60 }),
    )
    const [, srcset = ''] = /srcset="([^"]+)"/i.exec(html) ?? []
    const all = candidates(srcset.replaceAll('&amp;', '&'))
    expect(all).toHaveLength(5)
    for (const [index, { url }] of all.entries()) {
      const got = await site.get(url)
      expect([got.status, await sizeOf(got)], url).toEqual([200, `${60 * (index + 1)}x${45 * (index + 1)}`])
      await expectRegion(got, whole, url)
    }
  })
})
