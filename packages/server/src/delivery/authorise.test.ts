import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Harness, startHarness } from './delivery.test-harness.ts'

let harness: Harness

beforeEach(async () => {
  harness = await startHarness()
  harness.auto = () => Buffer.from('a picture')
  await harness.addAsset('photo.jpg')
})

afterEach(() => harness.close())

describe('a project of listed access', () => {
  beforeEach(() => {
    harness.setProject({
      access: 'listed',
      listedSizes: ['640', '640x480', 'x480'],
      listedQualities: [80, 75],
    })
  })

  it.each(['?w=640', '?w=640&h=480', '?h=480', '?w=640&q=75', '?w=640&h=480&fit=contain', '?w=320&dpr=2'])(
    'serves photo.webp%s',
    async (query) => {
      expect((await harness.get(`/i/demo/photo.webp${query}`)).status).toBe(200)
    },
  )

  it.each([
    ['w=640', 200],
    ['w=640&h=480&fit=max', 200],
    ['w=641', 403],
    ['w=640&fit=crop&max-h=90', 403],
    ['w=640&chromasub=444', 403],
    ['w=640&fm=webp&lossless=true', 403],
    ['w=640&page=2', 403],
  ])('answers photo.jpg?%s of imgix with %i', async (query, expected) => {
    expect((await harness.get(`/imgix/demo/photo.jpg?${query}`)).status).toBe(expected)
  })

  it.each([
    ['w=640&org_if_sml=1', 200],
    ['w=640&h=480&func=bound&force_format=webp&q=75', 200],
    ['w=641&org_if_sml=1', 403],
    ['w=640&h=480&func=fit&bg_color=f00', 403],
    ['w=640&r=5', 403],
  ])('answers photo.jpg?%s of Cloudimage with %i', async (query, expected) => {
    expect((await harness.get(`/cloudimage/demo/photo.jpg?${query}`)).status).toBe(expected)
  })

  it.each([
    ['imgproxy/demo/_/s:640:480/q:80/pg:1/plain/photo.jpg', 403],
    ['imgproxy/demo/_/s:640:480/q:80/ar:0/plain/photo.jpg', 403],
    ['imgproxy/demo/_/s:640:480/q:80/plain/photo.jpg', 200],
  ])('answers %s with %i', async (path, expected) => {
    expect((await harness.get(`/${path}`)).status).toBe(expected)
  })

  it('serves the stored original', async () => {
    expect((await harness.get('/i/demo/photo.jpg')).status).toBe(200)
  })

  it.each([
    '?w=641',
    '?w=640&h=481',
    '?w=640&q=76',
    '?w=640&blur=2',
    '?w=640&h=480&crop=top',
    '?w=640&max-bytes=1000',
    '?w=640&q=auto',
    '?w=640&q=auto:31',
    '?grayscale=true',
  ])('refuses photo.webp%s', async (query) => {
    const { status, body } = await harness.get(`/i/demo/photo.webp${query}`)
    expect([status, JSON.parse(body.toString()).code]).toEqual([403, 'access/not-listed'])
    expect(harness.renders).toHaveLength(0)
  })
})

describe('allowed referrers', () => {
  beforeEach(() => {
    harness.setProject({ allowedReferrers: ['shop.test', '*.blog.test'] })
  })

  it.each([
    ['https://shop.test/a/page', 200],
    ['https://x.blog.test/', 200],
    ['https://blog.test:8443/', 200],
    ['https://www.shop.test/', 403],
    ['https://shop.test.evil.test/', 403],
    ['https://evilblog.test/', 403],
    ['nonsense', 403],
    ['', 200],
  ])('a page at %j gets %i', async (referer, status) => {
    for (let round = 0; round < 3; round++) {
      const headers = referer === '' ? {} : { referer }
      expect((await harness.get('/i/demo/photo.webp?w=10', { headers })).status).toBe(status)
      await harness.delivery.settled()
    }
  })

  it('holds for pictures that others may have seen just before', async () => {
    for (let round = 0; round < 3; round++) {
      await harness.get('/i/demo/photo.webp?w=10')
      await harness.delivery.settled()
    }
    const headers = { referer: 'https://evil.test/' }
    expect((await harness.get('/i/demo/photo.webp?w=10', { headers })).status).toBe(403)
  })
})
