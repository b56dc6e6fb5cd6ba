/** The imgproxy dialect over HTTP: every option of its table with and without, signatures, sources and statuses. */
import { createHmac } from 'node:crypto'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { conformance } from '../packages/core/src/dialects/imgproxy/conformance.ts'
import { hasEffect } from './effects.ts'
import { openSite, type Site, sizeOf } from './site.ts'

let site: Site
beforeAll(async () => {
  const params = { options: 'rs:fill:120:80/q:50' }
  site = await openSite({ mount: 'imgproxy', preset: { name: 'thumb', dialect: 'imgproxy', params } })
}, 60_000)
afterAll(() => site?.stop())

/** Options, or a whole path where facts are asked for or another picture is needed. */
const named = (options: string) =>
  options.includes('plain/') ? options : `insecure/${options === '' ? '' : `${options}/`}plain/dir/photo.jpg`
const base64 = (text: string) => Buffer.from(text).toString('base64url')

describe('an option', () => {
  for (const row of conformance.rows) {
    // Needs a picture that is stored lying, see below; or models, whose words models.test.ts has.
    if (!('example' in row) || row.parameter === 'auto_rotate' || row.effect === 'faces') continue
    const { with: one, without: other } = row.example
    it(`${row.parameter}: ${one} has the effect ${row.effect} beside "${other}"`, async () => {
      const [a, b] = await Promise.all([site.get(named(one)), site.get(named(other))])
      const statuses = [row.effect === 'status' ? 404 : 200, 200]
      expect([a.status, b.status], a.bytes.toString('utf8', 0, 300)).toEqual(statuses)
      expect(await hasEffect(row.effect, a, b)).toBe(true)
    })
  }

  it('auto_rotate: stands a picture up unless it is told not to', async () => {
    const lying = await sharp(site.picture).withMetadata({ orientation: 6 }).jpeg().toBuffer()
    expect((await site.server.upload(lying, 'a.jpg', { target_path: 'lying.jpg' })).status).toBe(201)
    expect(await sizeOf(await site.get('_/w:100/plain/lying.jpg'))).toBe('100x150')
    expect(await sizeOf(await site.get('_/w:100/ar:0/plain/lying.jpg'))).toBe('100x67')
  })

  it.each([
    ['rs:fit:100:100', '100x67'],
    ['rs:fill:100:50', '100x50'],
    ['rs:fill:100:400', '100x200'],
    ['rs:fill:100:400:1', '100x400'],
    ['rs:fit:600:600', '300x200'],
    ['rs:fit:100:100/ex:1', '100x100'],
    ['rs:fit:100:100/dpr:2/pd:5', '220x153'],
    ['rot:90/w:50', '50x75'],
    ['c:100:100/car:2', '100x50'],
    ['mw:400', '400x267'],
    ['pr:thumb', '120x80'],
  ])('%s gives %s', async (options, size) => {
    expect(await sizeOf(await site.get(named(options)))).toBe(size)
  })
})

describe('an answer', () => {
  it('has the type of the source unless another is named, and a name', async () => {
    const plain = await site.get(named('w:20'))
    expect(plain.headers.get('content-type')).toBe('image/jpeg')
    const got = await site.get(`_/w:20/fn:mine/${base64('local:///dir/photo.jpg')}.png`)
    expect([got.headers.get('content-type'), got.headers.get('content-disposition')]).toEqual([
      'image/png',
      expect.stringContaining('inline; filename="mine.png"'),
    ])
    const best = await site.get(named('w:20/f:best'))
    expect(best.headers.get('vary')).toContain('Accept')
  })

  it('is the original when it is left alone', async () => {
    for (const options of ['raw:1/w:9', 'skp:jpg/w:9'])
      expect((await site.get(named(options))).bytes.equals(site.picture)).toBe(true)
  })

  it('may be a picture of the web', async () => {
    const remote = `${site.remote}/a.jpg?x=1`
    expect(await sizeOf(await site.get(`_/w:60/plain/${encodeURIComponent(remote)}`))).toBe('60x40')
    expect(
      await sizeOf(await site.get(`_/w:60/plain/${remote.replace('//', '/').replace('?', '%3F')}`)),
    ).toBe('60x40')
    expect(await sizeOf(await site.get(`_/w:60/${base64(remote)}.webp`))).toBe('60x40')
  })
})

it('may come from an origin by the name of its bucket, and from no other place then', async () => {
  const settings = { baseUrl: `${site.remote}/` }
  const origin = { name: 'photos', kind: 'web', prefix: 'photos/', settings }
  const response = await site.server.api('/api/v1/origins', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(origin),
  })
  expect(response.status).toBe(201)
  expect(await sizeOf(await site.get('_/w:60/plain/s3://photos/any.jpg'))).toBe('60x40')
  expect((await site.get('_/w:60/plain/s3://nowhere/dir/photo.jpg')).status).toBe(404)
})

describe('an error', () => {
  it.each([
    ['_/w:5/plain/none.jpg', 404],
    ['_/nonsense:5/plain/dir/photo.jpg', 404],
    ['_/exp:1/plain/dir/photo.jpg', 404],
    [`${'A'.repeat(43)}/w:5/plain/dir/photo.jpg`, 403],
    ['img/w:5/plain/dir/photo.jpg', 403],
  ])('of %s is a %i with its reason', async (path, status) => {
    const { bytes, headers, status: got } = await site.get(path)
    expect([got, headers.get('content-type')]).toEqual([status, 'text/plain; charset=utf-8'])
    expect(bytes.toString().trim()).not.toBe('')
  })
})

it('serves what is signed with the secret of the project as key and salt', async () => {
  const secret = site.server.firstRun.signingSecret
  const key = Buffer.from(Buffer.from(secret).toString('hex'), 'hex')
  const path = '/rs:fill:30:20/plain/dir/photo.jpg@png'
  const signature = createHmac('sha256', key).update(key).update(path).digest('base64url')
  expect((await site.get(`${signature}${path}`)).status).toBe(200)
  expect((await site.get(`${signature}${path.replace('30', '31')}`)).status).toBe(403)
})
