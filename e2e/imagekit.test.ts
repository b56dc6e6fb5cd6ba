/** The ImageKit dialect over HTTP: every parameter of its table with and without, signatures, the web and statuses. */
import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { conformance } from '../packages/core/src/dialects/imagekit/conformance.ts'
import { hasEffect } from './effects.ts'
import { openSite, type Site, sizeOf } from './site.ts'

let site: Site
beforeAll(async () => {
  const params = { transformation: 'w-120,h-80' }
  site = await openSite({ mount: 'imagekit', preset: { name: 'thumb', dialect: 'imagekit', params } })
}, 60_000)
afterAll(() => site?.stop())

/** A transformation, or a whole path where another picture is needed. */
const named = (example: string) => {
  if (example.includes('dir/')) return example
  return `${example === '' ? '' : `tr:${example}/`}dir/photo.jpg`
}

describe('a parameter', () => {
  for (const row of conformance.rows) {
    // This server has no models: models.test.ts sees what they do.
    if (!('example' in row) || row.effect === 'cut-out') continue
    const { with: one, without: other } = row.example
    it(`${row.parameter}: ${one} has the effect ${row.effect} beside "${other}"`, async () => {
      const [a, b] = await Promise.all([site.get(named(one)), site.get(named(other))])
      expect([a.status, b.status], a.bytes.toString('utf8', 0, 300)).toEqual([200, 200])
      expect(await hasEffect(row.effect, a, b)).toBe(true)
    })
  }

  it.each([
    ['w-100', '100x67'],
    ['w-100,h-50', '100x50'],
    ['w-900,h-900,c-at_max', '300x200'],
    ['w-600,h-600,c-at_max_enlarge', '600x400'],
    ['w-60,h-60,c-at_least', '90x60'],
    ['w-60,h-60,c-force', '60x60'],
    ['cm-extract,w-50,h-400', '50x200'],
    ['cm-pad_extract,w-50,h-400', '50x400'],
    ['w-0.5:rt-90', '100x150'],
    ['cm-pad_resize,w-100,h-100:b-5_red', '110x110'],
    ['ar-4-3,w-40,dpr-2', '80x60'],
    ['n-thumb', '120x80'],
    ['w-cw_mul_2', '600x400'],
  ])('%s gives %s', async (transformation, size) => {
    expect(await sizeOf(await site.get(named(transformation)))).toBe(size)
  })
})

describe('an answer', () => {
  it('has the type that is named, or the one Accept allows', async () => {
    expect((await site.get(named('f-png'))).headers.get('content-type')).toBe('image/png')
    const auto = await site.get('dir/photo.jpg?tr=w-20,q-50')
    expect([auto.headers.get('content-type'), auto.headers.get('vary')]).toEqual([
      'image/webp',
      expect.stringContaining('Accept'),
    ])
    expect((await site.get(named('w-20'), 'image/*')).headers.get('content-type')).toBe('image/jpeg')
  })

  it('is the original with orig-true, and a download when asked', async () => {
    expect((await site.get(named('orig-true'))).bytes.equals(site.picture)).toBe(true)
    const got = await site.get('dir/photo.jpg?tr=f-webp,w-9&ik-attachment=true')
    expect(got.headers.get('content-disposition')).toContain('photo.webp')
  })

  it('may be a picture of the web', async () => {
    const remote = `${site.remote}/a%20b.jpg`
    expect(await sizeOf(await site.get(`tr:w-60/${remote}?x=1`))).toBe('60x40')
    const layer = Buffer.from(remote).toString('base64url')
    expect((await site.get(named(`l-image,ie-${layer},w-50,l-end`))).status).toBe(200)
  })
})

describe('an error', () => {
  it.each([
    ['tr:w-5/none.jpg', 404],
    ['tr:e-shadow/dir/photo.jpg', 400],
    ['tr:w-5,foo-1/dir/photo.jpg', 400],
    [`tr:w-5/dir/photo.jpg?ik-s=${'0'.repeat(40)}`, 401],
    ['dir/photo.jpg?ik-t=1', 401],
  ])('of %s is a %i with its reason', async (path, status) => {
    const { bytes, status: got } = await site.get(path)
    expect([got, JSON.parse(bytes.toString())]).toEqual([status, { message: expect.any(String) }])
  })
})

it('serves what is signed with the secret of the project, until it expires', async () => {
  const sign = (text: string) =>
    createHmac('sha1', site.server.firstRun.signingSecret).update(text).digest('hex')
  const later = Math.floor(Date.now() / 1000) + 1000
  const value = sign('tr:w-30/dir/photo.jpg9999999999')
  expect((await site.get(`tr:w-30/dir/photo.jpg?ik-s=${value}`)).status).toBe(200)
  expect((await site.get(`tr:w-31/dir/photo.jpg?ik-s=${value}`)).status).toBe(401)
  for (const [time, status] of [
    [later, 200],
    [later - 2000, 401],
  ]) {
    const text = 'dir/photo.jpg?tr=w-30%2Ch-20'
    const got = await site.get(`${text}&ik-t=${time}&ik-s=${sign(`${text}${time}`)}`)
    expect(got.status).toBe(status)
  }
})
