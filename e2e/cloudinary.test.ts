/** The Cloudinary dialect over HTTP: every parameter of its table with and without, signatures, fetch and statuses. */
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { conformance } from '../packages/core/src/dialects/cloudinary/conformance.ts'
import { hasEffect } from './effects.ts'
import { openSite, type Site, sizeOf } from './site.ts'

let site: Site
beforeAll(async () => {
  const params = { transformation: 'c_fill,w_120,h_80' }
  site = await openSite({ mount: 'cloudinary', preset: { name: 'thumb', dialect: 'cloudinary', params } })
}, 60_000)
afterAll(() => site?.stop())

const get = (path: string, accept?: string) => site.get(`image/${path}`, accept)
const named = (steps: string) => `upload/${steps === '' ? '' : `${steps}/`}v1/dir/photo`

describe('a parameter', () => {
  for (const row of conformance.rows) {
    if (!('example' in row) || row.parameter === 'fl_immutable_cache') continue
    // This server has no models: models.test.ts sees what they do.
    if (row.effect === 'faces' || row.effect === 'cut-out') continue
    const { with: one, without: other } = row.example
    it(`${row.parameter}: ${one} has the effect ${row.effect} beside "${other}"`, async () => {
      const [a, b] = await Promise.all([get(named(one)), get(named(other))])
      expect([a.status, b.status], a.bytes.toString('utf8', 0, 300)).toEqual([200, 200])
      expect(await hasEffect(row.effect, a, b)).toBe(true)
    })
  }

  it.each([
    ['w_100', '100x67'],
    ['c_fill,h_50,w_100', '100x50'],
    ['c_limit,w_900', '300x200'],
    ['c_lfill,h_900,w_100', '300x200'],
    ['c_crop,h_50,w_400', '300x50'],
    ['w_0.5/a_90', '100x150'],
    ['c_pad,h_100,w_100/bo_5px_solid_red', '110x110'],
    ['c_fill,g_north,h_60,w_90,y_20', '90x60'],
    ['c_fill_pad,h_90,w_40', '40x90'],
    ['ar_1:1,c_crop', '200x200'],
    ['t_thumb', '120x80'],
    ['c_fill,dpr_2,h_50,w_50', '100x100'],
  ])('%s gives %s', async (steps, size) => {
    expect(await sizeOf(await get(named(steps)))).toBe(size)
  })
})

describe('an answer', () => {
  it('has the type that is named, or the one Accept allows', async () => {
    expect((await get('upload/w_10/v1/dir/photo.png')).headers.get('content-type')).toBe('image/png')
    const auto = await get('upload/f_auto,q_auto/v1/dir/photo.jpg')
    expect([auto.headers.get('content-type'), auto.headers.get('vary')]).toEqual([
      'image/webp',
      expect.stringContaining('Accept'),
    ])
    expect((await get('upload/f_auto/v1/dir/photo.jpg', 'image/*')).headers.get('content-type')).toBe(
      'image/jpeg',
    )
  })

  it('is the original when nothing is asked, and may be cached for good with a version or a flag', async () => {
    const original = await get('upload/v1623000000/dir/photo.jpg')
    expect(original.bytes.equals(site.picture)).toBe(true)
    expect(original.headers.get('cache-control')).toContain('immutable')
    expect((await get(named('fl_immutable_cache'))).headers.get('cache-control')).toContain('immutable')
    expect((await get(named('w_9'))).headers.get('cache-control')).not.toContain('immutable')
  })

  it('may be a picture of the web', async () => {
    const remote = `${site.remote}/a%20b.jpg?x=1`
    expect(await sizeOf(await get(`fetch/w_60/${remote}`))).toBe('60x40')
    const layer = Buffer.from(remote).toString('base64url')
    expect((await get(named(`l_fetch:${layer},w_50`))).status).toBe(200)
    expect((await get('fetch/w_60/http://127.0.0.1:1/a.jpg')).status).toBe(400)
  })
})

describe('an error', () => {
  it.each([
    ['upload/w_5/v1/none.jpg', 404],
    ['upload/e_art:zorro/v1/dir/photo.jpg', 400],
    ['upload/w_5,foo_1/v1/dir/photo.jpg', 400],
    ['upload/s--AAAAAAAA--/w_5/v1/dir/photo.jpg', 401],
    ['authenticated/w_5/v1/dir/photo.jpg', 401],
  ])('of %s is a %i with its reason in a header', async (path, status) => {
    const { headers, bytes, status: got } = await get(path)
    expect(got).toBe(status)
    expect(headers.get('x-cld-error')).toBe(JSON.parse(bytes.toString()).error.message)
  })
})

it('serves what is signed with the secret of the project', async () => {
  const text = 'c_scale,w_30/dir/photo.jpg'
  const secret = site.server.firstRun.signingSecret
  const sign = (hash: 'sha1' | 'sha256', length: number) =>
    createHash(hash)
      .update(text + secret)
      .digest('base64url')
      .slice(0, length)
  for (const signature of [sign('sha1', 8), sign('sha256', 32)]) {
    const got = await get(`authenticated/s--${signature}--/c_scale,w_30/v1/dir/photo.jpg`)
    expect([got.status, got.headers.get('x-cld-error')]).toEqual([200, null])
    expect((await get(`authenticated/s--${signature}--/c_scale,w_31/v1/dir/photo.jpg`)).status).toBe(401)
  }
})
