import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Harness, startHarness } from './delivery.test-harness.ts'
import { hostName } from './hosts.ts'

let harness: Harness

beforeEach(async () => {
  harness = await startHarness()
  harness.auto = () => Buffer.from('a picture')
  await harness.addAsset('blog/photo.jpg')
  for (const [host, dialect] of [
    ['img.shop.test', 'img-src'],
    ['signed.shop.test', 'signed-payload'],
  ] as const) {
    const domain = { host, dialect, origin: null, createdAt: 0 }
    harness.hosts.set(host, { project: harness.project, domain })
  }
})

afterEach(() => harness.close())

const from = (host: string) => ({ headers: { host } })

describe('a host of a project', () => {
  it('speaks its own dialect on bare paths, without the project in the path', async () => {
    const { status, body } = await harness.get('/blog/photo.webp?w=10', from('img.shop.test'))
    expect([status, body.toString()]).toEqual([200, 'a picture'])
  })

  it.each(['IMG.shop.test', 'img.shop.test:8443', 'img.shop.test.'])('is found as %s', async (host) => {
    expect((await harness.get('/blog/photo.webp?w=10', from(host))).status).toBe(200)
  })

  it('keeps the mounts of other dialects', async () => {
    expect((await harness.get('/i/blog/photo.webp?w=10', from('signed.shop.test'))).status).toBe(200)
  })

  it('answers nothing but delivery', async () => {
    for (const path of ['/api/v1/images', '/console', '/health']) {
      const { status, headers } = await harness.get(path, from('img.shop.test'))
      expect([path, status, headers['cache-control']]).toEqual([path, 404, 'no-store'])
    }
  })

  it('has a memory of its own: the same path on another host is another picture', async () => {
    for (let round = 0; round < 3; round++) {
      await harness.get('/blog/photo.webp?w=10', from('img.shop.test'))
      await harness.delivery.settled()
    }
    const held = await harness.get('/blog/photo.webp?w=10', from('img.shop.test'))
    expect(held.headers['x-fovea-cache']).toBe('hit')
    expect((await harness.get('/blog/photo.webp?w=10')).status).toBe(418)
    expect((await harness.get('/blog/photo.webp?w=10', from('signed.shop.test'))).status).not.toBe(200)
    expect((await harness.get('/blog/photo.webp?w=10', from('other.test'))).status).toBe(418)
  })
})

describe('the base domain', () => {
  it('has every project as a subdomain, in the signed payload form', async () => {
    expect((await harness.get('/i/blog/photo.webp?w=10', from('demo.base.test'))).status).toBe(200)
    const unsigned = Buffer.from(JSON.stringify({ key: 'blog/photo.jpg' })).toString('base64url')
    expect((await harness.get(`/${unsigned}`, from('demo.base.test'))).status).toBe(403)
  })

  it('has cdn, which takes the project from the path', async () => {
    expect((await harness.get('/demo/blog/photo.webp?w=10', from('cdn.base.test'))).status).toBe(200)
  })

  it.each(['nobody.base.test', 'a.b.base.test'])('knows nobody called %s', async (host) => {
    expect((await harness.get('/i/demo/blog/photo.webp', from(host))).status).toBe(404)
  })
})

it('any other host is the installation itself', async () => {
  expect((await harness.get('/i/demo/blog/photo.webp?w=10', from('whoever.test'))).status).toBe(200)
})

it.each([
  [undefined, ''],
  ['Example.COM', 'example.com'],
  ['example.com:80', 'example.com'],
  ['example.com.', 'example.com'],
  ['[::1]:3000', '[::1]'],
  ['[::1]', '[::1]'],
  ['127.0.0.1:1', '127.0.0.1'],
])('the host name of %j is %j', (header, name) => {
  expect(hostName(header)).toBe(name)
})
