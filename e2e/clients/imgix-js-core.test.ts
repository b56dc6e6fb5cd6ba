/** imgix's own URL builder against a host of a project: sizes, parts, types, signatures, srcsets. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sizeOf } from '../site.ts'
import { expectRegion, locator, type Region, whole } from './locator.ts'
import { ImgixClient } from './packages.ts'
import { candidates, type Site, singleByteChanges, startSite } from './site.ts'

const domain = 'demo.imgix.test'
let site: Site
let client: ImgixClient

beforeAll(async () => {
  site = await startSite({
    hosts: { [domain]: 'imgix' },
    pictures: { 'strip.jpg': await locator(400, 8), 'ünïcode/ş p a c e.jpg': await locator(100, 80) },
  })
  client = new ImgixClient({ domain, secureURLToken: site.secret })
  expect((await site.post('/api/v1/project', { access: 'signed' }, 'PATCH')).status).toBe(200)
})
afterAll(() => site?.stop())

type Params = Readonly<Record<string, unknown>>

describe('buildURL', () => {
  it.each<[Params, string, Region]>([
    [{}, '400x300', whole],
    [{ w: 200 }, '200x150', whole],
    [{ h: 0.5 }, '200x150', whole],
    [{ w: 100, h: 100, fit: 'crop' }, '100x100', [0.125, 0, 0.875, 1]],
    [{ w: 100, h: 100, fit: 'crop', crop: 'left' }, '100x100', [0, 0, 0.75, 1]],
    [{ w: 200, h: 50, fit: 'crop', crop: 'bottom,right' }, '200x50', [0, 0.667, 1, 1]],
    [{ w: 100, h: 100, fit: 'scale' }, '100x100', whole],
    [{ w: 900, h: 900, fit: 'max' }, '400x300', whole],
    [{ w: 300, h: 300, fit: 'min' }, '300x300', [0.125, 0, 0.875, 1]],
    [{ rect: '100,75,200,150' }, '200x150', [0.25, 0.25, 0.75, 0.75]],
    [{ flip: 'h', w: 100 }, '100x75', [1, 0, 0, 1]],
    [{ flip: 'hv', w: 100 }, '100x75', [1, 1, 0, 0]],
    [{ w: 80, dpr: 2 }, '160x120', whole],
    [{ ar: '2:1', fit: 'crop', w: 200 }, '200x100', [0, 0.167, 1, 0.833]],
    [
      { fit: 'crop', crop: 'focalpoint', 'fp-x': 0.25, 'fp-y': 0.5, 'fp-z': 2, w: 100, h: 75 },
      '100x75',
      [0, 0.25, 0.5, 0.75],
    ],
  ])('%j gives %s', async (params, size, region) => {
    const got = await site.get(client.buildURL('photo.jpg', params))
    expect([got.status, got.headers.get('content-type'), await sizeOf(got)]).toEqual([
      200,
      'image/jpeg',
      size,
    ])
    await expectRegion(got, region)
  })

  it.each([
    [{ fm: 'webp' }, 'image/webp'],
    [{ fm: 'avif', w: 60 }, 'image/avif'],
    [{ fm: 'png8', w: 60 }, 'image/png'],
    [{ auto: ['format', 'compress'], w: 60 }, 'image/avif'],
    [{ fm: 'json' }, 'application/json'],
    [{ palette: 'css' }, 'text/css; charset=utf-8'],
    [{ txt64: 'I cannøt belîév∑ it wors! 😱', w: 60 }, 'image/jpeg'],
  ])('%j is %s', async (params, type) => {
    const got = await site.get(client.buildURL('photo.jpg', params), 'image/avif,image/webp,*/*')
    expect([got.status, got.headers.get('content-type')]).toEqual([200, type])
  })

  it('writes base64 text that means what plain text means', async () => {
    const [plain, encoded] = await Promise.all(
      ['txt', 'txt64'].map((name) => site.get(client.buildURL('photo.jpg', { [name]: 'Grüße', w: 200 }))),
    )
    expect(encoded?.status).toBe(200)
    expect(encoded?.bytes.equals(plain?.bytes ?? Buffer.alloc(0))).toBe(true)
  })

  it('names paths of any characters, and images of the web', async () => {
    const named = await site.get(client.buildURL('ünïcode/ş p a c e.jpg', { w: 50 }))
    expect([named.status, await sizeOf(named)]).toEqual([200, '50x40'])
    for (const path of [`${site.web}/photo one.jpg?x=1&y=2`, encodeURIComponent(`${site.web}/photo.jpg`)]) {
      const got = await site.get(client.buildURL(path, { w: 40 }))
      expect([got.status, await sizeOf(got)], path).toEqual([200, '40x30'])
    }
  })
})

describe('a signed URL', () => {
  it('is refused without its signature, and from another token', async () => {
    const unsigned = new ImgixClient({ domain }).buildURL('photo.jpg', { w: 30 })
    expect((await site.get(unsigned)).status).toBe(403)
    const other = new ImgixClient({ domain, secureURLToken: 'FOO123bar' }).buildURL('photo.jpg', { w: 30 })
    expect((await site.get(other)).status).toBe(403)
  })

  it('is refused when any single byte of it is another', async () => {
    const url = new URL(client.buildURL('photo.jpg', { w: 30, txt: 'a b', 'fp-x': 0.5 }))
    const signed = url.pathname + url.search
    expect((await site.target(domain, signed)).status).toBe(200)
    const statuses = new Map<number, string>()
    const changes = [...singleByteChanges(signed)]
    await Promise.all(
      changes.map(async (changed) => statuses.set((await site.target(domain, changed)).status, changed)),
    )
    expect(changes.length).toBeGreaterThan(400)
    // 400 is a path that cannot be one: refused before any signature is looked at.
    for (const [status, example] of statuses) expect([400, 403], example).toContain(status)
  })

  it('ends when it says so', async () => {
    const past = client.buildURL('photo.jpg', { w: 30, expires: 1_000_000_000 })
    expect((await site.get(past)).status).toBe(404)
    const future = client.buildURL('photo.jpg', { w: 30, expires: 4_000_000_000 })
    expect((await site.get(future)).status).toBe(200)
  })
})

describe('buildSrcSet', () => {
  it('is fluid: every width up to 8192', async () => {
    const all = candidates(client.buildSrcSet('strip.jpg'))
    expect(all).toHaveLength(31)
    for (const { url, descriptor } of all) {
      const got = await site.get(url)
      expect([got.status, `${(await sizeOf(got)).split('x')[0]}w`], url).toEqual([200, descriptor])
    }
  })

  it('is fixed: every density, at the quality the client falls to', async () => {
    const all = candidates(client.buildSrcSet('photo.jpg', { w: 60, h: 60, fit: 'crop' }))
    expect(all.map(({ descriptor }) => descriptor)).toEqual(['1x', '2x', '3x', '4x', '5x'])
    for (const { url, descriptor } of all) {
      const got = await site.get(url)
      const side = 60 * Number.parseInt(descriptor, 10)
      expect([got.status, await sizeOf(got)], url).toEqual([200, `${side}x${side}`])
      await expectRegion(got, [0.125, 0, 0.875, 1], url)
    }
  })
})
