/** unpic for imgix and Cloudflare: what it generates is answered, what it extracts is what was asked. */
import * as cloudflare from 'unpic/providers/cloudflare'
import * as cloudflareImages from 'unpic/providers/cloudflare_images'
import * as imgix from 'unpic/providers/imgix'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectRegion, type Region, told, whole } from './locator.ts'
import { type Site, startSite } from './site.ts'

let site: Site
beforeAll(async () => {
  site = await startSite({
    hosts: { 'demo.imgix.net': 'imgix', 'img.test': 'cloudflare', 'imagedelivery.net': 'cloudflare' },
  })
})
afterAll(() => site?.stop())

/** unpic empties the object it is given: each call gets a copy. */
const operations: readonly (readonly [
  { readonly width: number; readonly height?: number; readonly quality?: number },
  string,
  Region,
])[] = [
  [{ width: 200 }, '200x150', whole],
  [{ width: 100, height: 100 }, '100x100', [0.125, 0, 0.875, 1]],
  [{ width: 200, height: 50, quality: 60 }, '200x50', [0, 0.333, 1, 0.667]],
]

describe('imgix', () => {
  it.each(operations)('%j gives %s', async (asked, size, region) => {
    const url = imgix.generate('https://demo.imgix.net/photo.jpg', { ...asked })
    const got = await site.get(url, 'image/webp')
    expect(await told(got), url).toBe(`webp ${size}`)
    await expectRegion(got, region, url)
    expect(imgix.extract(url)?.operations).toMatchObject(asked)
  })

  it('never enlarges: its fit is min', async () => {
    const got = await site.get(
      imgix.generate('https://demo.imgix.net/photo.jpg', { width: 900, height: 900 }),
    )
    expect(await told(got)).toBe('jpeg 300x300')
  })
})

describe('cloudflare', () => {
  it.each(operations)('%j gives %s', async (asked, size, region) => {
    for (const source of ['/photo.jpg', `${site.web}/a.jpg`]) {
      const url = cloudflare.generate(source, { ...asked }, { domain: 'img.test' })
      const got = await site.get(url, 'image/webp')
      expect(await told(got), url).toBe(`webp ${size}`)
      await expectRegion(got, region, url)
      expect(cloudflare.extract(url)?.operations).toMatchObject(asked)
    }
  })
})

describe('cloudflare images', () => {
  it.each(operations)('%j gives %s', async (asked, size, region) => {
    const address = 'https://imagedelivery.net/account/photo/public'
    const url = cloudflareImages.generate(
      address,
      { ...asked },
      { host: 'imagedelivery.net', accountHash: 'account', imageId: 'photo' },
    )
    const got = await site.get(url, 'image/webp')
    expect(await told(got), url).toBe(`webp ${size}`)
    await expectRegion(got, region, url)
    expect(cloudflareImages.extract(url)?.operations).toMatchObject(asked)
  })
})
