/** imgproxy's own URL builders against a host of a project: options, sources, signatures. */
import { generateUrl } from '@imgproxy/imgproxy-js-core'
import { generateImageInfoUrl, generateImageUrl } from '@imgproxy/imgproxy-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectRegion, locator, type Region, told, whole } from './locator.ts'
import { type Site, singleByteChanges, startSite } from './site.ts'

const host = 'imgproxy.test'
const endpoint = `https://${host}`
const middle: Region = [0.125, 0, 0.875, 1]
let site: Site
/** imgproxy takes both in hexadecimal digits; the project's secret is both. */
let keys: { readonly key: string; readonly salt: string }

beforeAll(async () => {
  site = await startSite({
    hosts: { [host]: 'imgproxy' },
    pictures: { 'dir/photo.jpg': await locator(400, 300) },
  })
  const hex = Buffer.from(site.secret).toString('hex')
  keys = { key: hex, salt: hex }
})
afterAll(() => site?.stop())

type Options = Parameters<typeof generateImageUrl>[0]['options']

describe('imgproxy-node', () => {
  it.each<[NonNullable<Options>, string, Region]>([
    [{ width: 200 }, 'jpeg 200x150', whole],
    [{ width: 100, height: 100, resizing_type: 'fill' }, 'jpeg 100x100', middle],
    [
      { width: 100, height: 100, resizing_type: 'fill', gravity: { type: 'we' } },
      'jpeg 100x100',
      [0, 0, 0.75, 1],
    ],
    [{ resize: { resizing_type: 'fit', width: 100, height: 100 } }, 'jpeg 100x75', whole],
    [{ width: 900 }, 'jpeg 400x300', whole],
    [{ width: 80, dpr: 2 }, 'jpeg 160x120', whole],
    [{ rotate: 180, width: 100 }, 'jpeg 100x75', [1, 1, 0, 0]],
    [{ format: 'webp', quality: 60, width: 80 }, 'webp 80x60', whole],
    [{ crop: { width: 200, height: 150, gravity: { type: 'no' } } }, 'jpeg 200x150', [0.25, 0, 0.75, 0.5]],
  ])('%j gives %s', async (options, expected, region) => {
    const sources = [
      'local:///dir/photo.jpg',
      { value: 'local:///dir/photo.jpg', displayAs: 'plain' },
      `${site.web}/a.jpg?x=1`,
    ] as const
    for (const url of sources) {
      const address = generateImageUrl({ endpoint, url, options, ...keys })
      const got = await site.get(address)
      expect(await told(got), `${address} ${got.bytes.toString('utf8', 0, 200)}`).toBe(expected)
      await expectRegion(got, region, address)
    }
  })

  it('asks for facts about a picture', async () => {
    const address = generateImageInfoUrl({
      endpoint,
      url: 'local:///dir/photo.jpg',
      options: { dimensions: true, format: true },
      ...keys,
    })
    const got = await site.get(address)
    expect([got.status, JSON.parse(got.bytes.toString())]).toEqual([
      200,
      expect.objectContaining({ width: 400, height: 300, format: 'jpeg' }),
    ])
  })

  it('signs, and no byte may be another', async () => {
    expect((await site.post('/api/v1/project', { access: 'signed' }, 'PATCH')).status).toBe(200)
    const url = { value: 'local:///dir/photo.jpg', displayAs: 'plain' } as const
    const options = { width: 30, quality: 60 }
    const refused = await site.get(generateImageUrl({ endpoint, url, options }))
    expect([403, 404]).toContain(refused.status)
    const signed = generateImageUrl({ endpoint, url, options, ...keys }).slice(endpoint.length)
    expect((await site.target(host, signed)).status).toBe(200)
    const changes = [...singleByteChanges(signed)]
    const statuses = await Promise.all(
      changes.map(async (changed) => [(await site.target(host, changed)).status, changed] as const),
    )
    expect(changes.length).toBeGreaterThan(200)
    expect(statuses.filter(([status]) => ![400, 403, 404].includes(status))).toEqual([])
    expect((await site.post('/api/v1/project', { access: 'open' }, 'PATCH')).status).toBe(200)
  })
})

describe('imgproxy-js-core', () => {
  it('writes the part behind the signature', async () => {
    const path = generateUrl({ value: 'local:///dir/photo.jpg', type: 'plain' }, { width: 120 })
    expect(await told(await site.target(host, `/insecure${path}`))).toBe('jpeg 120x90')
  })
})
